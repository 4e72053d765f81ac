"""Whatever is thrown at the routes: no 500, and every answer as described."""

import asyncio
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from command_gateway.request import Request
from command_gateway.settings import read_settings
from command_gateway.surfaces.http import create_app
from command_gateway.surfaces.http.documented import describe
from tests.support.fake_gateway import FakeGateway

CHECKS = [content_type_conformance, response_schema_conformance, status_code_conformance]
ENDLESS = "/events"
HOST = {"Host": "localhost"}

gateway = FakeGateway()
waiting = asyncio.run(gateway.submit(Request("tester", "remove it")))  # so that nobody waits for that either
app = create_app(gateway, read_settings(_env_file=None))
schema = schemathesis.openapi.from_dict(describe(app))
schema.app = app
routes = [route for found in schema.get_all_operations() if (route := found.ok()).path != ENDLESS]
KNOWN = {"request_id": waiting.request_id, "name": "container.restart"}


@pytest.mark.parametrize("known", [False, True], ids=["anything", "what-there-is"])
@pytest.mark.parametrize("route", routes, ids=lambda each: each.label)
def test_every_route_keeps_to_its_description(route: Any, known: bool) -> None:
    if known and "{" not in route.path:
        pytest.skip("it names nothing")

    @settings(max_examples=25, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
    @given(case=route.as_strategy())
    def fuzzed(case: schemathesis.Case) -> None:
        if known:
            case.path_parameters.update({name: value for name, value in KNOWN.items() if f"{{{name}}}" in case.path})
        answered = case.call(headers=HOST)
        assert answered.status_code != 500
        case.validate_response(answered, checks=CHECKS)

    fuzzed()
