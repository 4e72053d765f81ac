"""From what a request calls its targets to explicit objects on the engine; unsure means asking back."""

from collections.abc import Callable, Iterable, Sequence

from command_gateway.errors import Ambiguous, Clarification, UnknownTarget
from command_gateway.operation import Kind
from command_gateway.selector import Condition, Pick, Selector
from command_gateway.sight import Sight, Sighting
from command_gateway.targets import names
from command_gateway.targets.listing import natural

MOST_CANDIDATES = 10
_SHORTEST_ID = 4  # characters of an id's prefix that count as naming it


class NothingSelected(Clarification):
    """The conditions are clear, and nothing on the engine meets them now."""

    code = "NOTHING_SELECTED"


def resolve(selector: Selector, sight: Sight, *, usual_states: Sequence[str] = ()) -> tuple[Sighting, ...]:
    """The objects that `selector` means, in natural order of names; named ones in the order they were named.

    `usual_states` narrow "all containers" when no state is asked for.

    Raises:
        UnknownTarget, Ambiguous, NothingSelected: with the candidates.
    """
    found = list(_named(selector, sight))
    if selector.everything or selector.conditions:
        found += _fitting(selector, sight, usual_states)
    found = list(dict.fromkeys(found))
    if selector.excluded is not None:
        out = set(_excluded(selector.excluded, sight))
        found = [each for each in found if each not in out]
    if selector.pick is not None:
        found = _picked(selector.pick, found)
    if not found:
        raise NothingSelected(_nothing(selector), candidates=_near((), sight, selector.kind))
    return tuple(found)


def find(name: str, sight: Sight, kind: Kind = Kind.CONTAINER) -> Sighting | None:
    """The one object that bears exactly this name: logical name, name, tag, or the start of an id."""
    wanted = sight.mappings.get(_plain(name), name) if kind is Kind.CONTAINER else name
    objects = sight.of(kind)
    for each in objects:
        if wanted in (each.name, each.id) or _tagged(wanted, each):
            return each
    prefix = wanted.removeprefix("sha256:").lower()
    starting = [each for each in objects if each.id.removeprefix("sha256:").startswith(prefix)]
    return starting[0] if len(starting) == 1 and len(prefix) >= _SHORTEST_ID else None


def logical(name: str, sight: Sight) -> Sighting:
    """The container that a request's target_resource names: exactly, by mapping, or but for case and separators.

    A typing error is not followed here: a structured field is meant to be exact.

    Raises:
        UnknownTarget: with near names as candidates.
        Ambiguous: several containers bear it.
    """
    exact = find(name, sight)
    if exact is not None:
        return exact
    wanted = set(_plain(name).split("-"))
    containers = sight.of(Kind.CONTAINER)
    same = [each for each in containers if _plain(each.name) == _plain(name) or each.service == name]
    loose = same or [each for each in containers if wanted <= set(_plain(each.name).split("-"))]
    if len(loose) == 1:
        return loose[0]
    if loose:
        raise Ambiguous(f"{name!r} could be any of {len(loose)} containers", candidates=_names(loose))
    raise _unknown(name, sight, Kind.CONTAINER)


def _named(selector: Selector, sight: Sight) -> Iterable[Sighting]:
    for name in selector.names:
        exact = find(name, sight, selector.kind)
        if exact is None:
            raise _unknown(name, sight, selector.kind)
        yield exact
    for mention in selector.mentions:
        yield from _mentioned(mention, selector, sight)


def _mentioned(mention: str, selector: Selector, sight: Sight) -> Iterable[Sighting]:
    exact = find(mention, sight, selector.kind)
    if exact is not None:
        return [exact]
    by_name = {each.name: each for each in sight.of(selector.kind)}
    group = [each for each in by_name.values() if each.service and _plain(each.service) == _plain(mention)]
    match = names.match(mention, list(by_name))
    meant = group or [by_name[name] for name in match.best]
    if len(meant) == 1 or (meant and selector.several):
        return meant
    if len(meant) > 1:
        raise Ambiguous(f"{mention!r} could be any of {len(meant)} {selector.kind}s: which one, or all of them?",
                        candidates=_names(meant))  # fmt: skip
    if match.candidates:
        raise UnknownTarget(_unknown_text(mention), candidates=match.candidates[:MOST_CANDIDATES])
    raise _unknown(mention, sight, selector.kind)


def _excluded(selector: Selector, sight: Sight) -> Iterable[Sighting]:
    """An exception that names nothing would silently widen what is done, so it must resolve."""
    try:
        return resolve(selector, sight)
    except NothingSelected:
        return ()


def _fitting(selector: Selector, sight: Sight, usual_states: Sequence[str]) -> list[Sighting]:
    asked = {condition.key for condition in selector.conditions}
    conditions = list(selector.conditions)
    if selector.kind is Kind.CONTAINER and not asked & {"status", "health", "exited", "id", "name"}:
        conditions += [Condition("status", state) for state in usual_states]
    return [each for each in sight.of(selector.kind) if _meets(each, conditions, sight)]


