"""The kinds of value that parameters hold: checked and brought into one form wherever they come from."""

import re
from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, Field

_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.:/@-]*")
_MOMENT = re.compile(
    r"\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)?)?"
    r"|\d{1,11}(\.\d{1,9})?"
    r"|(?=.)(\d{1,6}(\.\d{1,6})?h)?(\d{1,6}(\.\d{1,6})?m)?(\d{1,9}(\.\d{1,6})?s)?(\d{1,9}ms)?"
)
_SIZE = re.compile(r"(\d{1,15}(?:\.\d{1,6})?)([bkmgt]?)(?:i?b)?")
_CPUS = re.compile(r"\d{0,4}\.\d{1,9}|\d{1,4}")
_DURATION = re.compile(r"(?=.)(\d{1,6}(\.\d{1,6})?h)?(\d{1,6}(\.\d{1,6})?m)?(\d{1,9}(\.\d{1,6})?s)?(\d{1,9}ms)?")
_SIGNAL = re.compile(r"(SIG)?([A-Z][A-Z0-9]{1,9}([+-]\d{1,2})?)")
_SIGNAL_NUMBERS = {1: "HUP", 2: "INT", 3: "QUIT", 6: "ABRT", 9: "KILL", 10: "USR1", 12: "USR2", 14: "ALRM", 15: "TERM"}
_SIGNALS = frozenset(
    [
        "HUP",
        "INT",
        "QUIT",
        "ILL",
        "TRAP",
        "ABRT",
        "BUS",
        "FPE",
        "KILL",
        "USR1",
        "SEGV",
        "USR2",
        "PIPE",
        "ALRM",
        "TERM",
        "STKFLT",
        "CHLD",
        "CONT",
        "STOP",
        "TSTP",
        "TTIN",
        "TTOU",
        "URG",
        "XCPU",
        "XFSZ",
        "VTALRM",
        "PROF",
        "WINCH",
        "IO",
        "PWR",
        "SYS",
    ]
)


def _name(value: str) -> str:
    if not _NAME.fullmatch(value):
        raise ValueError(f"{value!r} is not a name: letters, digits and _ . : / @ - only, not starting with a dash")
    return value


def _moment(value: str) -> str:
    if not value or not _MOMENT.fullmatch(value):
        raise ValueError(f"{value!r} is not a time: use 10m, 1h30m, 2026-11-23T06:35:48Z or seconds since 1970")
    if value[4:5] == "-":
        date_of(value)  # a day that no calendar has is no time either
    return value


def date_of(moment: str) -> datetime:
    """The date that a `Moment` in RFC 3339 form stands for; without a zone it is UTC. ValueError for 30 February."""
    found = datetime.fromisoformat(re.sub(r"(\.\d{6})\d+", r"\1", moment).replace("Z", "+00:00"))
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _signal(value: str) -> str:
    text = value.upper()
    if text.isdigit() and int(text) in _SIGNAL_NUMBERS:
        return f"SIG{_SIGNAL_NUMBERS[int(text)]}"
    found = _SIGNAL.fullmatch(text)
    if not found or found[2] not in _SIGNALS:
        raise ValueError(f"{value!r} is not a signal: use a name such as SIGHUP, or one of its numbers")
    return f"SIG{found[2]}"


def _pair(value: str) -> str:
    key, equals, rest = value.partition("=")
    if not key or not equals or not rest:
        raise ValueError(f"{value!r} is not key=value")
    return value


def _size(value: str) -> str:
    found = _SIZE.fullmatch(value.strip().lower())
    if not found:
        raise ValueError(f"{value!r} is not a size: use 512m, 2g or a number of bytes")
    return f"{found[1]}{found[2]}"


def _cpus(value: str) -> str:
    if not _CPUS.fullmatch(value):
        raise ValueError(f"{value!r} is not a number of processors: use 0.5, 2")
    return f"{float(value):g}"


def _duration(value: str) -> str:
    if not value or not _DURATION.fullmatch(value):
        raise ValueError(f"{value!r} is not a duration: use 30s, 1m30s, 500ms")
    return value


def seconds_of(duration: str) -> float:
    """The seconds that a `Duration` stands for."""
    units = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001}
    return sum(float(number) * units[unit] for number, unit in re.findall(r"([\d.]+)(ms|[hms])", duration))


def _plain(value: str) -> str:
    if not value.isprintable():
        raise ValueError("control characters are not allowed")
    return value


Name = Annotated[str, Field(min_length=1, max_length=255), AfterValidator(_name)]
"""The name or id of an object on the engine, or of one that is to be made."""

Moment = Annotated[str, Field(max_length=40), AfterValidator(_moment)]
"""A time as `--since` takes it: a Go duration back from now, RFC 3339, or Unix seconds."""

Signal = Annotated[str, Field(max_length=16), AfterValidator(_signal)]
"""A signal, held as SIGNAME."""

Seconds = Annotated[int, Field(ge=0, le=86_400)]
"""A duration in whole seconds, at most a day."""

Count = Annotated[int, Field(ge=0, le=1_000_000)]

Text = Annotated[str, Field(min_length=1, max_length=1_000), AfterValidator(_plain)]
"""One word of free text, as `--format` takes it."""

Size = Annotated[str, Field(max_length=24), AfterValidator(_size)]
"""An amount of memory or disk as the CLI takes it: 512m, 2g, or bytes."""

Cpus = Annotated[str, Field(max_length=12), AfterValidator(_cpus)]
"""A number of processors, such as 1.5."""

Duration = Annotated[str, Field(max_length=24), AfterValidator(_duration)]
"""A Go duration: 30s, 1m30s, 500ms."""

CommandWord = Annotated[str, Field(max_length=4_000), AfterValidator(_plain)]
"""One word of a command line that a program inside a container is given; it may be empty."""

Setting = Annotated[str, Field(min_length=1, max_length=4_000), AfterValidator(_plain)]
"""An option's value with a form of its own (host:container, key=value, type=bind,...); checked where it is used."""

Filter = Annotated[str, Field(max_length=300), AfterValidator(_plain), AfterValidator(_pair)]
"""A `key=value` filter; which keys an operation knows is its own validator's business."""


def filters_with(*known: str) -> AfterValidator:
    """A validator for a tuple of filters that admits the keys named, and says which those are."""

    def check(values: tuple[str, ...]) -> tuple[str, ...]:
        for value in values:
            if value.partition("=")[0].rstrip("!") not in known:
                raise ValueError(f"{value!r}: unknown filter; known are {', '.join(sorted(known))}")
        return values

    return AfterValidator(check)
