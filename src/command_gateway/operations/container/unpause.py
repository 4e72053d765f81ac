"""Let paused containers go on."""

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


class Unpause(Operation):
    """Thaws every process of a paused container."""

    verbs = ("unpause", "container unpause")
    base_effect = Effect.OPERATE
    usual_states = ("paused",)
    phrases = (
        "unpause {targets}",
        "resume {targets}",
        "unfreeze {targets}",
        "continue {targets}",
        "let {targets} run on",
        "thaw {targets}",
        "resume the paused container {targets}",
        "take {targets} off hold",
    )
    examples = ("docker unpause web",)

    targets: Annotated[tuple[Reference, ...], Argument(refers_to=Kind.CONTAINER)]

    async def run(self, engine: Engine, targets: Sequence[Target]) -> Output:
        return await on_each(targets, lambda each: engine.post(f"containers/{each.id}/unpause"))

    async def verify(self, engine: Engine, targets: Sequence[Target], before: Sequence[Any]) -> Verification:
        return await stands(engine, targets, before, "running")
