"""GET /targets: the inventory that names are resolved against."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from command_gateway.operation import Kind
from command_gateway.redaction import redact_json
from command_gateway.sight import Sighting
from command_gateway.surfaces.http.access import gateway_of
from command_gateway.surfaces.http.documented import errors, shown
from command_gateway.surfaces.http.examples import TARGETS
from command_gateway.surfaces.http.problems import json_response
from command_gateway.surfaces.http.shapes import TargetShown, TargetsShown

router = APIRouter(tags=["targets"])


@router.get(
    "/targets",
    summary="What names mean",
    responses={200: shown(TargetsShown, "The inventory, fresh", TARGETS), **errors(403, 422, 503)},
)
async def list_targets(request: HttpRequest, kind: Annotated[Kind | None, Query()] = None) -> Response:
    """Everything on the engine that a request can be about, secrets in labels masked."""
    sight = await gateway_of(request).targets()
    seen = [each for each in sight.objects if kind in (None, each.kind)]
    objects = [_shown(each) for each in seen]
    found = TargetsShown(engine=sight.engine, version=sight.version, mappings=dict(sight.mappings), objects=objects)
    return json_response(found.model_dump_json().encode())


def _shown(sighting: Sighting) -> TargetShown:
    labels = redact_json(dict(sighting.labels))
    return TargetShown.model_validate(sighting).model_copy(update={"labels": labels})
