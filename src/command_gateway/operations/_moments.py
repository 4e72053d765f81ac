"""Times as operators give them, as the Engine API takes them: Unix seconds with up to nine digits after the point."""

import re
from datetime import UTC, datetime, timedelta

from command_gateway.values import date_of, seconds_of

_UNIX = re.compile(r"\d{1,11}(\.\d{1,9})?")


def unix_time(moment: str | None) -> str | None:
    """A `Moment` (10m, 2026-11-23T06:35:48Z, seconds) as Unix seconds; a time without a zone is UTC."""
    if moment is None or _UNIX.fullmatch(moment):
        return moment
    if moment[:4].isdigit() and moment[4:5] == "-":
        return f"{date_of(moment).timestamp():.9f}"
    return f"{(datetime.now(UTC) - timedelta(seconds=seconds_of(moment))).timestamp():.9f}"
