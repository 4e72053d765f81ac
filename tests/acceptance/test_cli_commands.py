"""The command line against a gateway that listens."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from command_gateway.request import Request
from tests.support.fake_gateway import FakeGateway
from tests.support.golden import check
from tests.support.http_server import Finished, gateway_cli, in_terminal, listening

DOCS = Path(__file__).parents[2] / "docs" / "cli.md"
COMMANDS = (
    "",
    "serve",
    "ask",
    "requests",
    "requests show",
    "approve",
    "reject",
    "operations",
    "targets",
    "audit",
    "audit verify",
    "version",
)

Run = Callable[..., Awaitable[Finished]]


@pytest.fixture
def fake() -> FakeGateway:
    """A gateway that answers by keyword."""
    return FakeGateway()


@pytest.fixture
async def run(fake: FakeGateway) -> AsyncIterator[Run]:
    """Runs `gateway` against it as `tester`."""
    async with listening(fake) as url:

        async def ran(*words: str, terminal: bool = False) -> Finished:
            asks = in_terminal if terminal else gateway_cli
            return await asks(*words, GATEWAY_URL=url, GATEWAY_SOURCE_ID="tester")

        yield ran


async def test_ask_prints_what_docker_would_and_explains_beside_it(run: Run, fake: FakeGateway) -> None:
    done = await run(
        "ask", "list", "the", "containers", "--target", "box", "--context", "curious", "--priority", "high"
    )
    assert (done.code, done.stdout) == (0, "CONTAINER ID   NAMES\n4c01db0b339c   box\n")
    assert "docker ps --all   (phrases; READ; ALLOW; read-by-known-source)" in done.stderr
    asked = fake.asked[0]
    assert (asked.source_id, asked.intent, asked.target_name) == ("tester", "list the containers", "box")
    assert (asked.context, asked.priority) == ("curious", "HIGH")


async def test_ask_as_json_is_the_whole_answer(run: Run) -> None:
    done = await run("ask", "list", "--json")
    assert json.loads(done.stdout)["overall_status"] == "COMPLETED_SUCCESS"
    assert done.stderr == ""


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("ask", "list", "--dry-run"), 0, "DRY_RUN"),
        (("ask", "fail"), 1, "COMPLETED_FAILURE"),
        (("ask",), 2, "Missing argument"),
        (("ask", "x", "--priority", "soon"), 2, "soon"),
        (("ask", "which"), 3, "name one (box-1, box-2)"),
        (("ask", "ghost"), 3, "Unknown logical service name: ghost (goat)"),
        (("ask", "x" * 4001), 3, "1 to 4000 characters"),
        (("ask", "forbidden"), 4, "no policy permits it"),
        (("ask", "remove it"), 5, "gateway approve"),
        (("ask", "lost"), 7, "OUTCOME_UNKNOWN"),
        (("requests", "show", "none-such"), 3, "no request has the id 'none-such'"),
        (("approve", "none-such", "--reason", "why not"), 3, "no request has the id 'none-such'"),
        (("approve", "none-such"), 2, "--reason"),
        (("requests", "--since", "yesterday"), 3, "since"),
    ],
)
async def test_exit_codes_and_reasons(run: Run, words: tuple[str, ...], code: int, says: str) -> None:
    done = await run(*words)
    assert done.code == code
    assert says in done.stderr
    assert "Traceback" not in done.stderr


async def test_nobody_there_is_6(fake: FakeGateway) -> None:
    async with listening(fake) as url:
        pass
    for words in (("ask", "list"), ("requests",), ("audit", "verify")):
        done = await gateway_cli(*words, GATEWAY_URL=url)
        assert (done.code, done.stdout) == (6, "")
        assert f"no gateway answers at {url}" in done.stderr


async def test_a_person_decides(run: Run, fake: FakeGateway) -> None:
    first = await fake.submit(Request("agent", "remove it"))
    second = await fake.submit(Request("agent", "remove it"))
    yes = await run("approve", first.request_id, "--reason", "seen it", "--source", "operator")
    no = await run("reject", second.request_id, "--reason", "still needed")
    assert (yes.code, no.code) == (0, 4)
    assert "still needed" in no.stderr
    decided = (await fake.get(first.request_id)).answer
    assert decided is not None
    assert decided.approval is not None
    assert (decided.approval.decided_by, decided.approval.reason) == ("operator", "seen it")


async def test_ask_waits_for_the_person_when_told_to(run: Run, fake: FakeGateway) -> None:
    asking = asyncio.create_task(run("ask", "remove it", "--wait"))
    await fake.until(lambda: bool(fake.asked))
    await fake.decide(fake.asked[0].request_id, by="operator", approve=True, reason="seen it")
    assert (await asking).code == 0


async def test_requests_are_a_table_for_people_and_json_for_scripts(run: Run, fake: FakeGateway) -> None:
    await fake.submit(Request("agent", "list\n\x1b[31mall"))
    waits = await fake.submit(Request("agent", "remove it"))
    lines = (await run("requests")).stdout.splitlines()
    assert re.fullmatch(r"ID +AGE +STATUS +REQUEST", lines[0])
    assert lines[1].startswith(waits.request_id)
    assert lines[2].endswith("agent: list ·[31mall")
    assert len({line.index("agent:") for line in lines[1:]}) == 1
    found = json.loads((await run("requests", "--status", "pending_approval", "--from", "agent", "--json")).stdout)
    assert [each["request_id"] for each in found["requests"]] == [waits.request_id]
    assert "no request fits" in (await run("requests", "--from", "nobody")).stderr
    assert "more: --after older" in (await run("requests", "--limit", "1")).stderr


async def test_a_terminal_of_80_columns_shows_every_column(run: Run, fake: FakeGateway) -> None:
    await fake.submit(Request("agent", "list everything there is and then some more of it"))
    shown = await run("requests", terminal=True)
    header, line = (each.rstrip() for each in shown.stdout.splitlines()[:2])
    assert header.split() == ["ID", "AGE", "STATUS", "REQUEST"]
    assert "COMPLETED_SUCCESS" in line
    assert line.endswith("…")
    assert len(line) <= 80


async def test_one_request_is_shown(run: Run, fake: FakeGateway) -> None:
    done = await fake.submit(Request("agent", "list"))
    shown = (await run("requests", "show", done.request_id)).stdout
    assert "status    COMPLETED_SUCCESS" in shown
    assert "command   docker ps --all" in shown
    assert json.loads((await run("requests", "show", done.request_id, "--json")).stdout)["entries"]


async def test_operations_and_targets(run: Run) -> None:
    assert "container.restart   OPERATE   docker restart" in (await run("operations")).stdout
    assert json.loads((await run("operations", "--json")).stdout)[0]["name"] == "container.restart"
    targets = (await run("targets")).stdout.splitlines()
    assert targets[1].split() == ["box", "container", "running", "healthy", "the-box", "box:1"]
    assert json.loads((await run("targets", "--kind", "image", "--json")).stdout)["objects"][0]["kind"] == "image"


async def test_a_broken_ledger_is_1_with_what_is_wrong(run: Run, fake: FakeGateway) -> None:
    assert (await run("audit", "verify")).stdout.startswith("whole: 42 entries")
    fake.whole = False
    for words in (("audit", "verify"), ("audit", "verify", "--json")):
        done = await run(*words)
        assert done.code == 1
        assert "entry 3: its hash does not fit its content" in done.stdout


async def test_the_version() -> None:
    assert re.fullmatch(r"\d+\.\d+\.\d+\S*\n", (await gateway_cli("version")).stdout)


async def test_the_documentation_is_what_help_says() -> None:
    before = DOCS.read_text().partition("## Commands\n")[0]
    check(str(DOCS), f"{before}## Commands\n{''.join([await _documented(each) for each in COMMANDS])}")


async def _documented(command: str) -> str:
    done = await gateway_cli(*command.split(), "--help")
    return f"\n### gateway {command}".rstrip() + f"\n```\n{done.stdout.rstrip()}\n```\n"
