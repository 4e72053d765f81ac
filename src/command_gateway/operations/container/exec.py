"""Run a command inside a container, without a terminal, to its end."""

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from command_gateway.operation import Argument, Effect, Engine, Kind, Operation, Option, Output, Reference, Target
from command_gateway.operations._diagnostics import is_diagnostic
from command_gateway.values import CommandWord, Setting


class Exec(Operation):
    """Runs a process inside a running container; only a short list of diagnostics counts as looking."""

    verbs = ("exec", "container exec")
    ignored = ("--interactive", "--tty", "-i", "-t")  # there is no terminal to hand over
    base_effect = Effect.ESCALATE
    phrases = (
        "execute {command} inside {container}",
        "execute a command inside {container}",
        "run {command} in {container}",
        "run the command {command} inside {container}",
        "check {command:disk usage=df -h} in {container}",
        "how much {command:disk space=df -h} is left inside {container}",
        "how {command:full is the disk=df -h} in {container}",
        "show the {command:current directory=pwd} in {container}",
        "show the {command:working directory=pwd} inside {container}",
        "list the {command:files in PATH=ls -la PATH} of {container}",
        "what is in the {command:directory PATH=ls -la PATH} of {container}",
        "list the {command:contents of PATH=ls -la PATH} in {container}",
        "print the {command:file PATH=cat PATH} in {container}",
        "which {command:user=whoami} does {container} run as",
        "show the {command:os release=cat /etc/os-release} in {container}",
        "which {command:linux distribution=cat /etc/os-release} does {container} run",
        "what is the {command:hostname=hostname} inside {container}",
        "what {command:date=date} is it inside {container}",
        "exec {command} on {container}",
    )
    examples = ("docker exec web df -h",)

    env: Annotated[tuple[Setting, ...], Option("--env", "-e", says=("environment variable",))] = ()
    privileged: Annotated[bool, Option("--privileged", says=("with extended privileges",))] = False
    user: Annotated[Setting | None, Option("--user", "-u", says=("as user",))] = None
    workdir: Annotated[Setting | None, Option("--workdir", "-w", says=("in directory", "working directory"))] = None
    container: Annotated[Reference, Argument(refers_to=Kind.CONTAINER)]
    command: Annotated[tuple[CommandWord, ...], Argument(rest=True), Field(min_length=1)]

    @property
    def effect(self) -> Effect:
        """Looking, if the command is known to do no more; else it hands out power inside the container."""
        plain = not (self.env or self.privileged or self.user or self.workdir)
        return Effect.READ if plain and is_diagnostic(self.command) else Effect.ESCALATE

    async def run(self, engine: Engine, targets: Sequence[Target]) -> Output:
        done = await engine.execute(
            targets[0].id,
            self.command,
            Env=list(self.env) or None,
            Privileged=self.privileged,
            User=self.user or "",
            WorkingDir=self.workdir or "",
        )
        out, err = (raw.decode("utf-8", errors="replace") for raw in (done.stdout, done.stderr))
        return Output(out, err, done.exit_code, {"exit_code": done.exit_code}, truncated=done.truncated)
