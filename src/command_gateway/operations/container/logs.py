"""Show the newest output of a container."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Annotated, Any

from pydantic import Field

from command_gateway.operation import Argument, Engine, Kind, Operation, Option, Output, Reference, Target
from command_gateway.operations._moments import unix_time
from command_gateway.operations._window import Window
from command_gateway.values import Moment

FOLLOWED_SECONDS = 5.0  # --follow shows what comes in so long; an answer has to end

Tail = Annotated[str, Field(pattern=r"^(all|\d{1,9})$")]
"""How many lines from the end: a number, or all."""


class Logs(Operation):
    """Shows the log up to now, bounded in size: where it is cut, the newest lines are kept.

    With `follow` it goes on for five seconds, and then ends all the same.
    """

    verbs = ("logs", "container logs")
    phrases = (
        "show logs of {container}",
        "show {tail:recent=100} logs",
        "show the {tail:latest=100} logs of {container}",
        "what happened in the logs of {container}",
        "get the last {tail} lines of logs of {container}",
        "last {tail} lines",
        "tail the logs of {container}",
        "tail {tail} lines of {container}",
        "logs of {container} since {since}",
        "show {tail:recent=100} error logs",
        "the last {tail} log entries of {container}",
        "the last {tail} messages of {container}",
        "show the {tail:last few lines=20} of the logs of {container}",
        "show the {tail:end of the logs=50} of {container}",
        "are there errors in the logs of {container}",
        "show warnings and errors logged by {container}",
        "what has {container} logged",
        "pull the logs of {container}",
        "show the stderr output of {container}",
        "what did {container} print in the last {since}",
        "logs of {container} since {since} until {until}",
        "show the logs of {container} with timestamps",
        "follow the logs of {container}",
        "why did {container} crash",
        "what does {container} say",
        "display the output of {container}",
        "check the logs of {container} for errors",
        "get logs to investigate errors",
    )
    examples = ("docker logs web", "docker logs --tail 50 --since 10m web")

    details: Annotated[bool, Option("--details", says=("extra details",))] = False
    follow: Annotated[bool, Option("--follow", "-f", says=("follow", "live", "in real time", "stream"))] = False
    since: Annotated[Moment | None, Option("--since", says=("since", "from", "starting"))] = None
    until: Annotated[Moment | None, Option("--until", says=("until", "before", "up to"))] = None
    tail: Annotated[Tail | None, Option("--tail", "-n", says=("last", "lines", "tail"))] = None
    timestamps: Annotated[bool, Option("--timestamps", "-t", says=("with timestamps", "with times"))] = False
    container: Annotated[Reference, Argument(refers_to=Kind.CONTAINER)]

    @property
    def rightful_seconds(self) -> float:
        return FOLLOWED_SECONDS if self.follow else 0.0

    async def run(self, engine: Engine, targets: Sequence[Target]) -> Output:
        seen = await engine.get(f"containers/{targets[0].id}/json")
        most = engine.output_limit + 1  # lines: that many characters hold no more, so the engine need not send them
        asked = most if self.tail in (None, "all") else min(int(self.tail or 0), most)
        query: dict[str, Any] = {
            "stdout": True,
            "stderr": True,
            "follow": True if self.follow else None,
            "since": unix_time(self.since),
            "until": unix_time(self.until),
            "timestamps": True if self.timestamps else None,
            "details": True if self.details else None,
            "tail": asked,
        }
        frames = engine.frames(f"containers/{targets[0].id}/logs", tty=seen["Config"]["Tty"], **query)
        windows = {1: Window(engine.output_limit), 2: Window(engine.output_limit)}
        await self._fill(windows, frames)
        out, err = windows[1].text(), windows[2].text()
        data = [
            {"stream": name, "line": line}
            for name, text in (("stdout", out), ("stderr", err))
            for line in text.splitlines()
        ]
        truncated = windows[1].cut or windows[2].cut or (asked == most and windows[1].lines + windows[2].lines >= most)
        return Output(out, err, data=data, truncated=truncated, keep_end=True)

    async def _fill(self, windows: dict[int, Window], frames: AsyncIterator[tuple[int, bytes]]) -> None:
        async def read() -> None:
            async for stream, chunk in frames:
                windows[stream].add(chunk)

        if not self.follow:
            await read()
            return
        try:
            async with asyncio.timeout(FOLLOWED_SECONDS):
                await read()
        except TimeoutError:
            return
