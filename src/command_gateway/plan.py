"""What a planner proposes, and what becomes of it once every name is resolved."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any

from command_gateway.cli_text import render
from command_gateway.operation import Effect, Operation, Target
from command_gateway.selector import Selector


class Origin(StrEnum):
    """Where an argument of a plan came from."""

    INTENT = "intent"
    TARGET_RESOURCE = "target_resource"
    CONTEXT = "context"
    DEFAULT = "default"
    INVENTORY = "inventory"
    MODEL = "model"


@dataclass(frozen=True, slots=True)
class Draft:
    """One step as a planner understood it: an operation, its arguments, and what its targets are called.

    `arguments` leaves the target parameter out; `targets` is None when the operation has none, or when the
    request's target_resource is meant. `origins` says for each argument (and "targets") where it came from.
    """

    operation: type[Operation]
    arguments: Mapping[str, Any] = field(default_factory=dict)
    targets: Selector | None = None
    origins: Mapping[str, Origin] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a planner is sure enough of: the steps in order, and how sure it is (0 to 1)."""

    drafts: tuple[Draft, ...]
    confidence: float
    explanation: str


@dataclass(frozen=True, slots=True)
class Abstention:
    """A planner is not sure; what was missing, and what it could have meant (CLI text or names)."""

    missing: str
    candidates: tuple[str, ...] = ()


@dataclass(frozen=True)
class Step:
    """One operation on explicit targets: names in the operation, ids beside them."""

    operation: Operation
    engine: str
    targets: tuple[Target, ...]
    origins: Mapping[str, Origin]

    @property
    def effect(self) -> Effect:
        """Its class of danger, computed from the operation and its arguments."""
        return self.operation.effect

    @cached_property
    def command(self) -> str:
        """The equivalent Docker CLI text, every target spelled out by name."""
        return render(self.operation)

    def as_json(self) -> dict[str, Any]:
        """Everything that makes this step what it is; what the plan's hash is taken over."""
        return {
            "operation": self.operation.name,
            "arguments": self.operation.model_dump(mode="json", exclude_defaults=True),
            "command": self.command,
            "engine": self.engine,
            "targets": [{"kind": each.kind, "id": each.id, "name": each.name} for each in self.targets],
            "origins": dict(self.origins),
        }


@dataclass(frozen=True)
class Plan:
    """The steps that will run, in order, and who understood them."""

    steps: tuple[Step, ...]
    planner: str
    confidence: float
    explanation: str

    @property
    def effect(self) -> Effect:
        """The most dangerous effect of any step."""
        return max((step.effect for step in self.steps), key=lambda effect: effect.rank)

    @cached_property
    def command(self) -> str:
        """What a person would paste into a terminal."""
        return " && ".join(step.command for step in self.steps)

    @cached_property
    def hash(self) -> str:
        """SHA-256 over the steps; an approval is bound to it."""
        text = json.dumps([step.as_json() for step in self.steps], sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()
