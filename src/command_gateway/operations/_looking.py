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


async def settled(
    engine: Engine, targets: Sequence[Target], before: Sequence[Any], judge: Judge, *, ends: bool = False
) -> Verification:
    """Looks at all targets until `judge` has a verdict on each; the worst verdict speaks for all.

    `ends` says that the change ends the process, which removes a container made with --rm.
    """
    verdicts = await asyncio.gather(
        *(_one(engine, target, was, judge, ends) for target, was in zip(targets, before, strict=True))
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


async def ran(engine: Engine, targets: Sequence[Target], before: Sequence[Any]) -> Verification:
    """Running now, and healthy where there is a health check; or started anew, and ended well already."""
    return await settled(engine, targets, before, _ran)


async def stands(engine: Engine, targets: Sequence[Target], before: Sequence[Any], *states: str) -> Verification:
    """In one of `states` (running, paused)."""
    return await settled(engine, targets, before, _in(states))


async def stopped(engine: Engine, targets: Sequence[Target], before: Sequence[Any]) -> Verification:
    """Not running any more, or never."""
    return await settled(engine, targets, before, _in(("exited", "created", "dead")), ends=True)


def _in(states: Sequence[str]) -> Judge:
    def judge(_: Any, now: Any) -> Verification | None:
        return Verification(Proof.VERIFIED, story(now)) if now["State"]["Status"] in states else None

    return judge


def _runs_anew(before: Any, now: Any) -> Verification | None:
    fresh = now["State"]["StartedAt"] != before["State"]["StartedAt"]
    return _runs(before, now) if fresh else None


def _ran(before: Any, now: Any) -> Verification | None:
    fresh = now["State"]["StartedAt"] != before["State"]["StartedAt"]
    if fresh and now["State"]["Status"] == "exited" and now["State"]["ExitCode"] == 0:
        return Verification(Proof.VERIFIED, "ran, and exited with code 0")
    return _runs(before, now)


def _runs(_: Any, now: Any) -> Verification | None:
    state = now["State"]
    health = (state.get("Health") or {}).get("Status", "none")
    if state["Status"] in ("exited", "dead"):
        return Verification(Proof.FAILED, story(now))
    if state["Status"] != "running" or health == "starting":
        return None
    if health == "unhealthy":
        return Verification(Proof.FAILED, "running but unhealthy")
    return Verification(Proof.VERIFIED, story(now))


def story(now: Any) -> str:
    """The state of a container in plain words, from what inspect says of it."""
    state = now["State"]
    health = (state.get("Health") or {}).get("Status")
    if state["Status"] == "exited":
        return f"exited with code {state['ExitCode']}"
    return f"{state['Status']} and {health}" if health not in (None, "none") else str(state["Status"])


async def _one(engine: Engine, target: Target, before: Any, judge: Judge, ends: bool) -> Verification:
    started, pause = monotonic(), FIRST_PAUSE
    while True:
        try:
            now = await engine.get(f"containers/{target.id}/json")
        except TargetGone:
            if ends and before["HostConfig"].get("AutoRemove"):
                return Verification(Proof.VERIFIED, "ended and removed, as it was made to be")
            return Verification(Proof.FAILED, "the container is gone")
        verdict = judge(before, now)
        waited = monotonic() - started
        if verdict is not None:
            after = f" after {waited:.1f} s" if waited >= 0.1 else ""
            return Verification(verdict.outcome, f"{verdict.observed}{after}")
        if waited + pause > engine.patience:
            return Verification(Proof.FAILED, f"still {story(now)} after {waited:.1f} s")
        await asyncio.sleep(pause)
        pause = min(2 * pause, LONGEST_PAUSE)