def _meets(each: Sighting, conditions: Sequence[Condition], sight: Sight) -> bool:
    """As `docker ps --filter` has it: values of one key are alternatives, but every label must match."""
    for key in {condition.key for condition in conditions}:
        values = [condition.value for condition in conditions if condition.key == key]
        holds = [_TESTS[key](each, value, sight) for value in values]
        if not (all(holds) if key == "label" else any(holds)):
            return False
    return True


def _label(each: Sighting, value: str, _: Sight) -> bool:
    key, equals, wanted = value.partition("=")
    return key in each.labels and (not equals or each.labels[key] == wanted)


def _exited(each: Sighting, value: str, _: Sight) -> bool:
    if each.state != "exited" or each.exit_code is None:
        return False
    return each.exit_code != int(value[1:]) if value.startswith("!") else each.exit_code == int(value)


def _ancestor(each: Sighting, value: str, sight: Sight) -> bool:
    """The image itself; an image built upon it is the engine's to know, and counts by its id where it is listed."""
    image = find(value, sight, Kind.IMAGE)
    by_name = each.image in (value, f"{value}:latest") or f"{each.image}:latest" == value
    return by_name or (image is not None and each.image_id == image.id)


def _created(each: Sighting, value: str, sight: Sight) -> float:
    other = find(value, sight)
    if other is None:
        raise _unknown(value, sight, Kind.CONTAINER)
    return each.created - other.created


def _publishes(each: Sighting, value: str, _: Sight) -> bool:
    """By its port on the host, or inside."""
    port, slash, protocol = value.partition("/")
    inside = f":{port}/{protocol if slash else 'tcp'}"
    return any(one.startswith(f"{port}:") or one.endswith(inside) for one in each.ports)


_TESTS: dict[str, Callable[[Sighting, str, Sight], bool]] = {
    "name": lambda each, value, _: value.strip("^/$") == each.name if value.startswith("^") else value in each.name,
    "id": lambda each, value, _: each.id.startswith(value),
    "label": _label,
    "status": lambda each, value, _: each.state == value,
    "health": lambda each, value, _: (each.health or "none") == value,
    "exited": _exited,
    "ancestor": _ancestor,
    "network": lambda each, value, _: value in each.networks,
    "volume": lambda each, value, _: value in each.volumes,
    "publish": _publishes,
    "expose": lambda each, value, _: any(
        value.partition("/")[0] == one.split(":")[-1].partition("/")[0] for one in each.ports
    ),
    "before": lambda each, value, sight: _created(each, value, sight) < 0,
    "since": lambda each, value, sight: _created(each, value, sight) > 0,
    "project": lambda each, value, _: each.project == value,
    "service": lambda each, value, _: each.service == value,
}


def _picked(pick: Pick, found: list[Sighting]) -> list[Sighting]:
    ordered = sorted(found, key=lambda each: natural(each.name))
    if pick.end == "first":
        return ordered[: pick.count] if pick.keep else ordered[pick.count :]
    cut = max(len(ordered) - pick.count, 0)
    return ordered[cut:] if pick.keep else ordered[:cut]


def _tagged(wanted: str, each: Sighting) -> bool:
    if each.kind is not Kind.IMAGE:
        return False
    return wanted in each.also or (":" not in wanted.rpartition("/")[2] and f"{wanted}:latest" in each.also)


def _plain(name: str) -> str:
    return "-".join(name.lower().replace("_", " ").replace("-", " ").replace(".", " ").split())


def _names(found: Iterable[Sighting]) -> list[str]:
    return [each.name for each in found][:MOST_CANDIDATES]


def _near(wanted: Sequence[str], sight: Sight, kind: Kind) -> list[str]:
    listed = [each.name for each in sight.of(kind)]
    near = [name for each in wanted for name in names.match(each, listed).candidates]
    return (near or listed)[:MOST_CANDIDATES]


def _unknown_text(name: str) -> str:
    return f"Unknown logical service name: {name}"  # the words of the first generation: CONTRACT section 1


def _unknown(name: str, sight: Sight, kind: Kind) -> UnknownTarget:
    mapped = sight.mappings.get(_plain(name)) if kind is Kind.CONTAINER else None
    text = _unknown_text(name)
    if mapped:
        text = f"{text} (mapped to {mapped}, which is not on engine {sight.engine})"
    return UnknownTarget(text, candidates=_near((name,), sight, kind))


def _nothing(selector: Selector) -> str:
    if selector.conditions:
        asked = " and ".join(f"{each.key}={each.value}" for each in selector.conditions)
        return f"no {selector.kind} has {asked} now, so there is nothing to do"
    return f"no {selector.kind} is left to act on"
