"""What a clause is about: the names it mentions, the conditions it sets, everything, or "it"."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from command_gateway.operation import Kind
from command_gateway.planners._language import lexicon
from command_gateway.planners._language.index import Index
from command_gateway.planners._language.lexicon import word_set
from command_gateway.planners._language.lookup import Lookup
from command_gateway.planners._language.mentions import QUANTIFIERS, Mention, find
from command_gateway.planners._language.slots import Slot, SlotKind
from command_gateway.planners._language.text import Token
from command_gateway.selector import Condition, Pick, Selector

EXCEPT = word_set("except excluding besides all-but everything-but minus")
_GROUPS = QUANTIFIERS | lexicon.PLURAL_NOUNS
_JOINS = frozenset((",", "and", "plus", "or", "&", "also"))
_WHOLE = word_set("everything everyone")


@dataclass(slots=True)
class About:
    """The targets of a clause as far as its words tell, and the tokens that tell it."""

    kind: Kind
    mentions: list[Mention] = field(default_factory=list)
    conditions: list[Condition] = field(default_factory=list)
    everything: bool = False
    one: bool = False  # "it", "the service", "this container"
    pronoun: bool = False
    many: bool = False  # "containers", "the services"
    several: bool = False
    excluded: Selector | None = None
    pick: Pick | None = None
    used: set[int] = field(default_factory=set)
    unread_exception: bool = False
    unclear: str = ""  # why the words do not settle whom they mean

    @property
    def named(self) -> bool:
        """Whether the words themselves say which, and not just "it"."""
        return bool(self.mentions or self.conditions or self.everything)

    def selector(self) -> Selector | None:
        """The selector that the words amount to; None where they leave it to the request's target."""
        if not self.named:
            return None
        several = self.several or any(each.several for each in self.mentions) or self.pick is not None
        return Selector(
            kind=self.kind,
            names=tuple(dict.fromkeys(each.text for each in self.mentions if each.exact)),
            mentions=tuple(dict.fromkeys(each.text for each in self.mentions if not each.exact)),
            conditions=tuple(dict.fromkeys(self.conditions)),
            everything=self.everything and not self.conditions and not self.mentions,
            several=several and any(not each.exact for each in self.mentions),
            excluded=self.excluded,
            pick=self.pick,
        )


def read(
    tokens: Sequence[Token],
    slots: Sequence[Slot],
    lookup: Lookup,
    kind: Kind,
    index: Index,
    *,
    target: bool,
    picks: bool = False,
) -> About:
    """What the clause says of its targets.

    `target` tells that the request carries one beside its text, `picks` that "the first two" may narrow them.
    """
    cut = next((at for at, each in enumerate(tokens) if _is_exception(tokens, at)), len(tokens))
    about = _plainly(tokens, slots, lookup, kind, index, range(cut), target=target, picks=picks)
    _settle(about, tokens, cut)
    if cut < len(tokens):
        rest = range(cut + 1, len(tokens))
        left_out = _plainly(tokens, slots, lookup, kind, index, rest, target=False, picks=True)
        about.used |= left_out.used | {cut}
        if tokens[cut].word in ("all-but", "everything-but"):
            about.everything = True
        _leave_out(about, left_out)
    return about


def _settle(about: About, tokens: Sequence[Token], end: int) -> None:
    """Notes what makes it unclear who is meant, and drops a state that only describes who is named."""
    for first, second in pairwise(about.mentions):
        if not any(each.word in _JOINS for each in tokens[first.end : second.start]):
            about.unclear = f"is {first.text!r} meant, or {second.text!r}?"
    for at in range(end - 1):
        mentioned = any(each.start <= at + 1 < each.end for each in about.mentions)
        new_name = tokens[at].word in ("named", "called") and not mentioned and not tokens[at + 1].mark
        if new_name and tokens[at + 1].word not in lexicon.SILENT:
            about.unclear = f"nothing is called {tokens[at + 1].text!r}"
    if about.mentions and about.conditions:
        describes = {each.key for each in about.conditions} <= {"status", "health"}
        if describes and not any(len(each.found) > 1 for each in about.mentions):
            about.conditions = []
        else:
            about.unclear = "name the containers, or say what they have in common, not both"


def structure(tokens: Sequence[Token]) -> set[int]:
    """The positions of words that the reading of targets answers for: exceptions and picks."""
    found: set[int] = set()
    excepted = False
    for at, token in enumerate(tokens):
        exception = _is_exception(tokens, at)
        picks = token.word == "first" or (token.word == "last" and excepted) or token.word in ("one", "ones")
        excepted = excepted or exception
        if exception or picks:
            found.add(at)
    return found


