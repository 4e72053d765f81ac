"""The description that clients are written from: complete, unchanged by accident, and true."""

import json
import re
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI

from command_gateway.answer import Answer
from command_gateway.surfaces.http import examples, models, shapes
from command_gateway.surfaces.http.documented import describe
from command_gateway.surfaces.http.problems import Problem
from tests.support.golden import check

OPERATIONS = ("get", "post")


@pytest.fixture
def description(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document."""
    return describe(app)


def test_it_is_what_it_was(description: dict[str, Any]) -> None:
    check("openapi.json", json.dumps(description, indent=1, sort_keys=True) + "\n")


async def test_it_is_served(http: httpx2.AsyncClient, description: dict[str, Any]) -> None:
    assert (await http.get("/openapi.json")).json() == json.loads(json.dumps(description))


def test_every_reference_leads_somewhere(description: dict[str, Any]) -> None:
    references = set(re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(description)))
    assert references <= set(description["components"]["schemas"])


def test_every_route_shows_examples_of_its_body_and_answers(description: dict[str, Any]) -> None:
    for path, methods in description["paths"].items():
        for method, operation in methods.items():
            contents = [(path, method, code, answer) for code, answer in operation["responses"].items()]
            if "requestBody" in operation:
                contents.append((path, method, "body", operation["requestBody"]))
            bare = [where for *where, each in contents if not _has_example(each["content"])]
            assert bare == []


@pytest.mark.parametrize(
    ("shape", "example"),
    [
        (Answer, examples.DONE),
        (Answer, examples.WAITS),
        (Answer, examples.ASKED_BACK),
        (Answer, examples.UNKNOWN_SERVICE),
        (shapes.RequestPage, examples.REQUESTS),
        (shapes.RequestHistory, examples.HISTORY),
        (shapes.Approvals, examples.APPROVALS),
        (shapes.OperationsShown, examples.OPERATIONS),
        (shapes.TargetsShown, examples.TARGETS),
        (shapes.AuditShown, examples.AUDIT),
        (shapes.HealthShown, examples.HEALTH),
        (shapes.ReadyShown, examples.READY),
        *[(models.CommandRequest, each["value"]) for each in examples.COMMAND_REQUESTS.values()],
        *[(models.OperationRequest, each["value"]) for each in examples.OPERATION_REQUESTS.values()],
        *[(models.DecisionRequest, each["value"]) for each in examples.DECISION_REQUESTS.values()],
        *[(Problem, example) for _, example in examples.PROBLEMS.values()],
    ],
)
def test_an_example_has_the_shape_that_it_is_an_example_of(shape: Any, example: dict[str, Any]) -> None:
    shape.model_validate(example)


async def test_the_page_loads_nothing_from_elsewhere(http: httpx2.AsyncClient) -> None:
    answered = await http.get("/docs")
    assert answered.headers["content-type"].startswith("text/html")
    assert "default-src 'none'" in answered.headers["content-security-policy"]
    assert not re.search(r"(?:src|href)\s*=\s*[\"']?(?:https?:)?//", answered.text)
    assert "unsafe" not in answered.headers["content-security-policy"]


def _has_example(content: dict[str, Any]) -> bool:
    return all("example" in each or each.get("examples") for each in content.values())
