"""The Docker CLI's grammar, derived from the operations' parameters: `render` and `parse`.

`parse(render(operation)) == operation` holds for every operation. Nothing outside the grammar is guessed:
it is refused with the offending word.
"""

import shlex
from collections.abc import Iterable, Mapping, Sequence
from itertools import takewhile
from typing import Any

from pydantic import ValidationError
from rapidfuzz import process

from command_gateway.catalogue import Catalogue, OperationType
from command_gateway.errors import InvalidCommand
from command_gateway.operation import Argument, Kind, Listing, Operation, Option, Parameter, parameters
from command_gateway.shell_words import Word, split_steps

LONGEST_COMMAND = 4_000  # characters; an intent is no longer either
LISTS = "container.list"  # the operation that a $(docker ps -q ...) target spells
_LISTING_OPTIONS = ("--quiet", "--all", "--filter")
_ENGINE_OPTIONS = frozenset(
    {"-H", "--host", "-c", "--context", "--config", "-D", "--debug", "-l", "--log-level"}
    | {"--tls", "--tlscacert", "--tlscert", "--tlskey", "--tlsverify"}
)
_NEAR = 70  # of 100; how alike a spelling must be to be offered instead
_TRUE = frozenset({"1", "t", "T", "true", "TRUE", "True"})  # Go's strconv.ParseBool
_FALSE = frozenset({"0", "f", "F", "false", "FALSE", "False"})


def render(operation: Operation) -> str:
    """The operation as canonical Docker CLI text, quoted for a shell."""
    declared = parameters(type(operation))
    words = ["docker", *operation.verbs[0].split()]
    for option, value in operation.fixed.items():
        words += [option, value]
    for parameter in declared.options:
        words += _option_words(parameter, getattr(operation, parameter.name))
    text = [shlex.join(words)]
    for parameter in declared.arguments:
        value = getattr(operation, parameter.name)
        values = value if parameter.repeated else (value,) if value is not None else ()
        text += [str(each) if isinstance(each, Listing) else shlex.quote(str(each)) for each in values]
    return " ".join(text)


def parse(text: str, catalogue: Catalogue, *, implied: str | None = None) -> list[Operation]:
    """The operations that `text` spells, steps joined by &&; `docker` itself may be left out.

    `implied` stands in where a command leaves out the target that it needs. A listing is held in its canonical form.

    Raises:
        InvalidCommand: anything outside the grammar; names the word and says what would be right.
    """
    if len(text) > LONGEST_COMMAND:
        raise InvalidCommand(f"a command has at most {LONGEST_COMMAND} characters, this one {len(text)}")
    steps = split_steps(text)
    said = [words[0].text == "docker" for words in steps]
    if any(said) and not all(said):
        word = steps[said.index(False)][0].text
        raise InvalidCommand(f"{word!r} is no docker command: where one step says docker, every step must", word=word)
    return [_Command(words, catalogue, implied).operation() for words in steps]


def known_verb(words: Sequence[str], catalogue: Catalogue) -> str | None:
    """The longest CLI verb of the catalogue that `words` start with."""
    for size in (3, 2, 1):
        verb = " ".join(words[:size])
        if len(words) >= size == len(verb.split()) and verb in catalogue.verbs:
            return verb
    return None


def parse_listing(command: str, catalogue: Catalogue) -> Operation:
    """The `docker ps -q [-a] [--filter ...]` inside a listing, as the operation that lists containers.

    Raises:
        InvalidCommand: it is any other command.
    """
    steps = parse(command, catalogue)
    inner = steps[0]
    spelled = parameters(type(inner)).by_spelling
    admitted = {spelled[each].name for each in _LISTING_OPTIONS if each in spelled}
    quiet = "--quiet" in spelled and getattr(inner, spelled["--quiet"].name)
    if len(steps) > 1 or inner.name != LISTS or not quiet or inner.model_fields_set - admitted:
        refused = f"$({command})"
        raise InvalidCommand(
            f"{refused}: only $(docker ps -q ...) with -a and --filter may stand for targets", word=refused
        )
    return inner


def _option_words(parameter: Parameter, value: Any) -> list[str]:
    long = _long(parameter)
    if value is None or value == parameter.default:
        return []
    if parameter.flag:
        return [long] if value else [f"{long}=false"]
    return [word for each in (value if parameter.repeated else (value,)) for word in _valued(long, str(each))]


