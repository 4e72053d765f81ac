"""Streams and long polls over a real connection."""

import asyncio
import json
from collections.abc import AsyncIterator

import httpx2
import pytest

from command_gateway.client import GatewayClient, Reply
from command_gateway.request import Request, Status
from command_gateway.surfaces.http.routes import events as event_routes
from tests.support.fake_gateway import FakeGateway
from tests.support.http_server import listening


@pytest.fixture
def fake() -> FakeGateway:
    """A gateway that answers by keyword."""
    return FakeGateway()


@pytest.fixture
async def url(fake: FakeGateway) -> AsyncIterator[str]:
    """Where the fake gateway listens."""
    async with listening(fake) as found:
        yield found


@pytest.fixture
async def http(url: str) -> AsyncIterator[httpx2.AsyncClient]:
    """Speaks to it over the network."""
    async with httpx2.AsyncClient(base_url=url, timeout=30) as client:
        yield client


async def test_the_events_of_one_request_end_with_it(fake: FakeGateway, http: httpx2.AsyncClient) -> None:
    waiting = await fake.submit(Request("tester", "remove it"))
    told: list[str] = []
    async with http.stream("GET", f"/requests/{waiting.request_id}/events") as answered:
        assert answered.headers["content-type"].startswith("text/event-stream")
        async for line in answered.aiter_lines():
            if line.startswith("data: "):
                told.append(json.loads(line.removeprefix("data: "))["status"])
                if told == ["PENDING_APPROVAL"]:
                    fake.tell("another", "plan", "RUNNING")
                    fake.tell(waiting.request_id, "execution", "RUNNING")
                    await fake.decide(waiting.request_id, by="operator", approve=True, reason="seen it")
    assert told == ["PENDING_APPROVAL", "RUNNING", "COMPLETED_SUCCESS"]


async def test_the_events_of_an_ended_request_are_its_end(fake: FakeGateway, http: httpx2.AsyncClient) -> None:
    done = await fake.submit(Request("tester", "list"))
    answered = await http.get(f"/requests/{done.request_id}/events")
    assert answered.text.count("data: ") == 1
    assert "COMPLETED_SUCCESS" in answered.text


async def test_the_events_of_an_unknown_request_are_404(http: httpx2.AsyncClient) -> None:
    assert (await http.get("/requests/none-such/events")).status_code == 404


async def test_all_events_reach_whoever_listens(fake: FakeGateway, http: httpx2.AsyncClient) -> None:
    async with http.stream("GET", "/events") as answered:
        lines = answered.aiter_lines()
        assert await anext(lines) == ": listening"
        fake.tell("one", "plan", "RUNNING")
        fake.tell("two", "record", "DENIED")
        found = [line async for line in _first(lines, 6)]
    assert [line for line in found if line.startswith("event: ")] == ["event: plan", "event: record"]


async def test_silence_is_filled_with_heartbeats(http: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(event_routes, "HEARTBEAT_SECONDS", 0.01)
    async with http.stream("GET", "/events") as answered:
        found = [line async for line in _first(answered.aiter_lines(), 5)]
    assert ": heartbeat" in found


async def test_a_stop_ends_the_streams(fake: FakeGateway) -> None:
    async with httpx2.AsyncClient(timeout=30) as http:
        async with listening(fake) as url:
            reading = asyncio.create_task(http.get(f"{url}/events"))
            await fake.until(lambda: fake.listeners == 1)
        assert (await reading).text.startswith(": listening")


async def test_a_long_poll_answers_as_soon_as_something_waits(fake: FakeGateway, http: httpx2.AsyncClient) -> None:
    polling = asyncio.create_task(http.get("/approvals", params={"wait": 60}))
    await fake.until(lambda: fake.listeners == 1)
    waiting = await fake.submit(Request("tester", "remove it"))
    found = (await polling).json()["approvals"]
    assert [each["summary"]["request_id"] for each in found] == [waiting.request_id]


async def test_a_long_poll_gives_up_in_time(http: httpx2.AsyncClient) -> None:
    assert (await http.get("/approvals", params={"wait": 0.01})).json() == {"approvals": []}


async def test_a_client_that_leaves_gives_up_its_seat(fake: FakeGateway, http: httpx2.AsyncClient) -> None:
    async with http.stream("GET", "/events") as answered:
        await anext(answered.aiter_lines())
        assert fake.listeners == 1
    await fake.until(lambda: fake.listeners == 0)


async def test_health_answers_while_others_take_long(fake: FakeGateway, http: httpx2.AsyncClient) -> None:
    body = {"source_id": "tester", "action_request": {"intent": "slow list"}}
    slow = [asyncio.create_task(http.post("/execute-docker-command", json=body)) for _ in range(50)]
    await fake.until(lambda: len(fake.asked) == len(slow))
    assert (await http.get("/health")).status_code == 200
    assert not any(each.done() for each in slow)
    fake.blocked.set()
    assert {(await each).status_code for each in slow} == {200}


async def test_the_client_hears_and_waits(fake: FakeGateway, url: str) -> None:
    async with GatewayClient(url, source_id="tester") as client:
        reply = await client.submit("remove it")
        heard: list[str] = []

        async def hear() -> None:
            async for event in client.events(reply.request_id):
                heard.append(event["status"])
                if event["status"] == "PENDING_APPROVAL":
                    await client.reject(reply.request_id, reason="still needed")

        await hear()
        ended: Reply = await client.wait(reply.request_id)
    assert heard == ["PENDING_APPROVAL", "REJECTED"]
    assert ended.status is Status.REJECTED


async def _first(lines: AsyncIterator[str], count: int) -> AsyncIterator[str]:
    for _ in range(count):
        yield await anext(lines)
