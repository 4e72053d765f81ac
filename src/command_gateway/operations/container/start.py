"""Start containers that are stopped."""

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
from command_gateway.operations._looking import ran


class Start(Operation):
    """Starts containers and sees that they run, healthy where they have a health check."""

    verbs = ("start", "container start")
    base_effect = Effect.OPERATE
    usual_states = ("created", "exited")
    phrases = (
        "start {targets}",
        "start the service",
        "bring {targets} back up",
        "bring up {targets}",
        "boot {targets}",
        "get {targets} running again",
        "fire up {targets}",
        "power on {targets}",
        "power up {targets}",
        "switch {targets} on",
        "spin up {targets}",
        "wake up {targets}",
        "kick off {targets}",
        "get {targets} up",
        "turn {targets} on",
        "launch {targets} again",
        "spin {targets} back up",
        "resume the stopped container {targets}",
    )
    examples = ("docker start web",)

    targets: Annotated[tuple[Reference, ...], Argument(refers_to=Kind.CONTAINER)]

    async def run(self, engine: Engine, targets: Sequence[Target]) -> Output:
        return await on_each(targets, lambda each: engine.post(f"containers/{each.id}/start"))

    async def verify(self, engine: Engine, targets: Sequence[Target], before: Sequence[Any]) -> Verification:
        return await ran(engine, targets, before)
