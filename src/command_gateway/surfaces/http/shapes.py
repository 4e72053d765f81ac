"""What the gateway shows besides answers: requests, operations, targets, the audit, its own state."""

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from command_gateway.answer import Answer
from command_gateway.operation import Effect, Kind
from command_gateway.request import Status


class _Shown(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class RequestSummary(_Shown):
    """Where one request stands."""

    request_id: str
    source_id: str
    received_at: datetime
    status: Status
    effect: Effect | None
    targets: list[str]
    intent: str
    command: str | None
    expires_at: datetime | None


class RequestPage(_Shown):
    """Requests, newest first; `following` goes into `after` for the next page."""

    requests: list[RequestSummary]
    following: str | None


class LedgerEntry(BaseModel):
    """One entry of the chain."""

    sequence: int
    recorded_at: str
    kind: str
    stage: str
    body: dict[str, Any]
    previous: str
    hash: str


class RequestHistory(BaseModel):
    """One request, whole: where it stands, its answer (null while it runs), its entries in the chain."""

    summary: RequestSummary
    answer: Answer | None
    entries: list[LedgerEntry]


class Waiting(BaseModel):
    """One request that waits for a person, and all that the person needs to decide."""

    summary: RequestSummary
    answer: Answer | None


class Approvals(BaseModel):
    """What waits for a person, newest first."""

    approvals: list[Waiting]


class OperationShown(BaseModel):
    """One operation of the catalogue; `parameters` is a JSON schema."""

    name: str
    summary: str
    effect: Effect
    cli: list[str]
    examples: list[str]
    phrases: list[str]
    parameters: dict[str, Any]


class OperationsShown(BaseModel):
    """The catalogue."""

    operations: list[OperationShown]


class TargetShown(_Shown):
    """One object on the engine; `created` in Unix seconds."""

    kind: Kind
    id: str
    name: str
    image: str
    state: str
    health: str
    exit_code: int | None
    created: float
    labels: dict[str, str]
    networks: list[str]
    ports: list[str]
    also: list[str]


class TargetsShown(_Shown):
    """The inventory that names are resolved against."""

    engine: str
    version: int
    mappings: dict[str, str]
    objects: list[TargetShown]


class AuditShown(_Shown):
    """What walking the ledger's chain showed."""

    whole: bool
    entries: int
    head: str
    problems: list[str]


class HealthShown(BaseModel):
    """How the gateway is; CONTRACT section 2."""

    status: Literal["healthy", "degraded", "unhealthy"]
    timestamp: datetime
    version: str
    checks: dict[str, Any]


class ReadyShown(BaseModel):
    """Whether the main job can be done now, and what is in its way."""

    ready: bool
    checks: dict[str, str]


class EventShown(BaseModel):
    """One thing that happened, as the data of a server-sent event."""

    request_id: str
    source_id: str
    stage: str
    status: Status
    command: str | None
    at: str
