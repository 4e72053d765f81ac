"""Send a signal to the main process of containers."""

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
    Proof,
    Reference,
    Target,
    Verification,
    on_each,
)
from command_gateway.operations._looking import settled, stopped, story
from command_gateway.values import Signal


class Kill(Operation):
    """Sends a signal, SIGKILL unless another is named."""

    verbs = ("kill", "container kill")
    base_effect = Effect.OPERATE
    usual_states = ("running", "paused", "restarting")
    phrases = (
        "kill {targets}",
        "kill {targets} with {signal}",
        "send {signal} to {targets}",
        "force stop {targets}",
        "forcefully stop {targets}",
        "kill {targets} immediately",
        "signal {targets} with {signal}",
        "stop {targets} with a {signal} signal",
        "terminate {targets} using {signal}",
        "hit {targets} with {signal}",
        "end {targets} with {signal}",
        "stop {targets} by sending {signal}",
        "gracefully kill {targets} with {signal}",
        "terminate {targets} in a graceful manner using {signal}",
        "make {targets} reload with {signal}",
    )
    examples = ("docker kill web", "docker kill --signal SIGHUP web")

    signal: Annotated[Signal, Option("--signal", "-s", says=("signal",))] = "SIGKILL"
    targets: Annotated[tuple[Reference, ...], Argument(refers_to=Kind.CONTAINER)]

    async def run(self, engine: Engine, targets: Sequence[Target]) -> Output:
        return await on_each(targets, lambda each: engine.post(f"containers/{each.id}/kill", signal=self.signal))

    async def verify(self, engine: Engine, targets: Sequence[Target], before: Sequence[Any]) -> Verification:
        if self.signal == "SIGKILL" and not any(_comes_back(each) for each in before):
            return await stopped(engine, targets, before)
        return await settled(engine, targets, before, _delivered, ends=True)


def _comes_back(before: Any) -> bool:
    """Whether the engine itself starts it again."""
    return (before["HostConfig"].get("RestartPolicy") or {}).get("Name") in ("always", "unless-stopped", "on-failure")


def _delivered(_: Any, now: Any) -> Verification:
    """What a process does with a signal is its own affair; that the engine sent it is all that was promised."""
    return Verification(Proof.VERIFIED, f"signal sent; {story(now)}")
