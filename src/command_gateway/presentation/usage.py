"""What a container uses, from Engine API /containers/{id}/stats, in the fields of `docker stats`."""

from typing import Any

from command_gateway.presentation.humanise import binary_size, size

HEADERS = {
    "ID": "CONTAINER ID",
    "Name": "NAME",
    "CPUPerc": "CPU %",
    "MemUsage": "MEM USAGE / LIMIT",
    "MemPerc": "MEM %",
    "NetIO": "NET I/O",
    "BlockIO": "BLOCK I/O",
    "PIDs": "PIDS",
    "Container": "CONTAINER",
}
COLUMNS = ("ID", "Name", "CPUPerc", "MemUsage", "MemPerc", "NetIO", "BlockIO", "PIDs")


def row(name: str, identifier: str, seen: Any) -> dict[str, str]:
    """One container's reading as the fields of a row."""
    used, limit = _memory(seen.get("memory_stats") or {})
    networks = (seen.get("networks") or {}).values()
    received, sent = sum(each["rx_bytes"] for each in networks), sum(each["tx_bytes"] for each in networks)
    read, written = _blocks(seen.get("blkio_stats") or {})
    return {
        "Container": name,
        "ID": identifier,
        "Name": name,
        "CPUPerc": f"{_cpu(seen):.2f}%",
        "MemUsage": f"{binary_size(used)} / {binary_size(limit)}",
        "MemPerc": f"{100 * used / limit if limit else 0:.2f}%",
        "NetIO": f"{size(received, 3)} / {size(sent, 3)}",
        "BlockIO": f"{size(read, 3)} / {size(written, 3)}",
        "PIDs": str((seen.get("pids_stats") or {}).get("current", 0)),
    }


def _cpu(seen: Any) -> float:
    """Percent of one processor since the reading before."""
    now, before = seen.get("cpu_stats") or {}, seen.get("precpu_stats") or {}
    used = now.get("cpu_usage", {}).get("total_usage", 0) - before.get("cpu_usage", {}).get("total_usage", 0)
    passed = now.get("system_cpu_usage", 0) - before.get("system_cpu_usage", 0)
    processors = now.get("online_cpus") or len(now.get("cpu_usage", {}).get("percpu_usage") or []) or 1
    return 100 * used / passed * processors if used > 0 and passed > 0 else 0.0


def _memory(memory: Any) -> tuple[int, int]:
    """Bytes in use without the page cache that can be dropped, and the limit."""
    details = memory.get("stats") or {}
    droppable = details.get("total_inactive_file", details.get("inactive_file", 0))
    used = memory.get("usage", 0)
    return (used - droppable if droppable < used else used), memory.get("limit", 0)


def _blocks(blocks: Any) -> tuple[int, int]:
    totals = {"read": 0, "write": 0}
    for each in blocks.get("io_service_bytes_recursive") or []:
        kind = str(each.get("op", "")).lower()
        totals[kind] = totals.get(kind, 0) + each.get("value", 0)
    return totals["read"], totals["write"]
