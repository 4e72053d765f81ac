"""Second looks that several operations share: poll inspect until the promise holds or patience ends."""

import asyncio
from collections.abc import Callable, Sequence
from time import monotonic
from typing import Any

from command_gateway.errors import TargetGone
from command_gateway.operation import Engine, Proof, Target, Verification

FIRST_PAUSE = 0.05  # seconds; doubles up to the longest
LONGEST_PAUSE = 1.0
DEFAULT_GRACE = 10.0  # seconds between SIGTERM and SIGKILL where a stop names none

Judge = Callable[[Any, Any], Verification | None]
"""(what inspect said before, what it says now) -> the verdict, or None to look again."""


async def settled(engine: Engine, targets: Sequence[Target], before: Sequence[Any], judge: Judge) -> Verification:
    """Looks at all targets until `judge` has a verdict on each; the worst verdict speaks for all."""
    verdicts = await asyncio.gather(
        *(_one(engine, target, was, judge) for target, was in zip(targets, before, strict=True))
    )
    order = [Proof.FAILED, Proof.UNKNOWN, Proof.VERIFIED]
    worst = min(verdicts, key=lambda each: order.index(each.outcome)).outcome
    said = [
        each.observed if len(targets) == 1 else f"{target.name}: {each.observed}"
        for target, each in zip(targets, verdicts, strict=True)
    ]
    return Verification(worst, "; ".join(said))


async def runs_anew(engine: Engine, targets: Sequence[Target], before: Sequence[Any]) -> Verification:
    """Running since after the change, and healthy where there is a health check."""
    return await settled(engine, targets, before, _runs_anew)


async def state_is(wanted: str, engine: Engine, targets: Sequence[Target], before: Sequence[Any]) -> Verification:
    """In the state `wanted` (running, exited, paused)."""

    def judge(_: Any, now: Any) -> Verification | None:
        seen = now["State"]["Status"]
        return Verification(Proof.VERIFIED, _story(now)) if seen == wanted else None

    return await settled(engine, targets, before, judge)


def _runs_anew(before: Any, now: Any) -> Verification | None:
    state = now["State"]
    health = (state.get("Health") or {}).get("Status", "none")
    if state["Status"] in ("exited", "dead"):
        return Verification(Proof.FAILED, _story(now))
    fresh = state["StartedAt"] != before["State"]["StartedAt"]
    if state["Status"] != "running" or not fresh or health == "starting":
        return None
    if health == "unhealthy":
        return Verification(Proof.FAILED, "running but unhealthy")
    return Verification(Proof.VERIFIED, _story(now))


def _story(now: Any) -> str:
    state = now["State"]
    health = (state.get("Health") or {}).get("Status")
    if state["Status"] == "exited":
        return f"exited with code {state['ExitCode']}"
    return f"{state['Status']} and {health}" if health not in (None, "none") else str(state["Status"])


async def _one(engine: Engine, target: Target, before: Any, judge: Judge) -> Verification:
    started, pause = monotonic(), FIRST_PAUSE
    while True:
        try:
            now = await engine.get(f"containers/{target.id}/json")
        except TargetGone:
            return Verification(Proof.FAILED, "the container is gone")
        verdict = judge(before, now)
        waited = monotonic() - started
        if verdict is not None:
            after = f" after {waited:.1f} s" if waited >= 0.1 else ""
            return Verification(verdict.outcome, f"{verdict.observed}{after}")
        if waited + pause > engine.patience:
            return Verification(Proof.FAILED, f"still {_story(now)} after {waited:.1f} s")
        await asyncio.sleep(pause)
        pause = min(2 * pause, LONGEST_PAUSE)
