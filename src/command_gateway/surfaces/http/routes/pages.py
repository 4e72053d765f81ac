"""GET /docs and /openapi.json: the documentation, complete and from this process alone."""

import asyncio
import base64
import hashlib
import json
import re
from functools import cache
from importlib.resources import files

from fastapi import APIRouter, FastAPI
from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from command_gateway.surfaces.http.documented import describe
from command_gateway.surfaces.http.problems import json_response

router = APIRouter(include_in_schema=False)


@router.get("/openapi.json")
async def openapi(request: HttpRequest) -> Response:
    """The OpenAPI document."""
    return json_response(await asyncio.to_thread(_document, request.app))


@router.get("/docs")
async def docs() -> Response:
    """A page that shows the OpenAPI document and sends example requests; it loads nothing from elsewhere."""
    page, policy = _page()
    return Response(page, media_type="text/html", headers={"Content-Security-Policy": policy})


@cache
def _document(app: FastAPI) -> bytes:
    return json.dumps(describe(app)).encode()


@cache
def _page() -> tuple[str, str]:
    """The page, and the policy that lets exactly its own script and style run."""
    page = (files("command_gateway.surfaces.http") / "docs.html").read_text()
    script, style = (_hash_of(page, element) for element in ("script", "style"))
    return page, (
        f"default-src 'none'; script-src {script}; style-src {style}; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )


def _hash_of(page: str, element: str) -> str:
    found = re.search(rf"<{element}>(.*?)</{element}>", page, re.DOTALL)
    assert found, f"docs.html has one {element}"
    return f"'sha256-{base64.b64encode(hashlib.sha256(found[1].encode()).digest()).decode()}'"
