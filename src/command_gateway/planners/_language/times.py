"""Moments: 10 minutes ago, 14:30, yesterday, 2026-11-23T06:35:48Z. Times without a zone are UTC."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta

from command_gateway.planners._language.durations import duration_at, go_duration
from command_gateway.planners._language.lexicon import word_set
from command_gateway.planners._language.text import Token

_STAMP = re.compile(r"\d{4}-\d\d-\d\d(?:t\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:z|[+-]\d\d:\d\d)?)?")
_CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?(am|pm|z)?|(1[0-2]|[1-9])(am|pm)")
_EPOCH = re.compile(r"1\d{9}")
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_NAMED_HOURS = {"midnight": 0, "noon": 12, "midday": 12}
_PAST = word_set("ago back earlier")


def moment_at(tokens: Sequence[Token], at: int, now: datetime) -> tuple[str, int] | None:
    """The moment that starts at position `at` in the form of --since, and the position after it."""
    if tokens[at].mark:
        return None
    ago = _ago(tokens, at)
    if ago is not None:
        return ago
    dated = _dated(tokens, at, now)
    if dated is not None:
        return dated
    clock = _clock(tokens, at)
    if clock is None:
        return None
    found, here = clock
    day, here = _day_after(tokens, here, now)
    moment = datetime.combine(day or now.date(), found, UTC)
    if day is None and moment > now:
        moment -= timedelta(days=1)
    return _form(moment), here


def _ago(tokens: Sequence[Token], at: int) -> tuple[str, int] | None:
    span = duration_at(tokens, at)
    if span is None or span[1] >= len(tokens) or tokens[span[1]].word not in _PAST:
        return None
    return go_duration(span[0]), span[1] + 1


def _dated(tokens: Sequence[Token], at: int, now: datetime) -> tuple[str, int] | None:
    word = tokens[at].word
    if _STAMP.fullmatch(word):
        following = tokens[at + 1].word if at + 1 < len(tokens) else ""
        if len(word) == 10 and (clock := _CLOCK.fullmatch(following)) and clock[1]:
            return f"{word}T{int(clock[1]):02}:{clock[2]}:{clock[3] or '00'}Z", at + 2
        return _zoned(word.upper()), at + 1
    if _EPOCH.fullmatch(word):
        return word, at + 1
    day, here = _day_after(tokens, at, now)
    if day is None:
        return None
    clock_after = _clock(tokens, here + (here < len(tokens) and tokens[here].word == "at"))
    if clock_after is None:
        return _form(datetime.combine(day, time(), UTC)), here
    return _form(datetime.combine(day, clock_after[0], UTC)), clock_after[1]


def _clock(tokens: Sequence[Token], at: int) -> tuple[time, int] | None:
    if at >= len(tokens):
        return None
    word = tokens[at].word
    if word in _NAMED_HOURS:
        return time(_NAMED_HOURS[word]), at + 1
    following = tokens[at + 1].word if at + 1 < len(tokens) else ""
    half = following if following in ("am", "pm", "utc", "z") else ""
    found = _CLOCK.fullmatch(word + (half if half in ("am", "pm") else ""))
    if found is None:
        return None
    hour, minute, second = int(found[1] or found[5]), int(found[2] or 0), int(found[3] or 0)
    part = found[4] or found[6]
    if part in ("am", "pm"):
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if part == "pm" else 0)
    here = at + 1 + bool(half)
    return time(hour, minute, second), here + (here < len(tokens) and tokens[here].word == "utc")


def _day_after(tokens: Sequence[Token], at: int, now: datetime) -> tuple[datetime | None, int]:
    """The day that the words at `at` name: today, this morning, yesterday, monday."""
    here = at + (at < len(tokens) and tokens[at].word in ("on", "last", "this"))
    word = tokens[here].word if here < len(tokens) else ""
    if word == "yesterday":
        return now - timedelta(days=1), here + 1
    if word == "today" or (here > at and word in ("morning", "afternoon", "evening")):
        return now, here + 1
    if word in _DAYS:
        back = (now.weekday() - _DAYS.index(word)) % 7 or 7
        return now - timedelta(days=back), here + 1
    return None, at


def _zoned(stamp: str) -> str:
    has_zone = len(stamp) == 10 or stamp.endswith("Z") or re.search(r"[+-]\d\d:\d\d$", stamp)
    return stamp if has_zone else f"{stamp}Z"


def _form(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
