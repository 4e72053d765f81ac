"""Splits command text into words as a POSIX shell would, and refuses everything a shell would act on.

There is no shell behind the gateway; text that would need one is not a command that it takes.
"""

import re
from dataclasses import dataclass

from command_gateway.errors import InvalidCommand

# Ends at the first closing parenthesis outside quotes; the text inside is read strictly again, on its own.
_LISTING = re.compile(r"""\$\(\s*(docker\s(?:[^()`$"'\\]|'[^']*'|"[^"$`\\]*")*)\)""")
_FORBIDDEN = {
    ";": "one command at a time; join whole steps with &&",
    "|": "pipes need a shell; ask for the filter you want instead",
    "&": "background jobs need a shell; join whole steps with &&",
    "<": "redirects need a shell",
    ">": "redirects need a shell; the answer carries the output",
    "`": "command substitution needs a shell; only a $(docker ps -q ...) listing may stand for targets",
    "$": "variables and substitution need a shell; write the value, or a $(docker ps -q ...) listing as a target",
    "(": "sub-shells need a shell",
    ")": "sub-shells need a shell",
    "*": "put a pattern in quotes; the gateway expands none",
    "?": "put a pattern in quotes; the gateway expands none",
    "\n": "one command on one line; join whole steps with &&",
}
_ONLY_AT_START = {
    "#": "a comment needs a shell; put it in quotes",
    "~": "a home directory needs a shell to expand; write the whole path",
}
_EXPANDS = re.compile(r"\[[^\]]+\]|\{[^{}]*(,|\.\.)[^{}]*\}")
_PROTECTED_IN_DOUBLE_QUOTES = ('"', "\\", "$", "`")


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a command; `listing` when it is `$(docker ps -q ...)`, then `text` is the command inside."""

    text: str
    listing: bool = False


def split_steps(text: str) -> list[list[Word]]:
    """The words of each step of `text`, steps joined by && outside quotes.

    Raises:
        InvalidCommand: shell syntax, an open quote, a control character or an empty step; names the word.
    """
    return _Splitter(text).steps()


class _Splitter:
    """A cursor over the text; one method a construct."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._steps: list[list[Word]] = [[]]
        self._word: list[str] | None = None
        self._bare: list[str] = []  # the unquoted characters of the word, which a shell would expand

    def steps(self) -> list[list[Word]]:
        while self._at < len(self._text):
            self._one()
        self._end_word()
        if not any(self._steps):
            raise InvalidCommand("there is no command here", word=self._text.strip())
        if not all(self._steps):
            raise InvalidCommand("a step is empty: && joins two whole commands", word="&&")
        return self._steps

    def _one(self) -> None:
        char = self._text[self._at]
        if char in " \t":
            self._end_word()
            self._at += 1
        elif char in "'\"":
            self._quoted(char)
        elif char == "\\":
            self._escaped()
        elif self._text.startswith("&&", self._at):
            self._end_word()
            self._steps.append([])
            self._at += 2
        elif (listing := _LISTING.match(self._text, self._at)) is not None:
            self._listing(listing)
        else:
            self._plain(char)

    def _plain(self, char: str) -> None:
        reason = _FORBIDDEN.get(char) or (_ONLY_AT_START.get(char) if self._word is None else None)
        if reason:
            raise InvalidCommand(f"{self._around()!r}: {reason}", word=self._around())
        self._add(_printable(char))
        self._bare.append(char)
        self._at += 1

    def _escaped(self) -> None:
        following = self._text[self._at + 1 : self._at + 2]
        if not following or not following.isprintable():
            raise InvalidCommand("a backslash must be followed by the character it protects", word="\\")
        self._add(following)
        self._at += 2

    def _quoted(self, quote: str) -> None:
        self._add("")
        self._at += 1
        while (char := self._text[self._at : self._at + 1]) != quote:
            if not char:
                raise InvalidCommand(f"the quote {quote} is never closed", word=quote)
            if quote == '"':
                char = self._in_double_quotes(char)
            self._add(_printable(char))
            self._at += 1
        self._at += 1

    def _in_double_quotes(self, char: str) -> str:
        if char in "$`":
            raise InvalidCommand(f"{self._around()!r} inside double quotes needs a shell; use single quotes", word=char)
        following = self._text[self._at + 1 : self._at + 2]
        if char == "\\" and following in _PROTECTED_IN_DOUBLE_QUOTES:
            self._at += 1
            return following
        return char

    def _listing(self, found: re.Match[str]) -> None:
        after = self._text[found.end() : found.end() + 1]
        if self._word is not None or (after and after not in " \t&"):
            raise InvalidCommand("a listing must be a word of its own", word=found[0])
        self._steps[-1].append(Word(found[1].strip(), listing=True))
        self._at = found.end()

    def _add(self, text: str) -> None:
        if self._word is None:
            self._word = []
        self._word.append(text)

    def _end_word(self) -> None:
        if self._word is None:
            return
        word = "".join(self._word)
        if _EXPANDS.search("".join(self._bare)):
            raise InvalidCommand(f"{word!r}: put a pattern in quotes; the gateway expands none", word=word)
        self._steps[-1].append(Word(word))
        self._word = None
        self._bare = []

    def _around(self) -> str:
        """The run of characters at the cursor, for the message."""
        return re.split(r"\s", self._text[self._at :], maxsplit=1)[0][:40] or "newline"


def _printable(char: str) -> str:
    if char.isprintable():
        return char
    raise InvalidCommand(f"{char!r} is no character for a command: only printable ones and spaces are", word=repr(char))
