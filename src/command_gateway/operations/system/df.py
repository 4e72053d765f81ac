"""Show how much disk the engine uses, and how much of it could be freed."""

from collections.abc import Sequence
from typing import Annotated

from command_gateway.operation import Engine, Operation, Option, Output, Target
from command_gateway.presentation import disk
from command_gateway.presentation.listing import listed
from command_gateway.values import Text


class Df(Operation):
    """Shows disk use of images, containers, volumes and build cache; with --verbose of each one."""

    verbs = ("system df",)
    phrases = (
        "how much disk does docker use",
        "show docker disk usage",
        "how much space do images and volumes take",
        "what takes up disk space in docker",
        "how much disk could be reclaimed",
        "show detailed docker disk usage",
        "is docker filling up the disk",
        "docker storage usage",
    )
    examples = ("docker system df", "docker system df --verbose")

    verbose: Annotated[bool, Option("--verbose", "-v", says=("detailed", "in detail", "verbose"))] = False
    format: Annotated[Text | None, Option("--format", says=("format",))] = None

    async def run(self, engine: Engine, targets: Sequence[Target]) -> Output:
        found = await engine.get("system/df")
        if self.verbose and self.format is None:
            return Output(disk.detailed(found), data=disk.details(found))
        return listed(disk.summary(found), disk.HEADERS, list(disk.HEADERS), template=self.format)
