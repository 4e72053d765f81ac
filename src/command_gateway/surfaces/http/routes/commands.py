"""POST /execute-docker-command: the door that the first generation of clients knows."""

from fastapi import APIRouter
from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from command_gateway.answer import Answer
from command_gateway.request import Request
from command_gateway.surfaces.http.access import gateway_of
from command_gateway.surfaces.http.answering import answered
from command_gateway.surfaces.http.documented import answers, errors, takes
from command_gateway.surfaces.http.examples import ANSWERS, COMMAND_REQUESTS, WAITS
from command_gateway.surfaces.http.models import CommandRequest
from command_gateway.surfaces.http.reading import idempotency_key, read

router = APIRouter(tags=["commands"])


@router.post(
    "/execute-docker-command",
    summary="Ask in plain language",
    responses={
        200: answers(Answer, "Understood and decided; see `overall_status`", **ANSWERS),
        202: answers(Answer, "Waits for a person", waits={"summary": "Waits for a person", "value": WAITS}),
        **errors(403, 409, 413, 422, 503),
    },
    openapi_extra=takes(CommandRequest, COMMAND_REQUESTS, idempotent=True),
)
async def execute_docker_command(request: HttpRequest) -> Response:
    """Plans what the intent means, decides whether it may run, runs it once, verifies and records it."""
    body = await read(request, CommandRequest)
    return answered(await gateway_of(request).submit(_asked(body, idempotency_key(request))))


def _asked(body: CommandRequest, key: str | None) -> Request:
    target, action = body.target_resource, body.action_request
    return Request(
        source_id=body.source_id,
        intent=action.intent,
        target_name=target.name if target else None,
        engine=target.engine if target else None,
        context=action.context or None,
        priority=action.priority,
        dry_run=body.dry_run,
        idempotency_key=key,
    )
