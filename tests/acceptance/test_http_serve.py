"""`gateway serve`: how it starts, what it refuses to start with, how it stops; and the whole way to a real engine."""

import asyncio
import json
import os
import signal
import socket
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx2
import pytest

from tests.support.http_server import SOURCE, Finished, gateway_cli

Serve = Callable[..., Awaitable["Served"]]


class Served:
    """A gateway in a process of its own."""

    def __init__(self, process: Process, url: str) -> None:
        self.process = process
        self.url = url

    async def line(self) -> str:
        """The next line of its standard output."""
        assert self.process.stdout is not None
        return (await self.process.stdout.readline()).decode().strip()

    async def stop(self) -> int:
        """Stops it as a service manager would; its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return await self.process.wait()

    async def cli(self, *words: str, source: str = "tester") -> Finished:
        """Runs `gateway` against it."""
        return await gateway_cli(*words, GATEWAY_URL=self.url, GATEWAY_SOURCE_ID=source)


def environment(folder: Path, **more: str) -> dict[str, str]:
    kept = {"PATH": os.environ["PATH"], "PYTHONPATH": str(SOURCE)}
    return {**kept, "GATEWAY_DATA_DIR": str(folder), "API_PORT": "0", **more}


@pytest.fixture
async def serve(tmp_path: Path) -> AsyncIterator[Serve]:
    """Starts gateways, and ends those that still run after the test."""
    started: list[Process] = []

    async def serving(**settings: str) -> Served:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "command_gateway.surfaces.cli", "serve",
            cwd=tmp_path, env=environment(tmp_path / "data", **settings), stdout=PIPE,
        )  # fmt: skip
        started.append(process)
        assert process.stdout is not None
        line = (await process.stdout.readline()).decode()
        assert line.startswith("ready on http://"), line
        return Served(process, line.split()[-1])

    yield serving
    for process in started:
        if process.returncode is None:
            process.kill()
            await process.wait()


@pytest.fixture
async def served(serve: Serve, engine_host: str) -> Served:
    """A gateway on the real engine."""
    return await serve(DOCKER_HOST=engine_host)


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"API_HOST": "0.0.0.0"}, "without keys the gateway listens on this machine only"),
        ({"EXECUTION_STRATEGY": "ssh"}, "EXECUTION_STRATEGY=ssh"),
        ({"API_PORT": "none"}, "API_PORT"),
        ({"LOG_LEVEL": "LOUD"}, "LOG_LEVEL"),
        ({"GATEWAY_POLICY_DIR": "/nowhere"}, "/nowhere"),
        ({"GATEWAY_DATA_DIR": "/proc/nowhere"}, "/proc/nowhere"),
        ({"LEDGER_URL": "paper://"}, "LEDGER_URL"),
    ],
)
async def test_what_it_cannot_start_with_is_one_clear_line(tmp_path: Path, settings: dict[str, str], says: str) -> None:
    done = await gateway_cli("serve", **(environment(tmp_path) | settings))
    assert (done.code, done.stdout) == (2, "")
    assert says in done.stderr
    assert done.stderr.count("\n") == 1


async def test_a_port_that_is_taken_is_one_clear_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = await gateway_cli("serve", **environment(tmp_path, API_PORT=port))
    assert done.code == 2
    assert f"127.0.0.1:{port} cannot be listened on: Address already in use; set API_PORT" in done.stderr
    assert done.stderr.count("\n") == 1


async def test_the_first_request_to_try_is_shown_and_works(serve: Serve, engine_host: str) -> None:
    served = await serve(DOCKER_HOST=engine_host, GATEWAY_HINT="1")
    hint = await served.line()
    assert hint.startswith("try it from another terminal: curl")
    body = json.loads(hint.partition(" -d '")[2].rstrip("'"))
    async with httpx2.AsyncClient(base_url=served.url, timeout=30) as http:
        answered = (await http.post("/execute-docker-command", json=body)).json()
    assert answered["overall_status"] == "COMPLETED_SUCCESS"
    assert answered["execution_details"]["execution_result"]["stdout"].startswith("CONTAINER ID")


async def test_it_stops_in_peace_while_somebody_listens(served: Served) -> None:
    async with httpx2.AsyncClient(base_url=served.url, timeout=30) as http, http.stream("GET", "/events") as stream:
        lines = stream.aiter_lines()
        assert await anext(lines) == ": listening"
        assert await served.stop() == 0
        assert [line async for line in lines if line] == []


async def test_without_an_engine_it_serves_and_says_so(serve: Serve, tmp_path: Path) -> None:
    served = await serve(DOCKER_HOST=f"unix://{tmp_path}/none.sock")
    async with httpx2.AsyncClient(base_url=served.url, timeout=30) as http:
        health, ready = await http.get("/health"), await http.get("/ready")
        body = {"source_id": "tester", "action_request": {"intent": "docker ps"}}
        asked = await http.post("/execute-docker-command", json=body)
    assert (health.status_code, health.json()["status"], ready.status_code) == (200, "degraded", 503)
    assert asked.json()["error_details"]["error_code"] == "ENGINE_UNREACHABLE"


async def test_a_large_body_is_refused_on_the_wire(served: Served) -> None:
    async with httpx2.AsyncClient(base_url=served.url, timeout=30) as http:
        answered = await http.post("/execute-docker-command", content=b"x" * 10_000_000)
        assert (answered.status_code, answered.json()["error_details"]["error_code"]) == (413, "BODY_TOO_LARGE")
        assert "server" not in answered.headers
        assert (await http.get("/health")).status_code == 200


async def test_the_first_generation_restarts_a_container(served: Served, make_container: Callable[..., str]) -> None:
    name = make_container()
    body = {
        "source_agent_id": "old-agent",
        "target_resource": {"logical_name": name, "type": "service"},
        "action_request": {"intent_or_command_description": f"docker restart --time 0 {name}", "tags": ["x"]},
        "correlation": 7,
    }
    async with httpx2.AsyncClient(base_url=served.url, timeout=60) as http:
        answered = await http.post("/execute-docker-command", json=body)
    answer: dict[str, Any] = answered.json()
    assert (answered.status_code, answer["overall_status"]) == (200, "COMPLETED_SUCCESS")
    assert answer["execution_details"]["execution_result"]["stdout"] == f"{name}\n"
    assert answer["execution_details"]["steps"][0]["verification"]["outcome"] == "VERIFIED"


async def test_many_at_once_wait_for_another_person(served: Served, make_container: Callable[..., str]) -> None:
    names = [make_container(name=f"crowd-{uuid4().hex[:4]}") for _ in range(6)]
    asked = await served.cli("ask", f"docker pause {' '.join(names)}")
    assert asked.code == 5
    async with httpx2.AsyncClient(base_url=served.url, timeout=60) as http:
        waiting = (await http.get("/approvals", params={"wait": 30})).json()["approvals"]
    request_id = waiting[0]["summary"]["request_id"]
    own = await served.cli("approve", request_id, "--reason", "mine")
    assert own.code == 4
    other = await served.cli("approve", request_id, "--reason", "seen them", source="operator")
    assert (other.code, sorted(other.stdout.split())) == (0, sorted(names))
    listed = await served.cli("requests", "--status", "COMPLETED_SUCCESS", "--target", names[0])
    assert request_id in listed.stdout
    assert (await served.cli("audit", "verify")).code == 0


async def test_what_happens_is_heard_while_it_happens(served: Served, make_container: Callable[..., str]) -> None:
    name = make_container()
    stages: list[str] = []
    async with httpx2.AsyncClient(base_url=served.url, timeout=60) as http, http.stream("GET", "/events") as stream:
        lines = stream.aiter_lines()
        assert await anext(lines) == ": listening"
        asking = asyncio.create_task(served.cli("ask", f"docker pause {name}"))
        while "record" not in stages:
            line = await anext(lines)
            if line.startswith("event: "):
                stages.append(line.removeprefix("event: "))
        assert (await asking).code == 0
    assert stages == ["intent", "plan", "policy", "approval", "execution", "verification", "record"]


async def test_the_events_of_one_request_end_with_it(served: Served, make_container: Callable[..., str]) -> None:
    names = [make_container() for _ in range(6)]
    asked = json.loads((await served.cli("ask", f"docker pause {' '.join(names)}", "--json")).stdout)
    told: list[str] = []
    async with httpx2.AsyncClient(base_url=served.url, timeout=60) as http:
        async with http.stream("GET", f"/requests/{asked['request_id']}/events") as stream:
            async for line in stream.aiter_lines():
                if line.startswith("data: "):
                    told.append(json.loads(line.removeprefix("data: "))["status"])
                    if told == ["PENDING_APPROVAL"]:
                        rejected = await served.cli("reject", asked["request_id"], "--reason", "no", source="operator")
                        assert rejected.code == 4
        shown = (await http.get(f"/requests/{asked['request_id']}")).json()
    assert told == ["PENDING_APPROVAL", "REJECTED"]
    assert shown["answer"]["approval"]["decided_by"] == "operator"


async def test_what_was_asked_is_counted(served: Served) -> None:
    await served.cli("ask", "docker ps")
    await served.cli("ask", "docker ps | sh")
    async with httpx2.AsyncClient(base_url=served.url, timeout=30) as http:
        shown = (await http.get("/metrics")).text
    for line in (
        'gateway_requests_total{source_id="tester",status="COMPLETED_SUCCESS"} 1.0',
        'gateway_requests_total{source_id="tester",status="VALIDATION_ERROR"} 1.0',
        'gateway_command_generation_total{status="success"} 1.0',
        'gateway_command_execution_total{command_type="ps",status="SUCCESS"} 1.0',
        'gateway_planner_total{planner="cli_syntax",result="proposed"} 1.0',
        'gateway_planner_total{planner="cli_syntax",result="failed"} 1.0',
        'gateway_policy_decisions_total{effect="READ",outcome="ALLOW"} 1.0',
        "gateway_active_requests 0.0",
    ):
        assert line in shown


@pytest.mark.parametrize(
    ("intent", "status", "code"),
    [
        ("docker restart none-such", "VALIDATION_ERROR", "UNKNOWN_SERVICE"),
        ("docker ps; rm -rf /", "VALIDATION_ERROR", "INVALID_COMMAND"),
        ("docker -H tcp://elsewhere ps", "VALIDATION_ERROR", "INVALID_COMMAND"),
        ("what is the meaning of it all", "CLARIFICATION_NEEDED", "NOT_UNDERSTOOD"),
    ],
)
async def test_bad_requests_say_what_would_be_right(served: Served, intent: str, status: str, code: str) -> None:
    body = {"source_id": "tester", "action_request": {"intent": intent}}
    async with httpx2.AsyncClient(base_url=served.url, timeout=30) as http:
        answered = await http.post("/execute-docker-command", json=body)
    answer = answered.json()
    assert (answered.status_code, answer["overall_status"]) == (200, status)
    assert answer["error_details"]["error_code"] == code
    assert answer["error_details"]["error_message"]
    assert answer["execution_details"] is None
