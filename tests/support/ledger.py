"""Ledgers for tests: what is told to them, and each kind of store with a way behind its back."""

import itertools
import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from command_gateway.ledger import Entry, Ledger, Summary
from command_gateway.request import Status

START = datetime(2026, 11, 1, tzinfo=UTC)
_COUNT = itertools.count()


def told(status: Status = Status.COMPLETED_SUCCESS, **known: Any) -> Summary:
    """A summary of a request of its own, each a second later than the one before."""
    given: dict[str, Any] = {
        "request_id": str(uuid4()), "source_id": "agent", "received_at": START + timedelta(seconds=next(_COUNT)),
        "status": status, "effect": "READ", "targets": ("web",), "intent": "is it up", "command": "docker ps",
    }  # fmt: skip
    return Summary(**{**given, **known})


async def add(ledger: Ledger, summary: Summary | None = None, kind: str = "ended", **more: Any) -> Summary:
    """Appends one entry of the request."""
    summary = summary or told()
    await ledger.append([Entry(summary.request_id, kind, "record", {"n": 1, "ü": ["x", None]})], summary, **more)
    return summary


class Store(ABC):
    """One place for a ledger, and ways into it that are not the ledger's."""

    url: str

    @abstractmethod
    def tamper(self, statement: str, *values: Any) -> None:
        """Changes the database as somebody would who has its password."""

    @abstractmethod
    def read(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        """What the database answers."""

    @abstractmethod
    def held(self) -> Any:
        """While this lasts, nobody else can write."""


class SqliteStore(Store):
    def __init__(self, folder: Path) -> None:
        self.place = folder / "new" / "ledger.db"
        self.url = f"sqlite+aiosqlite:///{self.place}"

    def tamper(self, statement: str, *values: Any) -> None:
        with closing(sqlite3.connect(self.place)) as raw:
            raw.execute(statement, values)
            raw.commit()

    def read(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self.place)) as raw:
            return raw.execute(statement, values).fetchall()

    @contextmanager
    def held(self) -> Iterator[None]:
        with closing(sqlite3.connect(self.place, isolation_level=None)) as raw:
            raw.execute("BEGIN IMMEDIATE")
            yield
            raw.execute("ROLLBACK")


STORES: dict[str, type[SqliteStore]] = {"sqlite": SqliteStore}
