"""What every ledger promises: durable, conditional, chained, and honest about tampering."""

import asyncio
import itertools
import os
import signal
import sqlite3
import stat
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from command_gateway.errors import Conflict, LedgerUnavailable, MalformedRequest
from command_gateway.ledger import Entry, Ledger, Summary
from command_gateway.ledger.stores import open_ledger
from command_gateway.request import Status, now

START = datetime(2026, 11, 1, tzinfo=UTC)
_COUNT = itertools.count()


def told(status: Status = Status.COMPLETED_SUCCESS, **known: Any) -> Summary:
    given: dict[str, Any] = {
        "request_id": str(uuid4()), "source_id": "agent", "received_at": START + timedelta(seconds=next(_COUNT)),
        "status": status, "effect": "READ", "targets": ("web",), "intent": "is it up", "command": "docker ps",
    }  # fmt: skip
    return Summary(**{**given, **known})


async def add(ledger: Ledger, summary: Summary | None = None, kind: str = "ended", **more: Any) -> Summary:
    summary = summary or told()
    await ledger.append([Entry(summary.request_id, kind, "record", {"n": 1, "ü": ["x", None]})], summary, **more)
    return summary


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "new" / "ledger.db"


@pytest.fixture
async def ledger(place: Path) -> AsyncIterator[Ledger]:
    opened = open_ledger(f"sqlite+aiosqlite:///{place}")
    await opened.open()
    yield opened
    await opened.close()


async def test_what_was_appended_is_there_in_order(ledger: Ledger) -> None:
    summary = told(Status.RUNNING)
    await add(ledger, summary, "about_to")
    await add(ledger, told(request_id=summary.request_id))
    found = await ledger.entries(summary.request_id)
    assert [each.entry.kind for each in found] == ["about_to", "ended"]
    assert found[0].entry.body == {"n": 1, "ü": ["x", None]}
    assert found[1].previous == found[0].hash
    stands = await ledger.summary(summary.request_id)
    assert stands is not None
    assert stands.status is Status.COMPLETED_SUCCESS


async def test_nothing_is_known_of_a_request_that_nobody_made(ledger: Ledger) -> None:
    assert await ledger.entries("nobody") == []
    assert await ledger.summary("nobody") is None


async def test_what_is_written_outlives_the_process(ledger: Ledger, place: Path) -> None:
    summary = await add(ledger)
    again = open_ledger(f"sqlite:///{place}")
    await again.open()
    assert await again.summary(summary.request_id) == summary
    await again.close()


async def test_of_many_who_expect_the_same_status_one_wins(ledger: Ledger) -> None:
    waiting = await add(ledger, told(Status.PENDING_APPROVAL), "waiting")
    ended = told(Status.REJECTED, request_id=waiting.request_id)
    tried = await asyncio.gather(
        *(add(ledger, ended, expect=Status.PENDING_APPROVAL) for _ in range(20)), return_exceptions=True
    )
    assert sum(isinstance(each, Summary) for each in tried) == 1
    assert sum(isinstance(each, Conflict) for each in tried) == 19
    assert len(await ledger.entries(waiting.request_id)) == 2


async def test_a_refused_append_does_not_spoil_those_beside_it(ledger: Ledger) -> None:
    tried = await asyncio.gather(add(ledger), add(ledger, expect=Status.RUNNING), add(ledger), return_exceptions=True)
    assert [type(each) for each in tried] == [Summary, Conflict, Summary]
    assert (await ledger.verify()).entries == 2


async def test_a_key_belongs_to_one_request_of_its_source(ledger: Ledger) -> None:
    first = await add(ledger, told(idempotency_key="k", body_hash="b", received_at=now()))
    with pytest.raises(Conflict):
        await add(ledger, told(idempotency_key="k", received_at=now()))
    await add(ledger, told(idempotency_key="k", source_id="other", received_at=now()))
    found = await ledger.by_key("agent", "k", now() - timedelta(hours=24))
    assert found is not None
    assert (found.request_id, found.body_hash) == (first.request_id, "b")
    assert await ledger.by_key("agent", "k", now() + timedelta(hours=1)) is None


