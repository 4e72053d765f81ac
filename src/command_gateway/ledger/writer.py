"""Gathers appends that wait at the same moment into one synced transaction; a lone one waits for nobody."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from command_gateway.errors import LedgerUnavailable
from command_gateway.ledger import Entry, Summary
from command_gateway.ledger.chain import canonical
from command_gateway.ledger.rows import row_of
from command_gateway.request import Status

MOST_TOGETHER = 200  # appends in one transaction


@dataclass(eq=False, slots=True)
class Append:
    """One append, ready to be written, and the future of whoever waits for it.

    Without a row it writes nothing and only finds out whether a write succeeds. `refused` is set when its own
    condition does not hold.
    """

    entries: Sequence[tuple[Entry, str]] = ()  # each with its canonical body
    row: Mapping[str, Any] | None = None
    expect: Status | None = None
    refused: Exception | None = None
    done: "asyncio.Future[None]" = field(default_factory=lambda: asyncio.get_running_loop().create_future())


def prepared(entries: Sequence[Entry], summary: Summary, expect: Status | None) -> Append:
    """Turns into text before others are joined, so that what is no JSON fails its own caller alone.

    Raises:
        TypeError, ValueError: a body is no JSON, or there is no entry to tell why the summary changes.
    """
    if not entries:
        raise ValueError("an append tells of at least one entry")
    return Append([(entry, canonical(entry.body)) for entry in entries], row_of(summary), expect)


WriteBatch = Callable[[Sequence[Append]], Awaitable[None]]


class Writer:
    """One task writes; everybody else waits for their own future."""

    def __init__(self, write: WriteBatch) -> None:
        self._write = write
        self._queue: asyncio.Queue[Append | None] = asyncio.Queue()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begins to write what is appended."""
        self._task = asyncio.create_task(self._run())

    async def close(self) -> None:
        """Writes what waits, then stops."""
        task, self._task = self._task, None
        if task is not None:
            self._queue.put_nowait(None)
            await task

    async def append(self, one: Append) -> None:
        """Returns when `one` is durable. A caller that goes away does not take the write back."""
        if self._task is None:
            raise LedgerUnavailable("the ledger is closed")
        self._queue.put_nowait(one)
        await asyncio.shield(one.done)

    async def _run(self) -> None:
        while (first := await self._queue.get()) is not None:
            batch, last = self._gathered(first)
            await self._written(batch)
            if last:
                return

    def _gathered(self, first: Append) -> tuple[list[Append], bool]:
        batch = [first]
        with contextlib.suppress(asyncio.QueueEmpty):
            while len(batch) < MOST_TOGETHER:
                following = self._queue.get_nowait()
                if following is None:
                    return batch, True
                batch.append(following)
        return batch, False

    async def _written(self, batch: list[Append]) -> None:
        problem: Exception | None = None
        try:
            await self._write(batch)
        except Exception as broken:
            problem = broken if isinstance(broken, LedgerUnavailable) else LedgerUnavailable(f"cannot write: {broken}")
        for one in batch:
            if one.done.done():
                continue
            outcome = problem or one.refused
            if outcome is None:
                one.done.set_result(None)
            else:
                one.done.set_exception(outcome)
                one.done.exception()  # seen, in case its caller went away
