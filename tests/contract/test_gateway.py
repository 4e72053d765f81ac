"""What every surface relies on: the fake that stands in for the gateway in unit tests keeps the gateway's promises."""

from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import pytest

from command_gateway.errors import Conflict, NotFound
from command_gateway.gateway import Gateway
from command_gateway.request import ENDS, Request, Status
from tests.acceptance.conftest import running
from tests.support.fake_gateway import FakeGateway


@pytest.fixture(params=["fake", "real"])
async def gateway(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Gateway]:
    if request.param == "fake":
        fake = FakeGateway()
        await fake.start()
        yield fake
        await fake.close()
    else:
        host = request.getfixturevalue("engine_host")
        async with running(host, tmp_path / "data") as real:
            yield real


def asked(intent: str = "docker ps", **more: str) -> Request:
    return Request(source_id="tester", intent=intent, **more)  # type: ignore[arg-type]


async def test_what_was_asked_can_be_read_back(gateway: Gateway) -> None:
    request = asked()
    answer = await gateway.submit(request)
    assert answer.request_id == request.request_id
    assert answer.overall_status in ENDS
    history = await gateway.get(request.request_id)
    assert history.answer == answer
    assert history.summary.status is answer.overall_status
    assert history.entries
    page = await gateway.history(source_id="tester")
    assert request.request_id in [each.request_id for each in page.requests]


async def test_a_request_that_nobody_made_is_not_found(gateway: Gateway) -> None:
    nobody = str(uuid4())
    with pytest.raises(NotFound):
        await gateway.get(nobody)
    with pytest.raises(NotFound):
        await gateway.decide(nobody, by="boss", approve=True, reason="go")
    with pytest.raises(NotFound):
        await gateway.cancel(nobody, by="boss", reason="no")


async def test_a_request_that_ended_waits_for_nobody(gateway: Gateway) -> None:
    answer = await gateway.submit(asked())
    with pytest.raises(Conflict):
        await gateway.decide(answer.request_id, by="boss", approve=True, reason="go")
    with pytest.raises(Conflict):
        await gateway.cancel(answer.request_id, by="boss", reason="no")


async def test_a_key_belongs_to_one_body(gateway: Gateway) -> None:
    first = await gateway.submit(asked(idempotency_key="k"))
    assert await gateway.submit(asked(idempotency_key="k")) == first
    with pytest.raises(Conflict):
        await gateway.submit(asked("docker ps --all", idempotency_key="k"))


async def test_an_unknown_name_is_an_answer_and_no_exception(gateway: Gateway) -> None:
    answer = await gateway.submit(asked("docker restart ghost"))
    assert answer.overall_status is Status.VALIDATION_ERROR
    assert answer.error_details is not None
    assert answer.error_details["error_code"] == "UNKNOWN_SERVICE"


async def test_it_says_how_it_is(gateway: Gateway) -> None:
    await gateway.targets()
    health = await gateway.health()
    assert set(health) == {"status", "timestamp", "version", "checks"}
    ready, checks = await gateway.ready()
    assert ready is all(state == "ok" for state in checks.values())
    assert (await gateway.audit()).whole
