"""Show the whole configuration and state of containers."""

import json
from collections.abc import Sequence
from typing import Annotated, Any

from command_gateway.operation import Argument, Engine, Kind, Operation, Option, Output, Reference, Target
from command_gateway.presentation.go_template import render
from command_gateway.redaction import redact_json
from command_gateway.values import Text


class Inspect(Operation):
    """Shows configuration and state as the engine tells them, environment values masked."""

    verbs = ("inspect", "container inspect")
    phrases = (
        "inspect {targets}",
        "show the configuration of {targets}",
        "show container configuration",
        "show details of {targets}",
        "how is {targets} configured",
        "what are the settings of {targets}",
        "give me the full details of {targets}",
        "describe {targets}",
        "what is the ip address of {targets}",
        "show the environment variables of {targets}",
        "dump the env of {targets}",
        "which restart policy does {targets} have",
        "show the mounts of {targets}",
        "which volumes does {targets} use",
        "which networks is {targets} attached to",
        "what is the entrypoint of {targets}",
        "which command does {targets} start with",
        "when was {targets} created",
        "memory limit of {targets}",
        "show the metadata of {targets}",
        "dump the config of {targets}",
    )
    examples = ("docker inspect web", "docker inspect --format '{{.State.Status}}' web")

    size: Annotated[bool, Option("--size", "-s", says=("with sizes",))] = False
    format: Annotated[Text | None, Option("--format", "-f", says=("format",))] = None
    targets: Annotated[tuple[Reference, ...], Argument(refers_to=Kind.CONTAINER)]

    async def run(self, engine: Engine, targets: Sequence[Target]) -> Output:
        size = True if self.size else None
        found: list[Any] = [redact_json(await engine.get(f"containers/{each.id}/json", size=size)) for each in targets]
        if self.format is None:
            return Output(f"{json.dumps(found, indent=4, ensure_ascii=False)}\n", data=found)
        return Output("".join(f"{render(self.format, each)}\n" for each in found), data=found)
