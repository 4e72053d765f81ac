"""Facts for the judge: a known source restarts one ordinary container, unless said otherwise."""

from typing import Any

from hypothesis import strategies as st

from command_gateway.operation import Effect, Kind
from command_gateway.policies import Facts
from command_gateway.request import Priority

OPERATIONS = (
    "container.exec",
    "container.kill",
    "container.list",
    "container.pause",
    "container.remove",
    "container.rename",
    "container.restart",
    "container.start",
    "container.stop",
    "container.unpause",
)

_ORDINARY: dict[str, Any] = {
    "source_id": "night-shift",
    "known": True,
    "roles": (),
    "operation": "container.restart",
    "effect": Effect.OPERATE,
    "kind": Kind.CONTAINER,
    "resource_id": "4f1c",
    "name": "bakery",
    "image": "bakery:3",
    "project": "street",
    "engine": "local",
    "labels": ("tier=front",),
    "protected": False,
    "targets": 1,
    "service_share": 0,
    "priority": Priority.NORMAL,
    "planner": "phrases",
    "confidence": 97,
    "from_context": False,
    "signal": "",
    "dry_run": False,
}


def facts(**changes: Any) -> Facts:
    """Ordinary facts with `changes`."""
    return Facts(**_ORDINARY | changes)


def stopping(**changes: Any) -> Facts:
    """Ordinary facts about a stop."""
    return facts(**{"operation": "container.stop"} | changes)


def removing(**changes: Any) -> Facts:
    """Ordinary facts about a removal."""
    return facts(**{"operation": "container.remove", "effect": Effect.DESTROY} | changes)


def any_facts(**fixed: Any) -> st.SearchStrategy[Facts]:
    """Facts of every colour: few values of each kind, so that several are often alike."""
    text = st.sampled_from(["", "bakery", 'sm"i\\th\n', "läden", "x\u202ey"])
    free: dict[str, st.SearchStrategy[Any]] = {
        "source_id": text,
        "known": st.booleans(),
        "roles": st.sampled_from([(), ("operator",), ("observer", "approver")]),
        "operation": st.sampled_from(OPERATIONS),
        "effect": st.sampled_from(Effect),
        "kind": st.sampled_from([*Kind, None]),
        "resource_id": st.uuids().map(str),
        "name": text,
        "image": text,
        "project": text,
        "engine": text,
        "labels": st.sampled_from([(), ("tier=front",), ("tier=back", "team=")]),
        "protected": st.booleans(),
        "targets": st.integers(0, 12),
        "service_share": st.sampled_from([0, 50, 99, 100]),
        "priority": st.sampled_from(Priority),
        "planner": text,
        "confidence": st.integers(0, 100),
        "from_context": st.booleans(),
        "signal": st.sampled_from(["", "SIGHUP", "SIGKILL", "SIGTERM"]),
        "dry_run": st.booleans(),
    }
    return st.builds(Facts, **free | {name: st.just(value) for name, value in fixed.items()})
