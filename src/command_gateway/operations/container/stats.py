"""Show what containers use of the machine, once."""

import asyncio
from collections.abc import Sequence
from typing import Annotated, Any

from command_gateway.errors import TargetGone
from command_gateway.operation import Argument, Engine, Kind, Operation, Option, Output, Reference, Target
from command_gateway.presentation.humanise import short
from command_gateway.presentation.listing import listed
from command_gateway.presentation.usage import COLUMNS, HEADERS, row
from command_gateway.values import Text


class Stats(Operation):
    """Shows CPU, memory, network and disk use at one moment; it never streams."""

    verbs = ("stats", "container stats")
    ignored = ("--no-stream",)
    phrases = (
        "show memory and cpu usage",
        "show memory and cpu usage of {targets}",
        "show container resource usage statistics",
        "get memory stats",
        "how much memory does {targets} use",
        "how much cpu is {targets} using",
        "resource usage of {targets}",
        "show stats for {targets}",
        "display container statistics",
        "is {targets} eating all the memory",
        "check resource consumption of {targets}",
        "cpu load of {targets}",
    )
    examples = ("docker stats", "docker stats web")

    all: Annotated[bool, Option("--all", "-a", says=("including stopped ones",))] = False
    no_trunc: Annotated[bool, Option("--no-trunc", says=("without truncation",))] = False
    format: Annotated[Text | None, Option("--format", says=("format",))] = None
    targets: Annotated[tuple[Reference, ...], Argument(refers_to=Kind.CONTAINER)] = ()

    async def run(self, engine: Engine, targets: Sequence[Target]) -> Output:
        chosen = targets or await self._running(engine)
        seen = await asyncio.gather(*(_look(engine, target) for target in chosen))
        rows = [row(target.name, self._id(target), look) for target, look in zip(chosen, seen, strict=True) if look]
        return listed(rows, HEADERS, COLUMNS, template=self.format)

    def _id(self, target: Target) -> str:
        return target.id if self.no_trunc else short(target.id)

    async def _running(self, engine: Engine) -> list[Target]:
        """Those that docker stats shows when none is named."""
        found = await engine.get("containers/json", all=True if self.all else None)
        return [Target(Kind.CONTAINER, item["Id"], item["Names"][0].lstrip("/")) for item in found]


async def _look(engine: Engine, target: Target) -> Any:
    """Two readings a second apart, so that there is a difference to compute CPU use from; None for one that went."""
    try:
        return await engine.get(f"containers/{target.id}/stats", stream=False)
    except TargetGone:
        return None
