"""Numbers, as digits or in words."""

from collections.abc import Sequence

from command_gateway.planners._language.text import Token

_UNITS = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16,
    "seventeen": 17, "eighteen": 18, "nineteen": 19, "dozen": 12,
}  # fmt: skip
_TENS = {
    "twenty": 20, "thirty": 30, "forty": 40, "fourty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80,
    "ninety": 90,
}  # fmt: skip
_POWERS = {"hundred": 100, "thousand": 1000, "k": 1000, "million": 1_000_000}
_VAGUE = {"couple": 2}  # "a few" says too little to become a number
_MOST_DIGITS = 12


def number_at(tokens: Sequence[Token], at: int) -> tuple[float, int] | None:
    """The number that starts at position `at`, and the position after it; None where none does."""
    token = tokens[at]
    if token.quoted or token.mark:
        return None
    plain = digits(token.word)
    if plain is not None:
        following = tokens[at + 1].word if at + 1 < len(tokens) else ""
        if following in ("hundred", "thousand", "million", "dozen"):
            return plain * (_POWERS.get(following) or _UNITS[following]), at + 2
        return plain, at + 1
    if token.word in ("a", "an"):
        return _after_article(tokens, at)
    return _in_words(tokens, at)


def digits(word: str) -> float | None:
    """The number that a word of digits is: 50, 1.5, 1,000 comes as two words; 2k is 2000."""
    factor = 1000 if word.endswith("k") and word[:-1].isdigit() else 1
    body = word[:-1] if factor > 1 else word
    if not body or len(body) > _MOST_DIGITS or not body.isascii():
        return None
    whole, _, fraction = body.partition(".")
    if not whole.isdigit() or (fraction and not fraction.isdigit()) or body.endswith("."):
        return None
    return float(body) * factor


def _after_article(tokens: Sequence[Token], at: int) -> tuple[float, int] | None:
    """ "a hundred", "a dozen", "a couple of"."""
    following = tokens[at + 1].word if at + 1 < len(tokens) else ""
    if following in _VAGUE:
        of = at + 2 < len(tokens) and tokens[at + 2].word == "of"
        return float(_VAGUE[following]), at + 2 + of
    if following in ("hundred", "thousand", "dozen", "million"):
        return float(_POWERS.get(following) or _UNITS[following]), at + 2
    return None


def _in_words(tokens: Sequence[Token], at: int) -> tuple[float, int] | None:
    total, current, here = 0, 0, at
    while here < len(tokens):
        parts = tokens[here].word.split("-")
        if all(part in _UNITS or part in _TENS for part in parts):
            current += sum(_UNITS.get(part) or _TENS.get(part, 0) for part in parts)
        elif parts[0] in _POWERS and len(parts) == 1 and parts[0] != "k":
            current = max(current, 1) * _POWERS[parts[0]]
            if _POWERS[parts[0]] >= 1000:
                total, current = total + current, 0
        elif not (parts == ["and"] and here > at and _continues(tokens, here)):
            break
        here += 1
    return (float(total + current), here) if here > at else None


def _continues(tokens: Sequence[Token], here: int) -> bool:
    """Whether "and" stands inside a number: "a hundred and twenty"."""
    inside = tokens[here - 1].word in ("hundred", "thousand")
    return inside and here + 1 < len(tokens) and tokens[here + 1].word in _UNITS | _TENS
