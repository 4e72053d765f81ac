"""A request's text as clauses: what is asked, in order, without what is only told, taken back or ruled out."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from command_gateway.planners._language import lexicon, remarks
from command_gateway.planners._language.boundaries import Segment, negator_at, segments
from command_gateway.planners._language.index import Index
from command_gateway.planners._language.lexicon import word_set
from command_gateway.planners._language.text import Token

_JOINERS = word_set("and but so also then , ; please finally next plus afterwards : or")
_ASKS_HOW = word_set("how what which")
_MOST_LEAD = 4  # words that announce what follows: "Urgent: restart web"


@dataclass(frozen=True, slots=True)
class Clause:
    """A stretch of the request. `remark` is told, not asked; `correction` replaces what was said before."""

    tokens: tuple[Token, ...]
    remark: bool = False
    negated: bool = False
    correction: bool = False
    takes_all_back: bool = False
    how_to: bool = False
    head: bool = False  # a colon follows it
    replaces: "Clause | None" = None

    @property
    def asks(self) -> bool:
        """Whether it says what to do."""
        return bool(self.tokens) and not (self.remark or self.negated)


def split(tokens: Sequence[Token], index: Index) -> list[Clause]:
    """The clauses in order, remarks and negated ones among them; `commands_in` applies the corrections."""
    found = [clause for segment in segments(tokens, index) if (clause := _clause(segment, index)) is not None]
    return _without_announcements(found, index)


def commands_in(clauses: Sequence[Clause]) -> list[Clause]:
    """The clauses that ask for something, corrections applied."""
    kept: list[Clause] = []
    for clause in clauses:
        if clause.takes_all_back:
            kept = []
        if clause.asks:
            replaced = kept.pop() if clause.correction and kept else None
            kept.append(replace(clause, replaces=replaced))
    return kept


def _clause(segment: Segment, index: Index) -> Clause | None:
    tokens = _trimmed(segment.tokens)
    nothing = Clause((), correction=segment.correction, takes_all_back=True) if segment.takes_all_back else None
    if not tokens:
        return nothing
    if negator_at(tokens, 0):
        return Clause(tuple(tokens), negated=True)
    tokens = remarks.active(tokens, index)
    remark, how_to = remarks.is_remark(tokens, index), remarks.is_how_to(tokens)
    if not remark:
        tokens = remarks.without_reason(tokens, index)
    if how_to:
        tokens = [each for each in tokens if each.word not in _ASKS_HOW]
    if _says_nothing(tokens):
        return nothing
    back = segment.takes_all_back
    return Clause(tuple(tokens), remark, False, segment.correction, back, how_to, segment.head)


def _says_nothing(tokens: Sequence[Token]) -> bool:
    silent = all(each.mark or (each.word in lexicon.SILENT and not each.quoted) for each in tokens)
    return silent and not any(each.word in lexicon.PRONOUNS for each in tokens)


def _trimmed(tokens: Sequence[Token]) -> list[Token]:
    """Without joining words and marks at either end."""
    first, last = 0, len(tokens)
    while first < last and not tokens[first].quoted and (tokens[first].mark or tokens[first].word in _JOINERS):
        first += 1
    while last > first and (tokens[last - 1].mark or tokens[last - 1].word in ("and", "but", "so")):
        last -= 1
    return list(tokens[first:last])


def _without_announcements(clauses: list[Clause], index: Index) -> list[Clause]:
    """Heads that only announce what follows ("Urgent:", "High memory alert.") made remarks."""
    kept: list[Clause] = []
    for position, clause in enumerate(clauses):
        later = any(each.asks for each in clauses[position + 1 :])
        short = 0 < len(clause.tokens) <= _MOST_LEAD and not clause.negated
        speaks = any(index.knows(each.word) or each.word in lexicon.SHOW_VERBS for each in clause.tokens)
        alarm = any(each.word in lexicon.REMARKABLE for each in clause.tokens)
        announces = later and short and (alarm or (clause.head and not speaks))
        kept.append(Clause(clause.tokens, remark=True) if announces else clause)
    return kept
