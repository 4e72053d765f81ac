"""The whole path on a real engine: understood, decided, done, verified, recorded."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from subprocess import CompletedProcess
from typing import Any

import pytest

from command_gateway.answer import Answer
from command_gateway.errors import Conflict, Forbidden, NotFound
from command_gateway.gateway import Gateway
from command_gateway.ledger import Entry
from command_gateway.pipeline import waiting
from command_gateway.request import Request, Status, now
from tests.acceptance.conftest import Ask

Make = Callable[..., str]
Cli = Callable[..., "CompletedProcess[str]"]


def started_at(docker_cli: Cli, name: str) -> str:
    return docker_cli("inspect", "--format", "{{.State.StartedAt}}", name).stdout.strip()


def state(docker_cli: Cli, name: str) -> str:
    return docker_cli("inspect", "--format", "{{.State.Status}}", name).stdout.strip()


async def kinds(gateway: Gateway, answer: Answer) -> list[str]:
    return [each.entry.kind for each in (await gateway.get(answer.request_id)).entries]


def error_code(answer: Answer) -> str:
    assert answer.error_details is not None
    return str(answer.error_details["error_code"])


async def test_a_restart_asked_in_english_happens_is_verified_and_recorded(
    gateway: Gateway, ask: Ask, make_container: Make, docker_cli: Cli
) -> None:
    name = make_container("--health-cmd=true", "--health-interval=1s")
    before = started_at(docker_cli, name)
    answer = await ask("restart the service", name)
    assert answer.overall_status is Status.COMPLETED_SUCCESS
    assert answer.execution_details is not None
    step = answer.execution_details.steps[0]
    assert answer.execution_details.command == f"docker restart {name}"
    assert (step.operation, step.targets) == ("container.restart", [name])
    assert step.execution_result is not None
    assert step.execution_result.stdout == f"{name}\n"
    assert step.verification is not None
    assert step.verification.outcome == "VERIFIED"
    assert "healthy" in step.verification.observed
    assert started_at(docker_cli, name) != before
    assert await kinds(gateway, answer) == ["about_to", "did", "ended"]
    assert (await gateway.audit()).whole


async def test_about_to_is_in_the_ledger_before_anything_changes(
    gateway: Gateway, ask: Ask, make_container: Make, docker_cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = make_container()
    before = started_at(docker_cli, name)
    seen: list[tuple[str, str]] = []
    append = type(gateway._parts.ledger).append

    async def watching(self: Any, entries: list[Entry], summary: Any, **more: Any) -> None:
        await append(self, entries, summary, **more)
        seen.extend((entry.kind, started_at(docker_cli, name)) for entry in entries)

    monkeypatch.setattr(type(gateway._parts.ledger), "append", watching)
    await ask(f"restart {name}")
    assert [kind for kind, _ in seen] == ["about_to", "did", "ended"]
    assert seen[0][1] == before
    assert seen[1][1] != before


async def test_a_read_is_recorded_once(gateway: Gateway, ask: Ask, make_container: Make) -> None:
    answer = await ask("show recent logs", make_container())
    assert answer.overall_status is Status.COMPLETED_SUCCESS
    assert await kinds(gateway, answer) == ["ended"]


async def test_a_dry_run_shows_the_plan_and_does_nothing(ask: Ask, make_container: Make, docker_cli: Cli) -> None:
    name = make_container()
    before = started_at(docker_cli, name)
    answer = await ask("restart it", name, dry_run=True)
    assert answer.overall_status is Status.DRY_RUN
    assert answer.execution_details is not None
    assert answer.execution_details.command == f"docker restart {name}"
    assert answer.execution_details.execution_result is None
    assert answer.decision is not None
    assert answer.decision.outcome == "ALLOW"
    assert started_at(docker_cli, name) == before


async def test_steps_run_in_order_and_a_failed_one_ends_the_plan(
    ask: Ask, make_container: Make, docker_cli: Cli
) -> None:
    paused, other = make_container(), make_container()
    docker_cli("pause", paused)
    answer = await ask(f"docker pause {paused} && docker stop --time 0 {other}")
    docker_cli("unpause", paused)
    assert answer.overall_status is Status.COMPLETED_FAILURE
    assert answer.execution_details is not None
    assert answer.execution_details.steps[0].execution_result is not None
    assert "already paused" in answer.execution_details.steps[0].execution_result.stderr
    assert answer.execution_details.steps[1].execution_result is None
    assert state(docker_cli, other) == "running"


async def test_what_was_stopped_can_be_started_in_one_request(ask: Ask, make_container: Make) -> None:
    name = make_container()
    answer = await ask(f"docker stop --time 0 {name} && docker start {name}")
    assert answer.overall_status is Status.COMPLETED_SUCCESS, answer


@pytest.fixture
async def crew(make_container: Make) -> tuple[str, list[str]]:
    """Six workers, one more than may be touched without a person, under a label of their own."""
    label = f"crew=c{id(make_container)}"
    names = [make_container("--label", label) for _ in range(6)]
    return label, names


async def test_many_at_once_wait_for_another_person(
    gateway: Gateway, ask: Ask, crew: tuple[str, list[str]], docker_cli: Cli
) -> None:
    label, names = crew
    answer = await ask(f"restart everything labelled {label}")
    assert answer.overall_status is Status.PENDING_APPROVAL
    assert error_code(answer) == "APPROVAL_REQUIRED"
    assert answer.approval is not None
    assert await kinds(gateway, answer) == ["waiting"]
    before = {name: started_at(docker_cli, name) for name in names}
    with pytest.raises(Forbidden):
        await gateway.decide(answer.request_id, by="tester", approve=True, reason="me")
    assert {name: started_at(docker_cli, name) for name in names} == before
    done = await gateway.decide(answer.request_id, by="someone-else", approve=True, reason="agreed")
    assert done.overall_status is Status.COMPLETED_SUCCESS, done
    assert done.approval is not None
    assert (done.approval.state, done.approval.decided_by) == ("approved", "someone-else")
    assert all(started_at(docker_cli, name) != before[name] for name in names)
    assert await kinds(gateway, answer) == ["waiting", "decided", "about_to", "did", "ended"]
    with pytest.raises(Conflict):
        await gateway.decide(answer.request_id, by="someone-else", approve=True, reason="again")


async def test_of_two_who_decide_at_once_one_wins(
    gateway: Gateway, ask: Ask, crew: tuple[str, list[str]], docker_cli: Cli
) -> None:
    label, _ = crew
    answer = await ask(f"docker pause $(docker ps -q --filter label={label})")
    decided = await asyncio.gather(
        *(gateway.decide(answer.request_id, by=f"p{n}", approve=n % 2 == 0, reason="now") for n in range(6)),
        return_exceptions=True,
    )
    assert sum(isinstance(each, Answer) for each in decided) == 1
    assert all(isinstance(each, Answer | Conflict) for each in decided)


async def test_a_rejected_request_never_runs(
    gateway: Gateway, ask: Ask, crew: tuple[str, list[str]], docker_cli: Cli
) -> None:
    label, names = crew
    answer = await ask(f"stop everything labelled {label}")
    no = await gateway.decide(answer.request_id, by="boss", approve=False, reason="not now")
    assert no.overall_status is Status.REJECTED
    assert [state(docker_cli, name) for name in names] == ["running"] * 6
    assert (await gateway.get(answer.request_id)).summary.status is Status.REJECTED


async def test_an_approval_is_void_when_a_target_went_away(
    gateway: Gateway, ask: Ask, crew: tuple[str, list[str]], docker_cli: Cli
) -> None:
    label, names = crew
    answer = await ask(f"stop everything labelled {label}")
    docker_cli("rm", "--force", names[0])
    void = await gateway.decide(answer.request_id, by="boss", approve=True, reason="go")
    assert void.overall_status is Status.EXPIRED
    assert names[0] in str(void.error_details)
    assert state(docker_cli, names[1]) == "running"


async def test_an_approval_expires(
    gateway: Gateway, ask: Ask, crew: tuple[str, list[str]], docker_cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    label, names = crew
    answer = await ask(f"stop everything labelled {label}")
    monkeypatch.setattr(waiting, "now", lambda: now() + timedelta(hours=1))
    with pytest.raises(Conflict, match="EXPIRED"):
        await gateway.decide(answer.request_id, by="boss", approve=True, reason="go")
    assert (await gateway.get(answer.request_id)).summary.status is Status.EXPIRED
    assert state(docker_cli, names[0]) == "running"


async def test_what_waits_survives_a_restart_of_the_gateway(
    engine_host: str, tmp_path: Any, crew: tuple[str, list[str]]
) -> None:
    from tests.acceptance.conftest import running

    label, _ = crew
    async with running(engine_host, tmp_path) as first:
        answer = await first.submit(Request(source_id="a", intent=f"restart everything labelled {label}"))
    async with running(engine_host, tmp_path) as second:
        done = await second.decide(answer.request_id, by="b", approve=True, reason="still wanted")
        assert done.overall_status is Status.COMPLETED_SUCCESS, done


async def test_a_protected_container_is_not_stopped(ask: Ask, make_container: Make, docker_cli: Cli) -> None:
    name = make_container("--label", "gateway.protected=true")
    answer = await ask(f"stop {name}")
    assert answer.overall_status is Status.DENIED
    assert error_code(answer) == "POLICY_DENIED"
    assert state(docker_cli, name) == "running"


async def test_a_shell_inside_a_container_is_denied(ask: Ask, make_container: Make) -> None:
    answer = await ask(f"docker exec {make_container()} sh -c 'touch /tmp/x'")
    assert answer.overall_status is Status.DENIED


async def test_the_same_key_runs_once(ask: Ask, make_container: Make, docker_cli: Cli) -> None:
    name = make_container()
    answers = await asyncio.gather(*(ask("restart it", name, idempotency_key="k-1") for _ in range(5)))
    assert len({answer.request_id for answer in answers}) == 1
    after = started_at(docker_cli, name)
    again = await ask("restart it", name, idempotency_key="k-1")
    assert again == answers[0]
    assert started_at(docker_cli, name) == after
    with pytest.raises(Conflict):
        await ask("stop it", name, idempotency_key="k-1")


async def test_a_typed_operation_needs_no_language(gateway: Gateway, make_container: Make, docker_cli: Cli) -> None:
    name = make_container()
    request = Request(
        source_id="script", intent="", operation="container.stop", arguments={"targets": [name], "grace": 0}
    )
    answer = await gateway.submit(request)
    assert answer.overall_status is Status.COMPLETED_SUCCESS, answer
    assert answer.plan is not None
    assert answer.plan.planner == "typed"
    assert state(docker_cli, name) == "exited"


@pytest.mark.parametrize(
    ("intent", "status", "code"),
    [
        ("order a pizza for the team", Status.CLARIFICATION_NEEDED, None),
        ("restart", Status.CLARIFICATION_NEEDED, None),
        ("docker ps; rm -rf /", Status.VALIDATION_ERROR, "INVALID_COMMAND"),
        ("docker -H tcp://1.2.3.4 ps", Status.VALIDATION_ERROR, "INVALID_COMMAND"),
        ("docker ps --colour", Status.VALIDATION_ERROR, "INVALID_COMMAND"),
        ("restart every unhealthy container on network nowhere-at-all", Status.CLARIFICATION_NEEDED, None),
    ],
)
async def test_what_cannot_be_done_is_refused_with_its_reason(
    ask: Ask, intent: str, status: Status, code: str | None
) -> None:
    answer = await ask(intent)
    assert answer.overall_status is status, answer
    assert answer.execution_details is None
    assert code is None or error_code(answer) == code


async def test_an_unknown_target_is_named_with_near_ones(ask: Ask, make_container: Make) -> None:
    name = make_container()
    answer = await ask("restart the service", f"{name}x")
    assert answer.overall_status is Status.VALIDATION_ERROR
    assert error_code(answer) == "UNKNOWN_SERVICE"
    assert answer.error_details is not None
    assert answer.error_details["error_message"].startswith(f"Unknown logical service name: {name}x")
    assert name in answer.error_details["candidates"]


async def test_a_request_nobody_made_is_not_found(gateway: Gateway) -> None:
    with pytest.raises(NotFound):
        await gateway.get("no-such-request")
    with pytest.raises(NotFound):
        await gateway.decide("no-such-request", by="x", approve=True, reason="y")