def _is_exception(tokens: Sequence[Token], at: int) -> bool:
    if tokens[at].word in EXCEPT and not tokens[at].quoted:
        return True
    return tokens[at].word == "but" and any(each.word in _GROUPS for each in tokens[:at])


def _leave_out(about: About, left_out: About) -> None:
    """Narrows `about` by an exception: some of the same ("the first one"), or others by name or condition."""
    if left_out.pick is not None:
        about.pick = Pick(left_out.pick.end, left_out.pick.count, keep=False)
        if left_out.mentions and not about.mentions:
            about.mentions, about.everything, about.several = left_out.mentions, False, True
        if left_out.conditions and not about.conditions:
            about.conditions, about.everything = left_out.conditions, False
        return
    about.excluded = left_out.selector()
    about.unread_exception = about.excluded is None


def _plainly(
    tokens: Sequence[Token],
    slots: Sequence[Slot],
    lookup: Lookup,
    kind: Kind,
    index: Index,
    within: range,
    *,
    target: bool,
    picks: bool,
) -> About:
    about, start, end = About(kind), within.start, within.stop
    blocked = {at for slot in slots for at in range(slot.start, slot.end)}
    blocked |= set(range(start)) | set(range(end, len(tokens)))
    about.mentions = find(tokens, lookup, kind, index, blocked, target=target)
    for mention in about.mentions:
        about.used |= set(range(mention.start, mention.end))
    if kind is Kind.CONTAINER:
        for slot in slots:
            if slot.kind is SlotKind.CONDITION and start <= slot.start < end:
                about.conditions += slot.value
                about.used |= set(range(slot.start, slot.end))
    if picks:
        _read_pick(about, tokens, slots, start, end)
    _read_nouns(about, tokens, kind, start, end)
    return about


def _read_nouns(about: About, tokens: Sequence[Token], kind: Kind, start: int, end: int) -> None:
    singular, plural = _nouns(kind)
    quantified = False
    for at in range(start, end):
        word = tokens[at].word
        if at in about.used or tokens[at].quoted:
            continue
        if word in lexicon.SOME:
            about.many = True
            about.used.add(at)
        elif word in QUANTIFIERS:
            quantified = True
            about.everything = about.everything or word in _WHOLE
            about.used.add(at)
        elif word in plural:
            about.many = True
            about.everything = about.everything or (quantified and not about.mentions)
            about.used.add(at)
        elif word in singular:
            if at and tokens[at - 1].word in ("which", "what"):
                about.many = True
            elif quantified and not about.mentions:
                about.everything = True
            else:
                about.one = True
            about.used.add(at)
        elif word in lexicon.PRONOUNS and word not in ("that", "their", "those", "these"):
            about.one = about.pronoun = True
    bare_all = end > start and tokens[end - 1].word == "all" and not (about.one or about.many)
    about.everything = (about.everything or bare_all) and not about.mentions


def _nouns(kind: Kind) -> tuple[frozenset[str], frozenset[str]]:
    if kind is Kind.CONTAINER:
        return lexicon.NOUNS, lexicon.PLURAL_NOUNS
    return frozenset({str(kind)}), frozenset({f"{kind}s"})


def _read_pick(about: About, tokens: Sequence[Token], slots: Sequence[Slot], start: int, end: int) -> None:
    """ "the first one", "the last two", "the first worker"."""
    counts = {slot.start: slot for slot in slots if slot.kind is SlotKind.COUNT}
    for at in range(start, end):
        word = tokens[at].word
        if word not in ("first", "last") or at in about.used:
            continue
        count = counts.get(at + 1)
        following = tokens[at + 1].word if at + 1 < end else ""
        many = count is not None and (count.end >= end or count.end in about.used or _is_noun(tokens[count.end].word))
        if count is not None and many:
            about.pick = Pick("first" if word == "first" else "last", count.value)
            about.used |= set(range(at, count.end))
        elif following in ("one", "") or following in lexicon.NOUNS or at + 1 in about.used:
            about.pick = Pick("first" if word == "first" else "last", 1)
            about.used |= {at} | ({at + 1} if following == "one" else set())


def _is_noun(word: str) -> bool:
    return word in lexicon.NOUNS or word in lexicon.PLURAL_NOUNS or word in ("one", "ones", "of")
