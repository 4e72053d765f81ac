"""Engine trouble and monstrous output: an honest status, and nothing half done."""

from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

from command_gateway.answer import Answer
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
