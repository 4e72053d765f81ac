"""The bodies that the gateway takes, checked before anything else sees them."""

import unicodedata
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    AliasChoices,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    StringConstraints,
)

from command_gateway.pipeline.intent import LONGEST_CONTEXT, LONGEST_INTENT, LONGEST_NAME, LONGEST_SOURCE
from command_gateway.request import Priority

LONGEST_REASON = 1_000
_LINE_BREAKS = frozenset("\t\n\r")

RULES = {
    "source_id": f"1 to {LONGEST_SOURCE} visible characters that say who asks",
    "target_resource": 'an object such as {"name": "web"}, or left out',
    "name": f"null, or 1 to {LONGEST_NAME} visible characters",
    "engine": f"left out, or the name of a configured engine in at most {LONGEST_NAME} visible characters",
    "action_request": 'an object such as {"intent": "restart the service"}',
    "intent": f"1 to {LONGEST_INTENT} characters of plain text after trimming",
    "context": f"left out, or at most {LONGEST_CONTEXT} characters of plain text",
    "priority": "one of LOW, NORMAL, HIGH, URGENT",
    "dry_run": "true or false",
    "arguments": "an object that holds the operation's parameters; GET /operations has their schemas",
    "reason": f"1 to {LONGEST_REASON} characters of plain text: why it is decided so",
}
"""What a field must be, for people; the last word of every refusal."""

OTHER_NAMES = {
    "source_agent_id": "source_id",
    "logical_name": "name",
    "intent_or_command_description": "intent",
}
"""What the first generation of clients calls the same fields."""


def _visible(text: str) -> str:
    if not text.isprintable():
        raise ValueError("it holds characters that cannot be seen")
    return text


def _readable(text: str) -> str:
    for char in text:
        if unicodedata.category(char) == "Cc" and char not in _LINE_BREAKS:
            raise ValueError(f"it holds the control character {char!r}")
    return text


def _absent(value: Any) -> Any:
    return Priority.NORMAL if value is None else value


def _trimmed(longest: int, shortest: int = 1) -> StringConstraints:
    return StringConstraints(strip_whitespace=True, min_length=shortest, max_length=longest)


Source = Annotated[str, _trimmed(LONGEST_SOURCE), AfterValidator(_visible)]
Named = Annotated[str, _trimmed(LONGEST_NAME), AfterValidator(_visible)]
Prioritised = Annotated[Priority, BeforeValidator(_absent)]


class TargetResource(BaseModel):
    """What the request is about; the intent may name it instead."""

    name: Annotated[Named | None, Field(validation_alias=AliasChoices("name", "logical_name"))] = None
    engine: Named | None = None


class ActionRequest(BaseModel):
    """What should happen."""

    intent: Annotated[
        str,
        _trimmed(LONGEST_INTENT),
        AfterValidator(_readable),
        Field(
            validation_alias=AliasChoices("intent", "intent_or_command_description"),
            description="Plain English, a literal Docker command, or several steps.",
        ),
    ]
    context: Annotated[
        Annotated[str, _trimmed(LONGEST_CONTEXT, 0), AfterValidator(_readable)] | None,
        Field(description="Informs; never adds authority."),
    ] = None
    priority: Prioritised = Priority.NORMAL


class CommandRequest(BaseModel):
    """One request in plain language. Fields that are not known here are ignored."""

    source_id: Annotated[Source, Field(validation_alias=AliasChoices("source_id", "source_agent_id"))]
    target_resource: TargetResource | None = None
    action_request: ActionRequest
    dry_run: Annotated[StrictBool, Field(description="Plan, decide and preview; execute nothing.")] = False


class OperationRequest(BaseModel):
    """One typed operation, without language. A field that is not known is refused: it may be a slip."""

    model_config = ConfigDict(extra="forbid")

    source_id: Source
    arguments: dict[str, Any] = Field(default_factory=dict)
    target_resource: TargetResource | None = None
    priority: Prioritised = Priority.NORMAL
    dry_run: StrictBool = False


class DecisionRequest(BaseModel):
    """A person's decision: who decides, and why."""

    model_config = ConfigDict(extra="forbid")

    source_id: Source
    reason: Annotated[str, _trimmed(LONGEST_REASON), AfterValidator(_readable)]
