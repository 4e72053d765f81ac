"""What happens, told as it happens to whoever listens; a listener that is too slow loses its own seat only."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

MOST_WAITING = 1_000  # events kept for one listener

Event = dict[str, Any]


class Bus:
    """Hands each event to every listener of its moment."""

    def __init__(self) -> None:
        self._listeners: set[asyncio.Queue[Event | None]] = set()

    @property
    def heard(self) -> bool:
        """Whether anybody listens."""
        return bool(self._listeners)

    def publish(self, event: Event) -> None:
        """Tells all listeners; never waits."""
        for queue in list(self._listeners):
            if queue.qsize() >= MOST_WAITING:
                self._listeners.discard(queue)
                queue.put_nowait(None)
            else:
                queue.put_nowait(event)

    async def listen(self) -> AsyncIterator[Event]:
        """Every event from now on, until the listener is too slow or the bus closes."""
        queue: asyncio.Queue[Event | None] = asyncio.Queue()
        self._listeners.add(queue)
        try:
            while (event := await queue.get()) is not None:
                yield event
        finally:
            self._listeners.discard(queue)

    def close(self) -> None:
        """Ends every listener's stream."""
        for queue in self._listeners:
            queue.put_nowait(None)
        self._listeners.clear()
