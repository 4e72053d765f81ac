"""The Docker CLI's grammar, derived from the operations' parameters: `render` and `parse`.

`parse(render(operation)) == operation` holds for every operation. Nothing outside the grammar is guessed:
it is refused with the offending word.
"""

import shlex
from collections.abc import Sequence
from typing import Any

from pydantic import ValidationError
from rapidfuzz import process

from command_gateway.catalogue import Catalogue, OperationType
from command_gateway.errors import InvalidCommand
from command_gateway.operation import Argument, Listing, Operation, Option, Parameter, parameters
from command_gateway.shell_words import Word, split_steps

LONGEST_COMMAND = 4_000  # characters; an intent is no longer either
_GLOBAL_OPTIONS = ("-H", "--host", "-c", "--context", "--config", "-D", "--debug", "-l", "--log-level", "--tls",
                   "--tlscacert", "--tlscert", "--tlskey", "--tlsverify")  # fmt: skip
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
        for each in value if parameter.repeated else (value,) if value is not None else ():
            text.append(str(each) if isinstance(each, Listing) else shlex.quote(str(each)))
    return " ".join(text)


def parse(text: str, catalogue: Catalogue) -> list[Operation]:
    """The operations that `text` spells, steps joined by &&; `docker` itself may be left out.

    Raises:
        InvalidCommand: anything outside the grammar; names the word and says what would be right.
    """
    if len(text) > LONGEST_COMMAND:
        raise InvalidCommand(f"a command has at most {LONGEST_COMMAND} characters, this one {len(text)}")
    return [_Command(words, catalogue).operation() for words in split_steps(text)]


def known_verb(words: Sequence[str], catalogue: Catalogue) -> str | None:
    """The longest CLI verb of the catalogue that `words` start with."""
    for size in (3, 2, 1):
        verb = " ".join(words[:size])
        if len(words) >= size and verb in catalogue.verbs:
            return verb
    return None


def _option_words(parameter: Parameter, value: Any) -> list[str]:
    assert isinstance(parameter.form, Option)
    long = parameter.form.long
    if value == parameter.default or value is None:
        return []
    if parameter.flag:
        return [long] if value else [f"{long}=false"]
    return [word for each in (value if parameter.repeated else (value,)) for word in _valued(long, str(each))]


def _valued(long: str, value: str) -> list[str]:
    return [f"{long}={value}"] if value.startswith("-") else [long, value]


