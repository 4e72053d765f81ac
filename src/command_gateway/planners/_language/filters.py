"""Conditions as the filters of a list, true to the last row and pasteable."""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from command_gateway.operation import Kind
from command_gateway.planners._language.index import OperationType
from command_gateway.planners._language.values import ValueType, value_types
from command_gateway.selector import Condition
from command_gateway.sight import Sight

_LISTED_ANYWAY = frozenset({"running", "paused", "restarting"})
_COMPOSE = {"project": "label=com.docker.compose.project", "service": "label=com.docker.compose.service"}


def applied(
    operation: OperationType, arguments: Mapping[str, Any], conditions: Sequence[Condition], sight: Sight
) -> dict[str, Any]:
    """The arguments with the conditions as filters, and `all` where a filter asks for containers that do not run."""
    kinds = value_types(operation)
    name = next((each for each, kind in kinds.items() if kind is ValueType.FILTER), None)
    if name is None:
        return dict(arguments)
    found = [text for condition in conditions for text in _filters(condition, sight)]
    merged = {**arguments, name: tuple(dict.fromkeys((*arguments.get(name, ()), *found)))}
    if kinds.get("all") is ValueType.FLAG and any(_is_off(each) for each in conditions):
        merged["all"] = True
    return merged


def narrowed(operation: OperationType, arguments: Mapping[str, Any], text: str) -> dict[str, Any] | None:
    """The arguments with one more filter; None where the operation does not know it."""
    name = next((each for each, kind in value_types(operation).items() if kind is ValueType.FILTER), None)
    if name is None:
        return None
    merged = {**arguments, name: (*arguments.get(name, ()), text)}
    try:
        operation.model_validate(merged)
    except ValidationError:
        return None
    return merged


def _filters(condition: Condition, sight: Sight) -> list[str]:
    if condition.key == "exited" and condition.value == "!0":
        # The CLI has no "other than 0": each code that was seen stands for itself, 1 where none was.
        exited = [each for each in sight.of(Kind.CONTAINER) if each.state == "exited"]
        codes = sorted({each.exit_code for each in exited if each.exit_code})
        return [f"exited={code}" for code in codes or [1]]
    return [f"{_COMPOSE.get(condition.key, condition.key)}={condition.value}"]


def _is_off(condition: Condition) -> bool:
    return condition.key == "exited" or (condition.key == "status" and condition.value not in _LISTED_ANYWAY)
