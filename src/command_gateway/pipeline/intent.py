"""Stage one: who asks for what? Cleaned and bounded, whichever surface it came through."""

import unicodedata

from command_gateway.errors import MalformedRequest
from command_gateway.pipeline.passage import Passage, Stage
from command_gateway.request import Request, StageName, Status

LONGEST_INTENT = 4_000
LONGEST_CONTEXT = 16_000
LONGEST_SOURCE = 128
LONGEST_NAME = 255
_LINE_BREAKS = frozenset("\t\n\r")


class IntentStage(Stage):
    """Refuses what cannot be read as a request."""

    name = StageName.INTENT

    async def run(self, passage: Passage) -> Status | None:
        request = passage.request
        _visible("source_id", request.source_id, LONGEST_SOURCE)
        if request.target_name is not None:
            _visible("target_resource.name", request.target_name, LONGEST_NAME)
        if request.operation is None:
            _readable("action_request.intent", request.intent, LONGEST_INTENT)
        if request.context is not None and request.context:
            _readable("action_request.context", request.context, LONGEST_CONTEXT)
        return None


def body_of(request: Request) -> dict[str, object]:
    """What makes two requests the same request: everything that was asked, nothing of when."""
    return {
        "source_id": request.source_id,
        "intent": request.intent,
        "target": request.target_name,
        "engine": request.engine,
        "context": request.context,
        "priority": request.priority,
        "dry_run": request.dry_run,
        "operation": request.operation,
        "arguments": request.arguments,
    }


def _visible(field: str, text: str, longest: int) -> None:
    if not text.strip() or len(text) > longest or not text.isprintable():
        raise MalformedRequest(f"{field} must be 1 to {longest} visible characters", field=field)


def _readable(field: str, text: str, longest: int) -> None:
    if not text.strip() or len(text.strip()) > longest:
        raise MalformedRequest(
            f"{field} must be 1 to {longest} characters, this one has {len(text.strip())}", field=field
        )
    for char in text:
        if unicodedata.category(char) in ("Cc", "Cs") and char not in _LINE_BREAKS:
            raise MalformedRequest(f"{field} holds the control character {char!r}; send plain text", field=field)