def _valued(long: str, value: str) -> list[str]:
    return [f"{long}={value}"] if value.startswith("-") else [long, value]


class _Command:
    """One command while it is read, word by word."""

    def __init__(self, words: Sequence[Word], catalogue: Catalogue, implied: str | None) -> None:
        self._words = list(words[1:] if words[0] == Word("docker") else words)
        self._catalogue = catalogue
        self._implied = implied
        self._verb = self._take_verb()
        self._sharing = catalogue.verbs[self._verb]
        self._spellings = {name: each for kind in self._sharing for name, each in parameters(kind).by_spelling.items()}
        self._fixed = {name for kind in self._sharing for name in kind.fixed}
        self._ignored = {name for kind in self._sharing for name in kind.ignored}
        self._given: list[tuple[str, str]] = []  # options, as (spelling, value)
        self._others: list[Word] = []

    def operation(self) -> Operation:
        """The operation that the words spell; of those that share the verb, the most particular that fits."""
        self._read_options()
        fitting = [each for each in self._sharing if self._has_fixed(each)]
        for kind in fitting[:-1]:
            try:
                return self._build(kind)
            except InvalidCommand:
                continue  # the last one is the most general: its refusal is the one to tell
        if not fitting:
            needed = " or ".join(f"{name} {value}" for each in self._sharing for name, value in each.fixed.items())
            raise self._refused(f"is understood with {needed} only", self._verb)
        return self._build(fitting[-1])

    def _refused(self, why: str, word: str, candidates: Sequence[str] = ()) -> InvalidCommand:
        return InvalidCommand(f"docker {self._verb}: {why}", word=word, candidates=candidates)

    def _take_verb(self) -> str:
        texts = [word.text for word in takewhile(lambda word: not word.listing, self._words[:3])]
        if not texts:
            raise InvalidCommand("a command starts with its verb, such as docker ps", word="docker")
        if texts[0].startswith("-"):
            raise _misplaced(texts[0])
        verb = known_verb(texts, self._catalogue)
        if verb is None:
            raise _unknown_verb(texts, self._catalogue.verbs)
        del self._words[: len(verb.split())]
        return verb

    def _read_options(self) -> None:
        stop_at_word = any(parameters(kind).takes_rest for kind in self._sharing)
        while self._words:
            word = self._words.pop(0)
            if word.listing or not word.text.startswith("-") or word.text == "-":
                self._others.append(word)
                if stop_at_word:
                    break
            elif word.text == "--":
                break
            elif word.text.startswith("--"):
                self._read_long(word.text)
            else:
                self._read_short(word.text)
        self._others += self._words
        self._words = []

    def _read_long(self, text: str) -> None:
        name, equals, value = text.partition("=")
        if name in self._ignored:
            return
        parameter = self._spellings.get(name)
        if parameter is None and name not in self._fixed:
            raise self._unknown_option(name)
        if not equals:
            value = "true" if parameter is not None and parameter.flag else self._value_of(name)
        self._given.append((name, value))

    def _read_short(self, text: str) -> None:
        letters = text[1:]
        while letters:
            name, letters = f"-{letters[0]}", letters[1:]
            if name in self._ignored:
                continue
            parameter = self._spellings.get(name)
            if parameter is None:
                raise self._unknown_option(name, text)
            if not parameter.flag or letters.startswith("="):
                self._given.append((name, letters.removeprefix("=") if letters else self._value_of(name)))
                return
            self._given.append((name, "true"))

    def _value_of(self, name: str) -> str:
        if not self._words or self._words[0].listing:
            raise self._refused(f"{name} needs a value", name)
        return self._words.pop(0).text

    def _unknown_option(self, name: str, group: str = "") -> InvalidCommand:
        if name in _ENGINE_OPTIONS:
            return _misplaced(name)
        within = f" (in {group})" if group not in ("", name) else ""
        known = ", ".join(sorted(each for each in self._spellings if each.startswith("--"))) or "none"
        return self._refused(f"unknown option {name}{within}; known are {known}", name, _near(name, self._spellings))

    def _has_fixed(self, kind: OperationType) -> bool:
        given = {self._canonical(name): value for name, value in self._given}
        return all(given.get(name) == value for name, value in kind.fixed.items())

    def _canonical(self, spelling: str) -> str:
        """The long spelling of an option."""
        parameter = self._spellings.get(spelling)
        return spelling if parameter is None else _long(parameter)

    def _build(self, kind: OperationType) -> Operation:
        declared = parameters(kind)
        values: dict[str, Any] = {}
        for spelling, text in self._given:
            if self._canonical(spelling) in kind.fixed:
                continue
            parameter = declared.by_spelling.get(spelling)
            if parameter is None:
                raise self._unknown_option(spelling)
            self._put_option(values, parameter, spelling, text)
        self._put_arguments(values, declared.arguments)
        try:
            return kind.model_validate(values)
        except ValidationError as broken:
            raise self._wrong_value(kind, broken) from None

    def _put_option(self, values: dict[str, Any], parameter: Parameter, spelling: str, text: str) -> None:
        if parameter.flag:
            if text not in _TRUE | _FALSE:
                raise self._refused(f"{spelling} is a switch and takes no value {text!r}", text or spelling)
            values[parameter.name] = text in _TRUE
        elif parameter.repeated:
            values.setdefault(parameter.name, []).append(text)
        elif values.setdefault(parameter.name, text) != text:
            raise self._refused(f"{spelling} is given twice with different values", spelling)

    def _put_arguments(self, values: dict[str, Any], arguments: Sequence[Parameter]) -> None:
        words = list(self._others)
        for position, parameter in enumerate(arguments):
            to_come = sum(each.required for each in arguments[position + 1 :])
            free = max(len(words) - to_come, 0)
            most = free if parameter.repeated else min(free, 1)
            take = max(most, min(len(words), 1)) if parameter.required else most
            taken, words = words[:take], words[take:]
            found = [self._argument(word, parameter) for word in taken] or self._stand_in(parameter)
            if found:
                values[parameter.name] = found if parameter.repeated else found[0]
        if words:
            raise self._refused(f"{words[0].text!r} is one word too many", words[0].text)

    def _stand_in(self, parameter: Parameter) -> list[str | Listing]:
        if not parameter.required:
            return []
        if self._implied is not None and _refers_to(parameter) is not None:
            return [self._implied]
        raise self._refused(f"needs {parameter.name.replace('_', ' ')}", self._verb)

    def _argument(self, word: Word, parameter: Parameter) -> str | Listing:
        assert isinstance(parameter.form, Argument)
        if word.listing:
            if parameter.form.refers_to is not Kind.CONTAINER:
                raise self._refused("a listing can stand for containers only", f"$({word.text})")
            return Listing(render(parse_listing(word.text, self._catalogue)))
        if word.text.startswith("-") and not parameter.form.rest:
            raise self._refused(f"{word.text!r}: a name cannot start with a dash", word.text)
        return word.text

    def _wrong_value(self, kind: OperationType, broken: ValidationError) -> InvalidCommand:
        first = broken.errors(include_url=False, include_context=False)[0]
        name = str(first["loc"][0]) if first["loc"] else ""
        parameter = next((each for each in parameters(kind).options if each.name == name), None)
        spelled = name if parameter is None else _long(parameter)
        why = ": ".join(part for part in (spelled, first["msg"].removeprefix("Value error, ")) if part)
        given = first.get("input")
        return self._refused(why, given if isinstance(given, str) else spelled or self._verb)


