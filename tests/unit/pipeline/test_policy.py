"""The policy stage: what it tells the judge about a plan."""

from collections.abc import Mapping, Sequence

import pytest

from command_gateway.errors import Denied
from command_gateway.operation import Kind, Target
from command_gateway.operations.container.restart import Restart
from command_gateway.pipeline.passage import Passage
from command_gateway.pipeline.policy import PolicyStage
from command_gateway.plan import Origin, Plan, Step
from command_gateway.policies import PolicyJudge, PolicyText, load_policies
from command_gateway.request import Request, Status
from command_gateway.sight import Sight, Sighting
from command_gateway.targets.protection import Protection
from tests.support.facts import OPERATIONS

PROTECTION = Protection(own_id="")


def container(name: str, **labels: str) -> Sighting:
    return Sighting(Kind.CONTAINER, id=f"id-{name}", name=name, state="running", labels=labels)


def replica(name: str) -> Sighting:
    labels = {"com.docker.compose.project": "street", "com.docker.compose.service": "oven"}
    return Sighting(Kind.CONTAINER, id=f"id-{name}", name=name, state="running", labels=labels)


def restart(*names: str, origins: Mapping[str, Origin] | None = None) -> Step:
    Restart.name = "container.restart"
    targets = tuple(Target(Kind.CONTAINER, f"id-{name}", name) for name in names)
    return Step(Restart(targets=names), "local", targets, origins or {})


async def decided(steps: Sequence[Step], seen: Sequence[Sighting], *, dry_run: bool = False) -> tuple[str, set[str]]:
    """The outcome and the rules for a plan of these steps."""
    passage = Passage(Request("night-shift", "whatever", dry_run=dry_run))
    passage.plan = Plan(tuple(steps), "phrases", 0.97, "")
    passage.sight = Sight("local", 1, tuple(seen))
    ended = await PolicyStage(PolicyJudge(load_policies(), OPERATIONS), PROTECTION).run(passage)
    assert ended is (Status.DRY_RUN if dry_run else None)
    assert passage.verdict is not None
    return passage.verdict.outcome, {reason.rule for reason in passage.verdict.reasons}


async def test_an_ordinary_restart_is_allowed() -> None:
    assert await decided([restart("oven")], [container("oven")]) == ("ALLOW", {"operate-by-known-source"})


async def test_many_small_steps_reach_as_far_as_one_large_one() -> None:
    names = [f"oven-{number}" for number in range(6)]
    seen = [container(name) for name in names]
    asking = ("ASK", {"many-targets-need-approval"})
    assert await decided([restart(*names)], seen) == asking
    assert await decided([restart(name) for name in names], seen) == asking
    assert (await decided([restart(names[0]) for _ in names], seen))[0] == "ALLOW"


async def test_a_service_is_whole_however_its_replicas_are_spread_over_steps() -> None:
    seen = [replica("oven-1"), replica("oven-2")]
    asking = ("ASK", {"whole-service-needs-approval"})
    assert await decided([restart("oven-1", "oven-2")], seen) == asking
    assert await decided([restart("oven-1"), restart("oven-2")], seen) == asking
    assert (await decided([restart("oven-1")], seen))[0] == "ALLOW"
    assert (await decided([restart("oven-1")], seen[:1]))[0] == "ALLOW"


async def test_the_mark_protects() -> None:
    marked = container("register", **{"gateway.protected": "true"})
    assert await decided([restart("register")], [marked]) == ("ASK", {"protected-restart-needs-approval"})


async def test_what_cannot_be_seen_any_more_may_bear_the_mark() -> None:
    assert await decided([restart("register")], []) == ("ASK", {"protected-restart-needs-approval"})


async def test_a_target_from_the_context_asks() -> None:
    step = restart("oven", origins={"targets": Origin.CONTEXT})
    assert await decided([step], [container("oven")]) == ("ASK", {"context-gives-no-authority"})


async def test_a_dry_run_ends_here_with_its_decision() -> None:
    assert (await decided([restart("oven")], [container("oven")], dry_run=True))[0] == "ALLOW"


async def test_a_plan_that_cannot_be_judged_is_denied() -> None:
    passage = Passage(Request("night-shift", "whatever"))
    passage.plan = Plan((restart("oven"),), "phrases", 0.97, "")
    passage.sight = Sight("local", 1, (container("oven", note="\ud800"),))
    labels = '@id("l") @message("l") permit (principal, action, resource) when { resource.labels.contains("") };'
    judge = PolicyJudge([PolicyText("own.cedar", labels)], OPERATIONS)
    with pytest.raises(Denied, match="could not decide"):
        await PolicyStage(judge, PROTECTION).run(passage)
