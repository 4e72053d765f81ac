"""What an operation is: typed parameters, an effect, a Docker CLI form, phrases, how to run and verify it.

One file in `operations/` declares one `Operation`; everything else about it (JSON schema, HTTP body,
CLI grammar, what policy sees, the phrases that planners learn from) is derived from that declaration.
"""

import re
from abc import abstractmethod
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from functools import cache
from types import UnionType
from typing import Annotated, Any, ClassVar, Protocol, Union, get_args, get_origin

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic.fields import FieldInfo

from command_gateway.errors import EngineRefused, TargetGone


class Effect(StrEnum):
    """What running it costs the world; the order is the order of danger."""

    READ = "READ"  # changes nothing
    OPERATE = "OPERATE"  # interrupts or adjusts, loses nothing
    DESTROY = "DESTROY"  # loses something
    ESCALATE = "ESCALATE"  # hands out power, or carries data out of the host

    @property
    def changes(self) -> bool:
        """Whether the world is different afterwards."""
        return self is not Effect.READ

    @property
    def rank(self) -> int:
        """Position in the order of danger, 0 for READ."""
        return list(Effect).index(self)


class Kind(StrEnum):
    """The kinds of object that a name can mean on an engine."""

    CONTAINER = "container"
    IMAGE = "image"
    NETWORK = "network"
    VOLUME = "volume"


@dataclass(frozen=True, slots=True)
class Option:
    """A parameter's CLI form `--long`, `-s`; more spellings are understood but never rendered."""

    long: str
    short: str | None = None
    also: tuple[str, ...] = ()
    says: tuple[str, ...] = ()  # what people call it, besides the words of its long form


@dataclass(frozen=True, slots=True)
class Argument:
    """A positional parameter. `refers_to` makes it a target; `rest` swallows a command line."""

    refers_to: Kind | None = None
    rest: bool = False


@dataclass(frozen=True, slots=True)
class Listing:
    """A target given as `$(docker ps -q ...)`: whatever that list names when it is resolved."""

    command: str

    def __str__(self) -> str:
        return f"$({self.command})"


_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.:/@-]*")
_MOMENT = re.compile(
    r"\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)?)?"
    r"|\d{1,11}(\.\d{1,9})?"
    r"|(?=.)(\d{1,6}(\.\d{1,6})?h)?(\d{1,6}(\.\d{1,6})?m)?(\d{1,9}(\.\d{1,6})?s)?(\d{1,9}ms)?"
)
_SIZE = re.compile(r"(\d{1,15}(?:\.\d{1,6})?)([bkmgt]?)(?:i?b)?")
_CPUS = re.compile(r"\d{0,4}\.\d{1,9}|\d{1,4}")
_DURATION = re.compile(r"(?=.)(\d{1,6}(\.\d{1,6})?h)?(\d{1,6}(\.\d{1,6})?m)?(\d{1,9}(\.\d{1,6})?s)?(\d{1,9}ms)?")
_SIGNAL = re.compile(r"(SIG)?([A-Z][A-Z0-9]{1,9}([+-]\d{1,2})?)")
_SIGNAL_NUMBERS = {1: "HUP", 2: "INT", 3: "QUIT", 6: "ABRT", 9: "KILL", 10: "USR1", 12: "USR2", 14: "ALRM", 15: "TERM"}
_SIGNALS = frozenset(
    [
        "HUP",
        "INT",
        "QUIT",
        "ILL",
        "TRAP",
        "ABRT",
        "BUS",
        "FPE",
        "KILL",
        "USR1",
        "SEGV",
        "USR2",
        "PIPE",
        "ALRM",
        "TERM",
        "STKFLT",
        "CHLD",
        "CONT",
        "STOP",
        "TSTP",
        "TTIN",
        "TTOU",
        "URG",
        "XCPU",
        "XFSZ",
        "VTALRM",
        "PROF",
        "WINCH",
        "IO",
        "PWR",
        "SYS",
    ]
)


def _name(value: str) -> str:
    if not _NAME.fullmatch(value):
        raise ValueError(f"{value!r} is not a name: letters, digits and _ . : / @ - only, not starting with a dash")
    return value


def _moment(value: str) -> str:
    if not value or not _MOMENT.fullmatch(value):
        raise ValueError(f"{value!r} is not a time: use 10m, 1h30m, 2026-11-23T06:35:48Z or seconds since 1970")
    if value[4:5] == "-":
        date_of(value)  # a day that no calendar has is no time either
    return value


