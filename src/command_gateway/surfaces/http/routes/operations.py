"""The catalogue, and typed operations without language."""

import asyncio
import inspect
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from command_gateway.answer import Answer
from command_gateway.catalogue import Catalogue
from command_gateway.operation import Operation, parameters
from command_gateway.request import Request
from command_gateway.surfaces.http.access import gateway_of
from command_gateway.surfaces.http.answering import answered
from command_gateway.surfaces.http.documented import answers, errors, shown, takes
from command_gateway.surfaces.http.examples import DONE, OPERATION_REQUESTS, OPERATIONS, WAITS
from command_gateway.surfaces.http.models import OperationRequest
from command_gateway.surfaces.http.problems import json_response
from command_gateway.surfaces.http.reading import idempotency_key, read
from command_gateway.surfaces.http.shapes import OperationShown, OperationsShown

router = APIRouter(tags=["operations"])


@router.get(
    "/operations",
    summary="Every operation there is",
    responses={200: shown(OperationsShown, "The catalogue", OPERATIONS), **errors(403)},
)
async def list_operations(request: HttpRequest) -> Response:
    """Names, effects, CLI forms, example phrases, and the JSON schemas of their parameters."""
    return json_response(await asyncio.to_thread(_catalogue_json, gateway_of(request).catalogue))


@router.post(
    "/operations/{name}",
    summary="Run one typed operation",
    responses={
        200: answers(Answer, "Decided; see `overall_status`", done={"summary": "Done and verified", "value": DONE}),
        202: answers(Answer, "Waits for a person", waits={"summary": "Waits for a person", "value": WAITS}),
        **errors(403, 404, 409, 413, 422, 503),
    },
    openapi_extra=takes(OperationRequest, OPERATION_REQUESTS, idempotent=True),
)
async def run_operation(request: HttpRequest, name: str) -> Response:
    """The same path without the planning of language: policy, approval, execution, verification, record."""
    gateway = gateway_of(request)
    operation = gateway.catalogue.get(name)
    body = await read(request, OperationRequest)
    return answered(await gateway.submit(_asked(operation, body, idempotency_key(request))))


def _asked(operation: type[Operation], body: OperationRequest, key: str | None) -> Request:
    target = body.target_resource
    return Request(
        source_id=body.source_id,
        intent="",
        target_name=target.name if target else None,
        engine=target.engine if target else None,
        priority=body.priority,
        dry_run=body.dry_run,
        operation=operation.name,
        arguments=_with_target(operation, body.arguments, target.name if target else None),
        idempotency_key=key,
    )


def _with_target(operation: type[Operation], arguments: dict[str, Any], name: str | None) -> dict[str, Any]:
    """The arguments, the target among them when it was named beside them."""
    parameter = parameters(operation).target
    if name is None or parameter is None or parameter.name in arguments:
        return arguments
    return {**arguments, parameter.name: [name] if parameter.repeated else name}


def _catalogue_json(catalogue: Catalogue) -> bytes:
    found = sorted(catalogue, key=lambda each: each.name)
    return OperationsShown(operations=[_shown(each) for each in found]).model_dump_json().encode()


def _shown(operation: type[Operation]) -> OperationShown:
    return OperationShown(
        name=operation.name,
        summary=(inspect.getdoc(operation) or "").partition("\n")[0],
        effect=operation.base_effect,
        cli=[f"docker {verb}" for verb in operation.verbs],
        examples=list(operation.examples),
        phrases=list(operation.phrases),
        parameters=operation.model_json_schema(),
    )
