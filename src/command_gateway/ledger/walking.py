"""Reads a whole ledger in bounded pieces, for the walk along its chain."""

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, exists, func, select

from command_gateway.ledger import Audit
from command_gateway.ledger.auditing import MOST_PROBLEMS, Listed, Walk
from command_gateway.ledger.tables import entries, head, request_targets, requests

AT_ONCE = 2_000  # rows in memory

_mine = entries.alias()
_newest = select(func.max(_mine.c.sequence)).where(_mine.c.request_id == requests.c.request_id).scalar_subquery()
_REQUESTS = (
    select(requests, entries.c.sequence.label("newest"), entries.c.row_hash.label("sealed"))
    .select_from(requests.outerjoin(entries, entries.c.sequence == _newest))
    .order_by(requests.c.request_id)
)
_LOST = (
    select(entries.c.request_id, func.max(entries.c.sequence))
    .where(~exists().where(requests.c.request_id == entries.c.request_id))
    .group_by(entries.c.request_id)
    .limit(MOST_PROBLEMS)
)


def walked(connection: Connection) -> Audit:
    """What walking the chain and everything that lists read shows, in one moment of the database."""
    walk = Walk()
    _follow(connection, walk)
    for rows, first, last in _pieces(connection):
        walk.compare(rows)
        walk.compare_targets(rows, _listed(connection, first, last))
    for request_id, newest in connection.execute(_LOST):
        walk.lost(request_id, newest)
    return walk.audit(connection.execute(select(head)).mappings().first())  # type: ignore[arg-type]


def _follow(connection: Connection, walk: Walk) -> None:
    query = select(entries).order_by(entries.c.sequence).limit(AT_ONCE)
    found = connection.execute(query).all()
    while found:
        walk.follow(found)
        found = connection.execute(query.where(entries.c.sequence > found[-1].sequence)).all()


def _pieces(connection: Connection) -> Iterator[tuple[list[Mapping[str, Any]], Any, Any]]:
    """Rows of `requests` by id, with the ids between which they are all there is; None is the open end."""
    after: Any = None
    while True:
        query = _REQUESTS.limit(AT_ONCE)
        query = query if after is None else query.where(requests.c.request_id > after)
        found: list[Mapping[str, Any]] = [dict(row) for row in connection.execute(query).mappings()]
        last = found[-1]["request_id"] if len(found) == AT_ONCE else None
        yield found, after, last
        if last is None:
            return
        after = last


def _listed(connection: Connection, first: Any, last: Any) -> list[Listed]:
    index = request_targets.c
    query = select(index.target, index.received_at, index.request_id)
    query = query if first is None else query.where(index.request_id > first)
    query = query if last is None else query.where(index.request_id <= last)
    return [(row.target, row.received_at, row.request_id) for row in connection.execute(query)]
