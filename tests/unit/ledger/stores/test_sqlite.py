"""The embedded ledger: its file, its indexes, and what happens when the disk does not take more."""

import asyncio
import os
import sqlite3
import stat
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import event
from sqlalchemy.dialects import sqlite

from command_gateway.errors import LedgerUnavailable, MalformedRequest
from command_gateway.ledger import Audit
from command_gateway.ledger.listing import by_key, listed
from command_gateway.ledger.stores import open_ledger
from command_gateway.ledger.stores.sqlite import SqliteLedger
from command_gateway.request import Status, now
from tests.support.ledger import START, SqliteStore, add, told


@pytest.fixture
def store(tmp_path: Path) -> SqliteStore:
    return SqliteStore(tmp_path)


@pytest.fixture
async def ledger(store: SqliteStore) -> AsyncIterator[SqliteLedger]:
    opened = SqliteLedger(store.url)
    await opened.open()
    yield opened
    await opened.close()


async def test_the_file_belongs_to_the_gateway_alone(ledger: SqliteLedger, store: SqliteStore) -> None:
    await add(ledger)
    assert {stat.S_IMODE(each.stat().st_mode) for each in store.place.parent.iterdir()} == {0o600}
    assert stat.S_IMODE(store.place.parent.stat().st_mode) == 0o700


async def test_every_connection_syncs_what_it_commits(ledger: SqliteLedger) -> None:
    """SQLite's own promise: with a write-ahead log, FULL (2) syncs the log at each commit."""
    with ledger._engine.connect() as connection:
        asked = {
            each: connection.exec_driver_sql(f"PRAGMA {each}").scalar() for each in ("synchronous", "foreign_keys")
        }
        assert asked == {"synchronous": 2, "foreign_keys": 1}
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"


def _not_a_database(place: Path) -> None:
    place.write_bytes(b"not a database" * 100)


def _file_as_folder(place: Path) -> None:
    place.parent.rmdir()
    place.parent.write_text("")


@pytest.mark.parametrize("make", [Path.mkdir, _not_a_database, _file_as_folder])
async def test_what_is_no_ledger_is_refused_by_its_path(store: SqliteStore, make: Callable[[Path], None]) -> None:
    store.place.parent.mkdir()
    make(store.place)
    ledger = open_ledger(store.url)
    with pytest.raises(LedgerUnavailable, match=str(store.place)):
        await ledger.open()
    await ledger.close()


@pytest.mark.parametrize(
    "url", ["sqlite://", "sqlite:///", "sqlite:///:memory:", "sqlite:", "sqlite://host/x", "sqlite:///x.db?mode=ro"]
)
def test_a_url_that_names_no_file_is_refused(url: str) -> None:
    with pytest.raises(MalformedRequest, match="LEDGER_URL: name a file"):
        open_ledger(url)


async def test_each_of_a_batch_hears_of_a_lock_that_lasts(store: SqliteStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("command_gateway.ledger.stores.sqlite.BUSY_SECONDS", 0.05)
    ledger = SqliteLedger(store.url)
    await ledger.open()
    with store.held():
        tried = await asyncio.gather(*(add(ledger) for _ in range(4)), return_exceptions=True)
    assert [type(each) for each in tried] == [LedgerUnavailable] * 4
    await add(ledger)
    assert ((await ledger.verify()).whole, (await ledger.verify()).entries) == (True, 1)
    await ledger.close()


async def test_appends_that_wait_together_share_a_transaction(ledger: SqliteLedger) -> None:
    commits: list[Any] = []
    event.listen(ledger._engine, "commit", commits.append)
    await add(ledger)
    assert len(commits) == 1
    await asyncio.gather(*(add(ledger) for _ in range(40)))
    assert len(commits) == 2


_FULL = """
import asyncio, resource, sys
from pathlib import Path
from command_gateway.errors import LedgerUnavailable
from command_gateway.ledger.stores import open_ledger
from tests.support.ledger import add

async def outcome(work):
    try:
        await work
    except LedgerUnavailable:
        return "unavailable"
    return "ok"

async def main(url, log):
    ledger = open_ledger(url)
    await ledger.open()
    print(await outcome(add(ledger)))
    hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
    resource.setrlimit(resource.RLIMIT_FSIZE, (Path(log).stat().st_size + 1000, hard))
    print(*await asyncio.gather(*(outcome(add(ledger)) for _ in range(3))))
    print(await outcome(ledger.check()))
    resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
    print(await outcome(ledger.check()), await outcome(add(ledger)))
    audit = await ledger.verify()
    print(audit.whole, audit.entries)
    await ledger.close()

asyncio.run(main(*sys.argv[1:]))
"""


async def test_a_disk_that_takes_no_more_stops_writing_until_it_does(store: SqliteStore) -> None:
    ran = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _FULL, store.url, f"{store.place}-wal",
        stdout=asyncio.subprocess.PIPE, env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )  # fmt: skip
    said = (await ran.communicate())[0].decode().splitlines()
    assert said == ["ok", "unavailable unavailable unavailable", "unavailable", "ok ok", "True 2"]


