"""GET /audit/verify: is the ledger whole?"""

from fastapi import APIRouter
from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from command_gateway.surfaces.http.access import gateway_of
from command_gateway.surfaces.http.documented import errors, shown
from command_gateway.surfaces.http.examples import AUDIT
from command_gateway.surfaces.http.problems import json_response
from command_gateway.surfaces.http.shapes import AuditShown

router = APIRouter(tags=["audit"])


@router.get(
    "/audit/verify",
    summary="Walk the ledger's chain",
    responses={200: shown(AuditShown, "Whether it is whole, and where it is not", AUDIT), **errors(403, 503)},
)
async def verify_audit(request: HttpRequest) -> Response:
    """Finds any entry that was altered, removed, inserted or moved."""
    return json_response(AuditShown.model_validate(await gateway_of(request).audit()).model_dump_json().encode())
