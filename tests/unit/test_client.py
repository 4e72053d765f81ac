"""The published client: what it sends, what it tries again, and what it says when there is no answer."""

import json
from collections.abc import Callable
from typing import Any

import httpx2
import pytest

from command_gateway.client import GatewayClient, Refused, Unanswered, Unreachable
from command_gateway.request import Status

DONE = {
    "request_id": "one",
    "overall_status": "COMPLETED_SUCCESS",
    "execution_details": {
        "command": "docker ps",
        "execution_result": {"stdout": "box\n", "stderr": "", "exit_code": 0},
    },
    "decision": None,
    "error_details": None,
}

Handler = Callable[[httpx2.Request], httpx2.Response]


class Script:
    """Answers one request after the other; an exception is raised instead."""

    def __init__(self, *answers: Any) -> None:
        self._answers = list(answers)
        self.seen: list[httpx2.Request] = []

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.seen.append(request)
        answer = self._answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer  # type: ignore[no-any-return]

    @property
    def bodies(self) -> list[Any]:
        return [json.loads(each.content) for each in self.seen]


def client(handler: Handler, **more: Any) -> GatewayClient:
    return GatewayClient("http://gw.test", source_id="tester", transport=httpx2.MockTransport(handler), **more)


def refusal(code: int, error: str, **headers: str) -> httpx2.Response:
    body = {"overall_status": "VALIDATION_ERROR", "error_details": {"error_code": error, "error_message": "no"}}
    return httpx2.Response(code, json=body, headers=headers)


async def test_a_submission_says_all_that_was_asked() -> None:
    script = Script(httpx2.Response(200, json=DONE))
    async with client(script) as gateway:
        reply = await gateway.submit("restart it", target="box", context="slow", priority="HIGH", dry_run=True)
    assert script.bodies == [
        {
            "source_id": "tester",
            "action_request": {"intent": "restart it", "context": "slow", "priority": "HIGH"},
            "dry_run": True,
            "target_resource": {"name": "box", "engine": None},
        }
    ]
    assert (reply.status, reply.stdout, reply.command) == (Status.COMPLETED_SUCCESS, "box\n", "docker ps")
    assert reply.ended
    assert reply.succeeded


async def test_a_lost_connection_is_tried_again_under_the_same_key() -> None:
    script = Script(httpx2.ConnectError("refused"), httpx2.ReadError("reset"), httpx2.Response(200, json=DONE))
    async with client(script) as gateway:
        await gateway.operate("container.restart", {"targets": ["box"]})
    assert len({each.headers["idempotency-key"] for each in script.seen}) == 1
    assert [each.url.path for each in script.seen] == ["/operations/container.restart"] * 3


async def test_a_503_is_tried_again_when_it_says() -> None:
    script = Script(refusal(503, "RATE_LIMITED", **{"Retry-After": "0"}), httpx2.Response(202, json=DONE))
    async with client(script) as gateway:
        assert (await gateway.submit("list")).request_id == "one"


async def test_it_gives_up_in_the_end() -> None:
    script = Script(*[httpx2.ConnectError("refused")] * 2)
    async with client(script, attempts=2) as gateway:
        with pytest.raises(Unreachable, match=r"no gateway answers at http://gw\.test"):
            await gateway.submit("list")


async def test_an_answer_that_does_not_come_is_not_asked_for_again() -> None:
    script = Script(httpx2.ReadTimeout("late"))
    async with client(script) as gateway:
        with pytest.raises(Unanswered):
            await gateway.submit("restart it")
    assert len(script.seen) == 1


async def test_a_decision_is_never_repeated() -> None:
    script = Script(httpx2.ReadError("reset"))
    async with client(script) as gateway:
        with pytest.raises(Unreachable):
            await gateway.approve("one", reason="seen it")
    assert script.bodies == [{"source_id": "tester", "reason": "seen it"}]


async def test_a_refusal_carries_its_code_and_details() -> None:
    async with client(Script(refusal(404, "NOT_FOUND"))) as gateway:
        with pytest.raises(Refused, match="no") as refused:
            await gateway.get("a/b")
    assert (refused.value.http_status, refused.value.code) == (404, "NOT_FOUND")


async def test_ids_cannot_leave_their_place_in_the_path() -> None:
    script = Script(httpx2.Response(200, json={"summary": {}}))
    async with client(script) as gateway:
        await gateway.get("../metrics")
    assert script.seen[0].url.raw_path == b"/requests/..%2Fmetrics"


async def test_what_is_not_a_gateway_is_said_so() -> None:
    async with client(Script(httpx2.Response(200, text="<html>"))) as gateway:
        with pytest.raises(Refused, match="is that a gateway"):
            await gateway.audit()


async def test_waiting_ends_with_the_request() -> None:
    runs = {"summary": {"status": "RUNNING"}, "answer": None}
    ended = {"summary": {"status": "COMPLETED_SUCCESS"}, "answer": DONE}
    script = Script(httpx2.Response(200, json=runs), httpx2.Response(200, json=ended))
    async with client(script) as gateway:
        assert (await gateway.wait("one")).succeeded


async def test_filters_that_are_not_given_are_not_sent() -> None:
    script = Script(httpx2.Response(200, json={"requests": [], "following": None}))
    async with client(script) as gateway:
        await gateway.requests(status=Status.DENIED, limit=5, target=None)
    assert script.seen[0].url.query == b"status=DENIED&limit=5"


async def test_an_unhealthy_gateway_is_an_answer() -> None:
    async with client(Script(httpx2.Response(503, json={"status": "unhealthy"}))) as gateway:
        assert (await gateway.health())["status"] == "unhealthy"
