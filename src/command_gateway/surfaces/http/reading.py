"""Reads what came in: bounded before it is held, and refused with the field and what would be right."""

import asyncio
import re
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from starlette.requests import Request

from command_gateway.errors import MalformedRequest
from command_gateway.surfaces.http.models import OTHER_NAMES, RULES
from command_gateway.surfaces.http.problems import BodyTooLarge

LARGEST_BODY = 1_048_576  # bytes
LARGEST_DRAINED = 32 * LARGEST_BODY  # bytes that are read and dropped before a client is cut off
DRAIN_SECONDS = 10.0  # without anything new of a body; of one that is too large, in all

_KEY = re.compile(r"[\x21-\x7e]{1,128}")

Body = TypeVar("Body", bound=BaseModel)


async def read(request: Request, model: type[Body]) -> Body:
    """The body as `model`, whatever the content type says.

    Raises:
        BodyTooLarge, MalformedRequest.
    """
    text = await _bounded(request)
    try:
        return model.model_validate_json(text)
    except ValidationError as broken:
        raise _refused(broken) from None


def idempotency_key(request: Request) -> str | None:
    """The Idempotency-Key header, None without one; MalformedRequest when it is unusable."""
    key = request.headers.get("idempotency-key")
    if key is not None and not _KEY.fullmatch(key):
        raise MalformedRequest("Idempotency-Key must be 1 to 128 visible ASCII characters", field="Idempotency-Key")
    return key


async def _bounded(request: Request) -> bytes:
    """The body, held up to its bound.

    What comes past the bound is read and dropped for a while: a client that still sends when the connection is
    closed sees a reset instead of the answer.
    """
    parts: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(DRAIN_SECONDS) as deadline:
            async for part in request.stream():
                size += len(part)
                if size <= LARGEST_BODY:
                    deadline.reschedule(asyncio.get_running_loop().time() + DRAIN_SECONDS)
                    parts.append(part)
                elif size > LARGEST_DRAINED:
                    break
    except TimeoutError:
        if size <= LARGEST_BODY:
            raise MalformedRequest(f"the body did not come within {DRAIN_SECONDS:g} s", field="body") from None
    if size > LARGEST_BODY:
        raise BodyTooLarge(f"a body may have at most {LARGEST_BODY} bytes")
    return b"".join(parts)


def _refused(broken: ValidationError) -> MalformedRequest:
    first = broken.errors(include_url=False, include_input=False, include_context=False)[0]
    if first["type"] == "json_invalid":
        said = first["msg"].removeprefix("Invalid JSON: ")
        return MalformedRequest(f"the body must be JSON in UTF-8: {said}", field="body")
    field = ".".join(str(part) for part in first["loc"]) or "body"
    said = first["msg"].removeprefix("Value error, ")
    rule = _rule_for(str(first["loc"][-1])) if first["loc"] else "a JSON object"
    return MalformedRequest(f"{field}: {said}" + (f"; it must be {rule}" if rule else ""), field=field)


def _rule_for(name: str) -> str:
    return RULES.get(OTHER_NAMES.get(name, name), "")