def date_of(moment: str) -> datetime:
    """The date that a `Moment` in RFC 3339 form stands for; without a zone it is UTC. ValueError for 30 February."""
    found = datetime.fromisoformat(re.sub(r"(\.\d{6})\d+", r"\1", moment).replace("Z", "+00:00"))
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _signal(value: str) -> str:
    text = value.upper()
    if text.isdigit() and int(text) in _SIGNAL_NUMBERS:
        return f"SIG{_SIGNAL_NUMBERS[int(text)]}"
    found = _SIGNAL.fullmatch(text)
    if not found or found[2] not in _SIGNALS:
        raise ValueError(f"{value!r} is not a signal: use a name such as SIGHUP, or one of its numbers")
    return f"SIG{found[2]}"


def _pair(value: str) -> str:
    key, equals, rest = value.partition("=")
    if not key or not equals or not rest:
        raise ValueError(f"{value!r} is not key=value")
    return value


def _size(value: str) -> str:
    found = _SIZE.fullmatch(value.strip().lower())
    if not found:
        raise ValueError(f"{value!r} is not a size: use 512m, 2g or a number of bytes")
    return f"{found[1]}{found[2]}"


def bytes_of(size: str) -> int:
    """The bytes that a `Size` stands for; units are powers of 1024, as the Docker CLI counts them."""
    found = _SIZE.fullmatch(size)
    if found is None:
        raise ValueError(f"{size!r} is not a size")
    return int(float(found[1]) * 1024 ** " kmgt".index(found[2].replace("b", "") or " "))


def _cpus(value: str) -> str:
    if not _CPUS.fullmatch(value):
        raise ValueError(f"{value!r} is not a number of processors: use 0.5, 2")
    return f"{float(value):g}"


def _duration(value: str) -> str:
    if not value or not _DURATION.fullmatch(value):
        raise ValueError(f"{value!r} is not a duration: use 30s, 1m30s, 500ms")
    return value


def seconds_of(duration: str) -> float:
    """The seconds that a `Duration` stands for."""
    units = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001}
    return sum(float(number) * units[unit] for number, unit in re.findall(r"([\d.]+)(ms|[hms])", duration))


def _plain(value: str) -> str:
    if not value.isprintable():
        raise ValueError("control characters are not allowed")
    return value


Name = Annotated[str, Field(min_length=1, max_length=255), AfterValidator(_name)]
"""The name or id of an object on the engine, or of one that is to be made."""

Reference = Name | Listing
"""What a target parameter holds: a name, or a listing until it is resolved."""

Moment = Annotated[str, Field(max_length=40), AfterValidator(_moment)]
"""A time as `--since` takes it: a Go duration back from now, RFC 3339, or Unix seconds."""

Signal = Annotated[str, Field(max_length=16), AfterValidator(_signal)]
"""A signal, held as SIGNAME."""

Seconds = Annotated[int, Field(ge=0, le=86_400)]
"""A duration in whole seconds, at most a day."""

Count = Annotated[int, Field(ge=0, le=1_000_000)]

Text = Annotated[str, Field(min_length=1, max_length=1_000), AfterValidator(_plain)]
"""One word of free text, as `--format` takes it."""

Size = Annotated[str, Field(max_length=24), AfterValidator(_size)]
"""An amount of memory or disk as the CLI takes it: 512m, 2g, or bytes."""

Cpus = Annotated[str, Field(max_length=12), AfterValidator(_cpus)]
"""A number of processors, such as 1.5."""

Duration = Annotated[str, Field(max_length=24), AfterValidator(_duration)]
"""A Go duration: 30s, 1m30s, 500ms."""

CommandWord = Annotated[str, Field(max_length=4_000), AfterValidator(_plain)]
"""One word of a command line that a program inside a container is given; it may be empty."""

Setting = Annotated[str, Field(min_length=1, max_length=4_000), AfterValidator(_plain)]
"""An option's value with a form of its own (host:container, key=value, type=bind,...); checked where it is used."""

Filter = Annotated[str, Field(max_length=300), AfterValidator(_plain), AfterValidator(_pair)]
"""A `key=value` filter; which keys an operation knows is its own validator's business."""


