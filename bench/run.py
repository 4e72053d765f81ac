"""Measures the gateway against the raw Engine API and the docker CLI, in one run on one engine.

    python bench/run.py [--host unix:///...] [--rounds N] [--seconds S]

Without --host it starts a private engine. Prints a table and writes bench/results/latest.json.
"""

import argparse
import asyncio
import json
import platform
import statistics
import sys
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.fleet import Fleet, fleet  # noqa: E402  (the path above makes them importable as a script)
from bench.gateway_process import GatewayProcess  # noqa: E402
from bench.load import Connection, drive  # noqa: E402
from bench.planner import times  # noqa: E402

CLIENTS = 50
GOALS = {
    "gateway / docker CLI": "at most 0.25",
    "gateway - raw call": "at most 6 ms",
    "planner p95": "at most 2 ms",
    "status answers per second": "at least 500",
    "/health p99 while stats hang": "under 50 ms",
    "resident memory": "under 150 MB",
    "start to ready": "under 2.5 s",
}
Measured = dict[str, Any]


def spread(seconds: list[float]) -> dict[str, float]:
    """Median, 95th and 99th percentile in milliseconds."""
    cuts = statistics.quantiles(sorted(seconds), n=100, method="inclusive")
    return {"median_ms": 1000 * statistics.median(seconds), "p95_ms": 1000 * cuts[94], "p99_ms": 1000 * cuts[98]}


async def timed(ask: Callable[[], Awaitable[object]], rounds: int) -> list[float]:
    """Seconds of each of `rounds` calls, after three that are not counted."""
    for _ in range(3):
        await ask()
    found = []
    for _ in range(rounds):
        started = perf_counter()
        await ask()
        found.append(perf_counter() - started)
    return found


async def side_by_side(one: Fleet, gateway: GatewayProcess, rounds: int) -> Measured:
    """The same three questions in English, as an Engine API call, and through the docker CLI, taking turns."""
    questions = {
        "status": (f"is {one.name} running?", one.raw_status, ("ps", "--all", "--filter", f"name=^{one.name}$")),
        "logs": (f"show the last 20 lines of logs of {one.name}", one.raw_logs, ("logs", "--tail", "20", one.name)),
        "inspect": (f"inspect {one.name}", one.raw_inspect, ("inspect", one.name)),
    }
    found: Measured = {}
    connection = await Connection.open(gateway.port)
    for subject, (english, raw, words) in questions.items():
        taken: dict[str, list[float]] = {"gateway": [], "raw": [], "cli": []}
        asks = {
            "gateway": lambda text=english: connection.ask(text),
            "raw": raw,
            "cli": lambda line=words: one.cli(*line),
        }
        for _ in range(rounds):
            for way, ask in asks.items():
                taken[way] += await timed(ask, 1)
        found[subject] = {way: spread(seconds) for way, seconds in taken.items()}
        found[subject]["ratio_to_cli"] = statistics.median(taken["gateway"]) / statistics.median(taken["cli"])
        found[subject]["more_than_raw_ms"] = 1000 * (
            statistics.median(taken["gateway"]) - statistics.median(taken["raw"])
        )
    await connection.close()
    return found


async def crowd(one: Fleet, gateway: GatewayProcess, seconds: float) -> Measured:
    """50 clients ask for a status at once, each answer checked, and each with its record in the ledger."""
    before = await gateway.entries()
    done = await drive(gateway.port, f"is {one.name} running?", CLIENTS, seconds)
    after = await gateway.entries()
    return {
        "clients": CLIENTS,
        "answers_per_second": len(done.seconds) / done.elapsed,
        "answers": len(done.seconds),
        "ledger_entries": after - before,
        **spread(done.seconds),
    }


