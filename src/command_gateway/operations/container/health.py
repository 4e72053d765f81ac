"""Show what the health check of containers says."""

import json
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, ClassVar

from command_gateway.operation import Argument, Engine, Kind, Operation, Output, Reference, Target
from command_gateway.redaction import redact_json


class Health(Operation):
    """Shows the status of the health check with its last results; null where there is no check."""

    verbs = ("inspect", "container inspect")
    fixed: ClassVar[Mapping[str, str]] = {"--format": "{{json .State.Health}}"}
    phrases = (
        "is {targets} healthy",
        "check if {targets} is healthy",
        "check the health of {targets}",
        "how healthy is {targets}",
        "show the health check of {targets}",
        "what does the health check of {targets} say",
        "why is {targets} unhealthy",
        "health status of {targets}",
        "did the health check of {targets} pass",
        "run a health check on {targets}",
    )
    examples = ("docker inspect --format '{{json .State.Health}}' web",)

    targets: Annotated[tuple[Reference, ...], Argument(refers_to=Kind.CONTAINER)]

    async def run(self, engine: Engine, targets: Sequence[Target]) -> Output:
        seen = [redact_json(await engine.get(f"containers/{each.id}/json")) for each in targets]
        lines = [json.dumps(each["State"].get("Health"), separators=(",", ":"), ensure_ascii=False) for each in seen]
        data = [_told(target, each["State"]) for target, each in zip(targets, seen, strict=True)]
        return Output("".join(f"{line}\n" for line in lines), data=data)


def _told(target: Target, state: Any) -> dict[str, Any]:
    health = state.get("Health") or {}
    last = (health.get("Log") or [{}])[-1]
    return {
        "name": target.name,
        "state": state["Status"],
        "status": health.get("Status", "none"),
        "failing_streak": health.get("FailingStreak", 0),
        "last": {"exit_code": last.get("ExitCode"), "output": last.get("Output"), "at": last.get("End")}
        if last
        else None,
    }
