"""The ledger in a SQL database: what every store shares."""

import base64
import json
from abc import abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, ClassVar, TypeVar

from sqlalchemy import Column, Connection, Executable, Select, Table, and_, insert, literal, select, tuple_, update
from sqlalchemy.exc import SQLAlchemyError

from command_gateway.errors import Conflict, LedgerUnavailable, MalformedRequest
from command_gateway.ledger import Audit, Entry, Ledger, Page, Sealed, Summary
from command_gateway.ledger.auditing import Walk
from command_gateway.ledger.chain import GENESIS, canonical, row_hash, seal
from command_gateway.ledger.rows import row_of, summary_of, text_of
from command_gateway.ledger.tables import SCHEMA_VERSION, entries, head, metadata, request_targets, requests
from command_gateway.ledger.writer import Append, Writer
from command_gateway.request import Status, now

T = TypeVar("T")

LARGEST_PAGE = 200
_KEY_LASTS = timedelta(hours=24)  # how long an idempotency key stays used: CONTRACT section 1
_BEFORE_ALL = -(2**62)  # a sequence that no row, however forged, comes before
_AT_ONCE = 2_000  # rows read at a time while the chain is walked


class SqlLedger(Ledger):
    """One writer, sealed batches. A store says how a function is run inside a transaction of its database."""

    schemes: ClassVar[tuple[str, ...]]
    upsert: ClassVar[Executable]  # puts rows of `requests` in place
    insert_targets: ClassVar[Executable]  # adds rows of `request_targets` that are not there yet

    def __init__(self, place: str) -> None:
        self._place = place
        self._writer = Writer(self._write)

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
        await self._writer.append(Append(tuple(entries), summary, expect))

    async def entries(self, request_id: str) -> list[Sealed]:
        query = select(entries).where(entries.c.request_id == request_id).order_by(entries.c.sequence)
        return [_sealed(row) for row in await self._rows(query)]

    async def summary(self, request_id: str) -> Summary | None:
        rows = await self._rows(select(requests).where(requests.c.request_id == request_id))
        return summary_of(rows[0]) if rows else None

    async def by_key(self, source_id: str, idempotency_key: str, since: datetime) -> Summary | None:
        rows = await self._rows(_by_key(source_id, idempotency_key, text_of(since)))
        return summary_of(rows[0]) if rows else None

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
        query = select(requests).order_by(requests.c.received_at.desc(), requests.c.request_id.desc()).limit(limit + 1)
        for column, value in (
            (requests.c.source_id, source_id),
            (requests.c.status, status),
            (requests.c.effect, effect),
        ):
            query = query if value is None else query.where(column == str(value))
        query = query if target is None else _about(query, target)
        query = query if since is None else query.where(requests.c.received_at >= text_of(since))
        query = query if until is None else query.where(requests.c.received_at < text_of(until))
        if after is not None:
            query = query.where(tuple_(requests.c.received_at, requests.c.request_id) < _place(after))
        rows = await self._rows(query)
        following = _cursor(rows[limit - 1]) if len(rows) > limit else None
        return Page(tuple(summary_of(row) for row in rows[:limit]), following)

    async def verify(self) -> Audit:
        with self._translated():
            return await self._reading(_walked)

    async def check(self) -> None:
        with self._translated():
            await self._writing(_tried)

    async def _write(self, batch: Sequence[Append]) -> None:
        with self._translated():
            await self._writing(lambda connection: self._add(connection, batch))

    async def _rows(self, query: Select[Any]) -> list[Mapping[str, Any]]:
        with self._translated():
            return await self._reading(lambda connection: [*connection.execute(query).mappings()])

    def _add(self, connection: Connection, batch: Sequence[Append]) -> None:
        """Seals the appends of a batch, but for those whose own condition does not hold."""
        ends = connection.execute(select(head.c.sequence, head.c.hash)).one()
        sequence, previous = int(ends.sequence), str(ends.hash)
        standing = _standing(connection, batch)
        sealed: list[dict[str, Any]] = []
        rows: dict[str, dict[str, Any]] = {}
        for one in batch:
            one.refused = _refusal(connection, one, standing, rows)
            if one.refused is not None:
                continue
            row = row_of(one.summary)
            rows[row["request_id"]] = row
            standing[row["request_id"]] = row["status"]
            for entry in one.entries:
                sequence += 1
                sealed.append(_sealing(entry, sequence, previous, row_hash(row)))
                previous = sealed[-1]["hash"]
        if sealed:
            connection.execute(insert(entries), sealed)
            connection.execute(self.upsert, list(rows.values()))
            if targets := _targets(rows.values()):
                connection.execute(self.insert_targets, targets)
            connection.execute(update(head).values(sequence=sequence, hash=previous))

    def _made_ready(self, connection: Connection) -> None:
        metadata.create_all(connection)
        found = connection.execute(select(head.c.schema_version)).scalar_one_or_none()
        if found is None:
            connection.execute(insert(head).values(one=1, schema_version=SCHEMA_VERSION, sequence=0, hash=GENESIS))
        elif found > SCHEMA_VERSION:
            said = f"the ledger at {self._place} has schema {found}, this gateway knows {SCHEMA_VERSION}"
            raise LedgerUnavailable(f"{said}: run a newer gateway")

    @contextmanager
    def _translated(self) -> Iterator[None]:
        """Foreign errors leave as LedgerUnavailable, which stops whatever cannot be recorded."""
        try:
            yield
        except (SQLAlchemyError, OSError) as broken:
            reason = str(getattr(broken, "orig", None) or broken).splitlines()[0]
            raise LedgerUnavailable(f"the ledger at {self._place} cannot be used: {reason}") from None