async def health_under_load(gateway: GatewayProcess) -> Measured:
    """GET /health, over and over, while 50 stats requests wait for the engine."""
    hanging = [
        asyncio.create_task(gateway.ask_once("show container resource usage statistics")) for _ in range(CLIENTS)
    ]
    connection = await Connection.open(gateway.port)
    taken: list[float] = []
    while not all(task.done() for task in hanging) and len(taken) < 5_000:
        taken += await timed(connection.health, 1)
    answers = await asyncio.gather(*hanging)
    await connection.close()
    right = sum(answer["overall_status"] == "COMPLETED_SUCCESS" for answer in answers)
    return {**spread(taken), "samples": len(taken), "stats_answered": right}


async def measure(host: str | None, rounds: int, seconds: float) -> Measured:
    """Everything, against one engine and one gateway process."""
    with ExitStack() as stack:
        one = stack.enter_context(fleet(host))
        gateway = GatewayProcess(one.host)
        try:
            ready = await gateway.start()
            found: Measured = {"start_to_ready_s": ready}
            found["side_by_side"] = await side_by_side(one, gateway, rounds)
            found["planner"] = spread(await times())
            found["crowd"] = await crowd(one, gateway, seconds)
            found["health_while_stats_hang"] = await health_under_load(gateway)
            found["resident_mb"] = gateway.resident_mb()
            return found
        finally:
            await gateway.stop()
            await one.close()


def show(found: Measured) -> None:
    """The figures as aligned tables."""
    print(f"\n{'question':10} {'way':8} {'median':>10} {'p95':>10}")
    for subject, ways in found["side_by_side"].items():
        for way in ("gateway", "raw", "cli"):
            print(f"{subject:10} {way:8} {ways[way]['median_ms']:7.2f} ms {ways[way]['p95_ms']:7.2f} ms")
    print(f"\n{'figure':36} {'measured':>18}  goal")
    for name, value, goal in _figures(found):
        print(f"{name:36} {value:>18}  {GOALS.get(goal, goal)}")


def _figures(found: Measured) -> list[tuple[str, str, str]]:
    """Each figure with the goal that it is held against."""
    beside, planner, crowd = found["side_by_side"], found["planner"], found["crowd"]
    health = found["health_while_stats_hang"]
    rows = []
    for subject, ways in beside.items():
        rows.append((f"gateway / docker CLI ({subject})", f"{ways['ratio_to_cli']:.2f}", "gateway / docker CLI"))
    for subject, ways in beside.items():
        rows.append((f"gateway - raw call ({subject})", f"{ways['more_than_raw_ms']:.2f} ms", "gateway - raw call"))
    return [
        *rows,
        ("planner median / p95", f"{planner['median_ms']:.2f} / {planner['p95_ms']:.2f} ms", "planner p95"),
        ("status answers per second", f"{crowd['answers_per_second']:.0f}", "status answers per second"),
        ("ledger entries / answers", f"{crowd['ledger_entries']} / {crowd['answers']}", "each has its record"),
        ("/health p99 while stats hang", f"{health['p99_ms']:.1f} ms", "/health p99 while stats hang"),
        ("resident memory", f"{found['resident_mb']:.0f} MB", "resident memory"),
        ("start to ready", f"{found['start_to_ready_s']:.2f} s", "start to ready"),
    ]


def machine() -> dict[str, object]:
    """What the figures were taken on."""
    cpus = [line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")]
    return {
        "cores": len(cpus),
        "cpu": cpus[0].partition(":")[2].strip() if cpus else platform.processor(),
        "python": platform.python_version(),
        "system": platform.system(),
        "kernel": platform.release().split("-")[0],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--host", help="an engine to measure on; without it a private one is started")
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=8.0)
    options = parser.parse_args()
    found = asyncio.run(measure(options.host, options.rounds, options.seconds))
    found = {"taken_at": datetime.now(UTC).isoformat(timespec="seconds"), "machine": machine(), "goals": GOALS, **found}
    show(found)
    results = ROOT / "bench" / "results"
    results.mkdir(exist_ok=True)
    (results / "latest.json").write_text(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main()
