"""The ledger in a SQL database: what every store shares."""

import asyncio
import json
from abc import abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, ClassVar, TypeVar

from sqlalchemy import Connection, Executable, Select, insert, inspect, select
from sqlalchemy.exc import SQLAlchemyError

from command_gateway.errors import LedgerUnavailable
from command_gateway.ledger import Audit, Entry, Ledger, Page, Sealed, Summary
from command_gateway.ledger.appending import add
from command_gateway.ledger.chain import GENESIS
from command_gateway.ledger.listing import by_key, cursor, listed
from command_gateway.ledger.rows import summary_of
from command_gateway.ledger.tables import SCHEMA_VERSION, entries, head, metadata, requests
from command_gateway.ledger.walking import walked
from command_gateway.ledger.writer import Append, Writer, prepared
from command_gateway.request import Status

T = TypeVar("T")

LARGEST_PAGE = 200
CHECK_SECONDS = 1.0  # a ledger that could not be written for so long counts as unavailable


class SqlLedger(Ledger):
    """One writer, sealed batches. A store says how a function is run inside a transaction of its database."""

    schemes: ClassVar[tuple[str, ...]]
    upsert: ClassVar[Executable]  # puts rows of `requests` in place

    def __init__(self, place: str) -> None:
        self._place = place
        self._writer = Writer(self._write)
        self._walking = asyncio.Lock()

    @abstractmethod
    async def _writing(self, work: Callable[[Connection], T]) -> T:
        """Runs `work` in a transaction that no other writer, in any process, interleaves with; then it is durable."""

    @abstractmethod
    async def _reading(self, work: Callable[[Connection], T]) -> T:
        """Runs `work` in a transaction that sees one moment of the database, whatever is written meanwhile."""

    @abstractmethod
    async def _let_go(self) -> None:
        """Closes all connections."""

    async def open(self) -> None:
        with self._translated():
            await self._writing(self._made_ready)
        self._writer.start()

    async def close(self) -> None:
        await self._writer.close()
        await self._let_go()

    async def append(self, entries: Sequence[Entry], summary: Summary, *, expect: Status | None = None) -> None:
        await self._writer.append(prepared(entries, summary, expect))

    async def entries(self, request_id: str) -> list[Sealed]:
        query = select(entries).where(entries.c.request_id == request_id).order_by(entries.c.sequence)
        return await self._read(query, _sealed)

    async def summary(self, request_id: str) -> Summary | None:
        found = await self._read(select(requests).where(requests.c.request_id == request_id), summary_of)
        return found[0] if found else None

    async def by_key(self, source_id: str, idempotency_key: str, since: datetime) -> Summary | None:
        found = await self._read(by_key(source_id, idempotency_key, since), summary_of)
        return found[0] if found else None

    async def requests(
        self,
        *,
        source_id: str | None = None,
        status: Status | None = None,
        effect: str | None = None,
        target: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        after: str | None = None,
        limit: int = 50,
    ) -> Page:
        limit = max(1, min(limit, LARGEST_PAGE))
        fits = {"source_id": source_id, "status": status, "effect": effect}
        query = listed(fits, target, since, until, after).limit(limit + 1)
        found = await self._read(query, lambda row: (summary_of(row), cursor(row)))
        following = found[limit - 1][1] if len(found) > limit else None
        return Page(tuple(summary for summary, _ in found[:limit]), following)

    async def verify(self) -> Audit:
        with self._translated():
            async with self._walking:  # one walk at a time, so that many leave room for lists
                return await self._reading(walked)

    async def check(self) -> None:
        try:
            async with asyncio.timeout(CHECK_SECONDS):
                await self._writer.append(Append())
        except TimeoutError:
            said = f"nothing could be written for {CHECK_SECONDS:g} s"
            raise LedgerUnavailable(f"the ledger at {self._place} cannot be used: {said}") from None

    async def _write(self, batch: Sequence[Append]) -> None:
        with self._translated():
            await self._writing(lambda connection: add(connection, batch, self.upsert))

    async def _read(self, query: Select[Any], shape: Callable[[Mapping[str, Any]], T]) -> list[T]:
        """Rows in shape. One that no gateway wrote is not guessed at."""
        with self._translated():
            rows = await self._reading(lambda connection: [*connection.execute(query).mappings()])
        try:
            return [shape(row) for row in rows]
        except (TypeError, ValueError):
            said = "a row is unreadable, it was altered: `gateway audit verify` says which"
            raise LedgerUnavailable(f"the ledger at {self._place}: {said}") from None

    def _made_ready(self, connection: Connection) -> None:
        """A ledger that a newer gateway made is not touched."""
        is_new = not inspect(connection).has_table(head.name)
        found = None if is_new else connection.execute(select(head.c.schema_version)).scalar()
        if found is not None and found > SCHEMA_VERSION:
            said = f"the ledger at {self._place} has schema {found}, this gateway knows {SCHEMA_VERSION}"
            raise LedgerUnavailable(f"{said}: run a newer gateway")
        metadata.create_all(connection)
        if is_new:
            connection.execute(insert(head).values(one=1, schema_version=SCHEMA_VERSION, sequence=0, hash=GENESIS))

    @contextmanager
    def _translated(self) -> Iterator[None]:
        """Foreign errors leave as LedgerUnavailable, which stops whatever cannot be recorded."""
        try:
            yield
        except (SQLAlchemyError, OSError) as broken:
            reason = str(getattr(broken, "orig", None) or broken).splitlines()[0]
            raise LedgerUnavailable(f"the ledger at {self._place} cannot be used: {reason}") from None


def _sealed(row: Mapping[str, Any]) -> Sealed:
    entry = Entry(row["request_id"], row["kind"], row["stage"], json.loads(row["body"]))
    return Sealed(row["sequence"], row["recorded_at"], entry, row["previous"], row["hash"])