async def test_of_two_new_requests_with_one_key_one_wins(ledger: Ledger) -> None:
    tried = await asyncio.gather(
        *(add(ledger, told(idempotency_key="k", received_at=now())) for _ in range(5)), return_exceptions=True
    )
    assert sum(isinstance(each, Summary) for each in tried) == 1


async def test_requests_are_listed_newest_first_in_pages(ledger: Ledger) -> None:
    made = [await add(ledger) for _ in range(7)]
    seen, after = [], None
    while True:
        page = await ledger.requests(limit=3, after=after)
        seen += [each.request_id for each in page.requests]
        after = page.following
        if after is None:
            break
    assert seen == [each.request_id for each in reversed(made)]


@pytest.mark.parametrize(
    ("known", "asked"),
    [
        ({"source_id": "other"}, {"source_id": "other"}),
        ({"status": Status.DENIED}, {"status": Status.DENIED}),
        ({"effect": "OPERATE"}, {"effect": "OPERATE"}),
        ({"targets": ("db", "cache")}, {"target": "cache"}),
        ({"received_at": START - timedelta(days=1)}, {"until": START}),
        ({"received_at": START + timedelta(days=900)}, {"since": START + timedelta(days=800)}),
    ],
)
async def test_lists_hold_what_was_asked_for_and_nothing_else(
    ledger: Ledger, known: dict[str, Any], asked: dict[str, Any]
) -> None:
    await add(ledger)
    wanted = await add(ledger, told(**known))
    await add(ledger)
    assert (await ledger.requests(**asked)).requests == (wanted,)


async def test_a_cursor_that_nobody_gave_is_refused(ledger: Ledger) -> None:
    with pytest.raises(MalformedRequest, match="after"):
        await ledger.requests(after="ä")


@pytest.mark.parametrize(
    "asked", [{}, {"source_id": "a"}, {"status": Status.DENIED}, {"effect": "READ"}, {"target": "web"}]
)
async def test_a_first_page_never_reads_the_whole_table(ledger: Ledger, place: Path, asked: dict[str, Any]) -> None:
    """Lists must stay quick at a million requests: the plan of the query says whether an index carries it."""
    from sqlalchemy import event

    said: list[tuple[str, Any]] = []
    event.listen(ledger._engine, "before_cursor_execute", lambda *a: said.append((a[2], a[3])))  # type: ignore[attr-defined]
    await ledger.requests(**asked)
    statement, values = said[-1]
    with closing(sqlite3.connect(place)) as raw:
        plan = [row[3] for row in raw.execute(f"EXPLAIN QUERY PLAN {statement}", values)]
    assert not [line for line in plan if "TEMP B-TREE" in line and "target" not in asked], plan
    assert not [line for line in plan if line.startswith("SCAN") and "INDEX" not in line], plan


# ---- tampering -------------------------------------------------------------------------------------------------------


async def filled(ledger: Ledger, count: int = 5) -> list[Summary]:
    return [await add(ledger) for _ in range(count)]


def tampered(place: Path, *statements: str) -> None:
    with closing(sqlite3.connect(place)) as raw:
        for statement in statements:
            raw.execute(statement)
        raw.commit()


