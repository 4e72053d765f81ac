"""Show the processes inside a container."""

import shlex
from collections.abc import Sequence
from typing import Annotated

from command_gateway.operation import Argument, Effect, Engine, Kind, Operation, Output, Reference, Target
from command_gateway.operations._diagnostics import shows_processes
from command_gateway.presentation.table import table
from command_gateway.values import CommandWord

COLUMN = 20  # characters: docker top has wider columns than the lists


class Top(Operation):
    """Shows the processes that run inside a container, as the host's ps sees them."""

    verbs = ("top", "container top")
    phrases = (
        "what processes are running inside {container}",
        "show processes in {container}",
        "which processes does {container} run",
        "list the processes of {container}",
        "what is running inside {container}",
        "show me the process list of {container}",
        "display running processes of {container}",
        "top of {container}",
    )
    examples = ("docker top web", "docker top web -o pid,comm")

    container: Annotated[Reference, Argument(refers_to=Kind.CONTAINER)]
    options: Annotated[tuple[CommandWord, ...], Argument(rest=True)] = ()

    @property
    def effect(self) -> Effect:
        """Looking, with columns that show processes; ps can also print environments, which is more."""
        return Effect.READ if shows_processes(self.options) else Effect.ESCALATE

    async def run(self, engine: Engine, targets: Sequence[Target]) -> Output:
        words = shlex.join(self.options) if self.options else None
        found = await engine.get(f"containers/{targets[0].id}/top", ps_args=words)
        titles, processes = found["Titles"], found["Processes"] or []
        data = [dict(zip(titles, line, strict=False)) for line in processes]
        return Output(table(titles, processes, narrowest=COLUMN), data=data)
