"""What every ledger promises: durable, conditional, chained, and honest about tampering."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from command_gateway.errors import Conflict, LedgerUnavailable, MalformedRequest
from command_gateway.ledger import Entry, Ledger, Summary
from command_gateway.ledger.chain import row_hash, seal
from command_gateway.ledger.stores import open_ledger
from command_gateway.request import Status, now
from tests.support.ledger import START, STORES, Store, add, told


@pytest.fixture(params=STORES)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    return STORES[request.param](tmp_path)


@pytest.fixture
async def ledger(store: Store) -> AsyncIterator[Ledger]:
    opened = open_ledger(store.url)
    await opened.open()
    yield opened
    await opened.close()


# ---- writing ---------------------------------------------------------------------------------------------------------


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


async def test_what_is_written_outlives_the_process(ledger: Ledger, store: Store) -> None:
    summary = await add(ledger, told(expires_at=now(), idempotency_key="k", body_hash="b"))
    again = open_ledger(store.url)
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


async def test_a_body_that_is_no_json_fails_its_own_caller_alone(ledger: Ledger) -> None:
    wrong = told()
    tried = await asyncio.gather(
        add(ledger),
        ledger.append([Entry(wrong.request_id, "ended", "record", {"x": {1, 2}})], wrong),
        add(ledger),
        return_exceptions=True,
    )
    assert [type(each) for each in tried] == [Summary, TypeError, Summary]
    assert await ledger.summary(wrong.request_id) is None


async def test_nothing_changes_where_a_request_stands_without_an_entry(ledger: Ledger) -> None:
    silent = told()
    tried = await asyncio.gather(add(ledger), ledger.append([], silent), return_exceptions=True)
    assert [type(each) for each in tried] == [Summary, ValueError]
    assert await ledger.summary(silent.request_id) is None


async def test_text_that_is_no_unicode_is_kept(ledger: Ledger) -> None:
    odd = told(intent="restart \ud800", targets=("\udcff",))
    await ledger.append([Entry(odd.request_id, "ended", "record", {"stdout": "\udcff\x00"})], odd)
    assert (await ledger.entries(odd.request_id))[0].entry.body == {"stdout": "\udcff\x00"}
    found = await ledger.summary(odd.request_id)
    assert found is not None
    assert found.intent == r"restart \ud800"
    assert (await ledger.verify()).whole


async def test_a_caller_that_goes_away_leaves_the_chain_whole(ledger: Ledger) -> None:
    tasks = [asyncio.create_task(add(ledger)) for _ in range(50)]
    await asyncio.sleep(0)
    for task in tasks[::2]:
        task.cancel()
    tried = await asyncio.gather(*tasks, return_exceptions=True)
    for each in tried:
        assert not isinstance(each, Summary) or await ledger.summary(each.request_id) == each
    assert (await ledger.verify()).whole


# ---- idempotency keys ------------------------------------------------------------------------------------------------


async def test_a_key_belongs_to_one_request_of_its_source(ledger: Ledger) -> None:
    first = await add(ledger, told(idempotency_key="k", body_hash="b", received_at=now()))
    with pytest.raises(Conflict, match=first.request_id):
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
    assert sum(isinstance(each, Conflict) for each in tried) == 4


async def test_a_request_is_ended_though_its_old_key_is_used_anew(ledger: Ledger) -> None:
    long_ago = now() - timedelta(hours=25)
    waiting = await add(ledger, told(Status.PENDING_APPROVAL, idempotency_key="k", received_at=long_ago))
    await add(ledger, told(idempotency_key="k", received_at=now()))
    ended = told(Status.EXPIRED, request_id=waiting.request_id, idempotency_key="k", received_at=long_ago)
    await add(ledger, ended, expect=Status.PENDING_APPROVAL)
    assert await ledger.summary(waiting.request_id) == ended


# ---- lists -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("asked", [{}, {"target": "web"}, {"effect": "READ", "since": START}])
async def test_requests_are_listed_newest_first_in_pages(ledger: Ledger, asked: dict[str, Any]) -> None:
    made = [await add(ledger) for _ in range(7)]
    seen, after = [], None
    while True:
        page = await ledger.requests(limit=3, after=after, **asked)
        seen += [each.request_id for each in page.requests]
        after = page.following
        if after is None:
            break
        await add(ledger)  # what comes meanwhile shifts nothing
    assert seen == [each.request_id for each in reversed(made)]


async def test_requests_of_the_same_moment_are_each_listed_once(ledger: Ledger) -> None:
    made = {(await add(ledger, told(received_at=START))).request_id for _ in range(5)}
    first = await ledger.requests(limit=2)
    second = await ledger.requests(limit=3, after=first.following)
    assert {each.request_id for each in (*first.requests, *second.requests)} == made
    assert second.following is None


@pytest.mark.parametrize(
    ("known", "asked"),
    [
        ({"source_id": "other"}, {"source_id": "other"}),
        ({"status": Status.DENIED}, {"status": Status.DENIED}),
        ({"effect": "OPERATE"}, {"effect": "OPERATE"}),
        ({"targets": ("db", "cache")}, {"target": "cache"}),
        ({"targets": ("db",), "effect": "DESTROY"}, {"target": "db", "effect": "DESTROY", "source_id": "agent"}),
        ({"received_at": START - timedelta(days=1)}, {"until": START}),
        ({"received_at": START + timedelta(days=900)}, {"since": START + timedelta(days=800)}),
        ({"received_at": START + timedelta(days=900)}, {"since": START + timedelta(days=800), "target": "web"}),
    ],
)
async def test_lists_hold_what_was_asked_for_and_nothing_else(
    ledger: Ledger, known: dict[str, Any], asked: dict[str, Any]
) -> None:
    await add(ledger)
    wanted = await add(ledger, told(**known))
    await add(ledger)
    assert (await ledger.requests(**asked)).requests == (wanted,)


async def test_a_request_is_listed_by_the_targets_that_it_has_now(ledger: Ledger) -> None:
    first = await add(ledger, told(targets=("web", "db")))
    await add(ledger, told(request_id=first.request_id, received_at=first.received_at, targets=("db", "cache")))
    assert not (await ledger.requests(target="web")).requests
    assert len((await ledger.requests(target="db")).requests) == 1
    assert len((await ledger.requests(target="cache")).requests) == 1
    assert (await ledger.verify()).whole


@pytest.mark.parametrize("cursor", ["ä", "YQ==", "!", "YSBiIGM="])
async def test_a_cursor_that_nobody_gave_is_refused(ledger: Ledger, cursor: str) -> None:
    with pytest.raises(MalformedRequest, match="after"):
        await ledger.requests(after=cursor)


# ---- tampering -------------------------------------------------------------------------------------------------------


async def filled(ledger: Ledger, count: int = 5) -> list[Summary]:
    return [await add(ledger, told(request_id=f"r{n}")) for n in range(1, count + 1)]


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
        ("UPDATE entries SET sequence = 9 WHERE sequence = 3", "entry 3: deleted"),
        ("UPDATE entries SET sequence = -1 WHERE sequence = 3", "entry -1: inserted"),
        ("DELETE FROM entries WHERE sequence = 1", "entry 1: deleted"),
        ("DELETE FROM entries WHERE sequence = 3", "entry 3: deleted"),
        ("DELETE FROM entries WHERE sequence IN (2, 3)", "entry 2 to 3: deleted"),
        ("DELETE FROM entries WHERE sequence = 5", "ends at entry 4"),
        ("DELETE FROM entries", "ends at entry 0"),
        ("UPDATE head SET sequence = 4", "the head says 4"),
        ("UPDATE head SET hash = 'x'", "entry 5: the head has another seal"),
        ("DELETE FROM head", "head is missing"),
        ("UPDATE requests SET status = 'DENIED' WHERE request_id = 'r2'", "entry 2, request r2: its row was altered"),
        ("UPDATE requests SET targets = '[]' WHERE request_id = 'r2'", "entry 2, request r2: its row was altered"),
        ("UPDATE requests SET targets = '5' WHERE request_id = 'r2'", "entry 2, request r2: its row was altered"),
        ("UPDATE requests SET intent = 'nothing' WHERE request_id = 'r2'", "entry 2, request r2: its row was altered"),
        ("UPDATE requests SET command = NULL WHERE request_id = 'r2'", "entry 2, request r2: its row was altered"),
        ("DELETE FROM requests WHERE request_id = 'r4'", "entry 4, request r4: its row was deleted"),
        ("DELETE FROM request_targets WHERE request_id = 'r2'", "request r2: it was deleted from the list of target"),
        ("UPDATE request_targets SET target = 'db' WHERE request_id = 'r2'", "request r2: it was inserted into"),
        ("INSERT INTO request_targets VALUES ('x', '2026', 'forged')", "request forged: it was inserted into"),
        (
            "INSERT INTO requests SELECT 'forged', source_id, received_at, status, effect, targets, intent, command,"
            " expires_at, idempotency_key, body_hash FROM requests WHERE request_id = 'r1'",
            "request forged: no entry tells of it",
        ),
    ],
)
async def test_tampering_is_found_and_named(ledger: Ledger, store: Store, statement: str, said: str) -> None:
    await filled(ledger)
    store.tamper(statement)
    audit = await ledger.verify()
    assert not audit.whole
    assert any(said in problem for problem in audit.problems), audit.problems


async def test_two_entries_that_changed_places_are_found(ledger: Ledger, store: Store) -> None:
    await filled(ledger)
    for old, new in ((2, 99), (3, 2), (99, 3)):
        store.tamper(f"UPDATE entries SET sequence = {new} WHERE sequence = {old}")
    problems = (await ledger.verify()).problems
    assert any(problem.startswith("entry 2") for problem in problems)
    assert any(problem.startswith("entry 3") for problem in problems)


def forged(store: Store, sequence: int, previous: str) -> None:
    """An entry whose own seal is right, as somebody would write who knows how seals are made."""
    row = row_hash({})
    sealed = seal(previous, sequence, "2026", "x", "ended", "record", "{}", row)
    values = f"{sequence}, '2026', 'x', 'ended', 'record', '{{}}', '{row}', '{previous}', '{sealed}'"
    store.tamper(f"INSERT INTO entries VALUES ({values})")


async def test_an_entry_appended_with_a_right_seal_is_found(ledger: Ledger, store: Store) -> None:
    await filled(ledger)
    last = (await ledger.verify()).head
    forged(store, 6, last)
    problems = (await ledger.verify()).problems
    assert any("the chain ends at entry 6, the head says 5" in problem for problem in problems)
    assert any("entry 6, request x" in problem for problem in problems)


async def test_an_entry_squeezed_in_with_a_right_seal_is_found(ledger: Ledger, store: Store) -> None:
    await filled(ledger)
    second = store.read("SELECT hash FROM entries WHERE sequence = 2")[0][0]
    for sequence in (5, 4, 3):
        store.tamper(f"UPDATE entries SET sequence = {sequence + 1} WHERE sequence = {sequence}")
    forged(store, 3, second)
    problems = (await ledger.verify()).problems
    assert any(problem.startswith("entry 4: does not follow") for problem in problems)


async def test_an_entry_resealed_after_it_was_altered_is_found(ledger: Ledger, store: Store) -> None:
    await filled(ledger)
    previous, at, row = store.read("SELECT previous, recorded_at, row_hash FROM entries WHERE sequence = 3")[0]
    resealed = seal(previous, 3, at, "r3", "ended", "record", "{}", row)
    store.tamper(f"UPDATE entries SET body = '{{}}', hash = '{resealed}' WHERE sequence = 3")
    assert any(problem.startswith("entry 4: does not follow") for problem in (await ledger.verify()).problems)


async def test_many_problems_are_told_and_the_rest_counted(ledger: Ledger, store: Store) -> None:
    await asyncio.gather(*(add(ledger) for _ in range(30)))
    store.tamper("UPDATE entries SET kind = 'x'")
    problems = (await ledger.verify()).problems
    assert (len(problems), problems[-1]) == (21, "and 10 more")


async def test_a_row_that_no_gateway_wrote_is_not_guessed_at(ledger: Ledger, store: Store) -> None:
    await filled(ledger)
    store.tamper("UPDATE requests SET status = 'ODD' WHERE request_id = 'r1'")
    store.tamper("UPDATE entries SET body = '{' WHERE sequence = 2")
    with pytest.raises(LedgerUnavailable, match="audit verify"):
        await ledger.requests()
    with pytest.raises(LedgerUnavailable, match="audit verify"):
        await ledger.entries("r2")


async def test_a_chain_longer_than_a_piece_is_walked_whole(
    ledger: Ledger, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("command_gateway.ledger.walking.AT_ONCE", 2)
    await filled(ledger, 7)
    assert await ledger.verify() == await ledger.verify()
    assert ((await ledger.verify()).whole, (await ledger.verify()).entries) == (True, 7)
    store.tamper("DELETE FROM request_targets WHERE request_id = 'r7'")
    store.tamper("DELETE FROM requests WHERE request_id = 'r4'")
    problems = (await ledger.verify()).problems
    assert any("request r4: its row was deleted" in problem for problem in problems)
    assert any("request r7: it was deleted from" in problem for problem in problems)


# ---- trouble ---------------------------------------------------------------------------------------------------------


async def test_writing_resumes_when_the_trouble_ends(ledger: Ledger, store: Store) -> None:
    await add(ledger)
    store.tamper("ALTER TABLE head RENAME TO elsewhere")
    tried = await asyncio.gather(*(add(ledger) for _ in range(5)), return_exceptions=True)
    assert [type(each) for each in tried] == [LedgerUnavailable] * 5
    with pytest.raises(LedgerUnavailable):
        await ledger.check()
    store.tamper("ALTER TABLE elsewhere RENAME TO head")
    await ledger.check()
    await add(ledger)
    assert (await ledger.verify()).entries == 2


async def test_check_does_not_wait_for_whoever_holds_the_ledger(ledger: Ledger, store: Store) -> None:
    with store.held():
        with pytest.raises(LedgerUnavailable, match="nothing could be written"):
            await ledger.check()
        waiting = asyncio.create_task(add(ledger))
        await asyncio.sleep(0)
        assert (await ledger.requests()).requests == ()
    await waiting
    await ledger.check()
    assert (await ledger.verify()).entries == 1


async def test_a_ledger_of_a_newer_gateway_is_left_alone(ledger: Ledger, store: Store) -> None:
    await ledger.close()
    store.tamper("UPDATE head SET schema_version = 99")
    store.tamper("DROP TABLE request_targets")
    again = open_ledger(store.url)
    with pytest.raises(LedgerUnavailable, match="schema 99"):
        await again.open()
    await again.close()
    with pytest.raises(Exception, match="request_targets"):
        store.read("SELECT * FROM request_targets")


async def test_a_closed_ledger_says_so(store: Store) -> None:
    ledger = open_ledger(store.url)
    await ledger.open()
    before = [asyncio.create_task(add(ledger)) for _ in range(3)]
    await asyncio.sleep(0)
    closing = asyncio.create_task(ledger.close())
    await asyncio.sleep(0)
    with pytest.raises(LedgerUnavailable, match="closed"):
        await add(ledger)
    await asyncio.gather(closing, *before)
    for asked in (ledger.summary("x"), ledger.check(), ledger.verify()):
        with pytest.raises(LedgerUnavailable, match="closed"):
            await asked


# ---- processes -------------------------------------------------------------------------------------------------------

_APPENDER = """
import asyncio, sys
from datetime import datetime, UTC
from command_gateway.ledger import Entry, Summary
from command_gateway.ledger.stores import open_ledger
from command_gateway.request import Status

