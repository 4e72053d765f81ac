"""What can be looked up: requests, operations, targets, the audit, the gateway's own state."""

from typing import Any

import httpx2
import pytest

from tests.support.fake_gateway import FakeGateway

PATH = "/execute-docker-command"


async def asked(http: httpx2.AsyncClient, intent: str, source: str = "tester") -> str:
    body = {"source_id": source, "action_request": {"intent": intent}}
    request_id: str = (await http.post(PATH, json=body)).json()["request_id"]
    return request_id


async def test_requests_are_listed_by_what_is_asked_for(http: httpx2.AsyncClient) -> None:
    await asked(http, "list", "one")
    second = await asked(http, "remove", "two")
    found = (
        await http.get("/requests", params={"source": "two", "status": "PENDING_APPROVAL", "effect": "DESTROY"})
    ).json()
    assert [each["request_id"] for each in found["requests"]] == [second]
    assert found["following"] is None
    assert "idempotency_key" not in found["requests"][0]
    assert (await http.get("/requests", params={"limit": 1})).json()["following"] == "older"


@pytest.mark.parametrize(
    ("filters", "field"),
    [
        ({"status": "DONE"}, "status"),
        ({"effect": "BOOM"}, "effect"),
        ({"limit": "0"}, "limit"),
        ({"limit": "many"}, "limit"),
        ({"since": "yesterday"}, "since"),
        ({"source": "a\x00b"}, "source"),
        ({"after": "a b"}, "after"),
    ],
)
async def test_a_filter_that_cannot_be_is_422(http: httpx2.AsyncClient, filters: dict[str, str], field: str) -> None:
    answered = await http.get("/requests", params=filters)
    assert (answered.status_code, answered.json()["error_details"]["field"]) == (422, field)


async def test_one_request_is_shown_whole(http: httpx2.AsyncClient) -> None:
    request_id = await asked(http, "list")
    found = (await http.get(f"/requests/{request_id}")).json()
    assert found["summary"]["intent"] == "list"
    assert found["answer"]["overall_status"] == "COMPLETED_SUCCESS"
    assert found["entries"][0]["kind"] == "ended"
    assert (await http.get("/requests/none-such")).status_code == 404


@pytest.mark.parametrize(
    ("decision", "status"), [("approve", "COMPLETED_SUCCESS"), ("reject", "REJECTED"), ("cancel", "CANCELLED")]
)
async def test_a_person_decides(http: httpx2.AsyncClient, decision: str, status: str) -> None:
    request_id = await asked(http, "remove")
    body = {"source_id": "operator", "reason": "seen it"}
    answered = await http.post(f"/requests/{request_id}/{decision}", json=body)
    assert (answered.status_code, answered.json()["overall_status"]) == (200, status)
    assert answered.json()["approval"]["decided_by"] == "operator"
    assert (await http.post(f"/requests/{request_id}/{decision}", json=body)).status_code == 409
    assert (await http.post(f"/requests/none-such/{decision}", json=body)).status_code == 404


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"source_id": "operator"}, "reason"),
        ({"source_id": "operator", "reason": "  "}, "reason"),
        ({"reason": "seen it"}, "source_id"),
        ({"source_id": "operator", "reason": "seen it", "force": True}, "force"),
    ],
)
async def test_a_decision_needs_a_name_and_a_reason(http: httpx2.AsyncClient, body: dict[str, Any], field: str) -> None:
    request_id = await asked(http, "remove")
    answered = await http.post(f"/requests/{request_id}/approve", json=body)
    assert (answered.status_code, answered.json()["error_details"]["field"]) == (422, field)


async def test_what_waits_carries_all_that_a_person_needs(http: httpx2.AsyncClient) -> None:
    assert (await http.get("/approvals")).json() == {"approvals": []}
    request_id = await asked(http, "remove")
    found = (await http.get("/approvals")).json()["approvals"]
    assert found[0]["summary"]["request_id"] == request_id
    assert found[0]["answer"]["approval"]["state"] == "waiting"


async def test_operations_come_with_their_schemas(http: httpx2.AsyncClient) -> None:
    found = (await http.get("/operations")).json()["operations"]
    assert found[0]["name"] == "container.restart"
    assert found[0]["effect"] == "OPERATE"
    assert found[0]["cli"] == ["docker restart", "docker container restart"]
    assert set(found[0]["parameters"]["properties"]) == {"grace", "targets"}


async def test_a_typed_operation_is_handed_over(http: httpx2.AsyncClient, gateway: FakeGateway) -> None:
    body = {"source_id": "tester", "arguments": {"targets": ["box"], "grace": 3}, "priority": "LOW"}
    answered = await http.post("/operations/container.restart", json=body, headers={"Idempotency-Key": "k"})
    assert answered.json()["overall_status"] == "COMPLETED_SUCCESS"
    assert (gateway.asked[0].operation, gateway.asked[0].idempotency_key) == ("container.restart", "k")
    assert gateway.asked[0].arguments == {"targets": ["box"], "grace": 3}


async def test_a_target_beside_the_arguments_becomes_one_of_them(
    http: httpx2.AsyncClient, gateway: FakeGateway
) -> None:
    body = {"source_id": "tester", "target_resource": {"name": "box"}, "dry_run": True}
    await http.post("/operations/container.restart", json=body)
    assert gateway.asked[0].arguments == {"targets": ["box"]}
    assert gateway.asked[0].dry_run


async def test_an_unknown_operation_or_field_is_refused(http: httpx2.AsyncClient, gateway: FakeGateway) -> None:
    unknown = await http.post("/operations/pod.restart", json={"source_id": "tester"})
    assert (unknown.status_code, unknown.json()["error_details"]["candidates"]) == (404, ["container.restart"])
    typo = await http.post("/operations/container.restart", json={"source_id": "tester", "dryrun": True})
    assert (typo.status_code, typo.json()["error_details"]["field"]) == (422, "dryrun")
    assert gateway.asked == []


async def test_targets_are_shown_without_secrets(http: httpx2.AsyncClient) -> None:
    found = (await http.get("/targets")).json()
    assert (found["engine"], found["mappings"]) == ("local", {"the-box": "box"})
    assert [each["name"] for each in found["objects"]] == ["box", "box:1"]
    assert found["objects"][0]["labels"]["tier"] == "model"
    assert "hunter2hunter2" not in str(found)
    assert len((await http.get("/targets", params={"kind": "image"})).json()["objects"]) == 1


async def test_an_engine_that_is_away_is_503(http: httpx2.AsyncClient, gateway: FakeGateway) -> None:
    gateway.status = "degraded"
    answered = await http.get("/targets")
    assert (answered.status_code, answered.json()["error_details"]["error_code"]) == (503, "ENGINE_UNREACHABLE")
    assert (await http.get("/health")).status_code == 200
    assert (await http.get("/ready")).status_code == 503


async def test_health_readiness_and_audit(http: httpx2.AsyncClient, gateway: FakeGateway) -> None:
    assert (await http.get("/ready")).json()["ready"] is True
    assert (await http.get("/audit/verify")).json()["whole"] is True
    gateway.whole, gateway.status = False, "unhealthy"
    assert "entry 3" in (await http.get("/audit/verify")).json()["problems"][0]
    assert (await http.get("/health")).status_code == 503


async def test_metrics_are_prometheus_text(http: httpx2.AsyncClient, gateway: FakeGateway) -> None:
    gateway.metrics.observe_request("tester", "COMPLETED_SUCCESS", 0.1)
    answered = await http.get("/metrics")
    assert answered.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert 'gateway_requests_total{source_id="tester",status="COMPLETED_SUCCESS"} 1.0' in answered.text
