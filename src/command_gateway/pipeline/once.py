"""The same idempotency key with the same body gets the first answer; nothing runs again."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

from command_gateway.answer import Answer
from command_gateway.errors import Conflict
from command_gateway.ledger import Ledger
from command_gateway.pipeline.journal import answer_in, hash_of
from command_gateway.request import Request, now

KEY_LASTS = timedelta(hours=24)  # CONTRACT section 1

Walk = Callable[[Request], Awaitable[Answer]]


class Once:
    """Repeats join the first while it is under way, and get its recorded answer afterwards."""

    def __init__(self, ledger: Ledger, walk: Walk) -> None:
        self._ledger = ledger
        self._walk = walk
        self._under_way: dict[tuple[str, str], tuple[str, asyncio.Task[Answer]]] = {}

    async def submit(self, request: Request, key: str) -> Answer:
        """The answer of the first request that `request.source_id` sent with `key`.

        Raises:
            Conflict: the key was used for another body, or the first one has no recorded end yet.
        """
        used, asked = (request.source_id, key), hash_of(request)
        first = self._under_way.get(used)
        if first is None:
            first = asked, asyncio.create_task(self._first_or_recorded(request, key, asked))
            self._under_way[used] = first
            first[1].add_done_callback(lambda _: self._under_way.pop(used, None))
        if first[0] != asked:
            raise _other_body(key)
        return await asyncio.shield(first[1])

    async def _first_or_recorded(self, request: Request, key: str, asked: str) -> Answer:
        earlier = await self._ledger.by_key(request.source_id, key, now() - KEY_LASTS)
        if earlier is None:
            return await self._walk(request)
        if earlier.body_hash != asked:
            raise _other_body(key)
        answer = answer_in(await self._ledger.entries(earlier.request_id))
        if answer is None:
            said = f"request {earlier.request_id} with this key began and has no recorded end"
            raise Conflict(f"{said}: look at it before asking anew", request_id=earlier.request_id)
        return answer


def _other_body(key: str) -> Conflict:
    return Conflict(f"the idempotency key {key!r} was used for another request within 24 h; use a new one")