def _tried(connection: Connection) -> None:
    """Takes the lock, changes nothing that stays."""
    connection.execute(update(head).values(one=1))
    connection.rollback()


def _standing(connection: Connection, batch: Sequence[Append]) -> dict[str, str]:
    """Where the requests of conditional appends stand now."""
    ids = [one.summary.request_id for one in batch if one.expect is not None]
    if not ids:
        return {}
    query = select(requests.c.request_id, requests.c.status).where(requests.c.request_id.in_(ids))
    return {row.request_id: row.status for row in connection.execute(query)}


def _refusal(
    connection: Connection, one: Append, standing: Mapping[str, str], together: Mapping[str, Mapping[str, Any]]
) -> Exception | None:
    """Why an append must not be: its request stands elsewhere, or its key is used (here, or earlier in the batch)."""
    mine, key = one.summary.request_id, one.summary.idempotency_key
    if one.expect is not None and standing.get(mine) != one.expect:
        return Conflict(f"request {mine} is {standing.get(mine, 'unknown')}, not {one.expect}")
    if key is None:
        return None
    source = one.summary.source_id
    beside = [
        row["request_id"] for row in together.values() if (row["source_id"], row["idempotency_key"]) == (source, key)
    ]
    before = connection.execute(_by_key(source, key, text_of(now() - _KEY_LASTS))).mappings().first()
    others = {*beside, *([before["request_id"]] if before else [])} - {mine}
    return Conflict(f"request {min(others)} has used this idempotency key") if others else None


def _targets(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, str]]:
    return [
        {"target": target, "received_at": row["received_at"], "request_id": row["request_id"]}
        for row in rows
        for target in sorted(set(json.loads(row["targets"])))
    ]


def _walked(connection: Connection) -> Audit:
    """The whole chain, read in bounded pieces."""
    walk = Walk()
    after: Any = _BEFORE_ALL
    while found := _some(connection, entries, entries.c.sequence, after):
        after = found[-1]["sequence"]
        walk.follow(found)
    after = ""
    while found := _some(connection, requests, requests.c.request_id, after):
        after = found[-1]["request_id"]
        walk.compare(found)
    ends = connection.execute(select(head)).mappings().first()
    return walk.audit(dict(ends) if ends else None)


def _some(connection: Connection, table: Table, key: Column[Any], after: Any) -> list[dict[str, Any]]:
    query = select(table).where(key > after).order_by(key).limit(_AT_ONCE)
    return [dict(row) for row in connection.execute(query).mappings()]


def _about(query: Select[Any], target: str) -> Select[Any]:
    """Requests that had `target` among their targets."""
    index = request_targets.c
    same = and_(index.request_id == requests.c.request_id, index.received_at == requests.c.received_at)
    return query.join(request_targets, same).where(index.target == target)


def _by_key(source_id: str, key: str, since: str) -> Select[Any]:
    return (
        select(requests)
        .where(requests.c.source_id == source_id, requests.c.idempotency_key == key, requests.c.received_at >= since)
        .order_by(requests.c.received_at.desc())
        .limit(1)
    )


def _sealing(entry: Entry, sequence: int, previous: str, row: str) -> dict[str, Any]:
    recorded_at, body = text_of(now()), canonical(entry.body)
    return {
        "sequence": sequence,
        "recorded_at": recorded_at,
        "request_id": entry.request_id,
        "kind": entry.kind,
        "stage": entry.stage,
        "body": body,
        "row_hash": row,
        "previous": previous,
        "hash": seal(previous, sequence, recorded_at, entry.request_id, entry.kind, entry.stage, body, row),
    }


def _sealed(row: Mapping[str, Any]) -> Sealed:
    entry = Entry(row["request_id"], row["kind"], row["stage"], json.loads(row["body"]))
    return Sealed(row["sequence"], row["recorded_at"], entry, row["previous"], row["hash"])


def _cursor(row: Mapping[str, Any]) -> str:
    return base64.urlsafe_b64encode(f"{row['received_at']} {row['request_id']}".encode()).decode()


def _place(cursor: str) -> Any:
    try:
        text = base64.b64decode(cursor.encode(), altchars=b"-_", validate=True).decode()
        received_at, request_id = text.split(" ")
    except ValueError:
        raise MalformedRequest("after: use the `following` of the page before, unchanged", field="after") from None
    return tuple_(literal(received_at), literal(request_id))
