"""What happens, as it happens: server-sent events."""

import asyncio
from collections.abc import AsyncIterator

from fastapi import APIRouter
from pydantic_core import to_json
from starlette.requests import Request as HttpRequest
from starlette.responses import Response, StreamingResponse

from command_gateway.events import Event
from command_gateway.gateway import Gateway, History
from command_gateway.request import ENDS, now
from command_gateway.surfaces.http.access import closing_of, gateway_of
from command_gateway.surfaces.http.documented import errors, stream
from command_gateway.surfaces.http.examples import EVENTS
from command_gateway.surfaces.http.listening import Listener, Silence
from command_gateway.surfaces.http.routes.requests import RequestId

HEARTBEAT_SECONDS = 15.0  # under the half minute after which proxies hang up on silence

router = APIRouter(tags=["events"])
_stream = stream("One event for each stage; comments keep the connection alive", EVENTS)


@router.get(
    "/events",
    summary="Everything that happens",
    response_class=StreamingResponse,
    responses={200: _stream, **errors(403)},
)
async def all_events(request: HttpRequest) -> Response:
    """The stages of all requests, from now on."""
    return _streamed(_told(Listener(gateway_of(request).events(), closing_of(request))))


@router.get(
    "/requests/{request_id}/events",
    summary="What happens to one request",
    response_class=StreamingResponse,
    responses={200: _stream, **errors(403, 404, 422)},
)
async def request_events(request: HttpRequest, request_id: RequestId) -> Response:
    """Where the request stands, then its stages as they come; ends when the request has ended."""
    gateway = gateway_of(request)
    await gateway.get(request_id)
    return _streamed(_told_of(gateway, request_id, closing_of(request)))


async def _told_of(gateway: Gateway, request_id: str, closing: asyncio.Event) -> AsyncIterator[bytes]:
    async with Listener(gateway.events(request_id), closing) as listener:
        standing = await gateway.get(request_id)
        yield _event(_standing(standing))
        if standing.summary.status not in ENDS:
            async for line in _following(listener):
                yield line


async def _told(listener: Listener) -> AsyncIterator[bytes]:
    async with listener:
        yield b": listening\n\n"
        async for line in _following(listener):
            yield line


async def _following(listener: Listener) -> AsyncIterator[bytes]:
    while True:
        try:
            event = await listener.hear(HEARTBEAT_SECONDS)
        except Silence:
            yield b": heartbeat\n\n"
            continue
        if event is None:
            return
        yield _event(event)


def _standing(history: History) -> Event:
    summary = history.summary
    return {
        "request_id": summary.request_id,
        "source_id": summary.source_id,
        "stage": history.entries[-1].entry.stage if history.entries else "intent",
        "status": str(summary.status),
        "command": summary.command,
        "at": now().isoformat(),
    }


def _event(event: Event) -> bytes:
    return b"event: " + str(event["stage"]).encode() + b"\ndata: " + to_json(event) + b"\n\n"


def _streamed(lines: AsyncIterator[bytes]) -> Response:
    # The second header asks nginx, which holds back what it is not told to pass on at once.
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(lines, media_type="text/event-stream", headers=headers)
