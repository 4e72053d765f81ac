"""Any valid operation of a kind, made from nothing but its declared parameters."""

import inspect
from collections.abc import Sequence
from enum import Enum
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from hypothesis import reject
from hypothesis import strategies as st
from pydantic import AfterValidator, ValidationError

from command_gateway.catalogue import Catalogue
from command_gateway.cli_text import parse
from command_gateway.errors import InvalidCommand
from command_gateway.operation import Kind, Listing, Operation, Parameter, parameters
from command_gateway.values import Cpus, Duration, Filter, Moment, Name, Signal, Size

LISTINGS = (
    "docker ps --quiet",
    "docker ps --all --quiet",
    "docker ps --quiet --filter health=unhealthy",
    "docker ps --all --quiet --filter status=exited --filter 'label=team=night shift'",
)
_NAMES = st.from_regex(r"[A-Za-z0-9_][A-Za-z0-9_.:/@-]{0,30}", fullmatch=True)
_WORDS = st.text(st.characters(exclude_categories=["C", "Z"], include_characters=" "), min_size=1, max_size=20)
_MOMENTS = st.sampled_from(["10m", "1h30m", "90s", "2026-11-23", "2026-11-23T06:35:48Z", "1763879748", "1.5h"])
_SIGNALS = st.sampled_from(["SIGHUP", "SIGTERM", "SIGUSR1", "SIGKILL"])
_KNOWN = (
    (Name, _NAMES),
    (Moment, _MOMENTS),
    (Signal, _SIGNALS),
    (Size, st.sampled_from(["512m", "2g", "1048576"])),
    (Duration, st.sampled_from(["30s", "1m30s", "500ms"])),
    (Cpus, st.sampled_from(["0.5", "2"])),
)
_FILTER_VALUES = {
    "status": "exited", "health": "unhealthy", "exited": "1", "is-task": "true", "dangling": "true",
    "publish": "80", "expose": "8080/tcp", "type": "container", "scope": "local", "until": "24h",
}  # fmt: skip


def any_operation(kind: type[Operation]) -> st.SearchStrategy[Operation]:
    """Valid operations of `kind`, every parameter sometimes left out and sometimes given.

    Values come from the parameters' types, and from the operation's own examples where those are narrower.
    """
    declared = parameters(kind)
    seen = [each for example in kind.examples for each in _example(kind, example)]
    fields = {
        each.name: st.one_of(_values(each), *(st.just(getattr(found, each.name)) for found in seen))
        for each in (*declared.options, *declared.arguments)
    }
    required = {each.name: fields[each.name] for each in (*declared.options, *declared.arguments) if each.required}
    optional = {name: strategy for name, strategy in fields.items() if name not in required}
    return st.fixed_dictionaries(required, optional=optional).map(lambda values: _made(kind, values))


def _example(kind: type[Operation], example: str) -> list[Operation]:
    try:
        return parse(example, Catalogue([kind]))
    except InvalidCommand:  # it shares its verb or stands on a listing: the whole catalogue's tests read it
        return []


def _made(kind: type[Operation], values: dict[str, Any]) -> Operation:
    try:
        return kind.model_validate(values)
    except ValidationError:
        reject()


def _values(parameter: Parameter) -> st.SearchStrategy[Any]:
    return _of(parameter.field.annotation, parameter.field.metadata, parameter)


def _of(annotation: Any, metadata: Sequence[Any], parameter: Parameter) -> st.SearchStrategy[Any]:
    origin = get_origin(annotation)
    if origin is Annotated:
        inner, *more = get_args(annotation)
        return _of(inner, [*metadata, *_flat(more)], parameter)
    if origin in (Union, UnionType):
        return st.one_of(*(_of(each, metadata, parameter) for each in get_args(annotation)))
    if origin is tuple:
        least = 1 if parameter.required else 0
        return st.lists(_of(get_args(annotation)[0], metadata, parameter), min_size=least, max_size=4).map(tuple)
    if origin is Literal:
        return st.sampled_from(get_args(annotation))
    return _plain(annotation, metadata, parameter)


def _plain(annotation: Any, metadata: Sequence[Any], parameter: Parameter) -> st.SearchStrategy[Any]:
    if annotation is type(None):
        return st.none()
    if annotation is bool:
        return st.booleans()
    if annotation is Listing:
        container = getattr(parameter.form, "refers_to", None) is Kind.CONTAINER
        return st.sampled_from(LISTINGS).map(Listing) if container else st.nothing()
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return st.sampled_from(list(annotation))
    if annotation in (int, float):
        low, high = _bound(metadata, "ge", -1), _bound(metadata, "le", 100_000)
        return st.integers(low, high) if annotation is int else st.floats(low, high)
    assert annotation is str, f"{parameter.name}: no strategy for {annotation}"
    patterns = [each.pattern for each in metadata if getattr(each, "pattern", None)]
    if patterns:
        return st.from_regex(patterns[0], fullmatch=True)
    return _texts({each.func for each in metadata if isinstance(each, AfterValidator)})


def _texts(validators: set[Any]) -> st.SearchStrategy[str]:
    for alias, strategy in _KNOWN:
        if _validators(alias) <= validators:
            return strategy
    if _validators(Filter) <= validators:
        known = [key for each in validators for key in inspect.getclosurevars(each).nonlocals.get("known", ())]
        keys = st.sampled_from(known) if known else _NAMES
        return keys.flatmap(lambda key: _filter_values(key).map(lambda value: f"{key}={value}"))
    return _WORDS if validators else st.text(max_size=20)


def _filter_values(key: str) -> st.SearchStrategy[str]:
    return st.just(_FILTER_VALUES[key]) if key in _FILTER_VALUES else _WORDS


def _validators(alias: Any) -> set[Any]:
    return {each.func for each in get_args(alias) if isinstance(each, AfterValidator)}


def _flat(metadata: Sequence[Any]) -> list[Any]:
    """Field(...) inside an Annotated carries its constraints in its own metadata."""
    return [part for each in metadata for part in (each, *getattr(each, "metadata", ()))]


def _bound(metadata: Sequence[Any], name: str, default: int) -> int:
    return next((int(getattr(each, name)) for each in metadata if getattr(each, name, None) is not None), default)
