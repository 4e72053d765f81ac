"""Stage three: may this source do this, to these, now?"""

from collections.abc import Collection, Iterator

from command_gateway.errors import Denied
from command_gateway.operation import Kind, Target
from command_gateway.pipeline.passage import Passage, Stage
from command_gateway.plan import Origin, Plan, Step
from command_gateway.policies import Facts, PolicyJudge
from command_gateway.request import Request, StageName, Status
from command_gateway.sight import Sight, Sighting
from command_gateway.targets.protection import Protection


class PolicyStage(Stage):
    """Puts the facts of every step and target before the judge; a dry run ends here."""

    name = StageName.POLICY

    def __init__(self, judge: PolicyJudge, protection: Protection) -> None:
        self._judge = judge
        self._protection = protection

    async def run(self, passage: Passage) -> Status | None:
        assert passage.plan is not None
        assert passage.sight is not None
        facts = list(self._facts(passage.request, passage.plan, passage.sight))
        passage.verdict = self._judge.judge(facts, approved=passage.approved)
        if passage.request.dry_run:
            return Status.DRY_RUN
        if passage.verdict.outcome == "DENY" or (passage.approved and passage.verdict.outcome != "ALLOW"):
            raise Denied("; ".join(reason.message for reason in passage.verdict.reasons))
        return None

    def _facts(self, request: Request, plan: Plan, sight: Sight) -> Iterator[Facts]:
        by_id = {each.id: each for each in sight.objects}
        # Over the whole plan: ten steps of one target each reach as far as one step of ten.
        changed = frozenset(target for step in plan.steps if step.effect.changes for target in step.targets)
        for step in plan.steps:
            reach = changed if step.effect.changes else frozenset(step.targets)
            share = _service_share(reach, sight)
            for target in step.targets or (None,):
                seen = by_id.get(target.id) if target else None
                yield self._fact(request, plan, step, target, seen, len(reach), share)

    def _fact(
        self,
        request: Request,
        plan: Plan,
        step: Step,
        target: Target | None,
        seen: Sighting | None,
        reach: int,
        share: int,
    ) -> Facts:
        return Facts(
            source_id=request.source_id,
            known=True,  # a surface lets in nobody else; without keys it listens to this machine alone
            roles=(),
            operation=step.operation.name,
            effect=step.effect,
            kind=target.kind if target else None,
            resource_id=target.id if target else step.engine,
            name=target.name if target else "",
            image=seen.image if seen else "",
            project=seen.project if seen else "",
            engine=step.engine,
            labels=tuple(f"{key}={value}" for key, value in seen.labels.items()) if seen else (),
            # What cannot be seen (any more) may bear the mark.
            protected=self._protection.covers(seen) if seen else target is not None,
            targets=reach,
            service_share=share,
            priority=request.priority,
            planner=plan.planner,
            confidence=round(100 * plan.confidence),
            from_context=Origin.CONTEXT in step.origins.values(),
            signal=str(getattr(step.operation, "signal", "") or ""),
            dry_run=request.dry_run,
        )


def _service_share(targets: Collection[Target], sight: Sight) -> int:
    """The largest share, in percent, of any one service's running replicas among `targets`; 0 for lone containers."""
    hit = {target.id for target in targets}
    services: dict[tuple[str, str], list[bool]] = {}
    for each in sight.of(Kind.CONTAINER):
        if each.service and each.state == "running":
            services.setdefault((each.project, each.service), []).append(each.id in hit)
    return max((100 * sum(members) // len(members) for members in services.values() if len(members) > 1), default=0)
