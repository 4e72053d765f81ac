"""A request's text as tokens: quotes kept whole, contractions taken apart, spelling variants made one."""

import re
import unicodedata
from dataclasses import dataclass, replace

from command_gateway.planners._language.expressions import EXPRESSIONS, FIRST_WORDS, LONGEST_EXPRESSION, VARIANTS

_QUOTES = str.maketrans(
    {"\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"', "\u2013": "-", "\u2014": ";", "\u2026": " "}
)
_TOKEN = re.compile(
    r"""
    (?P<quoted>"[^"]{1,200}"|`[^`]{1,200}`|(?<!\w)'[^']{1,200}'(?!\w))
    |(?P<word>-{1,2}[A-Za-z][\w.=/:-]*|-\d{1,2}(?!\w)|[/.~]?[\w][\w.:/@=+%*-]*(?:'\w+)?|/)
    |(?P<mark>&&|[;,.!?:()\n])
    |(?P<other>\S)
    """,
    re.VERBOSE,
)
_NOT = {"won't": "will", "can't": "can", "shan't": "shall", "ain't": "is", "cannot": "can"}
_RUN_TOGETHER = {
    "dont": ("do", "not"), "doesnt": ("does", "not"), "isnt": ("is", "not"), "wont": ("will", "not"),
    "cant": ("can", "not"), "arent": ("are", "not"), "didnt": ("did", "not"), "whats": ("what", "is"),
    "hows": ("how", "is"), "wheres": ("where", "is"), "lets": ("let", "us"), "gimme": ("give", "me"),
    "lemme": ("let", "me"), "wanna": ("want", "to"), "gonna": ("going", "to"), "gotta": ("got", "to"),
    "thats": ("that", "is"), "theres": ("there", "is"), "im": ("i", "am"), "ive": ("i", "have"), "id's": ("ids",),
}  # fmt: skip
_ENDINGS = {"re": "are", "ve": "have", "ll": "will", "d": "would", "m": "am"}
_IS_AFTER = frozenset(["it", "that", "this", "what", "who", "how", "where", "there", "here", "he", "she"])


@dataclass(frozen=True, slots=True)
class Token:
    """One word: as it was written, and in lower case with variants made one. `end` is its end in the text."""

    text: str
    word: str
    start: int
    end: int
    quoted: bool = False
    mark: bool = False
    doubt: float = 1.0  # below 1 where a typing error was corrected


def normalise(text: str) -> str:
    """The text with plain quotes and dashes, compatibility forms folded, and nothing unprintable."""
    folded = unicodedata.normalize("NFKC", text).translate(_QUOTES)
    return "".join(char if char.isprintable() or char == "\n" else " " for char in folded)


def tokenise(text: str) -> list[Token]:
    """The tokens of a normalised text, in order."""
    found: list[Token] = []
    for hit in _TOKEN.finditer(text):
        if hit["quoted"]:
            inner = hit["quoted"][1:-1].strip()
            if inner:
                found.append(Token(inner, inner.lower(), hit.start(), hit.end(), quoted=True))
        elif hit["word"]:
            found += _word(hit["word"], hit.start())
        else:
            mark = hit[0]
            found.append(Token(mark, VARIANTS.get(mark, mark), hit.start(), hit.end(), mark=mark != "&"))
    return _merged(found)


def _merged(tokens: list[Token]) -> list[Token]:
    """Fixed expressions of several words as one: "off and on", "with the exception of"."""
    found: list[Token] = []
    at = 0
    while at < len(tokens):
        if tokens[at].word not in FIRST_WORDS:
            found.append(tokens[at])
            at += 1
            continue
        for size in range(min(LONGEST_EXPRESSION, len(tokens) - at), 0, -1):
            merged = EXPRESSIONS.get(tuple(each.word for each in tokens[at : at + size]))
            if merged and not tokens[at].quoted:
                found.append(Token(merged, merged, tokens[at].start, tokens[at + size - 1].end))
                at += size
                break
        else:
            found.append(tokens[at])
            at += 1
    return found


def _word(written: str, start: int) -> list[Token]:
    """A word without the punctuation that ends a sentence, which becomes a token of its own."""
    text = written.rstrip(".:-") if written.strip(".:-/") else written
    text = text.removesuffix("/") if len(text) > 1 and not text.startswith(("/", ".")) else text
    end = start + len(text)
    tokens = [Token(text, word, start, end) for word in _parts_of(text.lower())]
    tail = written[len(text) :]
    if tail[:1] in (".", ":"):
        tokens.append(Token(tail[0], tail[0], end, end + 1, mark=True))
    return _with_text(tokens)


def _with_text(tokens: list[Token]) -> list[Token]:
    """A stem before an apostrophe keeps its own letters as its text: "API's" is API."""
    if len(tokens) < 2 or "'" not in tokens[0].text:
        return tokens
    stem = replace(tokens[0], text=tokens[0].text[: len(tokens[0].word)])
    return [stem, *(replace(each, text=each.word) for each in tokens[1:])]


def _parts_of(word: str) -> tuple[str, ...]:
    if word in _RUN_TOGETHER:
        return _RUN_TOGETHER[word]
    if word.endswith("n't") or word in _NOT:
        return (_NOT.get(word, word[:-3]), "not")
    stem, apostrophe, ending = word.partition("'")
    if not apostrophe:
        return (VARIANTS.get(word, word),)
    if ending == "s":
        return (stem, "us") if stem == "let" else (stem, "is") if stem in _IS_AFTER else (stem, "'s")
    return (stem, _ENDINGS[ending]) if ending in _ENDINGS else (word,)
