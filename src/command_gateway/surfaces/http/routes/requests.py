"""What was asked, decided and done; what waits for a person, and the person's decision."""

import asyncio
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import AfterValidator
from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from command_gateway.answer import Answer
from command_gateway.gateway import Gateway, History
from command_gateway.ledger import Sealed
from command_gateway.operation import Effect
from command_gateway.request import Status
from command_gateway.surfaces.http.access import closing_of, gateway_of
from command_gateway.surfaces.http.answering import answered
from command_gateway.surfaces.http.documented import answers, errors, shown, takes
from command_gateway.surfaces.http.examples import APPROVALS, DECISION_REQUESTS, DONE, HISTORY, REQUESTS
from command_gateway.surfaces.http.listening import Listener, Silence
from command_gateway.surfaces.http.models import DecisionRequest, Named
from command_gateway.surfaces.http.problems import json_response
from command_gateway.surfaces.http.reading import read
from command_gateway.surfaces.http.shapes import (
    Approvals,
    LedgerEntry,
    RequestHistory,
    RequestPage,
    RequestSummary,
    Waiting,
)

MOST_LISTED = 200
MOST_WAITING = 50  # approvals in one answer: each carries its whole plan
LONGEST_WAIT = 60.0  # seconds


def _in_utc(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


RequestId = Annotated[str, Path(min_length=1, max_length=64, pattern=r"^[\x21-\x7e]+$")]
Moment = Annotated[datetime, AfterValidator(_in_utc)]
Mark = Annotated[
    str, Query(min_length=1, max_length=200, pattern=r"^[\x21-\x7e]+$", description="Where the page before ended.")
]

router = APIRouter(tags=["requests"])
_decided = {
    200: answers(Answer, "Decided; see `overall_status`", done={"summary": "Approved and done", "value": DONE}),
    **errors(403, 404, 409, 413, 422, 503),
}
_decision = takes(DecisionRequest, DECISION_REQUESTS)


@router.get(
    "/requests",
    summary="What was asked",
    responses={200: shown(RequestPage, "Requests, newest first", REQUESTS), **errors(403, 422, 503)},
)
async def list_requests(
    request: HttpRequest,
    source: Annotated[Named | None, Query()] = None,
    status: Annotated[Status | None, Query()] = None,
    effect: Annotated[Effect | None, Query()] = None,
    target: Annotated[Named | None, Query()] = None,
    since: Moment | None = None,
    until: Moment | None = None,
    after: Mark | None = None,
    limit: Annotated[int, Query(ge=1, le=MOST_LISTED)] = 50,
) -> Response:
    """Fits all the filters that are given; times without a zone are UTC."""
    page = await gateway_of(request).history(
        source_id=source,
        status=status,
        effect=effect,
        target=target,
        since=since,
        until=until,
        after=after,
        limit=limit,
    )
    return json_response(RequestPage.model_validate(page).model_dump_json().encode())


@router.get(
    "/requests/{request_id}",
    summary="One request, whole",
    responses={200: shown(RequestHistory, "All that is known of it", HISTORY), **errors(403, 404, 422, 503)},
)
async def show_request(request: HttpRequest, request_id: RequestId) -> Response:
    """Everything that the ledger knows of it."""
    return json_response(_history(await gateway_of(request).get(request_id)).model_dump_json().encode())


@router.post("/requests/{request_id}/approve", summary="Say yes", responses=_decided, openapi_extra=_decision)
async def approve_request(request: HttpRequest, request_id: RequestId) -> Response:
    """Lets a waiting request run, exactly as it was shown; the answer is that of the run."""
    body = await read(request, DecisionRequest)
    decide = gateway_of(request).decide
    return answered(await decide(request_id, by=body.source_id, approve=True, reason=body.reason))


@router.post("/requests/{request_id}/reject", summary="Say no", responses=_decided, openapi_extra=_decision)
async def reject_request(request: HttpRequest, request_id: RequestId) -> Response:
    """Ends a waiting request; nothing runs."""
    body = await read(request, DecisionRequest)
    decide = gateway_of(request).decide
    return answered(await decide(request_id, by=body.source_id, approve=False, reason=body.reason))


@router.post("/requests/{request_id}/cancel", summary="Take it back", responses=_decided, openapi_extra=_decision)
async def cancel_request(request: HttpRequest, request_id: RequestId) -> Response:
    """Takes back a request that waits; nothing runs."""
    body = await read(request, DecisionRequest)
    return answered(await gateway_of(request).cancel(request_id, by=body.source_id, reason=body.reason))


@router.get(
    "/approvals",
    summary="What waits for a person",
    responses={200: shown(Approvals, "What waits, newest first", APPROVALS), **errors(403, 422, 503)},
)
async def list_approvals(request: HttpRequest, wait: Annotated[float, Query(ge=0, le=LONGEST_WAIT)] = 0) -> Response:
    """With `wait`, answers as soon as something waits, at the latest after so many seconds."""
    gateway = gateway_of(request)
    found = await _waiting(gateway)
    if not found.approvals and wait:
        found = await _awaited(gateway, wait, closing_of(request))
    return json_response(found.model_dump_json().encode())


async def _awaited(gateway: Gateway, seconds: float, closing: asyncio.Event) -> Approvals:
    clock = asyncio.get_running_loop().time
    until = clock() + seconds
    async with Listener(gateway.events(), closing) as listener:
        found = await _waiting(gateway)  # again: it may have come before anybody listened
        while not found.approvals and (left := until - clock()) > 0:
            try:
                event = await listener.hear(left)
            except Silence:
                break
            if event is None:
                break
            if event["status"] == Status.PENDING_APPROVAL:
                found = await _waiting(gateway)
    return found


async def _waiting(gateway: Gateway) -> Approvals:
    page = await gateway.history(status=Status.PENDING_APPROVAL, limit=MOST_WAITING)
    found = [await gateway.get(each.request_id) for each in page.requests]
    return Approvals(approvals=[Waiting(summary=_summary(each), answer=each.answer) for each in found])


def _history(history: History) -> RequestHistory:
    return RequestHistory(
        summary=_summary(history), answer=history.answer, entries=[_entry(each) for each in history.entries]
    )


def _summary(history: History) -> RequestSummary:
    return RequestSummary.model_validate(history.summary)


def _entry(sealed: Sealed) -> LedgerEntry:
    return LedgerEntry(
        sequence=sealed.sequence,
        recorded_at=sealed.recorded_at,
        kind=sealed.entry.kind,
        stage=sealed.entry.stage,
        body=dict(sealed.entry.body),
        previous=sealed.previous,
        hash=sealed.hash,
    )
