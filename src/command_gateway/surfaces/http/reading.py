"""Reads what came in: bounded before it is held, and refused with the field and what would be right."""

import re
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from starlette.requests import Request

from command_gateway.errors import MalformedRequest
from command_gateway.surfaces.http.models import OTHER_NAMES, RULES
from command_gateway.surfaces.http.problems import BodyTooLarge

LARGEST_BODY = 1_048_576  # bytes

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
    announced = request.headers.get("content-length", "0")
    if announced.isdigit() and int(announced) > LARGEST_BODY:
        raise _too_large()
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > LARGEST_BODY:
            raise _too_large()
        parts.append(part)
    return b"".join(parts)


def _too_large() -> BodyTooLarge:
    # The connection stays open: closed at once, it would be reset before a client that still sends sees the answer.
    return BodyTooLarge(f"a body may have at most {LARGEST_BODY} bytes")


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
