"""Show the whole configuration of images."""

import json
from collections.abc import Sequence
from typing import Annotated, Any

from command_gateway.operation import Argument, Engine, Kind, Operation, Option, Output, Reference, Target
from command_gateway.presentation.go_template import render
from command_gateway.redaction import redact_json
from command_gateway.values import Text


class Inspect(Operation):
    """Shows an image as the engine tells it, environment values masked."""

    verbs = ("image inspect",)
    phrases = (
        "inspect image {images}",
        "inspect the image {images}",
        "show details of image {images}",
        "show the configuration of the image {images}",
        "what is inside the image {images}",
        "describe the image {images}",
        "show the metadata of image {images}",
        "which architecture is the image {images} built for",
    )
    examples = ("docker image inspect nginx",)

    format: Annotated[Text | None, Option("--format", "-f", says=("format",))] = None
    images: Annotated[tuple[Reference, ...], Argument(refers_to=Kind.IMAGE)]

    async def run(self, engine: Engine, targets: Sequence[Target]) -> Output:
        found: list[Any] = [redact_json(await engine.get(f"images/{each.id}/json")) for each in targets]
        if self.format is None:
            return Output(f"{json.dumps(found, indent=4, ensure_ascii=False)}\n", data=found)
        return Output("".join(f"{render(self.format, each)}\n" for each in found), data=found)
