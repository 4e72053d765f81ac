"""Amounts of memory or disk: 512m, 2 GB, half a gig."""

import re
from collections.abc import Sequence

from command_gateway.planners._language.numbers import number_at
from command_gateway.planners._language.text import Token

_UNITS = {
    **dict.fromkeys(("b", "byte", "bytes"), "b"),
    **dict.fromkeys(("kb", "kib", "kilobyte", "kilobytes", "kilobytes"), "k"),
    **dict.fromkeys(("mb", "mib", "meg", "megs", "megabyte", "megabytes"), "m"),
    **dict.fromkeys(("gb", "gib", "gig", "gigs", "gigabyte", "gigabytes"), "g"),
    **dict.fromkeys(("tb", "tib", "terabyte", "terabytes"), "t"),
}
_SMALLER = {"t": "g", "g": "m", "m": "k", "k": "b"}
_COMPACT = re.compile(r"(\d+(?:\.\d+)?)(b|kb|kib|mb|mib|gb|gib|tb|tib|g)")


def size_at(tokens: Sequence[Token], at: int) -> tuple[str, int] | None:
    """The size that starts at position `at` in the CLI's form, and the position after it."""
    token = tokens[at]
    if token.mark or token.quoted:
        return None
    compact = _COMPACT.fullmatch(token.word)
    if compact:
        return _size(float(compact[1]), _UNITS.get(compact[2], compact[2])), at + 1
    number, here = (0.5, at + 1) if token.word == "half" else number_at(tokens, at) or (1.0, at)
    if here == at and token.word not in ("a", "an"):
        return None
    while here < len(tokens) and tokens[here].word in ("a", "an", "of"):
        here += 1
    unit = _UNITS.get(tokens[here].word) if here < len(tokens) else None
    return (_size(number, unit), here + 1) if unit else None


def _size(number: float, unit: str) -> str:
    if number != int(number) and unit in _SMALLER:
        number, unit = number * 1024, _SMALLER[unit]
    return f"{int(number)}{unit}"
