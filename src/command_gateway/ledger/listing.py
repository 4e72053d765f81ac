"""The questions that lists ask, each carried by an index however many requests there are."""

import base64
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, literal, select, tuple_

from command_gateway.errors import MalformedRequest
from command_gateway.ledger.rows import text_of
from command_gateway.ledger.tables import request_targets, requests


def by_key(source_id: str, key: str, since: datetime) -> Select[Any]:
    """The newest request that the source sent with the key, if it is not older than `since`."""
    mine = and_(requests.c.source_id == source_id, requests.c.idempotency_key == key)
    return select(requests).where(mine, requests.c.received_at >= text_of(since)).order_by(_NEWEST_FIRST).limit(1)


def listed(
    fits: Mapping[str, object], target: str | None, since: datetime | None, until: datetime | None, after: str | None
) -> Select[Any]:
    """Requests, newest first: `fits` names columns and what they hold, None for anything.

    Raises:
        MalformedRequest: `after` was made by nobody.
    """
    query, index = select(requests), requests.c
    if target is not None:  # the list of the target is in order of time itself
        index = request_targets.c
        query = query.join_from(request_targets, requests, index.request_id == requests.c.request_id)
        query = query.where(index.target == target)
    for name, value in fits.items():
        query = query if value is None else query.where(requests.c[name] == str(value))
    query = query if since is None else query.where(index.received_at >= text_of(since))
    query = query if until is None else query.where(index.received_at < text_of(until))
    if after is not None:
        query = query.where(tuple_(index.received_at, index.request_id) < tuple_(*map(literal, _place(after))))
    return query.order_by(index.received_at.desc(), index.request_id.desc())


def cursor(row: Mapping[str, Any]) -> str:
    """The opaque place of a row, after which the next page begins."""
    return base64.urlsafe_b64encode(f"{row['received_at']} {row['request_id']}".encode()).decode()


def _place(given: str) -> tuple[str, str]:
    try:
        received_at, request_id = base64.b64decode(given.encode(), altchars=b"-_", validate=True).decode().split(" ")
    except ValueError:
        raise MalformedRequest("after: use the `following` of the page before, unchanged", field="after") from None
    return received_at, request_id


_NEWEST_FIRST = requests.c.received_at.desc()
