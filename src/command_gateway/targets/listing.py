"""Reads the engine's lists (Engine API /containers/json, /images/json, /networks, /volumes) into sightings."""

import re
from collections.abc import Awaitable, Callable
from typing import Any

from command_gateway.operation import Engine, Kind
from command_gateway.sight import Sighting

_EXIT = re.compile(r"Exited \((-?\d+)\)")
_HEALTH = re.compile(r"\((healthy|unhealthy|health: starting)\)")
_DIGITS = re.compile(r"(\d+)")


async def of(kind: Kind, engine: Engine) -> tuple[Sighting, ...]:
    """All objects of `kind` on the engine, in natural order of their names (worker-2 before worker-10)."""
    found = await _READERS[kind](engine)
    return tuple(sorted(found, key=lambda each: natural(each.name)))


def natural(name: str) -> list[tuple[int, int, str]]:
    """A sort key under which numbers inside names count as numbers."""
    return [(1, int(part), "") if part.isdigit() else (0, 0, part) for part in _DIGITS.split(name.lower()) if part]


async def _containers(engine: Engine) -> list[Sighting]:
    return [container(item) for item in await engine.get("containers/json", all=True)]


def container(item: Any) -> Sighting:
    """One item of /containers/json."""
    names = [name.lstrip("/") for name in item.get("Names") or []]
    status = item.get("Status") or ""
    exited, health = _EXIT.search(status), _HEALTH.search(status)
    return Sighting(
        kind=Kind.CONTAINER,
        id=item["Id"],
        name=next((name for name in names if "/" not in name), item["Id"][:12]),  # a/b is a link's alias
        image=item.get("Image") or "",
        image_id=item.get("ImageID") or "",
        state=item.get("State") or "",
        health=health[1].removeprefix("health: ") if health else "",
        exit_code=int(exited[1]) if exited else None,
        created=float(item.get("Created") or 0),
        labels=item.get("Labels") or {},
        networks=tuple((item.get("NetworkSettings") or {}).get("Networks") or {}),
        volumes=tuple(value for mount in item.get("Mounts") or [] for value in _mount_names(mount)),
        ports=tuple(_port(port) for port in item.get("Ports") or []),
    )


def _mount_names(mount: Any) -> list[str]:
    return [mount[key] for key in ("Name", "Destination") if mount.get(key)]


def _port(port: Any) -> str:
    inside = f"{port.get('PrivatePort')}/{port.get('Type', 'tcp')}"
    return f"{port['PublicPort']}:{inside}" if port.get("PublicPort") else inside


async def _images(engine: Engine) -> list[Sighting]:
    found = []
    for item in await engine.get("images/json"):
        tags = tuple(tag for tag in item.get("RepoTags") or [] if tag != "<none>:<none>")
        name = tags[0] if tags else item["Id"].removeprefix("sha256:")[:12]
        created, labels = float(item.get("Created") or 0), item.get("Labels") or {}
        found.append(Sighting(Kind.IMAGE, item["Id"], name, created=created, labels=labels, also=tags))
    return found


async def _networks(engine: Engine) -> list[Sighting]:
    items = await engine.get("networks")
    return [Sighting(Kind.NETWORK, item["Id"], item["Name"], labels=item.get("Labels") or {}) for item in items]


async def _volumes(engine: Engine) -> list[Sighting]:
    items = (await engine.get("volumes")).get("Volumes") or []
    return [Sighting(Kind.VOLUME, item["Name"], item["Name"], labels=item.get("Labels") or {}) for item in items]


_READERS: dict[Kind, Callable[[Engine], Awaitable[list[Sighting]]]] = {
    Kind.CONTAINER: _containers,
    Kind.IMAGE: _images,
    Kind.NETWORK: _networks,
    Kind.VOLUME: _volumes,
}
