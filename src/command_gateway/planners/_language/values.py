"""What kind of value a parameter takes, read off its declared type."""

import re
from enum import StrEnum
from functools import cache
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import AfterValidator

from command_gateway.operation import Argument, Operation, Parameter, parameters
from command_gateway.values import Cpus, Duration, Filter, Moment, Name, Seconds, Setting, Signal, Size, Text


class ValueType(StrEnum):
    """The kinds of value that language can fill."""

    FLAG = "flag"
    COUNT = "count"
    NUMERAL = "numeral"  # a count held as text, such as 50 or all
    PORT = "port"
    SECONDS = "seconds"
    DURATION = "duration"
    MOMENT = "moment"
    SIGNAL = "signal"
    SIZE = "size"
    CPUS = "cpus"
    NAME = "name"
    COMMAND = "command"
    FILTER = "filter"
    SETTING = "setting"
    TEXT = "text"


_BY_VALIDATOR = {
    next(each.func for each in reversed(get_args(alias)) if isinstance(each, AfterValidator)): kind
    for alias, kind in (
        (Moment, ValueType.MOMENT),
        (Signal, ValueType.SIGNAL),
        (Size, ValueType.SIZE),
        (Cpus, ValueType.CPUS),
        (Duration, ValueType.DURATION),
        (Filter, ValueType.FILTER),
        (Name, ValueType.NAME),
    )
}
_MOST_SECONDS = [each.le for each in get_args(Seconds)[1].metadata if hasattr(each, "le")]


@cache
def value_types(operation: type[Operation]) -> dict[str, ValueType]:
    """The kind of value of each parameter but the target."""
    declared = parameters(operation)
    every = (*declared.options, *declared.arguments)
    return {each.name: value_type(each) for each in every if each is not declared.target}


def value_type(parameter: Parameter) -> ValueType:
    """The kind of value that one parameter takes; TEXT where it is any word."""
    if isinstance(parameter.form, Argument) and parameter.form.rest:
        return ValueType.COMMAND
    if parameter.flag:
        return ValueType.FLAG
    kinds = list(_kinds(parameter.field.annotation, list(parameter.field.metadata)))
    return kinds[0] if kinds else ValueType.TEXT


def _kinds(annotation: Any, metadata: list[Any]) -> list[ValueType]:
    if annotation in (Text, Setting):
        return [ValueType.TEXT if annotation == Text else ValueType.SETTING]
    origin = get_origin(annotation)
    if origin is Annotated:
        inner, *more = get_args(annotation)
        return _kinds(inner, [*metadata, *more])
    if origin in (Union, UnionType):
        found = [kind for each in get_args(annotation) if each is not type(None) for kind in _kinds(each, metadata)]
        return sorted(found, key=lambda kind: kind is ValueType.TEXT)
    if origin is tuple:
        return _kinds(get_args(annotation)[0], metadata)
    if origin is Literal:
        return [ValueType.TEXT]
    return [_plain(annotation, metadata)]


def _plain(annotation: Any, metadata: list[Any]) -> ValueType:
    flat = [part for each in metadata for part in (each, *getattr(each, "metadata", ()))]
    if annotation in (int, float):
        most = [each.le for each in flat if hasattr(each, "le")]
        return ValueType.SECONDS if most[:1] == _MOST_SECONDS else ValueType.COUNT
    for each in flat:
        if isinstance(each, AfterValidator) and each.func in _BY_VALIDATOR:
            return _BY_VALIDATOR[each.func]
    pattern = next((each.pattern for each in flat if getattr(each, "pattern", None)), None)
    return _patterned(pattern) if pattern else ValueType.TEXT


def _patterned(pattern: str) -> ValueType:
    """What a pattern admits tells what it is for."""
    admits = re.compile(pattern).search
    if admits("80/tcp") and not admits("web"):
        return ValueType.PORT
    return ValueType.NUMERAL if admits("50") and not admits("web") else ValueType.TEXT
