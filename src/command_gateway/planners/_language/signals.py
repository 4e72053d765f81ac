"""Signals: SIGHUP, "a HUP signal", "signal 9", -9."""

from collections.abc import Sequence

from command_gateway.planners._language.lexicon import word_set
from command_gateway.planners._language.text import Token

_NAMES = word_set("HUP INT QUIT ABRT KILL USR1 USR2 ALRM TERM CONT STOP TSTP WINCH PIPE TRAP CHLD PWR")
_NUMBERS = {1: "HUP", 2: "INT", 3: "QUIT", 6: "ABRT", 9: "KILL", 10: "USR1", 12: "USR2", 14: "ALRM", 15: "TERM"}
_SAID = {"hangup": "HUP", "interrupt": "INT", "hang-up": "HUP", "termination": "TERM"}
_FILLERS = word_set("a an the of number no.")
_UNMISTAKABLE = word_set("HUP USR1 USR2 TERM WINCH QUIT ABRT INT TSTP ALRM")


def signal_at(tokens: Sequence[Token], at: int) -> tuple[str, int] | None:
    """The signal that starts at position `at` as SIGNAME, and the position after it."""
    token = tokens[at]
    if token.mark:
        return None
    word = token.text.upper()
    if word.startswith("SIG") and word[3:].lstrip("-") in _NAMES:
        return f"SIG{word[3:].lstrip('-')}", _past(tokens, at + 1, "signal")
    if word == "SIG" and at + 1 < len(tokens) and tokens[at + 1].text.upper() in _NAMES:
        return f"SIG{tokens[at + 1].text.upper()}", at + 2
    if token.word.lstrip("-") in ("9", "15") and token.word.startswith("-"):
        return f"SIG{_NUMBERS[int(token.word[1:])]}", at + 1
    if token.word == "signal":
        return _after_the_word(tokens, at + 1)
    named = _SAID.get(token.word, word)
    if named in _NAMES and (_signal_follows(tokens, at + 1) or (named in _UNMISTAKABLE and token.text.isupper())):
        return f"SIG{named}", _past(tokens, at + 1, "signal")
    return None


def _after_the_word(tokens: Sequence[Token], here: int) -> tuple[str, int] | None:
    while here < len(tokens) and tokens[here].word in _FILLERS:
        here += 1
    if here >= len(tokens):
        return None
    word = tokens[here].text.upper().removeprefix("SIG")
    if word.isdigit() and int(word) in _NUMBERS:
        return f"SIG{_NUMBERS[int(word)]}", here + 1
    return (f"SIG{word}", here + 1) if word in _NAMES else None


def _signal_follows(tokens: Sequence[Token], here: int) -> bool:
    return here < len(tokens) and tokens[here].word in ("signal", "signals")


def _past(tokens: Sequence[Token], here: int, word: str) -> int:
    return here + (here < len(tokens) and tokens[here].word == word)
