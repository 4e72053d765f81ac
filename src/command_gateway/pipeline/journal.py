"""What the path writes to the ledger, and how a waiting request is read back from it."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from command_gateway.answer import Answer, ApprovalAnswer
from command_gateway.catalogue import Catalogue
from command_gateway.ledger import Entry, Ledger, Sealed, Summary
from command_gateway.operation import Kind, Target
from command_gateway.pipeline.intent import body_of
from command_gateway.pipeline.passage import Passage
from command_gateway.plan import Origin, Plan, Step
from command_gateway.redaction import redact, redact_json
from command_gateway.request import Priority, Request, Status

JSON = Mapping[str, Any]


class Journal:
    """Turns a passage into entries. Everything is masked before it is written."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    async def about_to(self, passage: Passage) -> None:
        """Says what is going to be changed, before it is; only then may execution begin."""
        assert passage.plan is not None
        body = {"request": _request(passage.request), "plan": _plan(passage.plan), "decision": _decision(passage)}
        await self._append(passage, "about_to", body)

    async def did(self, passage: Passage) -> None:
        """Says what the engine answered to the step that has just run."""
        done = passage.results[-1]
        body = {
            "step": len(passage.results),
            "command": redact(done.step.command),
            "status": done.result.status,
            "exit_code": done.result.exit_code,
            "lost": done.lost,
            "before": [_was(each) for each in done.before],
        }
        await self._append(passage, "did", body)

    async def settle(self, passage: Passage) -> None:
        """Says how it ended, or what it waits for, with the answer that is given."""
        assert passage.answer is not None
        waits = passage.status is Status.PENDING_APPROVAL
        body: dict[str, Any] = {
            "request": _request(passage.request),
            "answer": passage.answer.model_dump(mode="json"),
            "milliseconds": {name: round(1000 * spent, 3) for name, spent in passage.seconds.items()},
        }
        if waits and passage.plan is not None:
            body["plan"] = _plan(passage.plan)
        await self._append(passage, "waiting" if waits else "ended", body)

    async def _append(self, passage: Passage, kind: str, body: JSON) -> None:
        entry = Entry(passage.request.request_id, kind, str(passage.stage), body)
        await self._ledger.append([entry], summary_of(passage))
        passage.stored = True


def summary_of(passage: Passage) -> Summary:
    """Where the request stands, as lists show it."""
    request, plan = passage.request, passage.plan
    waiting = passage.approval if passage.status is Status.PENDING_APPROVAL else None
    return Summary(
        request_id=request.request_id,
        source_id=request.source_id,
        received_at=request.received_at,
        status=passage.status,
        effect=str(plan.effect) if plan and plan.steps else None,
        targets=tuple(dict.fromkeys(target.name for step in plan.steps for target in step.targets)) if plan else (),
        intent=redact(request.intent or request.operation or ""),
        command=redact(plan.command) if plan else None,
        expires_at=waiting.expires_at if waiting else None,
        idempotency_key=request.idempotency_key,
        body_hash=hash_of(request) if request.idempotency_key else None,
    )


def hash_of(request: Request) -> str:
    """SHA-256 over what was asked: two requests with the same one ask the same."""
    text = json.dumps(body_of(request), sort_keys=True, default=str)
    return hashlib.sha256(text.encode("utf-8", errors="surrogatepass")).hexdigest()


def answer_in(entries: Sequence[Sealed]) -> Answer | None:
    """The newest answer that the entries hold."""
    bodies = [each.entry.body for each in entries if "answer" in each.entry.body]
    return Answer.model_validate(bodies[-1]["answer"]) if bodies else None


def waiting_in(entries: Sequence[Sealed], catalogue: Catalogue) -> Passage | None:
    """The passage as it paused, read back from its `waiting` entry."""
    bodies = [each.entry.body for each in entries if each.entry.kind == "waiting"]
    if not bodies:
        return None
    body = bodies[-1]
    answer = Answer.model_validate(body["answer"])
    passage = Passage(_request_from(body["request"]), status=Status.PENDING_APPROVAL, stored=True)
    passage.plan = _plan_from(body["plan"], catalogue)
    passage.approval = answer.approval
    passage.answer = answer
    return passage


def decided(approval: ApprovalAnswer, state: str, by: str, reason: str) -> ApprovalAnswer:
    """The approval with a person's decision on it."""
    return approval.model_copy(update={"state": state, "decided_by": by, "reason": redact(reason)})


def _request(request: Request) -> dict[str, Any]:
    return {
        **redact_json(body_of(request)),
        "request_id": request.request_id,
        "received_at": request.received_at.isoformat(),
        "idempotency_key": request.idempotency_key,
    }


def _request_from(body: JSON) -> Request:
    return Request(
        source_id=body["source_id"],
        intent=body["intent"],
        target_name=body["target"],
        engine=body["engine"],
        context=body["context"],
        priority=Priority(body["priority"]),
        operation=body["operation"],
        arguments=body["arguments"],
        idempotency_key=body["idempotency_key"],
        request_id=body["request_id"],
        received_at=datetime.fromisoformat(body["received_at"]),
    )


def _plan(plan: Plan) -> dict[str, Any]:
    return {
        "steps": [redact_json(step.as_json()) for step in plan.steps],
        "planner": plan.planner,
        "confidence": plan.confidence,
        "explanation": redact(plan.explanation),
        "hash": plan.hash,
    }


def _plan_from(body: JSON, catalogue: Catalogue) -> Plan:
    steps = tuple(
        Step(
            operation=catalogue.get(each["operation"]).model_validate(each["arguments"]),
            engine=each["engine"],
            targets=tuple(Target(Kind(one["kind"]), one["id"], one["name"]) for one in each["targets"]),
            origins={name: Origin(origin) for name, origin in each["origins"].items()},
        )
        for each in body["steps"]
    )
    return Plan(steps, body["planner"], body["confidence"], body["explanation"])


def _decision(passage: Passage) -> dict[str, Any] | None:
    verdict, approval = passage.verdict, passage.approval
    if verdict is None:
        return None
    return {
        "outcome": verdict.outcome,
        "rules": [reason.rule for reason in verdict.reasons],
        "policy_version": verdict.policy_version,
        "approved_by": approval.decided_by if approval else None,
    }


def _was(before: Any) -> dict[str, Any]:
    """The part of inspect that tells later whether a change took place."""
    state = before.get("State", {})
    kept = {key: state.get(key) for key in ("Status", "StartedAt", "FinishedAt", "Paused", "ExitCode")}
    return {"id": before.get("Id"), "name": before.get("Name"), "restart_count": before.get("RestartCount"), **kept}
