"""POST /execute-docker-command: what is taken in, what is refused, and how it is answered."""

import json
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest

from command_gateway.request import Priority
from tests.support.fake_gateway import FakeGateway

PATH = "/execute-docker-command"


def asking(intent: str, **more: Any) -> dict[str, Any]:
    return {"source_id": "tester", "action_request": {"intent": intent}, **more}


def doing(action: dict[str, Any]) -> dict[str, Any]:
    return {"source_id": "tester", "action_request": action}


async def test_answers_in_the_shape_of_the_contract(http: httpx2.AsyncClient) -> None:
    answered = await http.post(PATH, json=asking("list"))
    assert answered.status_code == 200
    body = answered.json()
    assert body["overall_status"] == "COMPLETED_SUCCESS"
    assert body["execution_details"]["execution_result"]["stdout"].startswith("CONTAINER ID")
    assert set(body) == {
        "request_id", "timestamp_processed_utc", "overall_status", "execution_details", "plan", "decision", "undo",
        "approval", "error_details",
    }  # fmt: skip


async def test_hands_over_everything_that_was_asked(http: httpx2.AsyncClient, gateway: FakeGateway) -> None:
    body = {
        "source_id": " agent ",
        "target_resource": {"name": "box", "engine": "local"},
        "action_request": {"intent": "  list\n", "context": "line\nline", "priority": "URGENT"},
        "dry_run": True,
    }
    await http.post(PATH, json=body, headers={"Idempotency-Key": "key-1"})
    asked = gateway.asked[0]
    assert (asked.source_id, asked.intent, asked.target_name, asked.engine) == ("agent", "list", "box", "local")
    assert (asked.context, asked.priority, asked.dry_run, asked.idempotency_key) == (
        "line\nline",
        Priority.URGENT,
        True,
        "key-1",
    )


async def test_the_first_generation_is_understood(http: httpx2.AsyncClient, gateway: FakeGateway) -> None:
    body = {
        "source_agent_id": "old-agent",
        "target_resource": {"logical_name": "box", "kind": "service"},
        "action_request": {"intent_or_command_description": "list", "urgency": 3},
        "trace": {"id": 1},
    }
    assert (await http.post(PATH, json=body)).status_code == 200
    asked = gateway.asked[0]
    assert (asked.source_id, asked.target_name, asked.intent) == ("old-agent", "box", "list")


@pytest.mark.parametrize("absent", [{}, {"target_resource": None}, {"target_resource": {"name": None}}])
async def test_the_target_may_be_left_out(
    http: httpx2.AsyncClient, gateway: FakeGateway, absent: dict[str, Any]
) -> None:
    assert (await http.post(PATH, json=asking("list", **absent))).status_code == 200
    assert gateway.asked[0].target_name is None


async def test_waiting_for_a_person_is_202(http: httpx2.AsyncClient) -> None:
    answered = await http.post(PATH, json=asking("remove it"))
    assert (answered.status_code, answered.json()["overall_status"]) == (202, "PENDING_APPROVAL")


@pytest.mark.parametrize(
    ("intent", "status", "code"),
    [
        ("which", "CLARIFICATION_NEEDED", "AMBIGUOUS_INTENT"),
        ("mumble", "CLARIFICATION_NEEDED", "NOT_UNDERSTOOD"),
        ("ghost", "VALIDATION_ERROR", "UNKNOWN_SERVICE"),
        ("forbidden", "DENIED", "POLICY_DENIED"),
        ("unreachable", "EXECUTION_ERROR", "ENGINE_UNREACHABLE"),
    ],
)
async def test_what_was_decided_is_200(http: httpx2.AsyncClient, intent: str, status: str, code: str) -> None:
    answered = await http.post(PATH, json=asking(intent))
    assert answered.status_code == 200
    assert answered.json()["overall_status"] == status
    assert answered.json()["error_details"]["error_code"] == code


