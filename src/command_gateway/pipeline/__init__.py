"""THE PATH of a request. The order of the stages is written here and nowhere else."""

from command_gateway.request import StageName

STAGES: tuple[StageName, ...] = (
    StageName.INTENT,
    StageName.PLAN,
    StageName.POLICY,
    StageName.APPROVAL,
    StageName.EXECUTION,
    StageName.VERIFICATION,
    StageName.RECORD,
)
