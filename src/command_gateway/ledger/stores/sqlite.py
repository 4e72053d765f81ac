"""The embedded ledger: one SQLite file, write-ahead log, synced before an append returns."""

import asyncio
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import URL, Connection, create_engine, event
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from command_gateway.errors import LedgerUnavailable, MalformedRequest
from command_gateway.ledger.sql import SqlLedger
from command_gateway.ledger.tables import requests

T = TypeVar("T")

BUSY_SECONDS = 10  # how long a writer of another process is waited for
READERS = 3  # so that walking a long chain holds up no list
_ROW = insert(requests)


class SqliteLedger(SqlLedger):
    """sqlite+aiosqlite:///path

    A thread of its own writes and others read, each with its connection: a transaction is one hop from the
    event loop and back, where an async driver makes one for every statement.
    """

    schemes = ("sqlite+aiosqlite", "sqlite")
    upsert = _ROW.on_conflict_do_update(
        index_elements=["request_id"],
        set_={column.name: _ROW.excluded[column.name] for column in requests.columns if not column.primary_key},
    )

    def __init__(self, url: str) -> None:
        self._file = _file_of(url)
        super().__init__(str(self._file))
        # Without isolation_level=None the driver begins late, and two processes fork the chain.
        arguments = {"isolation_level": None, "timeout": BUSY_SECONDS, "check_same_thread": False}
        address = URL.create("sqlite", database=str(self._file))
        self._engine = create_engine(address, connect_args=arguments, pool_reset_on_return=None)
        event.listen(self._engine, "connect", _prepare)
        self._writer_thread = ThreadPoolExecutor(1, thread_name_prefix="ledger-write")
        self._reader_thread = ThreadPoolExecutor(READERS, thread_name_prefix="ledger-read")

    async def open(self) -> None:
        await asyncio.to_thread(self._make_file)
        await super().open()

    async def _writing(self, work: Callable[[Connection], T]) -> T:
        return await self._hop(self._writer_thread, "BEGIN IMMEDIATE", work)

    async def _reading(self, work: Callable[[Connection], T]) -> T:
        return await self._hop(self._reader_thread, "BEGIN", work)

    async def _let_go(self) -> None:
        await asyncio.to_thread(self._writer_thread.shutdown)
        await asyncio.to_thread(self._reader_thread.shutdown)
        self._engine.dispose()

    async def _hop(self, thread: ThreadPoolExecutor, begin: str, work: Callable[[Connection], T]) -> T:
        def transaction() -> T:
            with self._engine.connect() as connection:
                connection.exec_driver_sql(begin)
                found = work(connection)
                connection.commit()
                return found

        try:
            hopped = asyncio.get_running_loop().run_in_executor(thread, transaction)
        except RuntimeError:  # the thread was let go of
            raise LedgerUnavailable("the ledger is closed") from None
        return await hopped

    def _make_file(self) -> None:
        """The file belongs to the gateway alone."""
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            os.close(os.open(self._file, os.O_RDWR | os.O_CREAT, 0o600))
        except OSError as broken:
            raise LedgerUnavailable(f"the ledger at {self._file} cannot be opened: {broken.strerror}") from None


def _file_of(url: str) -> Path:
    """The file that the URL names: a ledger in memory, or one that a typing error puts elsewhere, would be lost."""
    try:
        parts = make_url(url)
    except ArgumentError:
        parts = URL.create("sqlite")
    if parts.host or parts.query or not parts.database or parts.database.startswith((":", "file:")):
        raise MalformedRequest("LEDGER_URL: name a file and nothing else, as in sqlite+aiosqlite:////path/ledger.db")
    return Path(parts.database)


def _prepare(connection: Any, _: Any) -> None:
    connection.text_factory = _text
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "temp_store=MEMORY"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _text(raw: bytes) -> str:
    """Text that was made unreadable must be seen by whoever walks the chain, not stop them."""
    return raw.decode("utf-8", errors="surrogateescape")
