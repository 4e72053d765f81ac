"""A gateway that answers by keyword, for what stands in front of it."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Annotated, Any, ClassVar, Literal

from command_gateway.answer import (
    Answer,
    ApprovalAnswer,
    DecisionAnswer,
    ExecutionDetails,
    ExecutionResult,
    PlanAnswer,
    Reason,
    StepAnswer,
)
from command_gateway.catalogue import Catalogue
from command_gateway.errors import (
    Ambiguous,
    Conflict,
    Denied,
    EngineUnreachable,
    GatewayError,
    LedgerUnavailable,
    MalformedRequest,
    NotFound,
    NotUnderstood,
    Overloaded,
    UnknownTarget,
)
from command_gateway.events import Bus, Event
from command_gateway.gateway import Gateway, History
from command_gateway.ledger import Audit, Entry, Page, Sealed, Summary
from command_gateway.metrics import Metrics
from command_gateway.operation import Argument, Effect, Engine, Kind, Operation, Option, Output, Reference, Target
from command_gateway.pipeline.intent import body_of
from command_gateway.plan import Origin
from command_gateway.request import ENDS, Request, StageName, Status, now
from command_gateway.sight import Sight, Sighting
from command_gateway.values import Seconds

HASH = "0" * 64

_PROBLEMS: dict[str, GatewayError] = {
    "which": Ambiguous("'box' could be several containers; name one", candidates=("box-1", "box-2")),
    "mumble": NotUnderstood("no planner understands this request"),
    "ghost": UnknownTarget("Unknown logical service name: ghost", candidates=("goat",)),
    "forbidden": Denied("no policy permits it"),
    "unreachable": EngineUnreachable("nobody answers at the engine's address"),
    "unrecorded": LedgerUnavailable("the ledger cannot be written; nothing was done"),
    "malformed": MalformedRequest("arguments.grace: too long", field="arguments.grace"),
}
_RAISED: dict[str, Exception] = {
    "busy": Overloaded("the gateway takes no more requests right now", retry_after_seconds=7),
    "no ledger": LedgerUnavailable("the ledger cannot be written"),
    "boom": RuntimeError("the secret of the trade"),
}


class Restart(Operation):
    """Stops and starts containers."""

    name: ClassVar[str] = "container.restart"
    verbs = ("restart", "container restart")
    base_effect = Effect.OPERATE
    phrases = ("restart {targets}",)
    examples = ("docker restart web",)

    grace: Annotated[Seconds | None, Option("--time", "-t")] = None
    targets: Annotated[tuple[Reference, ...], Argument(refers_to=Kind.CONTAINER)]

    async def run(self, engine: Engine, targets: Sequence[Target]) -> Output:
        raise NotImplementedError


class FakeGateway(Gateway):
    """Remembers what was asked; words in the intent choose how it ends (see `_PROBLEMS`, `_RAISED`, `_answer`)."""

    def __init__(self) -> None:
        self.asked: list[Request] = []
        self.told = Bus()
        self.whole = True
        self.status = "healthy"
        self.blocked = asyncio.Event()  # "slow" intents wait for it
        self.listeners = 0
        self._stir = asyncio.Event()
        self._catalogue = Catalogue([Restart])
        self._metrics = Metrics()
        self._kept: dict[str, History] = {}
        self._keys: dict[tuple[str, str], Request] = {}

    @property
    def catalogue(self) -> Catalogue:
        return self._catalogue

    @property
    def metrics(self) -> Metrics:
        return self._metrics

    async def start(self) -> None:
        return None

    async def close(self) -> None:
        self.told.close()

    async def submit(self, request: Request) -> Answer:
        if request.idempotency_key is not None:
            first = self._keys.setdefault((request.source_id, request.idempotency_key), request)
            if body_of(first) != body_of(request):
                raise Conflict("the idempotency key was used for another request within 24 h; use a new one")
            if first is not request:
                return self._answer_of(first.request_id)
        self.asked.append(request)
        self._stirred()
        for word, problem in _RAISED.items():
            if word in request.intent:
                raise problem
        if "slow" in request.intent:
            await self.blocked.wait()
        answer = _answer(request)
        self._keep(request, answer)
        return answer

    async def decide(self, request_id: str, *, by: str, approve: bool, reason: str) -> Answer:
        return self._settle(request_id, "approved" if approve else "rejected", by, reason)

    async def cancel(self, request_id: str, *, by: str, reason: str) -> Answer:
        return self._settle(request_id, "cancelled", by, reason)

    async def get(self, request_id: str) -> History:
        if request_id not in self._kept:
            raise NotFound(f"no request has the id {request_id!r}")
        return self._kept[request_id]

    async def history(self, **filters: Any) -> Page:
        found = [each.summary for each in reversed(self._kept.values())]
        for name in ("source_id", "status", "effect"):
            if (wanted := filters.get(name)) is not None:
                found = [each for each in found if getattr(each, name) == wanted]
        limit = filters.get("limit", 50)
        return Page(tuple(found[:limit]), "older" if len(found) > limit else None)

    async def targets(self) -> Sight:
        if self.status != "healthy":
            raise EngineUnreachable("nobody answers at the engine's address")
        labels = {"tier": "model", "api_key": "hunter2hunter2"}
        box = Sighting(
            Kind.CONTAINER, "4c01db0b339c", "box", image="box:1", state="running", health="healthy", labels=labels
        )
        return Sight("local", 7, (box, Sighting(Kind.IMAGE, "sha256:1", "box:1")), {"the-box": "box"})

    async def audit(self) -> Audit:
        problems = () if self.whole else ("entry 3: its hash does not fit its content",)
        return Audit(self.whole, 42, HASH, problems)

    async def health(self) -> dict[str, Any]:
        return {"status": self.status, "timestamp": now().isoformat(), "version": "0", "checks": {"engine": "ok"}}

    async def ready(self) -> tuple[bool, dict[str, str]]:
        return self.status == "healthy", {
            "ledger": "ok",
            "engine local": "ok" if self.status == "healthy" else "unreachable",
        }

    async def events(self, request_id: str | None = None) -> AsyncIterator[Event]:
        self.listeners += 1
        self._stirred()
        try:
            async for event in self.told.listen():
                if request_id in (None, event["request_id"]):
                    yield event
                    if request_id is not None and event["status"] in ENDS:
                        return
        finally:
            self.listeners -= 1
            self._stirred()

    async def until(self, so: Callable[[], bool]) -> None:
        """Waits until `so` holds; looked at whenever somebody asks, listens or leaves."""
        while not so():
            await self._stir.wait()

    def _stirred(self) -> None:
        self._stir.set()
        self._stir = asyncio.Event()

    def tell(self, request_id: str, stage: str, status: str) -> None:
        """Publishes one event."""
        event = {"request_id": request_id, "source_id": "tester", "stage": stage, "status": status, "command": None}
        self.told.publish({**event, "at": now().isoformat()})

    def _keep(self, request: Request, answer: Answer) -> None:
        details = answer.execution_details
        summary = Summary(
            request.request_id,
            request.source_id,
            request.received_at,
            answer.overall_status,
            effect=answer.decision.effect if answer.decision else None,
            targets=("box",),
            intent=request.intent or request.operation or "",
            command=details.command if details else None,
            expires_at=answer.approval.expires_at if answer.approval else None,
            idempotency_key=request.idempotency_key,
        )
        entry = Entry(request.request_id, "ended", "record", {"answer": answer.model_dump(mode="json")})
        self._kept[request.request_id] = History(summary, answer, (Sealed(1, now().isoformat(), entry, HASH, HASH),))
        self.tell(request.request_id, StageName.RECORD, answer.overall_status)

    def _answer_of(self, request_id: str) -> Answer:
        answer = self._kept[request_id].answer
        assert answer is not None
        return answer

    def _settle(self, request_id: str, state: str, by: str, reason: str) -> Answer:
        if request_id not in self._kept:
            raise NotFound(f"no request has the id {request_id!r}")
        kept = self._kept[request_id]
        if kept.summary.status is not Status.PENDING_APPROVAL or kept.answer is None or kept.answer.approval is None:
            raise Conflict(f"request {request_id} is {kept.summary.status} and waits for nobody")
        ends = {"approved": Status.COMPLETED_SUCCESS, "rejected": Status.REJECTED, "cancelled": Status.CANCELLED}
        approval = kept.answer.approval.model_copy(update={"state": state, "decided_by": by, "reason": reason})
        answer = kept.answer.model_copy(
            update={"overall_status": ends[state], "approval": approval, "error_details": None}
        )
        self._kept[request_id] = replace(kept, summary=replace(kept.summary, status=ends[state]), answer=answer)
        self.tell(request_id, StageName.RECORD, ends[state])
        return answer


def _answer(request: Request) -> Answer:
    for word, problem in _PROBLEMS.items():
        if word in request.intent:
            return _shaped(request, problem.status, error=problem.as_json())
    if "remove" in request.intent:
        waits = ApprovalAnswer(state="waiting", expires_at=now() + timedelta(minutes=15), plan_hash=HASH)
        return _shaped(request, Status.PENDING_APPROVAL, Effect.DESTROY, approval=waits)
    if request.dry_run:
        return _shaped(request, Status.DRY_RUN)
    if "lost" in request.intent:
        return _shaped(request, Status.OUTCOME_UNKNOWN)
    if "fail" in request.intent:
        return _shaped(
            request,
            Status.COMPLETED_FAILURE,
            result=ExecutionResult(status="FAILURE", exit_code=1, stdout="", stderr="no\n"),
        )
    done = ExecutionResult(
        status="SUCCESS", exit_code=0, stdout="CONTAINER ID   NAMES\n4c01db0b339c   box\n", stderr=""
    )
    return _shaped(request, Status.COMPLETED_SUCCESS, result=done)


def _shaped(
    request: Request,
    status: Status,
    effect: Effect = Effect.READ,
    *,
    result: ExecutionResult | None = None,
    approval: ApprovalAnswer | None = None,
    error: dict[str, Any] | None = None,
) -> Answer:
    step = StepAnswer(
        operation=request.operation or "container.list",
        command="docker ps --all",
        engine="local",
        targets=["box"],
        effect=effect,
        origins={"targets": Origin.INTENT},
        execution_result=result,
    )
    reason = Reason(rule="read-by-known-source", message="known sources may look")
    outcome: Literal["ALLOW", "ASK"] = "ASK" if approval else "ALLOW"
    return Answer(
        request_id=request.request_id,
        timestamp_processed_utc=now(),
        overall_status=status,
        execution_details=None
        if error
        else ExecutionDetails(command=step.command, execution_result=result, steps=[step]),
        plan=None if error else PlanAnswer(planner="phrases", confidence=0.97, explanation="list", hash=HASH),
        decision=None if error else DecisionAnswer(outcome=outcome, effect=effect, reasons=[reason]),
        approval=approval,
        error_details=error,
    )
