"""Show what changed on a container's filesystem since it was made."""

from collections.abc import Sequence
from typing import Annotated

from command_gateway.operation import Argument, Engine, Kind, Operation, Output, Reference, Target

_KINDS = ("C", "A", "D")  # Engine API /containers/{id}/changes: 0 changed, 1 added, 2 deleted
_WORDS = ("changed", "added", "deleted")


class Diff(Operation):
    """Shows files that were changed, added or deleted since the container was made."""

    verbs = ("diff", "container diff")
    phrases = (
        "what changed on the filesystem of {container}",
        "what changed on its filesystem",
        "show file changes in {container}",
        "show the filesystem changes of {container}",
        "filesystem differences of {container}",
        "how does the filesystem of {container} differ from its image",
        "which files were modified in {container}",
        "which files did {container} add",
        "diff the filesystem of {container}",
        "list changed files in {container}",
        "what has been written inside {container} since it was created",
    )
    examples = ("docker diff web",)

    container: Annotated[Reference, Argument(refers_to=Kind.CONTAINER)]

    async def run(self, engine: Engine, targets: Sequence[Target]) -> Output:
        found = await engine.get(f"containers/{targets[0].id}/changes") or []
        data = [{"path": each["Path"], "kind": _WORDS[each["Kind"]]} for each in found]
        return Output("".join(f"{_KINDS[each['Kind']]} {each['Path']}\n" for each in found), data=data)
