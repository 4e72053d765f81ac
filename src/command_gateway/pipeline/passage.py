"""One request on its way: what each stage has added to it so far."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from command_gateway.answer import Answer, ApprovalAnswer, ExecutionResult
from command_gateway.errors import GatewayError
from command_gateway.operation import Verification
from command_gateway.plan import Plan, Step
from command_gateway.policies import Verdict
from command_gateway.request import TRANSITIONS, Request, StageName, Status
from command_gateway.sight import Sight


@dataclass(slots=True)
class StepResult:
    """How one step went. `before` is what inspect said of each target before a change."""

    step: Step
    result: ExecutionResult
    data: Any = None
    before: tuple[Any, ...] = ()
    verification: Verification | None = None
    lost: bool = False  # the engine's answer never came, so only a look can tell what happened


@dataclass(slots=True)
class Passage:
    """The request, and what is known of it by now. Only the stage at work writes to it."""

    request: Request
    status: Status = Status.RUNNING
    stage: StageName = StageName.INTENT
    sight: Sight | None = None
    plan: Plan | None = None
    verdict: Verdict | None = None
    approval: ApprovalAnswer | None = None
    results: list[StepResult] = field(default_factory=list)
    problem: GatewayError | None = None
    answer: Answer | None = None
    seconds: dict[str, float] = field(default_factory=dict)  # spent in each stage
    stored: bool = False  # the ledger knows of it already

    def move(self, status: Status) -> None:
        """Changes the status, along TRANSITIONS only."""
        if status is not self.status and status not in TRANSITIONS[self.status]:
            raise RuntimeError(f"{self.request.request_id}: {self.status} cannot become {status}")
        self.status = status

    @property
    def approved(self) -> bool:
        """Whether a person said yes to this plan."""
        return self.approval is not None and self.approval.state == "approved"

    @property
    def changes(self) -> bool:
        """Whether any step of its plan changes something."""
        return self.plan is not None and self.plan.effect.changes

    @property
    def next_step(self) -> Step | None:
        """The first step that has not run."""
        steps = self.plan.steps if self.plan else ()
        return steps[len(self.results)] if len(self.results) < len(steps) else None


class Stage(ABC):
    """One stage of the path."""

    name: ClassVar[StageName]

    @abstractmethod
    async def run(self, passage: Passage) -> Status | None:
        """Adds its part to the passage: None goes on, a status ends the path or pauses it.

        Raises:
            GatewayError: ends the path with the error's status.
        """


Stages = Mapping[StageName, Stage]
