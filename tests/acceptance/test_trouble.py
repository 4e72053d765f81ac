"""Engine trouble and monstrous output: an honest status, and nothing half done."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

from command_gateway.answer import Answer
from command_gateway.engine import DockerEngine
from command_gateway.errors import EngineError, LedgerUnavailable
from command_gateway.pipeline.execution import ExecutionStage
from command_gateway.request import Request, Status
from tests.acceptance.conftest import Ask, running

Make = Callable[..., str]
Cli = Callable[..., "CompletedProcess[str]"]


def code(answer: Answer) -> str:
    assert answer.error_details is not None
    return str(answer.error_details["error_code"])


async def test_an_engine_that_is_down_is_said_to_be(tmp_path: Path, stack: AsyncExitStack) -> None:
    gateway = await stack.enter_async_context(running(f"unix://{tmp_path}/nobody.sock", tmp_path / "data"))
    answer = await gateway.submit(Request(source_id="a", intent="docker ps"))
    assert answer.overall_status is Status.EXECUTION_ERROR
    assert code(answer) == "ENGINE_UNREACHABLE"
    assert (await gateway.health())["status"] == "degraded"
    assert not (await gateway.ready())[0]


async def test_an_engine_that_comes_back_is_used_again(tmp_path: Path, make_engine: Any, stack: AsyncExitStack) -> None:
    engine = make_engine()
    gateway = await stack.enter_async_context(running(engine.host, tmp_path / "data"))
    first = await gateway.submit(Request(source_id="a", intent="docker ps -a"))
    engine.stop()
    down = await gateway.submit(Request(source_id="a", intent="docker ps -a"))
    engine.start()
    again = await gateway.submit(Request(source_id="a", intent="docker ps -a"))
    assert [first.overall_status, again.overall_status] == [Status.COMPLETED_SUCCESS] * 2
    assert down.overall_status is Status.EXECUTION_ERROR


async def test_a_read_that_takes_too_long_is_a_timeout(
    engine_host: str, tmp_path: Path, make_container: Make, stack: AsyncExitStack
) -> None:
    gateway = await stack.enter_async_context(running(engine_host, tmp_path, command_timeout_seconds=1))
    answer = await gateway.submit(Request(source_id="a", intent=f"docker wait {make_container()}"))
    assert answer.overall_status is Status.EXECUTION_ERROR
    assert code(answer) == "TIMEOUT"


async def test_a_container_that_goes_between_plan_and_run_is_not_acted_on(
    gateway: Any, make_container: Make, docker_cli: Cli, monkeypatch: Any
) -> None:
    name = make_container()
    run = ExecutionStage.run

    async def after_removal(self: ExecutionStage, passage: Any) -> Status | None:
        docker_cli("rm", "--force", name)
        return await run(self, passage)

    monkeypatch.setattr(ExecutionStage, "run", after_removal)
    answer = await gateway.submit(Request(source_id="a", intent=f"restart {name}"))
    assert answer.overall_status is Status.EXECUTION_ERROR
    assert code(answer) == "TARGET_GONE"
    assert "nothing was done" in answer.error_details["error_message"]


async def test_100_mb_of_log_is_cut_to_its_newest_lines(ask: Ask, make_container: Make) -> None:
    name = make_container(
        command=("sh", "-c", "yes 0123456789abcdef0123456789abcdef | head -c 104857600; echo the-end")
    )
    answer = await ask(f"docker logs {name}")
    result = answer.execution_details.execution_result if answer.execution_details else None
    assert result is not None, answer
    assert result.truncated
    assert len(result.stdout) <= 10_000
    assert answer.overall_status is Status.COMPLETED_SUCCESS


async def test_invalid_utf_8_in_a_log_is_replaced(ask: Ask, make_container: Make) -> None:
    name = make_container(command=("printf", r"good \377\376 bytes\n"))
    answer = await ask("show recent logs", name)
    result = answer.execution_details.execution_result if answer.execution_details else None
    assert result is not None, answer
    assert "good" in result.stdout
    assert "\ufffd" in result.stdout


Answering = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


async def stand_in(place: Path, answer: Answering, stack: AsyncExitStack) -> str:
    """A listener at an engine's address that is no engine, or a sick one."""
    server = await asyncio.start_unix_server(answer, place / "sick.sock")
    stack.callback(server.close)
    return f"unix://{place}/sick.sock"


async def test_an_engine_that_never_answers_is_a_timeout(tmp_path: Path, stack: AsyncExitStack) -> None:
    async def silent(_: asyncio.StreamReader, __: asyncio.StreamWriter) -> None:
        await asyncio.Event().wait()

    host = await stand_in(tmp_path, silent, stack)
    gateway = await stack.enter_async_context(running(host, tmp_path / "data", command_timeout_seconds=0.5))
    answer = await gateway.submit(Request(source_id="a", intent="docker ps"))
    assert answer.overall_status is Status.EXECUTION_ERROR
    assert code(answer) == "TIMEOUT"
    assert (await gateway.health())["status"] == "degraded"


async def test_something_else_at_the_engines_address_is_said_to_be(tmp_path: Path, stack: AsyncExitStack) -> None:
    async def garbage(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nnot json!")
        await writer.drain()
        writer.close()

    gateway = await stack.enter_async_context(running(await stand_in(tmp_path, garbage, stack), tmp_path / "data"))
    answer = await gateway.submit(Request(source_id="a", intent="docker ps"))
    assert answer.overall_status is Status.EXECUTION_ERROR
    assert "is a Docker Engine at that address?" in str(answer.error_details)


async def test_what_cannot_be_recorded_does_not_run(
    gateway: Any, make_container: Make, docker_cli: Cli, monkeypatch: Any
) -> None:
    name = make_container()

    async def full(*_: Any, **__: Any) -> None:
        raise LedgerUnavailable("the disk is full")

    monkeypatch.setattr(gateway._parts.ledger, "append", full)
    answer = await gateway.submit(Request(source_id="a", intent=f"docker stop --time 0 {name}"))
    assert answer.overall_status is Status.INTERNAL_ERROR
    assert code(answer) == "LEDGER_UNAVAILABLE"
    assert docker_cli("inspect", "--format", "{{.State.Status}}", name).stdout.strip() == "running"


async def test_a_lost_answer_to_a_change_is_settled_by_looking(
    gateway: Any, make_container: Make, monkeypatch: Any
) -> None:
    name = make_container()
    post = DockerEngine.post

    async def lost(self: DockerEngine, path: str, body: Any = None, **query: Any) -> Any:
        await post(self, path, body, **query)
        raise EngineError("the connection broke off")

    monkeypatch.setattr(DockerEngine, "post", lost)
    answer = await gateway.submit(Request(source_id="a", intent=f"restart {name}"))
    assert answer.overall_status is Status.COMPLETED_SUCCESS, answer
    assert answer.execution_details.steps[0].verification.outcome == "VERIFIED"


async def test_a_change_that_may_not_have_happened_is_called_unknown(
    tmp_path: Path, engine_host: str, make_container: Make, monkeypatch: Any, stack: AsyncExitStack
) -> None:
    name = make_container()
    gateway = await stack.enter_async_context(running(engine_host, tmp_path, gateway_verify_seconds=0.2))

    async def lost(*_: Any, **__: Any) -> Any:
        raise EngineError("the connection broke off")

    monkeypatch.setattr(DockerEngine, "post", lost)
    answer = await gateway.submit(Request(source_id="a", intent=f"restart {name}"))
    assert answer.overall_status is Status.OUTCOME_UNKNOWN
    assert code(answer) == "OUTCOME_UNKNOWN"
