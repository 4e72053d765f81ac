"""Stage four: must a person say yes first? A stored pause; nothing stays in memory for a human."""

from datetime import timedelta

from command_gateway.answer import ApprovalAnswer
from command_gateway.pipeline.passage import Passage, Stage
from command_gateway.request import StageName, Status, now


class ApprovalStage(Stage):
    """Pauses a plan that policy wants a person to see, bound to the plan's hash and expiring."""

    name = StageName.APPROVAL

    def __init__(self, seconds: int) -> None:
        self._lasts = timedelta(seconds=seconds)

    async def run(self, passage: Passage) -> Status | None:
        assert passage.plan is not None
        assert passage.verdict is not None
        if passage.verdict.outcome != "ASK":
            return None
        passage.approval = ApprovalAnswer(state="waiting", expires_at=now() + self._lasts, plan_hash=passage.plan.hash)
        return Status.PENDING_APPROVAL
