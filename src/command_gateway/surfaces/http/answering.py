"""Answers of the gateway as HTTP answers."""

from starlette.responses import Response

from command_gateway.answer import Answer
from command_gateway.errors import LedgerUnavailable, MalformedRequest
from command_gateway.request import Status
from command_gateway.surfaces.http.problems import json_response


def answered(answer: Answer) -> Response:
    """The answer as JSON under its status code."""
    return json_response(answer.model_dump_json().encode(), _code_of(answer))


def _code_of(answer: Answer) -> int:
    """200 for all that was understood and decided, also when the command failed; CONTRACT section 1."""
    if answer.overall_status is Status.PENDING_APPROVAL:
        return 202
    problem = (answer.error_details or {}).get("error_code")
    if problem == MalformedRequest.code:
        return 422
    if answer.overall_status is Status.INTERNAL_ERROR:
        # Only what certainly did not run may look like something to try again.
        return 503 if problem == LedgerUnavailable.code and not _ran(answer) else 500
    return 200


def _ran(answer: Answer) -> bool:
    details = answer.execution_details
    return details is not None and any(step.execution_result is not None for step in details.steps)