def _long(parameter: Parameter) -> str:
    assert isinstance(parameter.form, Option)
    return parameter.form.long


def _refers_to(parameter: Parameter) -> Kind | None:
    return parameter.form.refers_to if isinstance(parameter.form, Argument) else None


def _near(said: str, known: Iterable[str]) -> list[str]:
    return [match for match, _, _ in process.extract(said, list(known), limit=3, score_cutoff=_NEAR)]


def _unknown_verb(texts: Sequence[str], verbs: Mapping[str, Any]) -> InvalidCommand:
    groups = {verb.split()[0] for verb in verbs if " " in verb}
    said = texts[:2] if texts[0] in groups else texts[:1]
    return InvalidCommand(
        f"docker {' '.join(said)}: not a command that the gateway takes; GET /operations lists those it does",
        word=said[-1],
        candidates=_near(" ".join(said), verbs),
    )


def _misplaced(word: str) -> InvalidCommand:
    """The refusal of an option before the verb; those that choose an engine are refused anywhere."""
    name = word.partition("=")[0]
    if name in _ENGINE_OPTIONS or (not name.startswith("--") and name[:2] in _ENGINE_OPTIONS):
        why = "which engine a command reaches is the gateway's setting, not the command's"
        return InvalidCommand(f"{name}: {why}", word=name)
    return InvalidCommand(f"{name}: a command starts with its verb", word=name)
