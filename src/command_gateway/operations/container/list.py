"""List containers."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from command_gateway.operation import Engine, Operation, Option, Output, Target
from command_gateway.presentation.containers import HEADERS, row
from command_gateway.presentation.listing import listed
from command_gateway.values import Count, Filter, Text, filters_with

Filters = Annotated[
    tuple[Filter, ...],
    filters_with(
        "ancestor", "before", "expose", "exited", "health", "id", "is-task", "isolation", "label", "name", "network",
        "publish", "since", "status", "volume",
    ),
]  # fmt: skip


class List(Operation):
    """Lists containers with their state: the running ones, or all."""

    verbs = ("ps", "container ls", "container list", "container ps")
    phrases = (
        "list containers",
        "list all containers",
        "list all containers, running or not",
        "show running containers",
        "which containers are running",
        "what is running right now",
        "show me every container including stopped ones",
        "is {targets} running",
        "check the status of {targets}",
        "show the current status of {targets}",
        "what state is {targets} in",
        "is {targets} up",
        "check if {targets} is running and healthy",
        "how is {targets} doing",
        "is {targets} alive",
        "is {targets} working properly",
        "is {targets} operational",
        "is {targets} functioning",
        "is {targets} responding",
        "is {targets} reachable",
        "is {targets} online",
        "is {targets} down",
        "has {targets} stopped",
        "has {targets} exited",
        "status of {targets}",
        "state of {targets}",
        "uptime of {targets}",
        "how long has {targets} been up",
        "status of all containers",
        "how many containers are running",
        "what is up",
        "which containers exited with an error",
        "show stopped containers",
        "show the last {last} containers",
        "show the newest container",
        "list containers with their sizes",
        "list only the container ids",
        "show name, image and state of each container",
        "overview of the containers",
        "list containers in full detail",
        "full details of all running containers",
    )
    examples = ("docker ps", "docker ps --all", "docker ps --filter status=exited", "docker ps -n 5")

    all: Annotated[bool, Option("--all", "-a", says=("all", "including stopped ones", "running or not"))] = False
    last: Annotated[Count | None, Option("--last", "-n", says=("last", "most recent", "newest"))] = None
    latest: Annotated[bool, Option("--latest", "-l", says=("latest", "newest"))] = False
    quiet: Annotated[bool, Option("--quiet", "-q", says=("ids only", "only ids", "ids"))] = False
    no_trunc: Annotated[
        bool, Option("--no-trunc", says=("without truncation", "in full", "untruncated", "complete", "full detail"))
    ] = False
    size: Annotated[bool, Option("--size", "-s", says=("with sizes", "size", "disk size"))] = False
    format: Annotated[Text | None, Option("--format", says=("format",))] = None
    filters: Annotated[Filters, Option("--filter", "-f", says=("filter",))] = ()

    @classmethod
    def about(cls, names: Sequence[str]) -> Mapping[str, Any]:
        """Exactly these containers, running or not."""
        return {"filters": tuple(f"name=^{name.replace('.', '[.]')}$" for name in names)}

    @property
    def _sizes(self) -> bool:
        """Whether sizes are shown: the engine walks every layer for them, so they are asked for only then."""
        return self.size or ".Size" in (self.format or "")

    async def run(self, engine: Engine, targets: Sequence[Target]) -> Output:
        asked: dict[str, list[str]] = {}
        for each in self.filters:
            key, _, value = each.partition("=")
            asked.setdefault(key, []).append(value)
        limit = 1 if self.latest and self.last is None else self.last
        found = await engine.get(
            "containers/json",
            all=True if self.all else None,
            limit=limit or None,
            size=True if self._sizes else None,
            filters=asked or None,
        )
        rows = [row(item, truncate=not self.no_trunc) for item in found]
        columns = [key for key in HEADERS if key != "Size" or self.size]
        return listed(rows, HEADERS, columns, quiet="ID" if self.quiet else None, template=self.format)
