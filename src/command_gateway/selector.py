"""What a request calls its targets, before they are looked up: names, loose mentions, conditions, exceptions."""

from dataclasses import dataclass
from typing import Literal

from command_gateway.operation import Kind


@dataclass(frozen=True, slots=True)
class Condition:
    """A filter in the words of `docker ps --filter`: key and value, such as health=unhealthy, label=tier=worker.

    Keys understood for containers: name, id, label, status, health, exited, ancestor, network, volume, publish,
    expose, before, since, project, service. Conditions on the same key are alternatives, as the CLI has it
    (but every label must match).
    """

    key: str
    value: str


@dataclass(frozen=True, slots=True)
class Pick:
    """Keeps, or leaves out, the first or last `count` in the order of names."""

    end: Literal["first", "last"]
    count: int
    keep: bool = True


@dataclass(frozen=True, slots=True)
class Selector:
    """Objects of one kind. `names` are exact, `mentions` are as people said them ("the predictor").

    With conditions or `everything`, it selects all that fit; `several` says that a mention may mean a group
    ("both checkout workers", "the workers"). `excluded` and `pick` narrow the result.
    """

    kind: Kind = Kind.CONTAINER
    names: tuple[str, ...] = ()
    mentions: tuple[str, ...] = ()
    conditions: tuple[Condition, ...] = ()
    everything: bool = False
    several: bool = False
    excluded: "Selector | None" = None
    pick: Pick | None = None
