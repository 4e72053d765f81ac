"""Restart containers and wait until they run again."""

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
from command_gateway.operations._looking import DEFAULT_GRACE, runs_anew
from command_gateway.values import Seconds


class Restart(Operation):
    """Stops and starts containers, giving the process a grace period first."""

    verbs = ("restart", "container restart")
    base_effect = Effect.OPERATE
    usual_states = ("running", "paused", "restarting")
    phrases = (
        "restart {targets}",
        "bounce {targets}",
        "turn {targets} off and on again",
        "reboot {targets}",
        "recycle {targets}",
        "cycle {targets}",
        "power cycle {targets}",
        "relaunch {targets}",
        "reload {targets}",
        "give {targets} a restart",
        "do a rolling restart of {targets}",
        "restart {targets} with a grace period of {grace}",
    )
    examples = ("docker restart web", "docker restart --time 30 web")

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
        return await on_each(targets, lambda each: engine.post(f"containers/{each.id}/restart", t=self.grace))

    async def verify(self, engine: Engine, targets: Sequence[Target], before: Sequence[Any]) -> Verification:
        return await runs_anew(engine, targets, before)
