"""Waits for the gateway's events without missing the server's end."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator

from command_gateway.events import Event


class Silence(Exception):
    """Nothing happened for as long as one was ready to wait."""


class Listener:
    """Hears what happens from the moment the block is entered; gives up its seat when the block ends."""

    def __init__(self, events: AsyncIterator[Event], closing: asyncio.Event) -> None:
        self._events = events
        self._closing = closing

    async def __aenter__(self) -> "Listener":
        self._end = asyncio.create_task(self._closing.wait())
        self._coming = asyncio.create_task(self._following())
        await asyncio.sleep(0)  # lets the task take its seat before the caller looks at how things stand
        return self

    async def __aexit__(self, *_: object) -> None:
        self._end.cancel()
        self._coming.cancel()
        await asyncio.gather(self._end, self._coming, return_exceptions=True)
        if isinstance(self._events, AsyncGenerator):
            await self._events.aclose()

    async def hear(self, seconds: float) -> Event | None:
        """The next event; None when there are no more.

        Raises:
            Silence: nothing happened for `seconds`.
        """
        done, _ = await asyncio.wait({self._coming, self._end}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        if not done:
            raise Silence
        if self._coming not in done:
            return None
        event = self._coming.result()
        if event is not None:
            self._coming = asyncio.create_task(self._following())
        return event

    async def _following(self) -> Event | None:
        return await anext(self._events, None)