def filters_with(*known: str) -> AfterValidator:
    """A validator for a tuple of filters that admits the keys named, and says which those are."""

    def check(values: tuple[str, ...]) -> tuple[str, ...]:
        for value in values:
            if value.partition("=")[0].rstrip("!") not in known:
                raise ValueError(f"{value!r}: unknown filter; known are {', '.join(sorted(known))}")
        return values

    return AfterValidator(check)


@dataclass(frozen=True, slots=True)
class Target:
    """One object on an engine that a plan is about, resolved: its id, and the name a person knows it by."""

    kind: Kind
    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Output:
    """What running an operation printed, and the same answer as data where it has a structure."""

    stdout: str = ""
    stderr: str = ""
    exit_code: int = 0
    data: Any = None
    truncated: bool = False
    keep_end: bool = False  # which end survives a cut: the newest lines of a log, the first of a table


class Proof(StrEnum):
    """What a second look at the engine showed."""

    VERIFIED = "VERIFIED"
    FAILED = "FAILED"
    UNKNOWN = "UNKNOWN"
    NOT_NEEDED = "NOT_NEEDED"  # nothing was changed


@dataclass(frozen=True, slots=True)
class Verification:
    """The second look: is it as promised? `observed` says what was seen, in plain words."""

    outcome: Proof
    observed: str


@dataclass(frozen=True, slots=True)
class ExecResult:
    """What a process inside a container printed (bytes, bounded) and how it exited."""

    stdout: bytes
    stderr: bytes
    exit_code: int
    truncated: bool


class Engine(Protocol):
    """The Docker Engine as operations see it: calls on its HTTP API by path, errors already translated.

    Paths and shapes are those of the Docker Engine API, without the version prefix.
    """

    name: str
    output_limit: int  # characters of output that an answer may carry
    patience: float  # seconds that a second look waits for the promise to hold

    async def get(self, path: str, **query: Any) -> Any:
        """The JSON answer of a GET."""

    async def post(self, path: str, body: Any = None, **query: Any) -> Any:
        """The JSON answer of a POST, None where it has no body. 304 (already so) is success."""

    async def delete(self, path: str, **query: Any) -> Any:
        """The JSON answer of a DELETE."""

    def lines(self, path: str, **query: Any) -> AsyncIterator[Any]:
        """The JSON values of a stream such as /events, one by one."""

    def watch(self, path: str, **query: Any) -> AbstractAsyncContextManager[AsyncIterator[Any]]:
        """The same, entered once the engine has accepted the question: what happens from then on is in it."""

    def frames(self, path: str, *, tty: bool, **query: Any) -> AsyncIterator[tuple[int, bytes]]:
        """The frames of a log stream: (1 stdout | 2 stderr, bytes); all 1 with a terminal."""

    async def execute(self, container_id: str, command: Sequence[str], **options: Any) -> ExecResult:
        """Runs a process inside a container to its end; ends it when the caller is cancelled.

        `options` are those of POST /containers/{id}/exec, such as User and WorkingDir.
        """


