"""Show the layers that an image was built of."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Any

from command_gateway.operation import Argument, Engine, Kind, Operation, Option, Output, Reference, Target
from command_gateway.presentation.humanise import ago, ellipsis, short, size
from command_gateway.presentation.listing import listed
from command_gateway.values import Text

HEADERS = {
    "ID": "IMAGE",
    "CreatedSince": "CREATED",
    "CreatedAt": "CREATED AT",
    "CreatedBy": "CREATED BY",
    "Size": "SIZE",
    "Comment": "COMMENT",
}
_LONGEST = 45  # characters of a command, and of a comment, before the CLI cuts them
_MISSING = "<missing>"


class History(Operation):
    """Shows the layers of an image, the newest first."""

    verbs = ("history", "image history")
    phrases = (
        "show the history of image {image}",
        "how was the image {image} built",
        "which layers does the image {image} have",
        "show the layers of {image}",
        "image history of {image}",
        "list the build steps of image {image}",
        "what commands made the image {image}",
    )
    examples = ("docker history nginx",)

    human: Annotated[bool, Option("--human", "-H", says=("human readable",))] = True
    no_trunc: Annotated[bool, Option("--no-trunc", says=("without truncation", "in full"))] = False
    quiet: Annotated[bool, Option("--quiet", "-q", says=("ids only", "only ids"))] = False
    format: Annotated[Text | None, Option("--format", says=("format",))] = None
    image: Annotated[Reference, Argument(refers_to=Kind.IMAGE)]

    async def run(self, engine: Engine, targets: Sequence[Target]) -> Output:
        found = await engine.get(f"images/{targets[0].id}/history")
        rows = [self._row(layer) for layer in found]
        columns = ["ID", "CreatedSince" if self.human else "CreatedAt", "CreatedBy", "Size", "Comment"]
        return listed(rows, HEADERS, columns, quiet="ID" if self.quiet else None, template=self.format)

    def _row(self, layer: Any) -> dict[str, str]:
        command = layer["CreatedBy"].replace("\t", " ")
        identifier = layer["Id"] or _MISSING
        at = datetime.fromtimestamp(layer["Created"], UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        return {
            "ID": identifier if self.no_trunc or identifier == _MISSING else short(identifier),
            "CreatedAt": at,
            "CreatedSince": ago(float(layer["Created"])) if self.human else at,
            "CreatedBy": command if self.no_trunc else ellipsis(command, _LONGEST),
            "Size": size(layer["Size"], 3) if self.human else str(layer["Size"]),
            "Comment": layer["Comment"],
        }
