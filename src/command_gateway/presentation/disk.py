"""What takes up disk on an engine, from Engine API /system/df, as `docker system df` shows it."""

from typing import Any

from command_gateway.presentation import containers, images
from command_gateway.presentation.humanise import ago, short, size, unix
from command_gateway.presentation.table import table

HEADERS = {"Type": "TYPE", "TotalCount": "TOTAL", "Active": "ACTIVE", "Size": "SIZE", "Reclaimable": "RECLAIMABLE"}
_RUNNING = ("running", "paused", "restarting")
_IMAGE = ("Repository", "Tag", "ID", "CreatedSince", "Size", "SharedSize", "UniqueSize", "Containers")
_CONTAINER = {"ID": "CONTAINER ID", "Image": "IMAGE", "Command": "COMMAND", "LocalVolumes": "LOCAL VOLUMES",
              "Size": "SIZE", "RunningFor": "CREATED", "Status": "STATUS", "Names": "NAMES"}  # fmt: skip
_VOLUME = {"Name": "VOLUME NAME", "Links": "LINKS", "Size": "SIZE"}
_CACHE = {"ID": "CACHE ID", "CacheType": "CACHE TYPE", "Size": "SIZE", "CreatedSince": "CREATED",
          "LastUsedSince": "LAST USED", "UsageCount": "USAGE", "Shared": "SHARED"}  # fmt: skip


def summary(found: Any) -> list[dict[str, str]]:
    """One row for each kind of thing."""
    return [_images(found), _containers(found), _volumes(found), _cache(found)]


def details(found: Any) -> dict[str, list[dict[str, str]]]:
    """One row for each image, container, volume and cache entry."""
    return {
        "Images": [_image(item) for item in found.get("Images") or []],
        "Containers": [_container(item) for item in found.get("Containers") or []],
        "Volumes": [_volume(item) for item in found.get("Volumes") or []],
        "BuildCache": [_cached(item) for item in found.get("BuildCache") or []],
    }


def detailed(found: Any) -> str:
    """The same as text, a table for each kind."""
    rows = details(found)
    taken = sum(item["Size"] for item in found.get("BuildCache") or [] if not item.get("Shared"))
    parts = [
        ("Images space usage:", {key: images.HEADERS[key] for key in _IMAGE}, rows["Images"]),
        ("Containers space usage:", _CONTAINER, rows["Containers"]),
        ("Local Volumes space usage:", _VOLUME, rows["Volumes"]),
        (f"Build cache usage: {size(taken)}", _CACHE, rows["BuildCache"]),
    ]
    return "\n".join(
        f"{title}\n\n" + table(list(headers.values()), [[row[key] for key in headers] for row in body])
        for title, headers, body in parts
    )


def _row(kind: str, total: int, active: int, taken: int, free: int, *, share: bool = True) -> dict[str, str]:
    percent = f" ({100 * free // taken}%)" if share and taken > 0 else ""
    return {
        "Type": kind,
        "TotalCount": str(total),
        "Active": str(active),
        "Size": size(taken),
        "Reclaimable": f"{size(free)}{percent}",
    }


def _images(found: Any) -> dict[str, str]:
    items = found.get("Images") or []
    used = sum(
        item["Size"] - item["SharedSize"]
        for item in items
        if item["Containers"] > 0 and -1 not in (item["Size"], item["SharedSize"])
    )
    active = sum(item["Containers"] > 0 for item in items)
    taken = found.get("LayersSize") or 0
    return _row("Images", len(items), active, taken, taken - used)


def _containers(found: Any) -> dict[str, str]:
    items = found.get("Containers") or []
    running = [item for item in items if item["State"] in _RUNNING]
    taken = sum(item.get("SizeRw") or 0 for item in items)
    return _row("Containers", len(items), len(running), taken, taken - sum(item.get("SizeRw") or 0 for item in running))


def _volumes(found: Any) -> dict[str, str]:
    usages = [item.get("UsageData") or {"RefCount": 0, "Size": 0} for item in found.get("Volumes") or []]
    sized = [usage for usage in usages if usage["Size"] != -1]
    free = sum(usage["Size"] for usage in sized if usage["RefCount"] == 0)
    active = sum(usage["RefCount"] > 0 for usage in usages)
    return _row("Local Volumes", len(usages), active, sum(usage["Size"] for usage in sized), free)


def _cache(found: Any) -> dict[str, str]:
    items = found.get("BuildCache") or []
    taken = sum(item["Size"] for item in items if not item.get("Shared"))
    free = sum(item["Size"] for item in items if not item.get("Shared") and not item.get("InUse"))
    return _row("Build Cache", len(items), sum(bool(item.get("InUse")) for item in items), taken, free, share=False)


def _image(item: Any) -> dict[str, str]:
    return next(images.rows(item, truncate=True, digests=False))


def _container(item: Any) -> dict[str, str]:
    return {**containers.row(item, truncate=True), "Size": size(item.get("SizeRw") or 0, 3)}


def _volume(item: Any) -> dict[str, str]:
    usage = item.get("UsageData") or {}
    taken = usage.get("Size", -1)
    return {"Name": item["Name"], "Links": str(usage.get("RefCount", 0)), "Size": "N/A" if taken < 0 else size(taken)}


def _cached(item: Any) -> dict[str, str]:
    used = item.get("LastUsedAt")
    return {
        "ID": short(item["ID"]),
        "CacheType": item["Type"],
        "Size": size(item["Size"], 3),
        "CreatedSince": ago(unix(item["CreatedAt"])),
        "LastUsedSince": ago(unix(used)) if used else "",
        "UsageCount": str(item["UsageCount"]),
        "Shared": str(bool(item.get("Shared"))).lower(),
    }