async def test_an_untouched_chain_is_whole(ledger: Ledger) -> None:
    await filled(ledger)
    audit = await ledger.verify()
    assert (audit.whole, audit.entries, audit.problems) == (True, 5, ())


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE entries SET body = replace(body, '1', '2') WHERE sequence = 3", "entry 3: altered"),
        ("UPDATE entries SET kind = 'did' WHERE sequence = 1", "entry 1: altered"),
        ("UPDATE entries SET stage = 'policy' WHERE sequence = 2", "entry 2: altered"),
        ("UPDATE entries SET recorded_at = '2020' WHERE sequence = 2", "entry 2: altered"),
        ("UPDATE entries SET request_id = 'x' WHERE sequence = 4", "entry 4: altered"),
        ("UPDATE entries SET row_hash = 'x' WHERE sequence = 4", "entry 4: altered"),
        ("UPDATE entries SET hash = 'x' WHERE sequence = 5", "entry 5: altered"),
        ("UPDATE entries SET previous = 'x' WHERE sequence = 5", "entry 5"),
        ("DELETE FROM entries WHERE sequence = 1", "entry 1: deleted"),
        ("DELETE FROM entries WHERE sequence = 3", "entry 3: deleted"),
        ("DELETE FROM entries WHERE sequence = 5", "ends at entry 4"),
        ("DELETE FROM entries", "ends at entry 0"),
        ("UPDATE head SET sequence = 4", "the head says 4"),
        ("UPDATE head SET hash = 'x'", "entry 5: the head has another seal"),
        ("DELETE FROM head", "head is missing"),
        ("UPDATE requests SET status = 'DENIED' WHERE rowid = 2", "its row was altered"),
        ("UPDATE requests SET targets = '[]' WHERE rowid = 2", "its row was altered"),
        ("UPDATE requests SET intent = 'nothing' WHERE rowid = 2", "its row was altered"),
    ],
)
async def test_tampering_is_found_and_named(ledger: Ledger, place: Path, statement: str, said: str) -> None:
    await filled(ledger)
    tampered(place, "PRAGMA foreign_keys=OFF", statement)
    audit = await ledger.verify()
    assert not audit.whole
    assert any(said in problem for problem in audit.problems), audit.problems


async def test_two_entries_that_changed_places_are_found(ledger: Ledger, place: Path) -> None:
    await filled(ledger)
    tampered(
        place,
        *(f"UPDATE entries SET sequence = {new} WHERE sequence = {old}" for old, new in ((2, 99), (3, 2), (99, 3))),
    )
    assert any(problem.startswith("entry 2") for problem in (await ledger.verify()).problems)


async def test_an_inserted_entry_with_a_seal_of_its_own_is_found(ledger: Ledger, place: Path) -> None:
    from command_gateway.ledger.chain import seal

    last = (await ledger.entries((await filled(ledger))[-1].request_id))[0]
    forged = seal(last.hash, 6, "2026", "x", "ended", "record", "{}", "")
    tampered(
        place, f"INSERT INTO entries VALUES (6, '2026', 'x', 'ended', 'record', '{{}}', '', '{last.hash}', '{forged}')"
    )
    assert not (await ledger.verify()).whole


async def test_a_request_that_was_slipped_into_the_list_is_found(ledger: Ledger, place: Path) -> None:
    await filled(ledger)
    columns = "source_id, received_at, status, effect, targets, intent, command, expires_at, idempotency_key, body_hash"
    tampered(place, f"INSERT INTO requests SELECT 'forged', {columns} FROM requests LIMIT 1")
    assert any("forged" in problem for problem in (await ledger.verify()).problems)


_FIELDS = ("recorded_at", "request_id", "kind", "stage", "body", "row_hash", "previous", "hash")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.integers(1, 5),
    st.sampled_from(_FIELDS),
    st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=20),
)
def test_any_change_of_any_field_is_found(tmp_path: Path, sequence: int, field: str, value: str) -> None:
    async def scenario() -> bool:
        place = tmp_path / f"{uuid4().hex}.db"
        ledger = open_ledger(f"sqlite:///{place}")
        await ledger.open()
        await filled(ledger)
        with closing(sqlite3.connect(place)) as raw:
            before = raw.execute(f"SELECT {field} FROM entries WHERE sequence = ?", (sequence,)).fetchone()[0]
            raw.execute(f"UPDATE entries SET {field} = ? WHERE sequence = ?", (value, sequence))
            raw.commit()
        audit = await ledger.verify()
        await ledger.close()
        return audit.whole == (before == value)

    assert asyncio.run(scenario())


