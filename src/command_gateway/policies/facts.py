"""What is judged: who wants to do what to which object, and everything about it that a policy may look at."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import UnionType
from typing import Any, get_origin, get_type_hints

from command_gateway.operation import Effect, Kind
from command_gateway.request import Priority


@dataclass(frozen=True, slots=True)
class Facts:
    """One step of a plan, on one of its targets; `kind` is None when the step is about the engine itself.

    Every attribute is always given: a policy that looks at one that is missing would be skipped by the policy
    engine, and a skipped refusal is a permission.
    """

    source_id: str
    known: bool  # whether the source is who it says it is
    roles: tuple[str, ...]
    operation: str
    effect: Effect
    kind: Kind | None
    resource_id: str
    name: str
    image: str
    project: str
    engine: str
    labels: tuple[str, ...]  # "key=value"
    protected: bool
    targets: int  # objects that the whole plan changes; for a step that only reads, those that it reads
    service_share: int  # percent of any one service's running replicas that the whole plan changes
    priority: Priority
    planner: str
    confidence: int  # percent
    from_context: bool  # whether an argument was taken from the request's context
    signal: str  # that a kill sends, such as SIGHUP; empty for other operations
    dry_run: bool

    @property
    def misfits(self) -> tuple[str, ...]:
        """The attributes that are missing or of the wrong type; none, if all is well."""
        return tuple(name for name, type_ in _TYPES.items() if not isinstance(getattr(self, name), type_))


def source_entity(facts: Facts) -> dict[str, Any]:
    """The source as a Cedar entity."""
    return {"uid": _source(facts), "attrs": {"known": facts.known, "roles": facts.roles}, "parents": ()}


def resource_entity(facts: Facts) -> dict[str, Any]:
    """The target as a Cedar entity."""
    attributes = {name: getattr(facts, name) for name in RESOURCE_ATTRIBUTES}
    return {"uid": _resource(facts), "attrs": attributes, "parents": ()}


def question(facts: Facts, *, approved: bool) -> dict[str, Any]:
    """The authorization request that asks Cedar about these facts."""
    context = {name: getattr(facts, name) for name in _CONTEXT_ATTRIBUTES}
    context |= {
        "effect": {"type": "Effect", "id": facts.effect},
        "priority": {"type": "Priority", "id": facts.priority},
        "approved": approved,
    }
    action = {"type": "Action", "id": facts.operation}
    return {"principal": _source(facts), "action": action, "resource": _resource(facts), "context": context}


RESOURCE_ATTRIBUTES = ("name", "image", "project", "engine", "labels", "protected")
RESOURCE_FIELDS = ("resource_id", *RESOURCE_ATTRIBUTES)
_CONTEXT_ATTRIBUTES = (
    "operation", "targets", "service_share", "planner", "confidence", "from_context", "signal", "dry_run",
)  # fmt: skip
_TYPES = {
    name: hint if isinstance(hint, UnionType) else get_origin(hint) or hint
    for name, hint in get_type_hints(Facts).items()
}


def _source(facts: Facts) -> Mapping[str, str]:
    return {"type": "Source", "id": facts.source_id}


def _resource(facts: Facts) -> Mapping[str, str]:
    return {"type": facts.kind.capitalize() if facts.kind else "Engine", "id": facts.resource_id}
