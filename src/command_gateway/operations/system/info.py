"""Show what the engine says of itself and of its machine."""

from collections.abc import Sequence
from typing import Annotated

from command_gateway import __version__
from command_gateway.operation import Engine, Operation, Option, Output, Target
from command_gateway.presentation.engine_info import lines
from command_gateway.presentation.go_template import render
from command_gateway.redaction import redact_json
from command_gateway.values import Text


class Info(Operation):
    """Shows counts, drivers, kernel, memory and settings of the engine."""

    verbs = ("info", "system info")
    phrases = (
        "docker info",
        "show information about the docker engine",
        "show system information",
        "which storage driver does docker use",
        "how many containers and images are there in total",
        "tell me about the docker host",
        "display docker system info",
    )
    examples = ("docker info",)

    format: Annotated[Text | None, Option("--format", "-f", says=("format",))] = None

    async def run(self, engine: Engine, targets: Sequence[Target]) -> Output:
        found = redact_json(await engine.get("info"))
        if self.format is not None:
            return Output(f"{render(self.format, found)}\n", data=found)
        head = ["Client: AI Command Gateway", f" Version:    {__version__}", "", "Server:"]
        warnings = "".join(f"{each}\n" for each in found.get("Warnings") or [])
        return Output("".join(f"{line}\n" for line in [*head, *lines(found)]), warnings, data=found)
