"""Errors as HTTP answers: one shape for all of them, and one place that gives each its status code."""

from typing import Any
from uuid import uuid4

import structlog
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict
from pydantic_core import to_json
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from command_gateway.errors import (
    Clarification,
    Conflict,
    Denied,
    EngineError,
    Forbidden,
    GatewayError,
    LedgerUnavailable,
    MalformedRequest,
    NotFound,
    Overloaded,
    Unauthenticated,
    UnknownTarget,
)
from command_gateway.request import Status, now

RETRY_SECONDS = 5  # what Retry-After says when the error itself does not know

log = structlog.get_logger(__name__)


class BodyTooLarge(GatewayError):
    """More bytes than any request needs."""

    code = "BODY_TOO_LARGE"
    status = Status.VALIDATION_ERROR


class MethodNotAllowed(GatewayError):
    """The path exists, under another method."""

    code = "METHOD_NOT_ALLOWED"
    status = Status.VALIDATION_ERROR


class Fault(GatewayError):
    """A fault of the gateway; the incident id leads to its log."""


class ErrorDetails(BaseModel):
    """What went wrong, and what would be right."""

    model_config = ConfigDict(extra="allow")

    error_code: str
    error_message: str
    field: str | None = None
    candidates: list[str] | None = None
    retry_after_seconds: int | None = None
    incident_id: str | None = None


class Problem(BaseModel):
    """The one shape of every error; nothing was executed."""

    request_id: str | None = None
    timestamp_processed_utc: str
    overall_status: Status
    execution_details: None = None
    error_details: ErrorDetails


_STATUS_CODES: tuple[tuple[type[GatewayError], int], ...] = (
    (BodyTooLarge, 413),
    (MethodNotAllowed, 405),
    (MalformedRequest, 422),
    (UnknownTarget, 422),
    (Clarification, 422),
    (Unauthenticated, 401),
    (Forbidden, 403),
    (Denied, 403),
    (NotFound, 404),
    (Conflict, 409),
    (Overloaded, 503),
    (LedgerUnavailable, 503),
    (EngineError, 503),
)


def status_code_of(problem: GatewayError) -> int:
    """The HTTP status code of an error; 500 for one that has no business outside."""
    return next((code for kind, code in _STATUS_CODES if isinstance(problem, kind)), 500)


def problem_response(problem: GatewayError, headers: dict[str, str] | None = None) -> Response:
    """The error as JSON, with the headers that its status code asks for."""
    code = status_code_of(problem)
    body = {
        "request_id": problem.details.get("request_id"),
        "timestamp_processed_utc": now().isoformat(),
        "overall_status": problem.status,
        "execution_details": None,
        "error_details": problem.as_json(),
    }
    return json_response(to_json(body, serialize_unknown=True), code, headers)


def json_response(body: bytes, code: int = 200, headers: dict[str, str] | None = None) -> Response:
    """Ready-made JSON bytes as an answer; 401 and 503 get the header that goes with them."""
    extra = dict(headers or {})
    if code == 503:
        extra.setdefault("Retry-After", str(RETRY_SECONDS))
    if code == 401:
        extra.setdefault("WWW-Authenticate", "Bearer")
    return Response(body, code, extra, media_type="application/json")


async def on_gateway_error(request: Request, problem: Exception) -> Response:
    """Answers an error that the gateway raised on purpose."""
    assert isinstance(problem, GatewayError)
    status = status_code_of(problem)
    log.info("refused", method=request.method, path=request.url.path, http_status=status, code=problem.code)
    retry = problem.details.get("retry_after_seconds")
    return problem_response(problem, {"Retry-After": str(retry)} if retry is not None else {})


async def on_invalid_parameter(request: Request, broken: Exception) -> Response:
    """Answers a query or path parameter that is not what it must be."""
    assert isinstance(broken, RequestValidationError)
    first: dict[str, Any] = broken.errors()[0]
    field = str(first["loc"][-1])
    message = str(first["msg"]).removeprefix("Value error, ")
    return await on_gateway_error(request, MalformedRequest(f"{field}: {message}", field=field))


async def on_http_error(request: Request, problem: Exception) -> Response:
    """Answers what the framework itself refuses: an unknown path, a wrong method."""
    assert isinstance(problem, HTTPException)
    if problem.status_code == 405:
        allowed = (problem.headers or {}).get("Allow", "another method")
        refused: GatewayError = MethodNotAllowed(f"{request.method} is not for {request.url.path}; use {allowed}")
        return problem_response(refused, dict(problem.headers or {}))
    return await on_gateway_error(request, NotFound(f"nothing is at {request.url.path}; /docs lists what there is"))


def fault_response(path: str) -> Response:
    """Answers a fault of the gateway, which goes to the log with all that is known; call it while handling it."""
    incident = str(uuid4())
    log.exception("fault", incident_id=incident, path=path)
    return problem_response(_fault(incident))


def _fault(incident: str) -> Fault:
    return Fault(f"a fault of the gateway; its log has the details under incident {incident}", incident_id=incident)
