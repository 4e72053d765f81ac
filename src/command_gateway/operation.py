"""What an operation is: typed parameters, an effect, a Docker CLI form, phrases, how to run and verify it.

One file in `operations/` declares one `Operation`; everything else about it (JSON schema, HTTP body,
CLI grammar, what policy sees, the phrases that planners learn from) is derived from that declaration.
"""

from abc import abstractmethod
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from types import UnionType
from typing import Annotated, Any, ClassVar, Protocol, Union, get_args, get_origin

from pydantic import BaseModel, ConfigDict
from pydantic.fields import FieldInfo

from command_gateway.errors import EngineRefused, TargetGone
from command_gateway.values import Name


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


Reference = Name | Listing
"""What a target parameter holds: a name, or a listing until it is resolved."""


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