# ---- indexes ---------------------------------------------------------------------------------------------------------

_FITS = [{}, {"source_id": "a"}, {"status": Status.DENIED}, {"effect": "READ"}, {"source_id": "a", "effect": "READ"}]
_RANGES = [{}, {"since": START}, {"since": START, "until": now()}]


def plan_of(place: Path, query: Any) -> list[str]:
    """How SQLite means to answer the query."""
    compiled = query.compile(dialect=sqlite.dialect(paramstyle="named"), compile_kwargs={"render_postcompile": True})
    with closing(sqlite3.connect(place)) as raw:
        return [row[3] for row in raw.execute(f"EXPLAIN QUERY PLAN {compiled}", compiled.params)]


@pytest.mark.parametrize("target", [None, "web"])
@pytest.mark.parametrize("fits", _FITS, ids=str)
@pytest.mark.parametrize("bounds", _RANGES, ids=len)
@pytest.mark.parametrize("goes_on", [False, True])
async def test_a_page_is_read_from_an_index_in_its_order(
    ledger: SqliteLedger, store: SqliteStore, target: str | None, fits: Any, bounds: Any, goes_on: bool
) -> None:
    """Lists stay quick at a million requests: nothing is sorted, and no table is read from end to end."""
    for _ in range(2):
        await add(ledger)
    after = (await ledger.requests(limit=1)).following if goes_on else None
    query = listed(fits, target, bounds.get("since"), bounds.get("until"), after).limit(51)
    plan = plan_of(store.place, query)
    assert not [line for line in plan if "TEMP B-TREE" in line], plan
    assert not [line for line in plan if line.startswith("SCAN") and "USING INDEX" not in line], plan


async def test_a_key_is_looked_up_by_its_index(ledger: SqliteLedger, store: SqliteStore) -> None:
    assert "requests_by_key" in " ".join(plan_of(store.place, by_key("agent", "k", START)))


# ---- tampering with any value ----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> SqliteStore:
    store = SqliteStore(tmp_path_factory.mktemp("sealed"))
    asyncio.run(_filled(store))
    return store


async def _filled(store: SqliteStore) -> None:
    ledger = SqliteLedger(store.url)
    await ledger.open()
    for _ in range(5):
        await add(ledger, told(idempotency_key=None))
    await ledger.close()


async def _verified(store: SqliteStore) -> Audit:
    ledger = SqliteLedger(store.url)
    await ledger.open()
    audit = await ledger.verify()
    await ledger.close()
    return audit


_FIELDS = ("recorded_at", "request_id", "kind", "stage", "body", "row_hash", "previous", "hash")
_TEXT = st.text(st.characters(codec="utf-8"), max_size=20)


@settings(max_examples=60, deadline=None)
@given(
    sequence=st.integers(1, 5),
    field=st.sampled_from(_FIELDS),
    value=_TEXT | st.binary(max_size=20) | st.integers(-9, 9),
    as_text=st.booleans(),
)
def test_any_change_of_any_field_is_found(
    sealed: SqliteStore, sequence: int, field: str, value: str | bytes | int, as_text: bool
) -> None:
    """Values of any kind, text that is no UTF-8 among them."""
    before = sealed.read(f"SELECT CAST({field} AS BLOB), typeof({field}) FROM entries WHERE sequence = ?", sequence)
    kept = sealed.read(f"SELECT {field} FROM entries WHERE sequence = ?", sequence)[0][0]
    given = "CAST(? AS TEXT)" if as_text else "?"
    sealed.tamper(f"UPDATE entries SET {field} = {given} WHERE sequence = ?", value, sequence)
    try:
        after = sealed.read(f"SELECT CAST({field} AS BLOB), typeof({field}) FROM entries WHERE sequence = ?", sequence)
        audit = asyncio.run(_verified(sealed))
        assert audit.whole == (before == after)
        assert audit.whole or any(f"entry {sequence}" in problem for problem in audit.problems), audit.problems
    finally:
        sealed.tamper(f"UPDATE entries SET {field} = ? WHERE sequence = ?", kept, sequence)
