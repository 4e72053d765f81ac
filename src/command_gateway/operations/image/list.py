"""List images."""

from collections.abc import Sequence
from typing import Annotated

from command_gateway.operation import Argument, Engine, Operation, Option, Output, Target
from command_gateway.presentation.images import HEADERS, rows
from command_gateway.presentation.listing import listed
from command_gateway.values import Filter, Text, filters_with

Filters = Annotated[
    tuple[Filter, ...], filters_with("before", "dangling", "label", "reference", "since", "until")
]  # fmt: skip


class List(Operation):
    """Lists the images on the engine."""

    verbs = ("images", "image ls", "image list")
    phrases = (
        "list images",
        "what images do we have",
        "show all docker images",
        "which images are on this host",
        "display local images",
        "which images have been pulled to this host",
        "which images were pulled",
        "full details of all images",
        "show images with their digests",
        "list image ids only",
        "list {filters:dangling=dangling=true} images",
        "show {filters:untagged=dangling=true} images",
        "which images were created before {before}",
        "show images in full without truncation",
        "list all images including intermediate ones",
        "get the repository and tag of every image",
    )
    examples = ("docker images", "docker images --all", "docker images --filter dangling=true")

    all: Annotated[
        bool,
        Option(
            "--all",
            "-a",
            says=(
                "including intermediate ones",
                "intermediate",
                "including dangling",
                "include dangling",
                "dangling included",
            ),
        ),
    ] = False
    digests: Annotated[bool, Option("--digests", says=("with digests", "digests"))] = False
    quiet: Annotated[bool, Option("--quiet", "-q", says=("ids only", "only ids", "ids"))] = False
    no_trunc: Annotated[
        bool,
        Option("--no-trunc", says=("without truncation", "in full", "untruncated", "complete", "all the information")),
    ] = False
    format: Annotated[Text | None, Option("--format", says=("format",))] = None
    filters: Annotated[Filters, Option("--filter", "-f", says=("filter",))] = ()
    repository: Annotated[Text | None, Argument()] = None

    async def run(self, engine: Engine, targets: Sequence[Target]) -> Output:
        asked: dict[str, list[str]] = {"reference": [self.repository]} if self.repository else {}
        for each in self.filters:
            key, _, value = each.partition("=")
            asked.setdefault(key, []).append(value)
        found = await engine.get("images/json", all=True if self.all else None, filters=asked or None, digests=True)
        digests = self.digests or ".Digest" in (self.format or "")
        shown = [row for item in found for row in rows(item, truncate=not self.no_trunc, digests=digests)]
        columns = [
            key for key in ("Repository", "Tag", "Digest", "ID", "CreatedSince", "Size") if key != "Digest" or digests
        ]
        return listed(shown, HEADERS, columns, quiet="ID" if self.quiet else None, template=self.format)
