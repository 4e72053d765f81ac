"""What somebody asks for, and the states that the asking can be in."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from uuid import uuid4


class Priority(StrEnum):
    """How urgent the source says it is."""

    LOW = "LOW"
    NORMAL = "NORMAL"
    HIGH = "HIGH"
    URGENT = "URGENT"


class StageName(StrEnum):
    """The seven stages of the path; the same words everywhere (files, ledger, metrics, logs)."""

    INTENT = "intent"
    PLAN = "plan"
    POLICY = "policy"
    APPROVAL = "approval"
    EXECUTION = "execution"
    VERIFICATION = "verification"
    RECORD = "record"


class Status(StrEnum):
    """`overall_status` of CONTRACT section 1."""

    RUNNING = "RUNNING"  # somewhere on the path
    PENDING_APPROVAL = "PENDING_APPROVAL"  # a stored pause: a person must decide
    COMPLETED_SUCCESS = "COMPLETED_SUCCESS"  # done, and verified where it changed something
    COMPLETED_FAILURE = "COMPLETED_FAILURE"  # ran, and the engine or the verification says no
    VALIDATION_ERROR = "VALIDATION_ERROR"  # refused before it was planned
    LLM_GENERATION_FAILED = "LLM_GENERATION_FAILED"  # the language model gave no usable answer
    EXECUTION_ERROR = "EXECUTION_ERROR"  # the engine could not be asked, or did not answer
    INTERNAL_ERROR = "INTERNAL_ERROR"  # a fault of the gateway
    DRY_RUN = "DRY_RUN"  # planned and decided, on purpose not executed
    CLARIFICATION_NEEDED = "CLARIFICATION_NEEDED"  # asked back
    DENIED = "DENIED"  # policy says no
    REJECTED = "REJECTED"  # a person said no
    EXPIRED = "EXPIRED"  # nobody decided in time
    CANCELLED = "CANCELLED"  # taken back while it waited
    OUTCOME_UNKNOWN = "OUTCOME_UNKNOWN"  # it may or may not have happened, and looking did not settle it


ENDS = frozenset(Status) - {Status.RUNNING, Status.PENDING_APPROVAL}

# The only way from status to status. An end has no way out.
TRANSITIONS: dict[Status, frozenset[Status]] = {
    Status.RUNNING: ENDS | {Status.PENDING_APPROVAL},
    Status.PENDING_APPROVAL: frozenset({Status.RUNNING, Status.REJECTED, Status.EXPIRED, Status.CANCELLED}),
    **{end: frozenset() for end in ENDS},
}


def now() -> datetime:
    """The wall clock, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Request:
    """One request as it was taken in: cleaned, bounded, never changed afterwards."""

    source_id: str
    intent: str
    target_name: str | None = None
    engine: str | None = None
    context: str | None = None
    priority: Priority = Priority.NORMAL
    dry_run: bool = False
    operation: str | None = None  # set when a typed operation was asked for, without language
    arguments: dict[str, object] = field(default_factory=dict)
    idempotency_key: str | None = None
    request_id: str = field(default_factory=lambda: str(uuid4()))
    received_at: datetime = field(default_factory=now)
