"""Freeze all processes of containers."""

from collections.abc import Sequence
from typing import Annotated, Any

from command_gateway.operation import (
    Argument,
    Effect,
    Engine,
    Kind,
    Operation,
    Output,
    Reference,
    Target,
    Verification,
    on_each,
)
from command_gateway.operations._looking import stands


class Pause(Operation):
    """Freezes every process until it is unpaused; nothing is lost."""

    verbs = ("pause", "container pause")
    base_effect = Effect.OPERATE
    usual_states = ("running",)
    phrases = (
        "pause {targets}",
        "freeze {targets}",
        "suspend {targets}",
        "put {targets} on hold",
        "pause the service",
        "temporarily halt all processes in {targets}",
        "hold {targets} for now",
        "suspend execution of {targets}",
    )
    examples = ("docker pause web",)

    targets: Annotated[tuple[Reference, ...], Argument(refers_to=Kind.CONTAINER)]

    async def run(self, engine: Engine, targets: Sequence[Target]) -> Output:
        return await on_each(targets, lambda each: engine.post(f"containers/{each.id}/pause"))

    async def verify(self, engine: Engine, targets: Sequence[Target], before: Sequence[Any]) -> Verification:
        return await stands(engine, targets, before, "paused")
