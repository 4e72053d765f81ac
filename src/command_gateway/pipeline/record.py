"""Stage seven: outcome, timings, seal. Builds the answer, and puts it where it cannot be quietly changed."""

from command_gateway.answer import (
    Answer,
    DecisionAnswer,
    ExecutionDetails,
    ExecutionResult,
    PlanAnswer,
    Reason,
    StepAnswer,
    StepVerification,
)
from command_gateway.pipeline.journal import Journal
from command_gateway.pipeline.output import ResultStatus
from command_gateway.pipeline.passage import Passage, Stage, StepResult
from command_gateway.plan import Plan, Step
from command_gateway.redaction import redact
from command_gateway.request import StageName, Status, now


class RecordStage(Stage):
    """Writes how it ended, or that it waits, to the ledger."""

    name = StageName.RECORD

    def __init__(self, journal: Journal) -> None:
        self._journal = journal

    async def run(self, passage: Passage) -> Status | None:
        if passage.status is Status.RUNNING:
            passage.move(Status.COMPLETED_SUCCESS)
        passage.answer = answer_of(passage)
        await self._journal.settle(passage)
        return None


def answer_of(passage: Passage) -> Answer:
    """The answer as CONTRACT section 1 has it, from what the stages left behind."""
    plan, verdict = passage.plan, passage.verdict
    return Answer(
        request_id=passage.request.request_id,
        timestamp_processed_utc=now(),
        overall_status=passage.status,
        execution_details=_details(plan, passage.results) if plan else None,
        plan=_plan(plan) if plan else None,
        decision=DecisionAnswer(
            outcome=verdict.outcome,
            effect=verdict.effect,
            reasons=[Reason(rule=each.rule, message=each.message) for each in verdict.reasons],
        )
        if verdict
        else None,
        approval=passage.approval,
        error_details=_error(passage),
    )


def _error(passage: Passage) -> dict[str, object] | None:
    if passage.problem is not None:
        said = passage.problem.as_json()
        return {**said, "error_message": redact(str(said["error_message"]))}
    if passage.status is Status.PENDING_APPROVAL and passage.verdict is not None:
        because = "; ".join(reason.message for reason in passage.verdict.reasons)
        return {"error_code": "APPROVAL_REQUIRED", "error_message": because}
    return None


def _plan(plan: Plan) -> PlanAnswer:
    return PlanAnswer(
        planner=plan.planner, confidence=plan.confidence, explanation=redact(plan.explanation), hash=plan.hash
    )


def _details(plan: Plan, results: list[StepResult]) -> ExecutionDetails:
    done = [*results, *[None] * (len(plan.steps) - len(results))]
    steps = [_step(step, result) for step, result in zip(plan.steps, done, strict=True)]
    command = redact(plan.command)
    return ExecutionDetails(command=command, execution_result=_overall(results), steps=steps)


def _step(step: Step, done: StepResult | None) -> StepAnswer:
    seen = done.verification if done else None
    return StepAnswer(
        operation=step.operation.name,
        command=redact(step.command),
        engine=step.engine,
        targets=[target.name for target in step.targets],
        effect=step.effect,
        origins=dict(step.origins),
        execution_result=done.result if done else None,
        data=done.data if done else None,
        verification=StepVerification(outcome=seen.outcome, observed=redact(seen.observed)) if seen else None,
    )


def _overall(results: list[StepResult]) -> ExecutionResult | None:
    """All steps as one command: outputs joined, the last exit code, as && would leave them."""
    if len(results) <= 1:
        return results[0].result if results else None
    last = results[-1].result
    status: ResultStatus = last.status
    return ExecutionResult(
        status=status,
        exit_code=last.exit_code,
        stdout="".join(each.result.stdout for each in results),
        stderr="".join(each.result.stderr for each in results),
        truncated=any(each.result.truncated for each in results),
    )
