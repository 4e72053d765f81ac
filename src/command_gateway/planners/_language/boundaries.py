"""Where one clause ends and the next begins: punctuation, steps, corrections, negations, imperatives."""

from collections.abc import Sequence
from dataclasses import dataclass

from command_gateway.planners._language import lexicon
from command_gateway.planners._language.index import Index
from command_gateway.planners._language.lexicon import word_set
from command_gateway.planners._language.patterns import Words, after, match, patterns, starts_of
from command_gateway.planners._language.text import Token

_STOPS = frozenset({";", ".", "!", "?", "\n", "&&", ":"})
_JOINERS = word_set(", and but so plus")
_STEPS = patterns("and then", "after that", "afterwards", "followed by", "then", "once done")
_CORRECTIONS = patterns(
    "i mean", "i meant", "no wait", "wait no", "scratch that", "forget that", "forget it", "never mind", "nevermind",
    "or rather", "correction", "on second thought", "make that", "sorry", "wait", "oops", "strike that", "cancel that",
)  # fmt: skip
_TAKES_ALL_BACK = starts_of(
    ("scratch that", "forget that", "forget it", "never mind", "nevermind", "strike that", "cancel that")
)
_NEGATORS = patterns(
    "do not", "never", "no need to", "must not", "should not", "need not", "not to", "avoid", "refrain from", "without",
    "rather than", "instead of", "not", "no",
)  # fmt: skip
_BEFORE_NEGATORS = word_set("please just also you kindly certainly definitely")
_OPENERS = word_set("without instead rather")  # boundaries that belong to what they begin
_PLACES = word_set("in inside on for from within at with of")
_SUBJECTS = word_set("it they this that the we users customers there things someone people our my i")
_BEFORE_TO = word_set("want like need you able kind ahead love as try have going")
_NO_LEAD = word_set("the a an it in on at of for both all any to")  # small words that begin no command
_VERBS_BESIDES = word_set("tail inspect exec ensure")


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch between boundaries; `head` when a colon follows it, `correction` when it replaces what was before."""

    tokens: tuple[Token, ...]
    correction: bool = False
    takes_all_back: bool = False
    head: bool = False


def segments(tokens: Sequence[Token], index: Index) -> list[Segment]:
    """The stretches between the boundaries, in order."""
    found: list[Segment] = []
    current: list[Token] = []
    correction = all_back = False
    at = 0
    while at < len(tokens):
        marker = _correction_at(tokens, at, first=not current and not found, after_break=not current)
        step = None if marker else match(_STEPS, tokens, at)
        boundary = not (marker or step) and _is_boundary(tokens, at, index, current)
        if not (marker or step or boundary):
            current.append(tokens[at])
            at += 1
            continue
        if current or all_back:
            found.append(Segment(tuple(current), correction, all_back, head=tokens[at].word == ":"))
            current, correction, all_back = [], False, False
        if marker:
            correction, all_back = True, marker in _TAKES_ALL_BACK
        elif tokens[at].word in _OPENERS:
            current.append(tokens[at])
        at += len(marker or step or (1,))
    if current or all_back:
        found.append(Segment(tuple(current), correction, all_back))
    return found


def is_imperative(tokens: Sequence[Token], at: int, index: Index) -> bool:
    """Whether a command begins at `at`, small words before its verb aside."""
    for here in range(at, len(tokens)):
        word = tokens[here].word
        if tokens[here].mark:
            return False
        if _is_verb(word, index) and not tokens[here].quoted:
            return True
        leads = word == "to" and here > 0 and tokens[here - 1].word in _BEFORE_TO
        if word not in lexicon.SILENT or (word in _NO_LEAD and not leads):
            return False
    return False


def is_told(tokens: Sequence[Token], at: int) -> bool:
    """Whether a statement begins: "it is stuck", "the api looks slow"."""
    words = [each.word for each in tokens[at : at + 5]]
    return bool(words) and words[0] in _SUBJECTS and any(word in lexicon.STATIVE for word in words[1:])


def negator_at(tokens: Sequence[Token], at: int) -> Words | None:
    """The words at `at` that rule out what follows them."""
    while at < len(tokens) and tokens[at].word in _BEFORE_NEGATORS:
        at += 1
    return match(_NEGATORS, tokens, at)


def _is_verb(word: str, index: Index) -> bool:
    return word in index.verbs or word in lexicon.SHOW_VERBS or word in lexicon.LIGHT or word in _VERBS_BESIDES


def _is_boundary(tokens: Sequence[Token], at: int, index: Index, current: Sequence[Token]) -> bool:
    token = tokens[at]
    if token.mark and token.word in _STOPS:
        return True
    if token.word in _JOINERS and not token.quoted:
        return not (token.word == "," and _is_place(current, index)) and _joins_clauses(tokens, at, index)
    return bool(current) and token.word in _OPENERS and _negates_verb(tokens, at, index)


def _joins_clauses(tokens: Sequence[Token], at: int, index: Index) -> bool:
    """Whether a comma or a conjunction stands between clauses, and not in a list of names."""
    joiner, following = tokens[at].word, after(tokens, at)
    if negator_at(tokens, at + 1):
        return joiner != "and" or _negates_verb(tokens, at + 1, index)
    if joiner == "," and following in ("and", "but", "so", "also"):
        return _joins_clauses(tokens, at + 1, index)
    told = joiner != "and" and is_told(tokens, at + 1)
    return told or is_imperative(tokens, at + 1, index) or _is_asked(tokens, at + 1, joiner)


def _is_place(tokens: Sequence[Token], index: Index) -> bool:
    """Whether a stretch only says where: "in the cache container, run ..."."""
    first = next((each.word for each in tokens if each.word not in ("and", "then", ",")), "")
    return first in _PLACES and not any(index.verb(each.word) or each.word in lexicon.SHOW_VERBS for each in tokens)


def _is_asked(tokens: Sequence[Token], at: int, joiner: str) -> bool:
    """Whether a question begins: ", is it running?"."""
    first, second = (tokens[at].word if at < len(tokens) else ""), after(tokens, at)
    if not second or second == "not":
        return False
    return first in ("what", "which", "how") or (joiner == "," and first in ("is", "are", "does"))


def _correction_at(tokens: Sequence[Token], at: int, *, first: bool, after_break: bool) -> Words | None:
    if first or tokens[at].quoted:
        return None
    words = match(_CORRECTIONS, tokens, at)
    if words:
        awaits = words == ("wait",) and not after_break and after(tokens, at) in ("for", "until")
        return None if awaits else words
    initial = after_break or tokens[at - 1].word in (",", "no")
    if initial and tokens[at].word in ("actually", "rather"):
        return (tokens[at].word,)
    if initial and tokens[at].word == "no" and at + 1 < len(tokens) and tokens[at + 1].mark:
        return ("no",)
    return None


def _negates_verb(tokens: Sequence[Token], at: int, index: Index) -> bool:
    """Whether the negator at `at` rules out an action ("without restarting it"), not a detail."""
    start = at + len(negator_at(tokens, at) or ())
    return any(index.verb(each.word) for each in tokens[start : start + 3])
