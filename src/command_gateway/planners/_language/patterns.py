"""Sequences of words looked up by their first word, which is faster than to try each in turn."""

from collections.abc import Iterable, Mapping, Sequence

from command_gateway.planners._language.text import Token

Words = tuple[str, ...]
Patterns = Mapping[str, tuple[Words, ...]]


def patterns(*said: str) -> Patterns:
    """Fixed expressions by their first word, the order among them kept."""
    found: dict[str, tuple[Words, ...]] = {}
    for each in said:
        words = tuple(each.split())
        found[words[0]] = (*found.get(words[0], ()), words)
    return found


def match(known: Patterns, tokens: Sequence[Token], at: int) -> Words | None:
    """The first of the expressions that stands at `at`."""
    if at >= len(tokens):
        return None
    for words in known.get(tokens[at].word, ()):
        window = tokens[at : at + len(words)]
        if len(window) == len(words) and all(map(_is, window, words)):
            return words
    return None


def after(tokens: Sequence[Token], at: int) -> str:
    """The word that follows position `at`; empty at the end."""
    return tokens[at + 1].word if at + 1 < len(tokens) else ""


def starts_of(said: Iterable[str]) -> frozenset[Words]:
    """Fixed expressions as a set."""
    return frozenset(tuple(each.split()) for each in said)


def _is(token: Token, word: str) -> bool:
    return token.word == word and not token.quoted