async def main(url, count, name):
    ledger = open_ledger(url)
    await ledger.open()
    print("ready", flush=True)
    sys.stdin.readline()
    for n in range(count):
        request = f"{name}-{n}"
        summary = Summary(request, "agent", datetime.now(UTC), Status.COMPLETED_SUCCESS)
        await ledger.append([Entry(request, "ended", "record", {"n": n})], summary)
        print(request, flush=True)
    await ledger.close()

asyncio.run(main(sys.argv[1], int(sys.argv[2]), sys.argv[3]))
"""


async def appender(store: Store, count: int, name: str) -> asyncio.subprocess.Process:
    """A process that has opened the ledger, and appends once it is told to."""
    started = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _APPENDER, store.url, str(count), name,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )  # fmt: skip
    assert started.stdout is not None
    assert await started.stdout.readline() == b"ready\n"
    return started


async def test_several_processes_never_fork_the_chain(ledger: Ledger, store: Store) -> None:
    writers = [await appender(store, 40, name) for name in ("a", "b", "c")]
    said = await asyncio.gather(*(writer.communicate(b"go\n") for writer in writers))
    assert [len(out.split()) for out, _ in said] == [40, 40, 40]
    assert [writer.returncode for writer in writers] == [0, 0, 0]
    audit = await ledger.verify()
    assert (audit.whole, audit.entries) == (True, 120)


async def test_what_was_acknowledged_survives_kill_9(ledger: Ledger, store: Store) -> None:
    writer = await appender(store, 100_000, "k")
    assert writer.stdin is not None
    assert writer.stdout is not None
    writer.stdin.write(b"go\n")
    acknowledged = [(await writer.stdout.readline()).decode().strip() for _ in range(60)]
    writer.send_signal(signal.SIGKILL)
    rest = (await writer.communicate())[0].decode()
    acknowledged += [line.strip() for line in rest.splitlines(keepends=True) if line.endswith("\n")]
    assert [each for each in acknowledged if await ledger.summary(each) is None] == []
    assert (await ledger.verify()).whole
    await add(ledger)
    assert (await ledger.verify()).whole


def test_an_unknown_scheme_is_refused_with_those_that_are_known() -> None:
    with pytest.raises(MalformedRequest, match="sqlite") as refused:
        open_ledger("mysql://somebody:secret@somewhere")
    assert "secret" not in refused.value.message
