"""What people call things, matched with what the things are called: "the predictor" is market-predictor."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import OSA
from rapidfuzz.fuzz import ratio

_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_FILLERS = frozenset(
    ("a", "an", "any", "the", "that", "this", "our", "my", "your", "its", "their", "one", "of", "container")
) | {"containers", "service", "services"}
_GENERIC = frozenset(
    ("thing", "things", "guy", "box", "app", "apps", "application", "server", "instance", "instances", "process", "pod")
)
_SHORT_FOR = {
    "db": "database", "pg": "postgres", "svc": "service", "srv": "server", "lb": "loadbalancer", "mq": "queue",
    "cfg": "config", "mgr": "manager", "fe": "frontend", "be": "backend", "prod": "production", "k8s": "kubernetes",
}  # fmt: skip
_MOST_CANDIDATES = 5
_NEAR = 55.0  # of 100; how alike a name must be to be offered instead
_CLEARLY = 0.1  # how much better the best must fit than the next to be meant alone
_SHORTEST_TYPO = 4  # letters below which a different letter is a different word
_SHORTEST_PREFIX = 3
_JOINED_ALIKE = 88.0  # of 100, for names written in one word


class Verdict(StrEnum):
    """How many names a mention can mean."""

    UNIQUE = "unique"
    AMBIGUOUS = "ambiguous"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Match:
    """The names that a mention fits (`best`), and those that come near (`candidates`, the best first)."""

    best: tuple[str, ...]
    verdict: Verdict
    candidates: tuple[str, ...]


@lru_cache(maxsize=8192)
def parts(name: str) -> tuple[str, ...]:
    """The words inside a name, in lower case: checkoutAPI-v2 is checkout, api, v, 2."""
    return tuple(part.lower() for part in _PART.findall(name))


def match(mention: str, names: Sequence[str]) -> Match:
    """The names that `mention` fits; several when it names a group or is too short to tell."""
    if mention in names:
        return Match((mention,), Verdict.UNIQUE, (mention,))
    said = _meaningful(parts(mention))
    scored = sorted(((fit(said, name), name) for name in names), key=lambda each: -each[0]) if said else []
    fitting = [(score, name) for score, name in scored if score > 0.0]
    if not fitting:
        return Match((), Verdict.NONE, _near(mention, names))
    best = tuple(name for score, name in fitting if score >= fitting[0][0] - _CLEARLY)
    verdict = Verdict.UNIQUE if len(best) == 1 else Verdict.AMBIGUOUS
    return Match(best, verdict, tuple(name for _, name in fitting[: max(_MOST_CANDIDATES, len(best))]))


@lru_cache(maxsize=65536)
def fit(said: tuple[str, ...], name: str) -> float:
    """How well the words `said` fit `name`: 0 not at all, about 1 for some of its words, 2 for all of them."""
    own = parts(name)
    if said == own or "".join(said) == "".join(own):
        return 2.0
    if len(said) == len(own) and sorted(said) == sorted(own):
        return 1.8
    found = [max((word_fit(word, part) for part in own), default=0.0) for word in said]
    if not found or min(found) == 0.0:
        return 0.9 if _run_together(said, own) else 0.0
    whole = 0.5 if len(said) >= len(own) else 0.0
    return sum(found) / len(found) + whole


@lru_cache(maxsize=65536)
def word_fit(said: str, part: str) -> float:
    """How well one word fits one part of a name: 1 the same, less for plurals, beginnings and typing errors."""
    if said == part:
        return 1.0
    if said.isdigit() or part.isdigit():
        return 0.0
    if singular(said) == singular(part):
        return 0.95
    if singular(said) in (_SHORT_FOR.get(part), part) or singular(part) == _SHORT_FOR.get(singular(said)):
        return 0.9
    if len(said) >= _SHORTEST_PREFIX and part.startswith(said):
        return 0.8
    if min(len(said), len(part)) < _SHORTEST_TYPO or said[0] != part[0]:
        return 0.0
    allowed = 1 if len(part) < 8 else 2
    return 0.75 if OSA.distance(said, part, score_cutoff=allowed) <= allowed else 0.0


def singular(word: str) -> str:
    """The word without a plural ending: proxies is proxy, workers is worker, status stays."""
    if len(word) <= 3 or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith(("ches", "shes", "xes", "sses")) and not word.endswith("aches"):
        return word[:-2]
    return word.removesuffix("s")


def _meaningful(words: tuple[str, ...]) -> tuple[str, ...]:
    plain = tuple(word for word in words if word not in _FILLERS) or words
    return tuple(word for word in plain if word not in _GENERIC) or plain


def _run_together(said: tuple[str, ...], own: tuple[str, ...]) -> bool:
    """Whether it is the name in other pieces, but for a typing error: "chekoutapi"."""
    left, right = "".join(said), "".join(own)
    same_numbers = re.findall(r"\d+", left) == re.findall(r"\d+", right)
    return min(len(left), len(right)) >= 6 and same_numbers and ratio(left, right) >= _JOINED_ALIKE


def _near(mention: str, names: Sequence[str]) -> tuple[str, ...]:
    said = " ".join(parts(mention))
    spelled = {name: " ".join(parts(name)) for name in names}
    found = process.extract(said, spelled, scorer=ratio, limit=_MOST_CANDIDATES, score_cutoff=_NEAR)
    return tuple(name for _, _, name in found)
