"""Ages, sizes and ids as the Docker CLI prints them."""

import re
from datetime import UTC, datetime

SHORT_ID = 12
_DECIMAL = ("B", "kB", "MB", "GB", "TB", "PB")
_BINARY = ("B", "KiB", "MiB", "GiB", "TiB", "PiB")


def short(identifier: str) -> str:
    """The first twelve characters of an id, without its algorithm."""
    return identifier.removeprefix("sha256:")[:SHORT_ID]


def duration(seconds: float) -> str:
    """A length of time in its largest unit: "About an hour", "3 weeks"."""
    whole = int(seconds)
    minutes, hours = whole // 60, int(seconds / 3600 + 0.5)
    if whole < 60:
        return "Less than a second" if whole < 1 else "1 second" if whole == 1 else f"{whole} seconds"
    if minutes < 60:
        return "About a minute" if minutes == 1 else f"{minutes} minutes"
    if hours < 48:
        return "About an hour" if hours == 1 else f"{hours} hours"
    if hours < 24 * 7 * 2:
        return f"{hours // 24} days"
    if hours < 24 * 30 * 2:
        return f"{hours // 24 // 7} weeks"
    if hours < 24 * 365 * 2:
        return f"{hours // 24 // 30} months"
    return f"{int(seconds / 3600) // 24 // 365} years"


def ago(moment: float | str) -> str:
    """How long ago a moment was, in Unix seconds or RFC 3339; "N/A" where it never was."""
    at = moment if isinstance(moment, float | int) else unix(moment)
    if at <= 0:
        return "N/A"
    return f"{duration(datetime.now(UTC).timestamp() - at)} ago"


def unix(moment: str) -> float:
    """The Unix seconds of an RFC 3339 text with up to nine digits of a second."""
    text = re.sub(r"(\.\d{6})\d+", r"\1", moment).replace("Z", "+00:00")
    try:
        return datetime.fromisoformat(text).timestamp()
    except (ValueError, OverflowError):
        return 0.0


def local(moment: float) -> str:
    """A moment as the CLI prints it in full: 2026-11-24 06:35:48 +0000 UTC."""
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%d %H:%M:%S +0000 UTC")


def size(count: float, digits: int = 4) -> str:
    """Bytes in powers of 1000, to `digits` significant digits: 1.23MB."""
    return _scaled(count, 1000.0, _DECIMAL, digits)


def binary_size(count: float) -> str:
    """Bytes in powers of 1024, to four significant digits: 1.232MiB."""
    return _scaled(count, 1024.0, _BINARY, 4)


def _scaled(count: float, base: float, units: tuple[str, ...], digits: int) -> str:
    at = 0
    while count >= base and at < len(units) - 1:
        count /= base
        at += 1
    return f"{count:.{digits}g}{units[at]}"


def ellipsis(text: str, longest: int) -> str:
    """At most `longest` characters, the cut marked."""
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def quoted(text: str) -> str:
    """The text in double quotes with escapes, as Go's strconv.Quote prints it."""
    named = {
        "\n": r"\n",
        "\t": r"\t",
        "\r": r"\r",
        "\a": r"\a",
        "\b": r"\b",
        "\f": r"\f",
        "\v": r"\v",
        '"': r"\"",
        "\\": r"\\",
    }
    return '"' + "".join(named.get(char) or (char if char.isprintable() else _escaped(char)) for char in text) + '"'


def _escaped(char: str) -> str:
    code = ord(char)
    return f"\\x{code:02x}" if code < 0x80 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
