"""The shape of every answer: CONTRACT section 1."""

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from command_gateway.operation import Effect, Proof
from command_gateway.plan import Origin
from command_gateway.request import Status


class _Shape(BaseModel):
    model_config = ConfigDict(frozen=True)


class ExecutionResult(_Shape):
    """How a command went; `exit_code` as the Docker CLI would have exited, -1 where there is none."""

    status: Literal["SUCCESS", "FAILURE", "TIMEOUT", "ERROR"]
    exit_code: int
    stdout: str
    stderr: str
    truncated: bool = False


class StepVerification(_Shape):
    """What a second look at the engine showed."""

    outcome: Proof
    observed: str


class StepAnswer(_Shape):
    """One step of the plan, and how it went where it ran."""

    operation: str
    command: str
    engine: str
    targets: list[str]
    effect: Effect
    origins: dict[str, Origin] = Field(default_factory=dict)
    execution_result: ExecutionResult | None = None
    data: Any = None
    verification: StepVerification | None = None


class ExecutionDetails(_Shape):
    """The whole plan as one pasteable command, and its steps."""

    command: str
    execution_result: ExecutionResult | None = None
    steps: list[StepAnswer]


class PlanAnswer(_Shape):
    """Who understood the request, how surely, and as what."""

    planner: str
    confidence: float
    explanation: str
    hash: str | None = None


class Reason(_Shape):
    """A policy rule that spoke, and what it says to people."""

    rule: str
    message: str


class DecisionAnswer(_Shape):
    """What policy decided, and why."""

    outcome: Literal["ALLOW", "ASK", "DENY"]
    effect: Effect
    reasons: list[Reason]


class ApprovalAnswer(_Shape):
    """What waits for a person, and what became of it."""

    state: Literal["waiting", "approved", "rejected", "expired", "cancelled"]
    expires_at: datetime
    plan_hash: str
    decided_by: str | None = None
    reason: str | None = None


class Answer(_Shape):
    """The answer to one request."""

    request_id: str
    timestamp_processed_utc: datetime
    overall_status: Status
    execution_details: ExecutionDetails | None = None
    plan: PlanAnswer | None = None
    decision: DecisionAnswer | None = None
    undo: dict[str, Any] | None = None
    approval: ApprovalAnswer | None = None
    error_details: dict[str, Any] | None = None
