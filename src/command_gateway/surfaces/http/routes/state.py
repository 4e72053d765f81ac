"""How the gateway is: health, readiness, metrics."""

import asyncio

from fastapi import APIRouter
from pydantic_core import to_json
from starlette.requests import Request as HttpRequest
from starlette.responses import PlainTextResponse, Response

from command_gateway.surfaces.http.access import gateway_of
from command_gateway.surfaces.http.documented import errors, shown, text
from command_gateway.surfaces.http.examples import HEALTH, METRICS, NOT_READY, READY
from command_gateway.surfaces.http.problems import json_response
from command_gateway.surfaces.http.shapes import HealthShown, ReadyShown

router = APIRouter(tags=["state"])


@router.get(
    "/health",
    summary="Is it alive?",
    responses={
        200: shown(HealthShown, "Healthy, or degraded: it works, but not all of it", HEALTH),
        503: shown(HealthShown, "Unhealthy: nothing can be recorded", {**HEALTH, "status": "unhealthy"}),
        **errors(403),
    },
)
async def health(request: HttpRequest) -> Response:
    """Answers from what is known already, whatever else is running."""
    found = await gateway_of(request).health()
    return json_response(to_json(found), 503 if found["status"] == "unhealthy" else 200)


@router.get(
    "/ready",
    summary="Can it do its job now?",
    responses={
        200: shown(ReadyShown, "It can", READY),
        503: shown(ReadyShown, "It cannot; the checks say what is in the way", NOT_READY),
        **errors(403),
    },
)
async def ready(request: HttpRequest) -> Response:
    """Ready when the engine is watched and the ledger can be written."""
    can, checks = await gateway_of(request).ready()
    return json_response(to_json({"ready": can, "checks": checks}), 200 if can else 503)


@router.get(
    "/metrics",
    summary="Prometheus metrics",
    response_class=PlainTextResponse,
    responses={200: text("text/plain", "The Prometheus text format", METRICS), **errors(403)},
)
async def metrics(request: HttpRequest) -> Response:
    """Rendered beside the loop: it takes milliseconds of CPU."""
    instruments = gateway_of(request).metrics
    return Response(await asyncio.to_thread(instruments.render), headers={"Content-Type": instruments.content_type})
