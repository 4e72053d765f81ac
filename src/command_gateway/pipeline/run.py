"""Walks a request along the path: the order of STAGES, "about to" before a change, "did" after it."""

from time import perf_counter

import structlog

from command_gateway.errors import GatewayError, LedgerUnavailable
from command_gateway.events import Bus, Event
from command_gateway.metrics import Metrics
from command_gateway.pipeline import STAGES
from command_gateway.pipeline.journal import Journal
from command_gateway.pipeline.passage import Passage, Stages
from command_gateway.pipeline.record import answer_of
from command_gateway.redaction import redact
from command_gateway.request import StageName, Status, now

log = structlog.get_logger(__name__)


class InternalFault(GatewayError):
    """A fault of the gateway itself; nothing more is done for this request."""


class Path:
    """The stages in their order, and the journal that tells of them."""

    def __init__(self, stages: Stages, journal: Journal, bus: Bus, metrics: Metrics) -> None:
        self._stages = stages
        self._journal = journal
        self._bus = bus
        self._metrics = metrics

    async def walk(self, passage: Passage, start: StageName = StageName.INTENT) -> None:
        """Takes the passage from `start` to its end or its pause; its answer is set whatever happens."""
        at = STAGES.index(start)
        while passage.status is Status.RUNNING and STAGES[at] is not StageName.RECORD:
            await self._one(passage, STAGES[at])
            at = self._following(at, passage)
        await self._record(passage)

    def _following(self, at: int, passage: Passage) -> int:
        """The next stage; execution and verification take turns until every step has run."""
        if STAGES[at] is StageName.VERIFICATION and passage.next_step is not None:
            return STAGES.index(StageName.EXECUTION)
        return at + 1

    async def _one(self, passage: Passage, name: StageName) -> None:
        passage.stage = name
        self._tell(passage)
        started = perf_counter()
        try:
            ended = await self._staged(passage, name)
        except GatewayError as problem:
            passage.problem = problem
            ended = problem.status
        except Exception as fault:
            log.exception("stage_failed", stage=name, request_id=passage.request.request_id)
            passage.problem = InternalFault(
                f"{type(fault).__name__} in stage {name}; the gateway's log has the details"
            )
            ended = Status.INTERNAL_ERROR
        spent = perf_counter() - started
        passage.seconds[name] = passage.seconds.get(name, 0.0) + spent
        self._metrics.stage(name, spent)
        if ended is not None:
            passage.move(ended)

    async def _staged(self, passage: Passage, name: StageName) -> Status | None:
        changes = name is StageName.EXECUTION and passage.changes
        if changes and not passage.results:
            await self._journal.about_to(passage)
        ended = await self._stages[name].run(passage)
        if changes:
            await self._journal.did(passage)
        return ended

    async def _record(self, passage: Passage) -> None:
        passage.stage = StageName.RECORD
        try:
            await self._stages[StageName.RECORD].run(passage)
        except LedgerUnavailable as broken:
            self._unrecorded(passage, broken)
        self._tell(passage)

    def _unrecorded(self, passage: Passage, broken: LedgerUnavailable) -> None:
        """Says so: what was done stays in the answer, so that nobody takes it for not done."""
        log.error("not_recorded", request_id=passage.request.request_id, status=passage.status, reason=broken.message)
        was = passage.status
        done = "; ".join(f"{each.step.command}: {each.result.status}" for each in passage.results)
        passage.problem = LedgerUnavailable(
            f"{broken.message}; " + (f"done before that: {done}" if done else "nothing was done")
        )
        passage.status = Status.INTERNAL_ERROR
        passage.answer = answer_of(passage).model_copy(update={"approval": None})
        if not passage.changes:
            passage.answer = passage.answer.model_copy(update={"execution_details": None})
        log.error("answer_withheld", request_id=passage.request.request_id, would_have_been=was)

    def _tell(self, passage: Passage) -> None:
        if self._bus.heard:
            self._bus.publish(event_of(passage))


def event_of(passage: Passage) -> Event:
    """What listeners are told of where a passage stands."""
    return {
        "request_id": passage.request.request_id,
        "source_id": passage.request.source_id,
        "stage": str(passage.stage),
        "status": str(passage.status),
        "command": redact(passage.plan.command) if passage.plan else None,
        "at": now().isoformat(),
    }
