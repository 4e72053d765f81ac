"""Stop containers, giving the process time to end by itself."""

from collections.abc import Sequence
from typing import Annotated, Any

from command_gateway.operation import (
    Argument,
    Effect,
    Engine,
    Kind,
    Operation,
    Option,
    Output,
    Reference,
    Target,
    Verification,
    on_each,
)
from command_gateway.operations._looking import DEFAULT_GRACE, stopped
from command_gateway.values import Seconds


class Stop(Operation):
    """Asks the process to end, and ends it when the grace period is over."""

    verbs = ("stop", "container stop")
    base_effect = Effect.OPERATE
    usual_states = ("running", "paused", "restarting")
    phrases = (
        "stop {targets}",
        "stop the container",
        "shut down {targets}",
        "shut it down gracefully and give it {grace}",
        "stop {targets} with a timeout of {grace}",
        "halt {targets}",
        "bring {targets} down",
        "take {targets} offline",
        "turn {targets} off",
        "terminate {targets} gracefully",
        "stop {targets} within {grace}",
        "end {targets}",
        "perform a graceful shutdown of {targets}",
        "stop the operation of {targets}",
        "stop {targets} in {grace}",
        "end the process of {targets}",
        "quit {targets}",
        "switch {targets} off",
        "shut {targets}",
        "shutdown {targets}",
        "spin {targets} down",
        "power {targets} down",
        "stop {targets} gracefully",
        "take {targets} down",
        "gracefully terminate {targets}",
        "terminate {targets}",
        "cease {targets}",
        "stop {targets} but wait {grace} before killing it",
    )
    examples = ("docker stop web", "docker stop --time 30 web")

    grace: Annotated[
        Seconds | None,
        Option(
            "--time",
            "-t",
            also=("--timeout",),
            says=("grace period", "timeout", "seconds to finish", "wait", "within", "allow"),
        ),
    ] = None
    targets: Annotated[tuple[Reference, ...], Argument(refers_to=Kind.CONTAINER)]

    @property
    def rightful_seconds(self) -> float:
        return len(self.targets) * (DEFAULT_GRACE if self.grace is None else self.grace)

    async def run(self, engine: Engine, targets: Sequence[Target]) -> Output:
        return await on_each(targets, lambda each: engine.post(f"containers/{each.id}/stop", t=self.grace))

    async def verify(self, engine: Engine, targets: Sequence[Target], before: Sequence[Any]) -> Verification:
        return await stopped(engine, targets, before)