# ---- trouble ---------------------------------------------------------------------------------------------------------


async def test_the_file_belongs_to_the_gateway_alone(ledger: Ledger, place: Path) -> None:
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
    assert stat.S_IMODE(place.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize("make", [lambda path: path.mkdir(), lambda path: path.write_bytes(b"not a database" * 100)])
async def test_what_is_no_ledger_is_refused_by_its_path(tmp_path: Path, make: Callable[[Path], Any]) -> None:
    place = tmp_path / "ledger.db"
    make(place)
    ledger = open_ledger(f"sqlite:///{place}")
    with pytest.raises(LedgerUnavailable, match=str(place)):
        await ledger.open()
    await ledger.close()


async def test_a_ledger_of_a_newer_gateway_is_left_alone(ledger: Ledger, place: Path) -> None:
    await ledger.close()
    tampered(place, "UPDATE head SET schema_version = 99")
    again = open_ledger(f"sqlite:///{place}")
    with pytest.raises(LedgerUnavailable, match="schema 99"):
        await again.open()
    await again.close()


def test_an_unknown_scheme_is_refused_with_those_that_are_known() -> None:
    with pytest.raises(MalformedRequest, match="sqlite"):
        open_ledger("mysql://somewhere")


async def test_writing_resumes_when_the_trouble_ends(ledger: Ledger, place: Path) -> None:
    await add(ledger)
    tampered(place, "ALTER TABLE head RENAME TO elsewhere")
    with pytest.raises(LedgerUnavailable):
        await add(ledger)
    with pytest.raises(LedgerUnavailable):
        await ledger.check()
    tampered(place, "ALTER TABLE elsewhere RENAME TO head")
    await ledger.check()
    await add(ledger)
    assert (await ledger.verify()).entries == 2


async def test_a_caller_that_goes_away_leaves_the_chain_whole(ledger: Ledger) -> None:
    tasks = [asyncio.create_task(add(ledger)) for _ in range(50)]
    await asyncio.sleep(0)
    for task in tasks[::2]:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert (await ledger.verify()).whole


_APPENDER = """
import asyncio, sys
from datetime import datetime, UTC
from command_gateway.ledger import Entry, Summary
from command_gateway.ledger.stores import open_ledger
from command_gateway.request import Status

async def main(place, count):
    ledger = open_ledger(f"sqlite:///{place}")
    await ledger.open()
    for n in range(count):
        request = f"{sys.argv[3]}-{n}"
        summary = Summary(request, "agent", datetime.now(UTC), Status.COMPLETED_SUCCESS)
        await ledger.append([Entry(request, "ended", "record", {"n": n})], summary)
        print(request, flush=True)
    await ledger.close()

asyncio.run(main(sys.argv[1], int(sys.argv[2])))
"""


async def appender(place: Path, count: int, name: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-c", _APPENDER, str(place), str(count), name, stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )  # fmt: skip


async def test_several_processes_never_fork_the_chain(ledger: Ledger, place: Path) -> None:
    writers = [await appender(place, 40, name) for name in ("a", "b", "c")]
    for writer in writers:
        await writer.communicate()
    audit = await ledger.verify()
    assert (audit.whole, audit.entries) == (True, 120)


async def test_what_was_acknowledged_survives_kill_9(ledger: Ledger, place: Path) -> None:
    writer = await appender(place, 100_000, "k")
    assert writer.stdout is not None
    acknowledged = [(await writer.stdout.readline()).decode().strip() for _ in range(60)]
    writer.send_signal(signal.SIGKILL)
    rest = (await writer.communicate())[0].decode().splitlines()
    for request in [*acknowledged, *(line for line in rest if line)]:
        assert await ledger.summary(request) is not None
    assert (await ledger.verify()).whole
