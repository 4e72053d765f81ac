"""The part of Go's text/template that people use with docker --format; anything else is refused by name."""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from command_gateway.errors import MalformedRequest
from command_gateway.presentation.table import table

LONGEST_OUTPUT = 4_000_000  # characters: a loop over a loop must end somewhere
_ACTION = re.compile(r"\{\{(- )?(.*?)( -)?\}\}", re.DOTALL)
_WORD = re.compile(r'"(?:[^"\\]|\\.)*"|`[^`]*`|\$?[\w.]+|:=|[(),|]|\S')
_ESCAPES = {r"\t": "\t", r"\n": "\n", r"\r": "\r"}
_BLOCKS = frozenset({"if", "range", "with"})


@dataclass(frozen=True, slots=True)
class _Text:
    text: str


@dataclass(frozen=True, slots=True)
class _Show:
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Block:
    kind: str
    words: tuple[str, ...]
    body: tuple[Any, ...]
    otherwise: tuple[Any, ...]


Names = Mapping[str, Any]


def render(template: str, value: Any) -> str:
    """`template` filled from `value`: what `docker inspect --format` prints for one object.

    Raises:
        MalformedRequest: a construct outside the part that is understood, or a field that is not there.
    """
    if template == "json":
        return _json(value)
    return _filled(_parsed(_unescaped(template)), value)


def formatted(template: str, headers: Mapping[str, str], rows: Sequence[Mapping[str, Any]]) -> str:
    """Rows as `docker ps --format` prints them: json, a template for each row, or `table TEMPLATE` with a header.

    Raises:
        MalformedRequest: as `render` does.
    """
    if template == "json":
        return "".join(f"{_escaped(_json(dict(sorted(row.items()))))}\n" for row in rows)
    aligned = template.startswith("table ")
    nodes = _parsed(_unescaped(template.removeprefix("table ").strip() if aligned else template))
    lines = [_filled(nodes, row) for row in rows]
    if not aligned:
        return "".join(f"{line}\n" for line in lines)
    header = _filled(nodes, _Headers(headers)).split("\t")
    return table(header, [line.split("\t") for line in lines])


class _Headers(dict[str, Any]):
    """Answers each field with its column's header; one without a header of its own by its name in capitals."""

    def __missing__(self, key: str) -> str:
        return key.upper()


def _unescaped(text: str) -> str:
    return re.sub(r"\\[tnr]", lambda found: _ESCAPES[found[0]], text)


def _parsed(template: str) -> tuple[Any, ...]:
    nodes, ended = _nodes(_pieces(template), top=True)
    assert ended == "end of template"
    return nodes


def _pieces(template: str) -> Iterator[_Text | tuple[str, ...]]:
    """Literal text and the words of each action; {{- and -}} take the white space beside them away."""
    at, trim = 0, False
    for found in _ACTION.finditer(template):
        text = template[at : found.start()]
        text = text.lstrip() if trim else text
        yield _Text(text.rstrip() if found[1] else text)
        words = tuple(_WORD.findall(found[2]))
        if not words or words[0].startswith("/*"):
            words = ("/*",)
        yield words
        at, trim = found.end(), bool(found[3])
    rest = template[at:]
    if "{{" in rest or "}}" in rest:
        raise MalformedRequest(f"--format: braces that do not match near {rest[:30]!r}", field="format")
    yield _Text(rest.lstrip() if trim else rest)


def _nodes(pieces: Iterator[Any], *, top: bool = False) -> tuple[tuple[Any, ...], str]:
    """Nodes up to the end of the block, and what ended it: end, else, or "else if ..."."""
    found: list[Any] = []
    for piece in pieces:
        if isinstance(piece, _Text):
            found.append(piece)
        elif piece[0] == "/*":
            continue
        elif piece[0] in ("end", "else"):
            if top:
                raise MalformedRequest(f"--format: {{{{{piece[0]}}}}} ends nothing", field="format")
            return tuple(found), " ".join(piece)
        elif piece[0] in _BLOCKS:
            found.append(_block(piece, pieces))
        else:
            found.append(_Show(piece))
    if not top:
        raise MalformedRequest("--format: a block is never ended; write {{end}}", field="format")
    return tuple(found), "end of template"


