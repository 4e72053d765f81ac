"""What OpenAPI says of a route beyond its name: bodies, examples, errors."""

from typing import Any, Literal

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from command_gateway.surfaces.http.examples import PROBLEMS
from command_gateway.surfaces.http.models import CommandRequest, DecisionRequest, OperationRequest
from command_gateway.surfaces.http.problems import Problem
from command_gateway.surfaces.http.shapes import EventShown

Responses = dict[int | str, dict[str, Any]]

_REF = "#/components/schemas/{model}"
_BODIES = (CommandRequest, OperationRequest, DecisionRequest)
_ANSWERS = (Problem, EventShown)
_RETRY_AFTER = {"Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer"}}}
_DESCRIPTION = (
    "Says in plain language what should happen to containers, and gets it done: planned as typed Docker operations, "
    "decided by policy, run once, verified, recorded."
)
_KEY_PARAMETER = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "The same key with the same body within 24 h returns the first answer and executes nothing again.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 128, "pattern": "^[\\x21-\\x7e]+$"},
}


def errors(*codes: int) -> Responses:
    """The error answers of a route, with an example each."""
    return {code: _problem(code) for code in (*codes, 500)}


def answers(model: type[BaseModel], description: str, **examples: Any) -> dict[str, Any]:
    """One answer of a route; `examples` by name, as OpenAPI wants them."""
    return {"model": model, "description": description, "content": {"application/json": {"examples": examples}}}


def shown(model: type[BaseModel], description: str, example: Any) -> dict[str, Any]:
    """One answer of a route, with its only example."""
    return {"model": model, "description": description, "content": {"application/json": {"example": example}}}


def text(media_type: str, description: str, example: str) -> dict[str, Any]:
    """One answer of a route that is not JSON."""
    return {"description": description, "content": {media_type: {"schema": {"type": "string"}, "example": example}}}


def stream(description: str, example: str) -> dict[str, Any]:
    """An answer of server-sent events; the schema is that of one event, as OpenAPI 3.2 has it."""
    data = {
        "type": "string",
        "contentMediaType": "application/json",
        "contentSchema": {"$ref": _REF.format(model=EventShown.__name__)},
    }
    properties = {"event": {"type": "string"}, "data": data}
    schema = {"type": "object", "required": ["event", "data"], "properties": properties}
    return {"description": description, "content": {"text/event-stream": {"schema": schema, "example": example}}}


def takes(model: type[BaseModel], examples: dict[str, Any], *, idempotent: bool = False) -> dict[str, Any]:
    """The body that a route reads by itself, for `openapi_extra`."""
    schema = {"$ref": _REF.format(model=model.__name__)}
    body = {"required": True, "content": {"application/json": {"schema": schema, "examples": examples}}}
    return {"requestBody": body, **({"parameters": [_KEY_PARAMETER]} if idempotent else {})}


def describe(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document of the application."""
    document = get_openapi(title=app.title, version=app.version, description=_DESCRIPTION, routes=app.routes)
    wanted: list[tuple[type[BaseModel], Literal["validation", "serialization"]]] = [
        *((model, "validation") for model in _BODIES),
        *((model, "serialization") for model in _ANSWERS),
    ]
    _, found = models_json_schema(wanted, ref_template=_REF)
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    schemas.update(found["$defs"])
    # FastAPI documents a 422 of its own for every route with a parameter; ours has another shape.
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    return document


def _problem(code: int) -> dict[str, Any]:
    description, example = PROBLEMS[code]
    schema = {"$ref": _REF.format(model=Problem.__name__)}
    found = {"description": description, "content": {"application/json": {"schema": schema, "example": example}}}
    return {**found, "headers": _RETRY_AFTER} if code in (429, 503) else found
