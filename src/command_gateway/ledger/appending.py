"""Adds a batch to the chain, inside one transaction; each append is judged by its own condition."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, Executable, bindparam, delete, insert, select, update

from command_gateway.errors import Conflict
from command_gateway.ledger import Entry
from command_gateway.ledger.auditing import Listed, listings
from command_gateway.ledger.chain import row_hash, seal
from command_gateway.ledger.listing import by_key
from command_gateway.ledger.rows import text_of
from command_gateway.ledger.tables import entries, head, heartbeat, request_targets, requests
from command_gateway.ledger.writer import Append
from command_gateway.request import now

_KEY_LASTS = timedelta(hours=24)  # how long an idempotency key stays used: CONTRACT section 1
_STANDING = select(requests.c.request_id, requests.c.received_at, requests.c.status, requests.c.targets)
_UNLIST = delete(request_targets).where(*(column == bindparam(f"old_{column.name}") for column in request_targets.c))

Rows = dict[str, Mapping[str, Any]]  # by request id


def add(connection: Connection, batch: Sequence[Append], upsert: Executable) -> None:
    """Seals the appends of the batch, but for those whose own condition does not hold: they are marked refused."""
    ends = connection.execute(select(head.c.sequence, head.c.hash)).one()
    sequence, previous = int(ends.sequence), str(ends.hash)
    before = _standing(connection, batch)
    rows: Rows = {}
    sealed: list[dict[str, Any]] = []
    for one in batch:
        one.refused = _refusal(connection, one, before, rows)
        if one.row is None or one.refused is not None:
            continue
        rows[one.row["request_id"]] = one.row
        hashed = row_hash(one.row)
        for entry, body in one.entries:
            sequence += 1
            sealed.append(_sealing(entry, body, sequence, previous, hashed))
            previous = sealed[-1]["hash"]
    if rows:
        connection.execute(insert(entries), sealed)
        connection.execute(upsert, list(rows.values()))
        _list_by_target(connection, before, rows)
        connection.execute(update(head).values(sequence=sequence, hash=previous))
    elif any(one.row is None for one in batch):
        _beat(connection)


def _beat(connection: Connection) -> None:
    """Writes something new: a row that is set to what it holds reaches no disk, and would not show a full one."""
    connection.execute(delete(heartbeat))
    connection.execute(insert(heartbeat).values(at=text_of(now())))


def _standing(connection: Connection, batch: Sequence[Append]) -> Rows:
    """The rows of the batch's requests, as far as there are any."""
    ids = {one.row["request_id"] for one in batch if one.row is not None}
    if not ids:
        return {}
    found = connection.execute(_STANDING.where(requests.c.request_id.in_(ids))).mappings()
    return {row["request_id"]: row for row in found}  # type: ignore[misc]


def _refusal(connection: Connection, one: Append, before: Rows, rows: Rows) -> Conflict | None:
    """Why an append must not be: its request stands elsewhere, or it is new and its key is used."""
    if one.row is None:
        return None
    mine = one.row["request_id"]
    stands = rows.get(mine) or before.get(mine)
    if one.expect is not None and (stands is None or stands["status"] != one.expect):
        return Conflict(f"request {mine} is {stands['status'] if stands else 'unknown'}, not {one.expect}")
    used = None if stands else _user_of_key(connection, one.row, rows)
    return Conflict(f"request {used} has used this idempotency key") if used else None


def _user_of_key(connection: Connection, row: Mapping[str, Any], rows: Rows) -> str | None:
    """The request of the same source that has used the row's key, in the database or earlier in the batch."""
    source, key = row["source_id"], row["idempotency_key"]
    if key is None:
        return None
    for beside in rows.values():
        if (beside["source_id"], beside["idempotency_key"]) == (source, key):
            return str(beside["request_id"])
    found = connection.execute(by_key(source, key, now() - _KEY_LASTS)).mappings().first()
    return None if found is None else str(found["request_id"])


def _list_by_target(connection: Connection, before: Rows, rows: Rows) -> None:
    old: set[Listed] = {listing for each in rows if each in before for listing in listings(before[each])}
    new: set[Listed] = {listing for row in rows.values() for listing in listings(row)}
    names = request_targets.c.keys()
    if old - new:
        bound = [f"old_{name}" for name in names]
        connection.execute(_UNLIST, [dict(zip(bound, each, strict=True)) for each in sorted(old - new)])
    if new - old:
        connection.execute(insert(request_targets), [dict(zip(names, each, strict=True)) for each in sorted(new - old)])


def _sealing(entry: Entry, body: str, sequence: int, previous: str, row: str) -> dict[str, Any]:
    recorded_at = text_of(now())
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