class _Command:
    """One command while it is read, word by word."""

    def __init__(self, words: list[Word], catalogue: Catalogue) -> None:
        self._words = words[1:] if words[0] == Word("docker") else list(words)
        self._catalogue = catalogue
        self._verb = self._take_verb()
        self._raw: list[tuple[str, str]] = []  # options given, as (spelling, value)
        self._others: list[Word] = []

    def operation(self) -> Operation:
        """The operation that the words spell; of those that share the verb, the most particular that fits."""
        sharing = self._catalogue.verbs[self._verb]
        self._read_options(sharing)
        fitting = [each for each in sharing if self._has_fixed(each)]
        if not fitting:
            needed = " or ".join(f"{name} {value}" for each in sharing for name, value in each.fixed.items())
            raise InvalidCommand(f"docker {self._verb} is understood with {needed} only", word=self._verb)
        return self._build(fitting[0])

    def _take_verb(self) -> str:
        if not self._words:
            raise InvalidCommand("'docker' alone is no command: which verb?", word="docker")
        first = self._words[0].text
        if first.startswith("-"):
            raise _bad_global(first)
        texts = [word.text for word in self._words[:3] if not word.listing]
        verb = known_verb(texts, self._catalogue)
        if verb is None:
            said = first if first not in _groups(self._catalogue) else " ".join(texts[:2])
            near = [match for match, score, _ in process.extract(said, self._catalogue.verbs) if score > 70]
            raise InvalidCommand(
                f"docker {said}: not a command the gateway takes; `gateway operations` lists those it does",
                word=texts[-1] if said != first else first, candidates=near[:5])  # fmt: skip
        del self._words[: len(verb.split())]
        return verb

    def _read_options(self, sharing: Sequence[OperationType]) -> None:
        spellings = {name: each for kind in sharing for name, each in parameters(kind).by_spelling.items()}
        fixed = {name for kind in sharing for name in kind.fixed}
        ignored = {name for kind in sharing for name in kind.ignored}
        stop_at_word = any(parameters(kind).takes_rest for kind in sharing)
        words = self._words
        while words:
            word = words.pop(0)
            if word.listing or not word.text.startswith("-") or word.text == "-":
                self._others.append(word)
                if stop_at_word:
                    self._others += words
                    return
            elif word.text == "--":
                self._others += words
                return
            elif word.text.startswith("--"):
                self._read_long(word.text, spellings, fixed, ignored)
            else:
                self._read_short(word.text, spellings, ignored)

    def _read_long(self, text: str, spellings: dict[str, Parameter], fixed: set[str], ignored: set[str]) -> None:
        name, equals, value = text.partition("=")
        if name in ignored:
            return
        parameter = spellings.get(name)
        if parameter is None and name not in fixed:
            raise self._unknown(name, spellings)
        if parameter is not None and parameter.flag:
            self._raw.append((name, value if equals else "true"))
        else:
            self._raw.append((name, value if equals else self._value_of(name)))

    def _read_short(self, text: str, spellings: dict[str, Parameter], ignored: set[str]) -> None:
        letters = text[1:]
        while letters:
            name, letters = f"-{letters[0]}", letters[1:]
            parameter = spellings.get(name)
            if name in ignored:
                continue
            if parameter is None:
                raise self._unknown(name, spellings, text)
            if parameter.flag and not letters.startswith("="):
                self._raw.append((name, "true"))
            else:
                self._raw.append((name, letters.removeprefix("=") or self._value_of(name)))
                return

    def _value_of(self, name: str) -> str:
        if not self._words or self._words[0].listing:
            raise InvalidCommand(f"docker {self._verb}: {name} needs a value", word=name)
        return self._words.pop(0).text

    def _unknown(self, name: str, spellings: dict[str, Parameter], group: str = "") -> InvalidCommand:
        if name in _GLOBAL_OPTIONS[:7]:
            return _bad_global(name)
        near = [match for match, score, _ in process.extract(name, spellings) if score > 70]
        within = f" (in {group})" if group and group != name else ""
        known = ", ".join(sorted(each for each in spellings if each.startswith("--"))) or "none"
        return InvalidCommand(f"docker {self._verb}: unknown option {name}{within}; known are {known}", word=name, candidates=near[:3])

    def _has_fixed(self, kind: OperationType) -> bool:
        given = {_canonical(name, self._catalogue.verbs[self._verb]): value for name, value in self._raw}
        return all(given.get(name) == value for name, value in kind.fixed.items())

    def _build(self, kind: OperationType) -> Operation:
        declared = parameters(kind)
        values: dict[str, Any] = {}
        for spelling, text in self._raw:
            if _canonical(spelling, [kind]) in kind.fixed:
                continue
            parameter = declared.by_spelling.get(spelling)
            if parameter is None:
                raise self._unknown(spelling, dict(declared.by_spelling))
            self._put(values, parameter, spelling, text)
        self._put_arguments(values, declared.arguments)
        try:
            return kind.model_validate(values)
        except ValidationError as broken:
            raise self._wrong_value(kind, broken, values) from None

    def _put(self, values: dict[str, Any], parameter: Parameter, spelling: str, text: str) -> None:
        if parameter.flag:
            if text not in _TRUE | _FALSE:
                raise InvalidCommand(f"docker {self._verb}: {spelling} is a switch and takes no value {text!r}", word=text)
            values[parameter.name] = text in _TRUE
        elif parameter.repeated:
            values.setdefault(parameter.name, []).append(text)
        elif values.setdefault(parameter.name, text) != text:
            raise InvalidCommand(f"docker {self._verb}: {spelling} is given twice with different values", word=spelling)

    def _put_arguments(self, values: dict[str, Any], arguments: Sequence[Parameter]) -> None:
        rest = list(self._others)
        for position, parameter in enumerate(arguments):
            assert isinstance(parameter.form, Argument)
            later = sum(1 for each in arguments[position + 1 :] if each.required)
            take = max(len(rest) - later, 0) if parameter.repeated else min(1, max(len(rest) - later, 0) or len(rest))
            taken, rest = rest[:take], rest[take:]
            if not taken and parameter.required:
                raise InvalidCommand(f"docker {self._verb} needs {parameter.name.replace('_', ' ')}", word=self._verb)
            read = [self._reference(word, parameter) for word in taken]
            if parameter.repeated and read:
                values[parameter.name] = read
            elif read:
                values[parameter.name] = read[0]
        if rest:
            raise InvalidCommand(f"docker {self._verb}: {rest[0].text!r} is one word too many", word=rest[0].text)

    def _reference(self, word: Word, parameter: Parameter) -> str | Listing:
        form = parameter.form
        assert isinstance(form, Argument)
        if word.listing:
            if form.refers_to is None:
                raise InvalidCommand(f"docker {self._verb}: a listing can stand for targets only", word=word.text)
            return Listing(word.text)
        if word.text.startswith("-") and not form.rest:
            raise InvalidCommand(f"{word.text!r}: a name cannot start with a dash", word=word.text)
        return word.text

    def _wrong_value(self, kind: OperationType, broken: ValidationError, values: dict[str, Any]) -> InvalidCommand:
        first = broken.errors(include_url=False, include_context=False)[0]
        location = [str(part) for part in first["loc"]]
        parameter = next((each for each in parameters(kind).options if location and each.name == location[0]), None)
        spelled = parameter.form.long if parameter and isinstance(parameter.form, Option) else (location or ["?"])[0]
        message = first["msg"].removeprefix("Value error, ")
        return InvalidCommand(f"docker {self._verb}: {spelled}: {message}", word=_offending(first.get("input"), values))


def _offending(value: Any, values: dict[str, Any]) -> str:
    return value if isinstance(value, str) else next((str(each) for each in values.values()), "")


def _canonical(spelling: str, kinds: Sequence[OperationType]) -> str:
    """The long spelling of an option."""
    for kind in kinds:
        parameter = parameters(kind).by_spelling.get(spelling)
        if parameter is not None and isinstance(parameter.form, Option):
            return parameter.form.long
    return spelling


def _groups(catalogue: Catalogue) -> set[str]:
    return {verb.split()[0] for verb in catalogue.verbs if " " in verb}


def _bad_global(word: str) -> InvalidCommand:
    name = word.partition("=")[0]
    if name in _GLOBAL_OPTIONS or any(name.startswith(each) for each in ("-H", "-c", "-l")):
        return InvalidCommand(f"{name}: which engine a command reaches is the gateway's setting, not the command's", word=name)
    return InvalidCommand(f"{name}: a command starts with its verb", word=name)