@pytest.mark.parametrize(
    ("body", "field", "says"),
    [
        ({"action_request": {"intent": "x"}}, "source_id", "who asks"),
        ({"source_id": 7, "action_request": {"intent": "x"}}, "source_id", "visible characters"),
        ({"source_id": "", "action_request": {"intent": "x"}}, "source_id", "1 to 128"),
        ({"source_id": "a" * 129, "action_request": {"intent": "x"}}, "source_id", "1 to 128"),
        ({"source_id": "a\x00b", "action_request": {"intent": "x"}}, "source_id", "cannot be seen"),
        ({"source_id": "a\u200bb", "action_request": {"intent": "x"}}, "source_id", "cannot be seen"),
        ({"source_id": "a"}, "action_request", "such as"),
        ({"source_id": "a", "action_request": "restart"}, "action_request", "such as"),
        ({"source_id": "a", "action_request": {}}, "action_request.intent", "1 to 4000"),
        (doing({"intent": " \n "}), "action_request.intent", "1 to 4000"),
        (doing({"intent": ["x"]}), "action_request.intent", "plain text"),
        (doing({"intent": "x" * 4001}), "action_request.intent", "1 to 4000"),
        (doing({"intent": "stop\x00web"}), "action_request.intent", "control character"),
        (doing({"intent": "stop \x1b[31mweb"}), "action_request.intent", "control character"),
        (doing({"intent": "x", "context": "y" * 16_001}), "action_request.context", "16000"),
        (doing({"intent": "x", "context": "\x07"}), "action_request.context", "control"),
        (doing({"intent": "x", "priority": "SOON"}), "action_request.priority", "LOW, NORMAL, HIGH, URGENT"),
        (asking("x", dry_run="no"), "dry_run", "true or false"),
        (asking("x", dry_run=None), "dry_run", "true or false"),
        (asking("x", target_resource="web"), "target_resource", "such as"),
        (asking("x", target_resource={"name": 1}), "target_resource.name", "visible"),
        (asking("x", target_resource={"name": ""}), "target_resource.name", "visible"),
        ([1, 2], "body", "JSON object"),
        ("text", "body", "JSON object"),
    ],
)  # fmt: skip
async def test_a_malformed_body_names_the_field_and_what_would_be_right(
    http: httpx2.AsyncClient, gateway: FakeGateway, body: Any, field: str, says: str
) -> None:
    answered = await http.post(PATH, json=body)
    refused = answered.json()
    assert answered.status_code == 422
    assert refused["overall_status"] == "VALIDATION_ERROR"
    assert refused["error_details"]["error_code"] == "INVALID_REQUEST"
    assert refused["error_details"]["field"] == field
    assert field in refused["error_details"]["error_message"] or field == "body"
    assert says in refused["error_details"]["error_message"]
    assert gateway.asked == []


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"{",
        b"restart the service",
        b'{"source_id": "a\xff", "action_request": {"intent": "x"}}',
        b'{"source_id": "\\ud800", "action_request": {"intent": "x"}}',
        b'\xef\xbb\xbf{"source_id": "a", "action_request": {"intent": "x"}}',
        b'{"source_id": "a", "action_request": {"intent": "x"}, "z": ' + b"[" * 50_000 + b"]" * 50_000 + b"}",
        b'{"source_id": "a", "action_request": {"intent": "x"}, "z": ' + b"9" * 9_000 + b"}",
    ],
    ids=["empty", "cut", "text", "not-utf-8", "lone-surrogate", "byte-order-mark", "deep", "huge-number"],
)
async def test_what_is_not_json_is_422(http: httpx2.AsyncClient, gateway: FakeGateway, text: bytes) -> None:
    answered = await http.post(PATH, content=text)
    assert answered.status_code == 422
    assert "must be JSON" in answered.json()["error_details"]["error_message"]
    assert gateway.asked == []


async def test_the_content_type_does_not_matter(http: httpx2.AsyncClient) -> None:
    for kind in ("text/plain", "application/x-www-form-urlencoded", "application/json; charset=utf-8"):
        answered = await http.post(PATH, content=json.dumps(asking("list")), headers={"Content-Type": kind})
        assert answered.status_code == 200


async def test_a_body_that_is_too_large_is_not_read(http: httpx2.AsyncClient, gateway: FakeGateway) -> None:
    answered = await http.post(PATH, json=asking("list", padding="x" * 10_000_000))
    assert answered.status_code == 413
    assert answered.json()["error_details"]["error_code"] == "BODY_TOO_LARGE"
    assert gateway.asked == []


async def test_a_body_of_unknown_length_is_read_no_further_than_the_limit(http: httpx2.AsyncClient) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while sent < 100_000_000:
            sent += 65_536
            yield b" " * 65_536

    assert (await http.post(PATH, content=endless())).status_code == 413
    assert sent < 40_000_000


async def test_the_same_key_gets_the_first_answer(http: httpx2.AsyncClient, gateway: FakeGateway) -> None:
    headers = {"Idempotency-Key": "once"}
    first = await http.post(PATH, json=asking("list"), headers=headers)
    again = await http.post(PATH, json=asking("list"), headers=headers)
    other = await http.post(PATH, json=asking("list all"), headers=headers)
    assert first.json() == again.json()
    assert len(gateway.asked) == 1
    assert (other.status_code, other.json()["error_details"]["error_code"]) == (409, "CONFLICT")


@pytest.mark.parametrize("key", ["", "a" * 129, "with space"])
async def test_an_unusable_key_is_422(http: httpx2.AsyncClient, gateway: FakeGateway, key: str) -> None:
    answered = await http.post(PATH, json=asking("list"), headers={"Idempotency-Key": key})
    assert (answered.status_code, answered.json()["error_details"]["field"]) == (422, "Idempotency-Key")
    assert gateway.asked == []


async def test_too_much_at_once_says_when_to_come_back(http: httpx2.AsyncClient) -> None:
    answered = await http.post(PATH, json=asking("busy"))
    assert (answered.status_code, answered.headers["retry-after"]) == (503, "7")
    assert answered.json()["error_details"]["retry_after_seconds"] == 7


@pytest.mark.parametrize("intent", ["no ledger", "unrecorded"])
async def test_without_a_ledger_it_is_503(http: httpx2.AsyncClient, intent: str) -> None:
    answered = await http.post(PATH, json=asking(intent))
    assert answered.status_code == 503
    assert answered.json()["error_details"]["error_code"] == "LEDGER_UNAVAILABLE"
    assert "retry-after" in answered.headers


async def test_a_fault_tells_nothing_but_an_incident(http: httpx2.AsyncClient) -> None:
    answered = await http.post(PATH, json=asking("boom"))
    told = answered.json()
    assert answered.status_code == 500
    assert told["overall_status"] == "INTERNAL_ERROR"
    assert told["error_details"]["error_code"] == "GATEWAY_ERROR"
    assert told["error_details"]["incident_id"]
    assert "trade" not in answered.text
    assert "Traceback" not in answered.text