def _block(piece: tuple[str, ...], pieces: Iterator[Any]) -> _Block:
    body, ended = _nodes(pieces)
    otherwise: tuple[Any, ...] = ()
    if ended == "else":
        otherwise, ended = _nodes(pieces)
    elif ended.startswith("else "):
        otherwise = (_block(tuple(_WORD.findall(ended))[1:], pieces),)
    return _Block(piece[0], piece[1:], body, otherwise)


def _filled(nodes: Sequence[Any], value: Any) -> str:
    out = "".join(_walk(nodes, value, {"$": value}))
    if len(out) > LONGEST_OUTPUT:
        raise MalformedRequest("--format: the output is too long", field="format")
    return out


def _walk(nodes: Sequence[Any], dot: Any, names: Names) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, _Text):
            yield node.text
        elif isinstance(node, _Show):
            yield _printed(_pipeline(node.words, dot, names))
        elif node.kind == "range":
            yield from _ranged(node, dot, names)
        else:
            value = _pipeline(node.words, dot, names)
            inner = value if node.kind == "with" else dot
            yield from _walk(node.body, inner, names) if _true(value) else _walk(node.otherwise, dot, names)


def _ranged(node: _Block, dot: Any, names: Names) -> Iterator[str]:
    words, bound = list(node.words), []
    if ":=" in words:
        at = words.index(":=")
        bound, words = [word for word in words[:at] if word != ","], words[at + 1 :]
    value = _pipeline(tuple(words), dot, names) or []
    pairs = sorted(value.items()) if isinstance(value, Mapping) else list(enumerate(value))
    if not pairs:
        yield from _walk(node.otherwise, dot, names)
    for key, each in pairs:
        inner = dict(names)
        if bound:
            inner[bound[-1]] = each
        if len(bound) == 2:
            inner[bound[0]] = key
        yield from _walk(node.body, each, inner)


def _pipeline(words: tuple[str, ...], dot: Any, names: Names) -> Any:
    stages: list[list[str]] = [[]]
    depth = 0
    for word in words:
        depth += (word == "(") - (word == ")")
        if word == "|" and depth == 0:
            stages.append([])
        else:
            stages[-1].append(word)
    value: Any = None
    for number, stage in enumerate(stages):
        value = _call(stage, dot, names, [value] if number else [])
    return value


def _call(words: list[str], dot: Any, names: Names, last: list[Any]) -> Any:
    if not words:
        raise MalformedRequest("--format: an empty action", field="format")
    if words[0] in _FUNCTIONS:
        return _FUNCTIONS[words[0]](*_operands(words[1:], dot, names), *last)
    operands = _operands(words, dot, names)
    if len(operands) != 1 or last:
        raise MalformedRequest(f"--format: {words[0]!r} is no function that is known here", field="format")
    return operands[0]


def _operands(words: list[str], dot: Any, names: Names) -> list[Any]:
    found: list[Any] = []
    at = 0
    while at < len(words):
        if words[at] == "(":
            close = _closing(words, at)
            value = _pipeline(tuple(words[at + 1 : close]), dot, names)
            at = close + 1
            if at < len(words) and words[at].startswith(".") and len(words[at]) > 1:
                value = _field(value, words[at])
                at += 1
            found.append(value)
        else:
            found.append(_operand(words[at], dot, names))
            at += 1
    return found


def _closing(words: list[str], opening: int) -> int:
    depth = 0
    for at in range(opening, len(words)):
        depth += (words[at] == "(") - (words[at] == ")")
        if depth == 0:
            return at
    raise MalformedRequest("--format: a bracket is never closed", field="format")


