"""Spans of time: 30 seconds, half an hour, 1h30m, an hour and a half."""

import re
from collections.abc import Sequence

from command_gateway.planners._language.numbers import digits, number_at
from command_gateway.planners._language.text import Token

_UNITS = {
    **dict.fromkeys(("ms", "millisecond", "milliseconds", "millis"), 0.001),
    **dict.fromkeys(("s", "sec", "second", "seconds"), 1.0),
    **dict.fromkeys(("m", "min", "minute", "minutes"), 60.0),
    **dict.fromkeys(("h", "hr", "hour", "hours"), 3600.0),
    **dict.fromkeys(("d", "day", "days"), 86_400.0),
    **dict.fromkeys(("w", "week", "weeks"), 604_800.0),
}
_COMPACT = re.compile(r"(?:\d+(?:\.\d+)?(?:ms|[smhdw]|secs?|mins?|hrs?|hours?|minutes?|seconds?|days?))+", re.ASCII)
_COMPACT_PART = re.compile(r"(\d+(?:\.\d+)?)([a-z]+)")
_HYPHENED = re.compile(r"(\d+)-([a-z]+)")
_LONG_UNITS = frozenset(unit for unit in _UNITS if len(unit) > 1)


def duration_at(tokens: Sequence[Token], at: int) -> tuple[float, int] | None:
    """Seconds of the duration that starts at position `at`, and the position after it."""
    first = _one(tokens, at)
    if first is None:
        return None
    seconds, here = first
    while here < len(tokens):
        joined = here + (tokens[here].word in ("and", ",")) if here + 1 < len(tokens) else here
        more = _one(tokens, joined)
        if more is None or more[0] >= seconds:
            break
        seconds, here = seconds + more[0], more[1]
    return _and_a_half(tokens, seconds, here)


def go_duration(seconds: float) -> str:
    """Seconds as the Docker CLI takes them: 90 is 1m30s."""
    whole = round(seconds, 3)
    hours, rest = divmod(whole, 3600)
    minutes, rest = divmod(rest, 60)
    rest = round(rest, 3)
    parts = [f"{int(hours)}h" if hours else "", f"{int(minutes)}m" if minutes else "", f"{rest:g}s" if rest else ""]
    return "".join(parts) or "0s"


def _one(tokens: Sequence[Token], at: int) -> tuple[float, int] | None:
    if at >= len(tokens) or tokens[at].mark or tokens[at].quoted:
        return None
    word = tokens[at].word
    if _COMPACT.fullmatch(word):
        found = _COMPACT_PART.findall(word)
        return sum(float(number) * _UNITS[unit] for number, unit in found), at + 1
    hyphened = _HYPHENED.fullmatch(word)
    if hyphened and hyphened[2] in _LONG_UNITS:
        return int(hyphened[1]) * _UNITS[hyphened[2]], at + 1
    if word in _LONG_UNITS and at and tokens[at - 1].word in ("last", "past", "previous"):
        return _UNITS[word], at + 1  # "in the last hour"
    if word in ("half", "quarter"):
        return _fraction(tokens, at, 0.5 if word == "half" else 0.25)
    counted = number_at(tokens, at)
    if counted is None:
        return _article(tokens, at)
    number, here = counted
    if _is(tokens, here, "and") and _is(tokens, here + 1, "a") and _is(tokens, here + 2, "half"):
        number, here = number + 0.5, here + 3
    unit = _unit(tokens, here, after_digits=digits(tokens[at].word) is not None)
    return (number * unit, here + 1) if unit else None


def _article(tokens: Sequence[Token], at: int) -> tuple[float, int] | None:
    """ "a minute", "an hour", "a half hour"."""
    if tokens[at].word not in ("a", "an", "one"):
        return None
    if _is(tokens, at + 1, "half") or _is(tokens, at + 1, "quarter"):
        return _fraction(tokens, at + 1, 0.5 if tokens[at + 1].word == "half" else 0.25)
    unit = _unit(tokens, at + 1, after_digits=False)
    return (unit, at + 2) if unit else None


def _fraction(tokens: Sequence[Token], at: int, share: float) -> tuple[float, int] | None:
    """ "half an hour", "half a minute", "quarter of an hour", "half-hour" comes as one word."""
    here = at + 1
    while here < len(tokens) and tokens[here].word in ("a", "an", "of"):
        here += 1
    unit = _unit(tokens, here, after_digits=False)
    return (share * unit, here + 1) if unit else None


def _and_a_half(tokens: Sequence[Token], seconds: float, here: int) -> tuple[float, int]:
    """ "an hour and a half"."""
    last = _UNITS.get(tokens[here - 1].word, 0.0)
    if last and all(_is(tokens, here + step, word) for step, word in enumerate(("and", "a", "half"))):
        return seconds + last / 2, here + 3
    return seconds, here


def _unit(tokens: Sequence[Token], at: int, *, after_digits: bool) -> float:
    if at >= len(tokens) or tokens[at].mark:
        return 0.0
    word = tokens[at].word
    return _UNITS[word] if word in _LONG_UNITS or (after_digits and word in _UNITS) else 0.0


def _is(tokens: Sequence[Token], at: int, word: str) -> bool:
    return at < len(tokens) and tokens[at].word == word
