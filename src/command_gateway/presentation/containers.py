"""A container as `docker ps` shows it; field names are those of the CLI's own formats."""

from collections.abc import Iterator, Sequence
from typing import Any

from command_gateway.presentation.humanise import ago, ellipsis, local, quoted, short, size

HEADERS = {
    "ID": "CONTAINER ID",
    "Image": "IMAGE",
    "Command": "COMMAND",
    "RunningFor": "CREATED",
    "Status": "STATUS",
    "Ports": "PORTS",
    "Names": "NAMES",
    "Size": "SIZE",
}
_LONGEST_COMMAND = 20


def row(item: Any, *, truncate: bool) -> dict[str, Any]:
    """One item of Engine API /containers/json as the fields of a row."""
    command = item.get("Command") or ""
    labels = item.get("Labels") or {}
    networks = (item.get("NetworkSettings") or {}).get("Networks") or {}
    mounts = [mount.get("Name") or mount.get("Source") or "" for mount in item.get("Mounts") or []]
    return {
        "ID": short(item["Id"]) if truncate else item["Id"],
        "Image": _image(item, truncate=truncate),
        "Command": quoted(ellipsis(command, _LONGEST_COMMAND) if truncate else command),
        "CreatedAt": local(item.get("Created") or 0),
        "RunningFor": ago(float(item.get("Created") or 0)),
        "State": item.get("State") or "",
        "Status": item.get("Status") or "",
        "Platform": None,  # what the CLI prints for an engine that does not tell
        "Ports": ports(item.get("Ports") or []),
        "Names": _names(item.get("Names") or [], truncate=truncate),
        "Size": _size(item),
        "Labels": ",".join(f"{key}={value}" for key, value in labels.items()),
        "Networks": ",".join(networks),
        "Mounts": ",".join(ellipsis(mount, 15) if truncate else mount for mount in mounts),
        "LocalVolumes": str(sum(1 for mount in item.get("Mounts") or [] if mount.get("Driver") == "local")),
    }


def ports(found: Sequence[Any]) -> str:
    """Ports with neighbours joined to ranges; those bound to another host port stand last."""
    ordered = sorted(
        found, key=lambda port: (port["PrivatePort"], port.get("IP", ""), port.get("PublicPort", 0), port["Type"])
    )
    ranges: dict[str, list[int]] = {}
    ended: list[str] = []
    moved: list[str] = []
    for port in ordered:
        inside, address = port["PrivatePort"], _address(port.get("IP", ""))
        if address and port.get("PublicPort") != inside:
            moved.append(f"{address}:{port.get('PublicPort', 0)}->{inside}/{port['Type']}")
            continue
        key = f"{address}|{port['Type']}"
        if key in ranges and ranges[key][1] + 1 != inside:
            ended.append(_range(key, ranges.pop(key)))
        ranges.setdefault(key, [inside, inside])[1] = inside
    return ", ".join([*ended, *(_range(key, bounds) for key, bounds in ranges.items()), *moved])


def _range(key: str, bounds: Sequence[int]) -> str:
    address, _, protocol = key.partition("|")
    first, last = bounds
    text = str(first) if first == last else f"{first}-{last}"
    return f"{address}:{text}->{text}/{protocol}" if address else f"{text}/{protocol}"


def _address(text: str) -> str:
    return f"[{text}]" if ":" in text else text


def _image(item: Any, *, truncate: bool) -> str:
    image: str = item.get("Image") or "<no image>"
    if not truncate:
        return image
    if short(item.get("ImageID") or "") == short(image):
        return short(image)
    name, digest, _ = image.partition("@")
    return name if digest and ":" in name.rpartition("/")[2] else image


def _names(names: Sequence[str], *, truncate: bool) -> str:
    plain = [name.removeprefix("/") for name in names]
    return ",".join(_own(plain) if truncate else plain)


def _own(names: Sequence[str]) -> Iterator[str]:
    """Names of its own, without the aliases that links give it."""
    return (name for name in names if "/" not in name)


def _size(item: Any) -> str:
    own, virtual = item.get("SizeRw") or 0, item.get("SizeRootFs") or 0
    return f"{size(own, 3)} (virtual {size(virtual, 3)})" if virtual > 0 else size(own, 3)
