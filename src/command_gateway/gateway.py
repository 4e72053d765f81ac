"""The facade that every surface talks to: submit, decide, cancel, get, history."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from time import perf_counter
from typing import Any

import structlog

from command_gateway import __version__
from command_gateway.answer import Answer
from command_gateway.catalogue import Catalogue
from command_gateway.errors import Conflict, EngineError, LedgerUnavailable, NotFound, Overloaded
from command_gateway.events import Bus, Event
from command_gateway.ledger import Audit, Ledger, Page, Sealed, Summary
from command_gateway.metrics import Metrics
from command_gateway.pipeline.journal import answer_in
from command_gateway.pipeline.once import Once
from command_gateway.pipeline.passage import Passage
from command_gateway.pipeline.run import Path
from command_gateway.pipeline.waiting import WaitingRoom
from command_gateway.policies import PolicyJudge
from command_gateway.request import ENDS, Request, StageName, Status, now
from command_gateway.sight import Sight
from command_gateway.targets.inventory import Inventory

MOST_AT_ONCE = 1_000  # requests on the path; a waiting one is not on it
MOST_LISTED = 200

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class History:
    """One request as it stands: its summary, the answer (None while it runs), and its entries in the chain."""

    summary: Summary
    answer: Answer | None
    entries: tuple[Sealed, ...]


@dataclass(frozen=True, slots=True)
class Parts:
    """What the facade is built of; wiring puts them together."""

    catalogue: Catalogue
    path: Path
    ledger: Ledger
    inventories: Mapping[str, Inventory]
    judge: PolicyJudge
    bus: Bus
    metrics: Metrics
    closing: tuple[Any, ...] = ()  # things with an async close(), closed last
    model_configured: bool = False
    strategy: str = "local_socket"


class Gateway:
    """Understands, decides, runs, verifies and records requests on the engines it was given."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._under_way: dict[str, asyncio.Task[Answer]] = {}
        self._room = WaitingRoom(parts.ledger, parts.catalogue, parts.bus)
        self._once = Once(parts.ledger, self._new)
        self._closing = False

    @property
    def catalogue(self) -> Catalogue:
        """Every operation there is."""
        return self._parts.catalogue

    @property
    def metrics(self) -> Metrics:
        """The instruments that GET /metrics shows."""
        return self._parts.metrics

    async def start(self) -> None:
        """Opens the ledger and begins to watch the engine; an engine that is down does not stop the start.

        Raises:
            LedgerUnavailable: nothing could be recorded, so nothing may run.
        """
        await self._parts.ledger.open()
        for inventory in self._parts.inventories.values():
            inventory.start()

    async def close(self) -> None:
        """Lets running work end, then lets go of engine and ledger."""
        self._closing = True
        if self._under_way:
            await asyncio.wait(self._under_way.values())
        self._parts.bus.close()
        for inventory in self._parts.inventories.values():
            await inventory.close()
        for part in self._parts.closing:
            await part.close()
        await self._parts.ledger.close()

    async def submit(self, request: Request) -> Answer:
        """Takes one request along the path; returns when it ended or waits for a person.

        A caller that goes away does not stop what it has started: the path ends in the record.

        Raises:
            Overloaded: too many at once. Conflict: its idempotency key was used for another request.
        """
        if self._closing or len(self._under_way) >= MOST_AT_ONCE:
            raise Overloaded("the gateway takes no more requests right now", retry_after_seconds=1)
        if request.idempotency_key is None:
            return await self._new(request)
        return await self._once.submit(request, request.idempotency_key)

    async def decide(self, request_id: str, *, by: str, approve: bool, reason: str) -> Answer:
        """A person's decision on a waiting request; approved, it runs.

        Raises:
            NotFound, Conflict (it waits no more, or its plan is not the one that was shown), Forbidden (the asker).
        """
        if not approve:
            return await self._room.rejected(request_id, by, reason)
        passage = await self._room.approved(request_id, by, reason)
        return await self._walked(passage, StageName.POLICY)

    async def cancel(self, request_id: str, *, by: str, reason: str) -> Answer:
        """Takes a waiting request back. NotFound, Conflict."""
        return await self._room.cancelled(request_id, by, reason)

    async def get(self, request_id: str) -> History:
        """One request, whole. NotFound."""
        await self._room.expire(await self._parts.ledger.summary(request_id))
        summary = await self._parts.ledger.summary(request_id)
        if summary is None:
            raise NotFound(f"no request has the id {request_id!r}")
        entries = await self._parts.ledger.entries(request_id)
        return History(summary, answer_in(entries), tuple(entries))

    async def history(self, **filters: Any) -> Page:
        """Requests that fit, newest first; the filters are those of `Ledger.requests`."""
        waiting = await self._parts.ledger.requests(status=Status.PENDING_APPROVAL, limit=MOST_LISTED)
        for summary in waiting.requests:
            await self._room.expire(summary)
        return await self._parts.ledger.requests(**filters)

    async def targets(self) -> Sight:
        """The inventory that names are resolved against, fresh."""
        return await next(iter(self._parts.inventories.values())).sight(fresh=True)

    async def audit(self) -> Audit:
        """Walks the ledger's chain."""
        return await self._parts.ledger.verify()

    async def health(self) -> dict[str, Any]:
        """The body of GET /health, from what is known already: never waits for the engine."""
        name, inventory = next(iter(self._parts.inventories.items()))
        ledger = await self._ledger_state()
        engine = "ok" if inventory.watching else "unreachable"
        worst = "unhealthy" if ledger != "ok" else "healthy" if engine == "ok" else "degraded"
        return {
            "status": worst,
            "timestamp": now().isoformat(),
            "version": __version__,
            "checks": {
                "configuration": "ok",
                "execution_strategy": self._parts.strategy,
                "container_mappings": len(inventory.mappings),
                "engine": engine,
                "engine_name": name,
                "ledger": ledger,
                "language_model": "configured" if self._parts.model_configured else "not configured",
                "policy": self._parts.judge.version[:12],
            },
        }

    async def ready(self) -> tuple[bool, dict[str, str]]:
        """Whether the main job can be done now, and what is in its way."""
        checks = {"ledger": await self._ledger_state()}
        for name, inventory in self._parts.inventories.items():
            checks[f"engine {name}"] = "ok" if inventory.watching else "unreachable"
        return all(state == "ok" for state in checks.values()), checks

    async def events(self, request_id: str | None = None) -> AsyncIterator[Event]:
        """What happens from now on, event by event: of one request until it ended, or of all."""
        async for event in self._parts.bus.listen():
            if request_id in (None, event["request_id"]):
                yield event
                if request_id is not None and event["status"] in ENDS and event["stage"] == StageName.RECORD:
                    return

    async def _ledger_state(self) -> str:
        try:
            await self._parts.ledger.check()
        except LedgerUnavailable as broken:
            return broken.message
        return "ok"

    async def _new(self, request: Request) -> Answer:
        return await self._walked(Passage(request))

    async def _walked(self, passage: Passage, start: StageName = StageName.INTENT) -> Answer:
        task = asyncio.create_task(self._measured(passage, start))
        self._under_way[passage.request.request_id] = task
        task.add_done_callback(lambda _: self._under_way.pop(passage.request.request_id, None))
        return await asyncio.shield(task)

    async def _measured(self, passage: Passage, start: StageName) -> Answer:
        started = perf_counter()
        with self._parts.metrics.active_requests():
            if start is not StageName.INTENT:
                await self._look_anew(passage)
            await self._parts.path.walk(passage, start)
        if passage.verdict is not None and passage.plan is not None:
            self._parts.metrics.policy_decision(passage.verdict.outcome, passage.plan.effect)
        assert passage.answer is not None
        spent = perf_counter() - started
        self._parts.metrics.observe_request(passage.request.source_id, passage.status, spent)
        log.info(
            "request",
            request_id=passage.request.request_id,
            source_id=passage.request.source_id,
            status=passage.status,
            planner=passage.plan.planner if passage.plan else None,
            milliseconds=round(1000 * spent, 2),
        )
        return passage.answer

    async def _look_anew(self, passage: Passage) -> None:
        """Gives a resumed passage today's inventory; a target that is not there any more ends it unexecuted."""
        assert passage.plan is not None
        try:
            inventory = self._parts.inventories[passage.plan.steps[0].engine]
            passage.sight = await inventory.sight(fresh=True)
        except (EngineError, KeyError) as broken:
            passage.problem = (
                broken if isinstance(broken, EngineError) else Conflict("its engine is not configured any more")
            )
            passage.move(passage.problem.status)
            return
        there = {(each.id, each.name) for each in passage.sight.objects}
        moved = [t.name for step in passage.plan.steps for t in step.targets if (t.id, t.name) not in there]
        if moved:
            passage.problem = Conflict(f"the approval is void: {', '.join(moved)} is not what it was when it was shown")
            passage.move(Status.EXPIRED)
