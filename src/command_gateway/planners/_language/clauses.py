"""A request's text as clauses: what is asked, in order, without what is only told, taken back or ruled out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from command_gateway.planners._language import lexicon
from command_gateway.planners._language.index import Index
from command_gateway.planners._language.text import Token

Words = tuple[str, ...]


def _by_first(patterns: Iterable[Words]) -> dict[str, tuple[Words, ...]]:
    """Word sequences by their first word, the order among them kept."""
    found: dict[str, tuple[Words, ...]] = {}
    for words in patterns:
        found[words[0]] = (*found.get(words[0], ()), words)
    return found


_STOPS = frozenset({";", ".", "!", "?", "\n", "&&"})
_JOINERS = frozenset("and but so also then , ; please finally next plus afterwards : or".split())
_STEPS = _by_first((("and", "then"), ("after", "that"), ("afterwards",), ("followed", "by"), ("then",), ("once", "done")))
_CORRECTIONS = _by_first((
    ("i", "mean"), ("i", "meant"), ("no", "wait"), ("wait", "no"), ("scratch", "that"), ("forget", "that"), ("forget", "it"),
    ("never", "mind"), ("nevermind",), ("or", "rather"), ("correction",), ("on", "second", "thought"),
    ("make", "that"), ("sorry",), ("wait",), ("oops",), ("strike", "that"), ("cancel", "that"),
))  # fmt: skip
_TAKES_ALL_BACK = frozenset({("scratch", "that"), ("forget", "that"), ("forget", "it"), ("never", "mind"), ("nevermind",),
                             ("strike", "that"), ("cancel", "that")})  # fmt: skip
_QUESTIONS = frozenset("is are was were does do did has have had can could will would should which what who how where "
                       "any whats whether".split())  # fmt: skip
_REASONS = _by_first((
    ("because",), ("due", "to"), ("owing", "to"), ("so", "that"), ("so", "we"), ("so", "i"), ("so", "it"), ("in", "order", "to"),
    ("on", "account", "of"), ("given",), ("considering",), ("in", "response", "to"), ("as", "part", "of"),
    ("caused", "by"), ("triggered", "by"), ("detected", "by"), ("for", "debugging"), ("for", "troubleshooting"),
    ("for", "investigation"), ("for", "further"), ("for", "analysis"), ("for", "maintenance"), ("for", "diagnosis"),
    ("for", "diagnostics"), ("following",), ("thanks", "to"), ("as", "a", "result"), ("for", "inspection"),
    ("as", "there"), ("after", "seeing"), ("after", "noticing"),
))  # fmt: skip
_SUBJECTS = frozenset("it they this that the we users customers there things someone people our my i".split())
_NEGATORS = _by_first((
    ("do", "not"), ("never",), ("no", "need", "to"), ("must", "not"), ("should", "not"), ("need", "not"),
    ("not", "to"), ("avoid",), ("refrain", "from"), ("without",), ("rather", "than"), ("instead", "of"), ("not",), ("no",),
))  # fmt: skip
_NEEDS = frozenset("needs need should must want wants require requires deserves get gets have has like".split())
_OPENERS = frozenset("without instead rather".split())  # boundaries that belong to what they begin
_ASKS_HOW = frozenset("how what which".split())
_EVENTS = frozenset("deploy deployment release update upgrade change changes rollout incident outage crash merge "
                    "migration alert alerts failure failover maintenance patch hotfix".split())  # fmt: skip
_TELLS = frozenset("because due since as given fyi note".split())
_PLACES = frozenset("in inside on for from within at with of".split())
_MOST_LEAD = 4  # words before a colon that announce what follows: "Urgent: restart web"


@dataclass(frozen=True, slots=True)
class Clause:
    """A stretch of the request. `remark` is told, not asked; `correction` replaces what was said before."""

    tokens: tuple[Token, ...]
    remark: bool = False
    negated: bool = False
    correction: bool = False
    takes_all_back: bool = False
    how_to: bool = False
    head: bool = False
    replaces: "Clause | None" = None


def split(tokens: Sequence[Token], index: Index) -> list[Clause]:
    """The clauses in order, remarks and negated ones among them; corrections applied by the planner."""
    found: list[Clause] = []
    for segment in _segments(tokens, index):
        clause = _clause(segment, index)
        if clause is not None:
            found.append(clause)
    return _without_announcements(found, index)


def commands_in(clauses: Sequence[Clause]) -> list[Clause]:
    """The clauses that ask for something, corrections applied."""
    kept: list[Clause] = []
    for clause in clauses:
        asked = bool(clause.tokens) and not (clause.remark or clause.negated)
        if clause.takes_all_back:
            kept = []
        replaced = kept.pop() if clause.correction and kept and asked else None
        if asked:
            kept.append(replace(clause, replaces=replaced))
    return kept


def is_imperative(tokens: Sequence[Token], at: int, index: Index) -> bool:
    """Whether a command begins at `at`, small words before its verb aside."""
    here = at
    while here < len(tokens) and not tokens[here].mark:
        word = tokens[here].word
        if _is_verb(word, index) and not tokens[here].quoted:
            return True
        if word not in lexicon.SILENT or word in ("the", "a", "an", "it", "in", "on", "at", "of", "for", "both", "all", "any", "to") and not _polite(tokens, here):
            return False
        here += 1
    return False


def _polite(tokens: Sequence[Token], at: int) -> bool:
    """Whether "to" or "a" belongs to a lead-in: "i would like to", "want to"."""
    return tokens[at].word == "to" and at > 0 and tokens[at - 1].word in ("want", "like", "need", "you", "able", "kind", "ahead", "love", "as", "try", "have", "going")


def _is_verb(word: str, index: Index) -> bool:
    return word in index.verbs or word in lexicon.SHOW_VERBS or word in lexicon.LIGHT or word in ("tail", "inspect", "exec", "ensure")


@dataclass(frozen=True, slots=True)
class _Segment:
    """A stretch between boundaries; `head` when a colon follows it, `correction` when it replaces what was before."""

    tokens: tuple[Token, ...]
    correction: bool = False
    takes_all_back: bool = False
    head: bool = False


def _segments(tokens: Sequence[Token], index: Index) -> list[_Segment]:
    found: list[_Segment] = []
    current: list[Token] = []
    correction = all_back = False
    at = 0
    while at < len(tokens):
        marker = _correction_at(tokens, at, first=not current and not found, after_break=not current)
        step = None if marker else _match(_STEPS, tokens, at)
        boundary = not marker and not step and _is_boundary(tokens, at, index, inside=bool(current))
        boundary = boundary and not (tokens[at].word == "," and _is_place(current, index))
        if not (marker or step or boundary):
            current.append(tokens[at])
            at += 1
            continue
        if current or all_back:
            found.append(_Segment(tuple(current), correction, all_back, head=tokens[at].word == ":"))
            current, correction, all_back = [], False, False
        if marker:
            correction, all_back = True, marker in _TAKES_ALL_BACK
        stays = boundary and tokens[at].word in _OPENERS
        if stays:
            current.append(tokens[at])
        at += len(marker or step or (1,))
    if current or all_back:
        found.append(_Segment(tuple(current), correction, all_back))
    return found


def _is_place(tokens: Sequence[Token], index: Index) -> bool:
    """Whether a stretch only says where: "in the cache container, run ..."."""
    first = next((each.word for each in tokens if each.word not in ("and", "then", ",")), "")
    return first in _PLACES and not any(index.verb(each.word) or each.word in lexicon.SHOW_VERBS for each in tokens)


def _is_boundary(tokens: Sequence[Token], at: int, index: Index, *, inside: bool) -> bool:
    token = tokens[at]
    if token.mark and token.word in _STOPS:
        return True
    if token.word == ":" and token.mark:
        return True
    if token.word in (",", "and", "but", "so", "plus", "while") and not token.quoted:
        if at + 1 < len(tokens) and _negator_at(tokens, at + 1):
            return token.word != "and" or _negates_verb(tokens, at + 1, index)
        if token.word == "," and at + 1 < len(tokens) and tokens[at + 1].word in ("and", "but", "so", "also"):
            return _is_boundary(tokens, at + 1, index, inside=inside)
        told = token.word != "and" and _is_told(tokens, at + 1)
        return told or is_imperative(tokens, at + 1, index) or _is_asked(tokens, at + 1, token.word)
    if inside and token.word in ("without", "rather", "instead"):
        negator = _negator_at(tokens, at)
        return bool(negator) and _negates_verb(tokens, at, index)
    return False


def _is_asked(tokens: Sequence[Token], at: int, joiner: str) -> bool:
    """Whether a question begins after a comma: ", is it running?"."""
    words = [each.word for each in tokens[at : at + 2]]
    asks = len(words) == 2 and words[0] in ("is", "are", "what", "which", "how", "does") and words[1] != "not"
    return asks and (joiner == "," or words[0] in ("what", "which", "how"))


def _is_told(tokens: Sequence[Token], at: int) -> bool:
    """Whether a statement begins: "it is stuck", "the api looks slow"."""
    words = [each.word for each in tokens[at : at + 5]]
    if not words or words[0] not in _SUBJECTS:
        return False
    return any(word in lexicon.STATIVE for word in words[1:])


def _correction_at(tokens: Sequence[Token], at: int, *, first: bool, after_break: bool) -> tuple[str, ...] | None:
    if first or tokens[at].quoted:
        return None
    words = _match(_CORRECTIONS, tokens, at)
    if words:
        awaits = words == ("wait",) and not after_break and _next_word(tokens, at) in ("for", "until")
        return None if awaits else words
    initial = after_break or (at > 0 and tokens[at - 1].word in (",", "no"))
    if initial and tokens[at].word in ("actually", "rather"):
        return (tokens[at].word,)
    if initial and tokens[at].word == "no" and at + 1 < len(tokens) and tokens[at + 1].mark:
        return ("no",)
    return None


def _next_word(tokens: Sequence[Token], at: int) -> str:
    return tokens[at + 1].word if at + 1 < len(tokens) else ""


def _clause(segment: _Segment, index: Index) -> Clause | None:
    tokens = _trimmed(segment.tokens)
    nothing = Clause((), correction=segment.correction, takes_all_back=True) if segment.takes_all_back else None
    if not tokens:
        return nothing
    if _negator_at(tokens, 0):
        return Clause(tuple(tokens), negated=True)
    tokens = _active(tokens, index)
    remark = _is_remark(tokens, index)
    how_to = _is_how_to(tokens)
    if not remark:
        tokens = [each for each in _without_reason(tokens, index) if not (how_to and each.word in _ASKS_HOW)]
    silent = all(each.mark or (each.word in lexicon.SILENT and not each.quoted) for each in tokens)
    if silent and not any(each.word in lexicon.PRONOUNS for each in tokens):
        return nothing
    return Clause(
        tuple(tokens), remark, False, segment.correction, segment.takes_all_back, how_to, segment.head
    )


def _trimmed(tokens: Sequence[Token]) -> list[Token]:
    """Without joining words and marks at either end."""
    first, last = 0, len(tokens)
    while first < last and not tokens[first].quoted and (tokens[first].mark or tokens[first].word in _JOINERS):
        first += 1
    while last > first and (tokens[last - 1].mark or tokens[last - 1].word in ("and", "but", "so")):
        last -= 1
    return list(tokens[first:last])


def _negator_at(tokens: Sequence[Token], at: int) -> tuple[str, ...] | None:
    while at < len(tokens) and tokens[at].word in ("please", "just", "also", "you", "kindly", "certainly", "definitely"):
        at += 1
    return _match(_NEGATORS, tokens, at)


def _negates_verb(tokens: Sequence[Token], at: int, index: Index) -> bool:
    """Whether the negator at `at` rules out an action ("without restarting it"), not a detail."""
    negator = _negator_at(tokens, at) or ()
    for each in tokens[at + len(negator) : at + len(negator) + 3]:
        if index.verb(each.word):
            return True
    return False


def _active(tokens: list[Token], index: Index) -> list[Token]:
    """A wish in the passive as the command that it is: "web needs to be restarted", "i want it stopped"."""
    if tokens[0].word in _QUESTIONS:
        return tokens
    for at, token in enumerate(tokens):
        verb = index.verb(token.word)
        if at == 0 or verb in (None, token.word):
            continue
        before = [each.word for each in tokens[:at]]
        wished = any(word in _NEEDS for word in before) and (
            before[-1] in ("be", "being", "needs", "getting") or token.word.endswith("ed")
        )
        if wished and "which" not in before and "that" not in before[-3:]:
            assert verb is not None
            rest = [each for each in (*tokens[:at], *tokens[at + 1 :]) if each.word not in _NEEDS | {"be", "to"}]
            active = Token(verb, verb, token.start, token.end)
            return [active, *rest]
    return tokens


def _is_remark(tokens: Sequence[Token], index: Index) -> bool:
    """Whether a stretch tells something rather than asks: a statement, or an alarm without a verb."""
    if tokens[0].word in _TELLS:
        return not any(each.word in ("ago", "log", "logs") for each in tokens)
    if tokens[0].word in _QUESTIONS or is_imperative(tokens, 0, index):
        return False
    for at, (before, each) in enumerate(pairwise(tokens[:9])):
        if each.word in lexicon.STATIVE and before.word not in ("i", "you", "we", "please", "which", "what", "that", "and"):
            asked = any(token.word in lexicon.SHOW_VERBS or token.word in ("which", "what", "if") for token in tokens[: at + 1])
            return not asked
    alarmed = any(each.word in lexicon.REMARKABLE for each in tokens)
    asks = any(each.word in index.verbs or each.word in lexicon.SHOW for each in tokens)
    return alarmed and not asks


def _without_reason(tokens: list[Token], index: Index) -> list[Token]:
    """The clause up to where it begins to say why."""
    for at in range(1, len(tokens)):
        if not any(index.knows(each.word) for each in tokens[:at]):
            continue
        if _is_reason(tokens, at, index) and not any(each.word in lexicon.EXCEPT for each in tokens[at:]):
            kept = tokens[:at]
            while kept and kept[-1].mark:
                kept.pop()
            return kept
    return tokens


def _is_reason(tokens: Sequence[Token], at: int, index: Index) -> bool:
    if tokens[at].quoted:
        return False
    if _match(_REASONS, tokens, at):
        return True
    word, following = tokens[at].word, _next_word(tokens, at)
    if word in ("after", "following") and any(each.word in _EVENTS for each in tokens[at + 1 : at + 4]):
        return True
    if word in ("since", "as") and (following in ("it", "they", "we", "this", "that", "users", "i") or _is_told(tokens, at + 1)):
        return True
    if word == "to" and following in lexicon.PURPOSES and tokens[at - 1].word not in ("how", "want", "like", "need", "you", "able"):
        return not (following in index.verbs and tokens[at - 1].word in ("ready",))
    return False


def _is_how_to(tokens: Sequence[Token]) -> bool:
    words = [each.word for each in tokens[:8]]
    for first, second in pairwise(words):
        if first == "how" and second in ("do", "can", "could", "would", "to", "should", "might"):
            return True
    return any(words[at : at + 3] in (["what", "is", "the"], ["which"]) and "command" in words for at in range(2))


def _without_announcements(clauses: list[Clause], index: Index) -> list[Clause]:
    """Heads that only announce what follows ("Urgent:", "High memory alert.") made remarks."""
    kept: list[Clause] = []
    for position, clause in enumerate(clauses):
        later = any(each.tokens and not each.remark and not each.negated for each in clauses[position + 1 :])
        short = 0 < len(clause.tokens) <= _MOST_LEAD and not clause.negated
        speaks = any(index.knows(each.word) or each.word in lexicon.SHOW_VERBS for each in clause.tokens)
        alarm = any(each.word in lexicon.REMARKABLE for each in clause.tokens)
        announces = later and short and (alarm or (clause.head and not speaks))
        kept.append(Clause(clause.tokens, remark=True) if announces else clause)
    return kept


def _match(patterns: Mapping[str, tuple[Words, ...]], tokens: Sequence[Token], at: int) -> Words | None:
    """The first of the word sequences that stands at `at`."""
    if at >= len(tokens):
        return None
    for words in patterns.get(tokens[at].word, ()):
        window = tokens[at : at + len(words)]
        if len(window) == len(words) and all(
            each.word == word and not each.quoted for each, word in zip(window, words, strict=True)
        ):
            return words
    return None