def _operand(word: str, dot: Any, names: Names) -> Any:
    if word.startswith('"'):
        return _string(word)
    if word.startswith("`"):
        return word[1:-1]
    if re.fullmatch(r"-?\d+", word):
        return int(word)
    if word in ("true", "false", "nil"):
        return {"true": True, "false": False, "nil": None}[word]
    if word == ".":
        return dot
    if word.startswith("$"):
        name, point, rest = word.partition(".")
        if name not in names:
            raise MalformedRequest(f"--format: {name} is not set", field="format")
        return _field(names[name], f".{rest}") if point else names[name]
    if word.startswith("."):
        return _field(dot, word)
    raise MalformedRequest(f"--format: {word!r} is not understood here", field="format")


def _string(word: str) -> str:
    try:
        return str(json.loads(word))
    except ValueError:
        raise MalformedRequest(f"--format: {word} is no string", field="format") from None


def _field(value: Any, path: str) -> Any:
    for name in path.strip(".").split("."):
        if value is None:
            return None
        if not isinstance(value, Mapping):
            raise MalformedRequest(f"--format: {path}: there is no field {name!r} in that", field="format")
        if name not in value and not isinstance(value, _Headers):
            raise MalformedRequest(
                f"--format: there is no field {name!r}; there are {', '.join(map(str, value))}", field="format"
            )
        value = value[name]
    return value


def _json(value: Any) -> str:
    """Compact JSON, as the CLI writes it."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def _escaped(text: str) -> str:
    """Go escapes these in the rows of a list, and not in objects of the engine."""
    return text.replace("&", r"\u0026").replace("<", r"\u003c").replace(">", r"\u003e")


def _true(value: Any) -> bool:
    return bool(value)


def _printed(value: Any) -> str:
    """As Go prints a value."""
    if value is None:
        return "<no value>"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Mapping):
        return f"map[{' '.join(f'{key}:{_printed(value[key])}' for key in sorted(value))}]"
    if isinstance(value, list | tuple):
        return f"[{' '.join(_printed(each) for each in value)}]"
    return str(value)


def _index(value: Any, *keys: Any) -> Any:
    for key in keys:
        if isinstance(value, Mapping):
            value = value.get(key)
        elif isinstance(value, list | tuple) and isinstance(key, int) and 0 <= key < len(value):
            value = value[key]
        else:
            raise MalformedRequest(f"--format: index {key!r} leads nowhere", field="format")
    return value


def _printf(form: Any, *values: Any) -> str:
    left = list(values)

    def one(found: re.Match[str]) -> str:
        if found[0] == "%%":
            return "%"
        value = left.pop(0) if left else "<missing>"
        text = json.dumps(_printed(value)) if found[2] == "q" else _printed(value)
        width = int(found[1] or 0)
        return text.ljust(-width) if width < 0 else text.rjust(width)

    return re.sub(r"%(-?\d{1,3})?([svdqt])|%%", one, str(form))


def _checked(function: Callable[..., Any]) -> Callable[..., Any]:
    """Wrong kinds or numbers of arguments are the template's fault, and said so."""

    def called(*arguments: Any) -> Any:
        try:
            return function(*arguments)
        except (TypeError, ValueError, AttributeError, IndexError):
            raise MalformedRequest("--format: a function is given what it does not take", field="format") from None

    return called


_PLAIN: dict[str, Callable[..., Any]] = {
    "json": _json,
    "len": len,
    "index": _index,
    "join": lambda values, separator: str(separator).join(map(_printed, values)),
    "split": lambda text, separator: text.split(separator),
    "upper": lambda text: text.upper(),
    "lower": lambda text: text.lower(),
    "title": lambda text: text.title(),
    "pad": lambda text, before, after: " " * before + text + " " * after,
    "truncate": lambda text, length: text[:length],
    "println": lambda *values: f"{' '.join(map(_printed, values))}\n",
    "print": lambda *values: "".join(map(_printed, values)),
    "printf": _printf,
    "eq": lambda first, *others: any(first == other for other in others),
    "ne": lambda first, other: first != other,
    "not": lambda value: not _true(value),
    "and": lambda *values: next((value for value in values if not _true(value)), values[-1]),
    "or": lambda *values: next((value for value in values if _true(value)), values[-1]),
    "gt": lambda first, other: first > other,
    "lt": lambda first, other: first < other,
}
_FUNCTIONS = {name: _checked(function) for name, function in _PLAIN.items()}
