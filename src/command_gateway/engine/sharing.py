"""Identical reads that wait at the same time share one engine call, and none is ever served stale.

A call that began before a question was asked may not know what happened in between. So a question never
joins a call under way: it joins the one that starts when that one ends.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

Ask = Callable[[], Awaitable[Any]]


class SharedReads:
    """At most one call under way and one waiting per key."""

    def __init__(self) -> None:
        self._under_way: dict[object, asyncio.Task[Any]] = {}
        self._waiting: dict[object, asyncio.Task[Any]] = {}

    async def join(self, key: object, ask: Ask) -> Any:
        """The answer of a call of `ask` that started after this was called."""
        waiting = self._waiting.get(key)
        if waiting is None:
            current = self._under_way.get(key)
            waiting = asyncio.create_task(self._call(key, current, ask))
            if current is None:
                self._under_way[key] = waiting
                waiting.add_done_callback(lambda done: self._forget(key, done))
            else:
                self._waiting[key] = waiting
        return await asyncio.shield(waiting)

    async def _call(self, key: object, current: asyncio.Task[Any] | None, ask: Ask) -> Any:
        if current is not None:
            await asyncio.wait([current])
            task = asyncio.current_task()
            assert task is not None
            self._waiting.pop(key, None)
            self._under_way[key] = task
            task.add_done_callback(lambda done: self._forget(key, done))
        return await ask()

    def _forget(self, key: object, done: asyncio.Task[Any]) -> None:
        if self._under_way.get(key) is done:
            del self._under_way[key]
        if not done.cancelled():
            done.exception()  # seen here, so that a call whose every asker went away is no unhandled error
