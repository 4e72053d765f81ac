"""Wait until containers have ended, and show their exit codes."""

import asyncio
from collections.abc import Sequence
from typing import Annotated

from command_gateway.operation import Argument, Engine, Kind, Operation, Output, Reference, Target


class Wait(Operation):
    """Waits for containers to end, as long as any command may take, and prints their exit codes."""

    verbs = ("wait", "container wait")
    phrases = (
        "wait for {targets} to finish",
        "wait until {targets} exits",
        "wait for {targets} and tell me the exit code",
        "block until {targets} stops",
        "tell me when {targets} has ended",
        "await the end of {targets}",
    )
    examples = ("docker wait job",)

    targets: Annotated[tuple[Reference, ...], Argument(refers_to=Kind.CONTAINER)]

    async def run(self, engine: Engine, targets: Sequence[Target]) -> Output:
        ended = await asyncio.gather(*(engine.post(f"containers/{each.id}/wait") for each in targets))
        codes = [int(each["StatusCode"]) for each in ended]
        data = [{"name": target.name, "exit_code": code} for target, code in zip(targets, codes, strict=True)]
        return Output("".join(f"{code}\n" for code in codes), data=data)
