"""The live inventory of one engine: listed once, kept true by the engine's events.

An event only marks what it touches as dirty; the next look lists it anew. While the event stream is down
everything is dirty, so every look lists anew: slower, never stale.
"""

import asyncio
import contextlib
import re
from collections.abc import Mapping
from time import monotonic, time
from typing import Any

import structlog

from command_gateway.errors import GatewayError
from command_gateway.operation import Engine, Kind
from command_gateway.sight import Sight, Sighting
from command_gateway.targets import listing

OLDEST = 30.0  # seconds after which a list is made anew even if no event came
_OVERLAP = 5  # seconds of past events asked for on reconnecting, so that none falls between list and stream
_SHORTEST_PAUSE, _LONGEST_PAUSE = 0.2, 10.0
_KINDS = {"container": Kind.CONTAINER, "image": Kind.IMAGE, "network": Kind.NETWORK, "volume": Kind.VOLUME}
_QUIET = re.compile(r"exec_|top$|attach$|detach$|resize$|export$|archive-path$|extract-to-dir$|copy$")

log = structlog.get_logger(__name__)


class Inventory:
    """What is on `engine`, as a `Sight`. `mappings` are logical names from the settings."""

    def __init__(self, engine: Engine, mappings: Mapping[str, str]) -> None:
        self._engine = engine
        self._mappings = dict(mappings)
        self._objects: dict[Kind, tuple[Sighting, ...]] = {}
        self._listed: dict[Kind, float] = {}
        self._dirty = set(Kind)
        self._watching = False
        self._version = 0
        self._sight: Sight | None = None
        self._task: asyncio.Task[None] | None = None

    @property
    def mappings(self) -> Mapping[str, str]:
        """Logical name to container name, from the settings."""
        return self._mappings

    @property
    def watching(self) -> bool:
        """Whether the event stream is up."""
        return self._watching

    def start(self) -> None:
        """Begins to follow the engine's events, and goes on however often they break off."""
        self._task = asyncio.create_task(self._watch())

    async def close(self) -> None:
        """Stops following."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def sight(self, *, fresh: bool = False) -> Sight:
        """Everything on the engine now; `fresh` lists containers anew even when no event asks for it.

        Raises:
            EngineError: the engine cannot be listed; old names are never handed out instead.
        """
        due = {kind for kind in Kind if self._is_due(kind)} | ({Kind.CONTAINER} if fresh else set())
        if due:
            await asyncio.gather(*(self._list(kind) for kind in due))
        if self._sight is None:
            everything = tuple(each for kind in Kind for each in self._objects[kind])
            self._sight = Sight(self._engine.name, self._version, everything, self._mappings)
        return self._sight

    def _is_due(self, kind: Kind) -> bool:
        late = monotonic() - self._listed.get(kind, -OLDEST) >= OLDEST
        return late or kind in self._dirty or not self._watching

    async def _list(self, kind: Kind) -> None:
        self._dirty.discard(kind)  # before the question: an event while it is answered makes it dirty again
        try:
            found = await listing.of(kind, self._engine)
        except BaseException:
            self._dirty.add(kind)
            raise
        self._listed[kind] = monotonic()
        if found != self._objects.get(kind):
            self._objects[kind] = found
            self._version += 1
            self._sight = None

    async def _watch(self) -> None:
        pause = _SHORTEST_PAUSE
        while True:
            try:
                async with self._engine.watch("events", since=int(time()) - _OVERLAP) as events:
                    pause = self._connected()
                    async for event in events:
                        self._seen(event)
            except GatewayError as broken:
                log.warning("event_stream_lost", engine=self._engine.name, reason=broken.message)
            self._watching = False
            self._dirty = set(Kind)
            await asyncio.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)

    def _connected(self) -> float:
        self._watching = True
        self._dirty = set(Kind)
        return _SHORTEST_PAUSE

    def _seen(self, event: Any) -> None:
        action = str(event.get("Action", ""))
        kind = _KINDS.get(str(event.get("Type", "")))
        if kind is None or _QUIET.match(action):
            return
        self._dirty.add(kind)
        if kind is Kind.NETWORK:
            self._dirty.add(Kind.CONTAINER)  # a container lists the networks it is on
