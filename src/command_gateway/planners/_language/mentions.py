"""The names that a clause mentions: exact ones, words of one, near ones, and groups of them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from command_gateway.operation import Kind
from command_gateway.planners._language import lexicon
from command_gateway.planners._language.index import Index
from command_gateway.planners._language.lexicon import word_set
from command_gateway.planners._language.lookup import LONGEST_NAME, Lookup
from command_gateway.planners._language.text import Token
from command_gateway.targets.names import Verdict, parts

QUANTIFIERS = word_set("all every each any both everything everyone")
_CUES = lexicon.NOUNS | lexicon.PLURAL_NOUNS | {"called", "named", "image", "images", "network", "volume"}
_BEFORE_A_NAME = word_set("of for on in from at to inside within against about a the")
_SMALL = word_set("the a an of in on my our your this that and s")


@dataclass(frozen=True, slots=True)
class Mention:
    """A name as it was said, at tokens `start` to `end`; `exact` when it is one to the letter."""

    text: str
    exact: bool
    start: int
    end: int
    found: tuple[str, ...]
    several: bool = False


def find(
    tokens: Sequence[Token], lookup: Lookup, kind: Kind, index: Index, blocked: Collection[int], *, target: bool
) -> list[Mention]:
    """The mentions of objects of one kind, left to right; `target` says that the request names one elsewhere."""
    found: list[Mention] = []
    at = 0
    while at < len(tokens):
        mention = None
        if at not in blocked and not tokens[at].mark:
            mention = _spelled(tokens, at, lookup, kind, index, blocked, target=target)
            mention = mention or _loose(tokens, at, lookup, kind, index, blocked)
        if mention is None:
            at += 1
        else:
            found.append(mention)
            at = mention.end
    return found


def is_plain(word: str, index: Index) -> bool:
    """Whether a word is English or an operation's before it is anybody's name."""
    return (
        word in lexicon.SILENT
        or word in lexicon.SHOW
        or word in lexicon.HEAVY
        or word in lexicon.LIGHT
        or word in lexicon.NOUNS
        or word in lexicon.PLURAL_NOUNS
        or index.knows(word)
    )


def _spelled(
    tokens: Sequence[Token],
    at: int,
    lookup: Lookup,
    kind: Kind,
    index: Index,
    blocked: Collection[int],
    *,
    target: bool,
) -> Mention | None:
    """A name to the letter, or its words side by side."""
    for end in range(min(at + LONGEST_NAME, len(tokens)), at + 1, -1):
        run = tokens[at:end]
        taken = any(each in blocked for each in range(at, end))
        if taken or run[0].word in _SMALL or any(each.mark or each.quoted for each in run):
            continue
        name = lookup.spelled([each.text for each in run], kind)
        if name is not None:
            return Mention(" ".join(each.text for each in run), False, at, end, (name,))
    token = tokens[at]
    name = lookup.exact(token.text, kind)
    if name is None or not _meant_as_name(tokens, at, index, target=target):
        return None
    return Mention(name, True, at, at + 1, (name,))


def _meant_as_name(tokens: Sequence[Token], at: int, index: Index, *, target: bool) -> bool:
    token = tokens[at]
    before = tokens[at - 1].word if at else ""
    after = tokens[at + 1].word if at + 1 < len(tokens) else ""
    if token.quoted or not is_plain(token.word, index):
        return True
    if before in _CUES or (after in _CUES and token.word not in lexicon.SILENT):
        return True
    if token.word in lexicon.NOUNS:
        return not (target and before in ("the", "this", "that", "our", "my", "its"))
    last = at + 1 == len(tokens) or after in (",", "and")
    return before in _BEFORE_A_NAME - {"to", "a"} and last and token.word not in lexicon.SILENT and before != "the"


def _loose(
    tokens: Sequence[Token], at: int, lookup: Lookup, kind: Kind, index: Index, blocked: Collection[int]
) -> Mention | None:
    """The longest run from `at` whose words all fit one name, with a word in it that is not plain English."""
    best: Mention | None = None
    core = False
    for end in range(at + 1, min(at + LONGEST_NAME, len(tokens)) + 1):
        token = tokens[end - 1]
        if token.mark or (end - 1 in blocked and not token.word.isdigit()):
            break
        plain = is_plain(token.word, index) and not token.quoted
        if plain and (token.word in lexicon.SILENT or token.word in lexicon.HEAVY or token.word in lexicon.SHOW):
            break
        exactly = lexicon.is_known(token.word)  # "stuck" is no typing error of stock
        if not (token.word.isdigit() or lookup.has_word(token.text, kind, exactly=exactly)):
            break
        if token.word.isdigit() and end == at + 1:
            break
        core = core or not plain
        text = " ".join(each.text for each in tokens[at:end])
        match = lookup.match(text, kind)
        if match.verdict is Verdict.NONE:
            break
        if core:
            best = Mention(text, False, at, end, match.best, _is_group(tokens, at, end, match.best))
    return best


def _is_group(tokens: Sequence[Token], at: int, end: int, found: Sequence[str]) -> bool:
    """Whether several are meant: "both workers", "all of the workers", "the workers"."""
    before = [each.word for each in tokens[max(at - 4, 0) : at]]
    while before and before[-1] in _SMALL | lexicon.SILENT - QUANTIFIERS:
        before.pop()
    quantified = bool(before) and before[-1] in QUANTIFIERS and before[-1] != "any"
    following = tokens[end].word if end < len(tokens) else ""
    last = tokens[end - 1].word
    plural = lexicon.base(last) != last and not any(last in parts(name) for name in found)
    return quantified or following in lexicon.PLURAL_NOUNS or (plural and len(found) > 1)
