"""Stage six: look again. Is it as promised?"""

from collections.abc import Mapping

from command_gateway.errors import GatewayError
from command_gateway.operation import Engine, Proof, Verification
from command_gateway.pipeline.passage import Passage, Stage, StepResult
from command_gateway.request import StageName, Status


class OutcomeUnknown(GatewayError):
    """The engine's answer was lost, and looking did not settle whether it happened."""

    code = "OUTCOME_UNKNOWN"
    status = Status.OUTCOME_UNKNOWN


class VerificationFailed(GatewayError):
    """The engine said done, and the second look says otherwise."""

    code = "VERIFICATION_FAILED"
    status = Status.COMPLETED_FAILURE


class VerificationStage(Stage):
    """Looks at what the step that just ran has changed."""

    name = StageName.VERIFICATION

    def __init__(self, engines: Mapping[str, Engine]) -> None:
        self._engines = engines

    async def run(self, passage: Passage) -> Status | None:
        done = passage.results[-1]
        if not done.step.effect.changes:
            return None
        done.verification = await self._look(done)
        if done.verification.outcome is Proof.VERIFIED or (not done.lost and _unchanging(done)):
            return None
        seen = f"{done.step.command}: {done.verification.observed}"
        if done.lost or done.verification.outcome is Proof.UNKNOWN:
            raise OutcomeUnknown(f"{seen}; look before you ask again")
        raise VerificationFailed(f"{seen}, which is not what was promised")

    async def _look(self, done: StepResult) -> Verification:
        step = done.step
        try:
            return await step.operation.verify(self._engines[step.engine], step.targets, done.before)
        except GatewayError as broken:
            return Verification(Proof.UNKNOWN, f"the engine could not be asked: {broken.message}")


def _unchanging(done: StepResult) -> bool:
    return done.verification is not None and done.verification.outcome is Proof.NOT_NEEDED