class Operation(BaseModel):
    """One thing that Docker can do, with its arguments.

    A subclass declares `verbs` (the first is the canonical CLI form), `base_effect`, `phrases`, its
    parameters (annotated with `Option` or `Argument`) and `run`; one that changes something also `verify`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: ClassVar[str] = ""  # container.restart; set from the file's path when it is discovered
    verbs: ClassVar[tuple[str, ...]] = ()
    fixed: ClassVar[Mapping[str, str]] = {}  # options that make a shared verb this operation
    ignored: ClassVar[tuple[str, ...]] = ()  # flags that the CLI knows and that change nothing here
    base_effect: ClassVar[Effect] = Effect.READ
    usual_states: ClassVar[tuple[str, ...]] = ()  # states meant by "all containers"; empty for any
    phrases: ClassVar[tuple[str, ...]] = ()
    examples: ClassVar[tuple[str, ...]] = ()  # CLI commands, for docs and OpenAPI

    @property
    def effect(self) -> Effect:
        """What running it with these arguments costs the world."""
        return self.base_effect

    @property
    def rightful_seconds(self) -> float:
        """Seconds that it may take by its own arguments (a grace period), on top of the deadline for any call."""
        return 0.0

    @abstractmethod
    async def run(self, engine: Engine, targets: Sequence[Target]) -> Output:
        """Does it. `targets` are the resolved objects of the target parameter, in its order."""

    async def verify(self, engine: Engine, targets: Sequence[Target], before: Sequence[Any]) -> Verification:
        """Looks again. `before` holds what inspect said of each target before the change."""
        return Verification(Proof.NOT_NEEDED, "nothing was changed")

    @classmethod
    def about(cls, names: Sequence[str]) -> Mapping[str, Any]:
        """Arguments that narrow an operation without a target parameter to these objects; empty if it cannot be."""
        return {}

    def with_names(self, names: Sequence[str]) -> "Operation":
        """The same operation with its target parameter holding these names."""
        target = parameters(type(self)).target
        if target is None:
            return self
        value: Any = tuple(names) if target.repeated else names[0]
        return self.model_copy(update={target.name: value})

    @property
    def references(self) -> tuple[Name | Listing, ...]:
        """What the target parameter holds: names, or listings that are not resolved yet."""
        target = parameters(type(self)).target
        if target is None:
            return ()
        value = getattr(self, target.name)
        return tuple(value) if target.repeated else (value,) if value is not None else ()


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of an operation with its CLI form, read off the declaration."""

    name: str
    form: Option | Argument
    field: FieldInfo
    flag: bool
    repeated: bool

    @property
    def required(self) -> bool:
        """Whether the operation cannot be without it."""
        return self.field.is_required()

    @property
    def default(self) -> Any:
        """The value when it is not given."""
        return None if self.required else self.field.get_default(call_default_factory=True)


@dataclass(frozen=True, slots=True)
class Parameters:
    """All parameters of an operation, and which of them names its target."""

    options: tuple[Parameter, ...]
    arguments: tuple[Parameter, ...]
    by_spelling: Mapping[str, Parameter] = field(repr=False)
    target: Parameter | None

    @property
    def takes_rest(self) -> bool:
        """Whether from the first positional on nothing is an option (exec, top)."""
        return any(isinstance(each.form, Argument) and each.form.rest for each in self.arguments)


@cache
def parameters(operation: type[Operation]) -> Parameters:
    """The parameters that `operation` declares, in declaration order."""
    found = [_parameter(operation, name, info) for name, info in operation.model_fields.items()]
    options = tuple(each for each in found if isinstance(each.form, Option))
    spellings = {
        spelling: each
        for each in options
        if isinstance(each.form, Option)
        for spelling in (each.form.long, each.form.short, *each.form.also)
        if spelling
    }
    arguments = tuple(each for each in found if isinstance(each.form, Argument))
    targets = [each for each in arguments if isinstance(each.form, Argument) and each.form.refers_to]
    return Parameters(options, arguments, spellings, targets[0] if targets else None)


def target_kind(operation: type[Operation]) -> Kind | None:
    """The kind of object that the operation is about, None when it has no target."""
    target = parameters(operation).target
    return target.form.refers_to if target and isinstance(target.form, Argument) else None


def _parameter(operation: type[Operation], name: str, info: FieldInfo) -> Parameter:
    forms = [entry for entry in info.metadata if isinstance(entry, Option | Argument)]
    if len(forms) != 1:
        raise TypeError(f"{operation.__name__}.{name} must be annotated with one Option or Argument")
    annotation = _bare(info.annotation)
    return Parameter(name, forms[0], info, annotation is bool, get_origin(annotation) is tuple)


def _bare(annotation: Any) -> Any:
    """The annotation without Annotated[...] and `| None`."""
    while get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    if get_origin(annotation) in (Union, UnionType):
        inner = [each for each in get_args(annotation) if each is not type(None)]
        if len(inner) == 1:
            return _bare(inner[0])
    return annotation


async def on_each(targets: Sequence[Target], act: Callable[[Target], Awaitable[Any]]) -> Output:
    """Acts on each target in turn as the CLI does: prints the names that worked, goes on after one that did not."""
    done: list[str] = []
    failed: list[str] = []
    for target in targets:
        try:
            await act(target)
        except (EngineRefused, TargetGone) as refused:
            failed.append(f"Error response from daemon: {refused.message.replace(target.id, target.name)}")
        else:
            done.append(target.name)
    lines = "".join(f"{name}\n" for name in done)
    return Output(lines, "".join(f"{line}\n" for line in failed), exit_code=1 if failed else 0)
