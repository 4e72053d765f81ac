"""The judge: the worst over all facts, named reasons, and a refusal whenever it is not sure."""

from typing import Any

import pytest
from cedarpy import Entities, Schema, is_authorized
from hypothesis import given, settings
from hypothesis import strategies as st

from command_gateway.operation import Effect, Kind
from command_gateway.policies import Facts, PolicyJudge, PolicyText, Verdict, load_policies
from tests.support.facts import OPERATIONS, any_facts, facts, removing, stopping

ANYTHING = '@id("anything") @message("Anything goes") permit (principal, action, resource);'
OVERFLOW = """
@id("too-much") @message("Too much")
forbid (principal, action, resource) when { context.targets * 9223372036854775807 > 5 };
"""


def judge_by(*policies: str) -> PolicyJudge:
    return PolicyJudge([PolicyText("own.cedar", "\n".join(policies))], OPERATIONS)


def judged(*cases: Facts, by: PolicyJudge | None = None, approved: bool = False) -> Verdict:
    return (by or PolicyJudge(load_policies(), OPERATIONS)).judge(cases, approved=approved)


def rules(verdict: Verdict) -> list[str]:
    return [reason.rule for reason in verdict.reasons]


def test_the_worst_decision_on_any_target_is_the_plans() -> None:
    kept = stopping(name="register", protected=True)
    assert judged(facts(), facts(name="oven")).outcome == "ALLOW"
    assert judged(facts(), removing(name="oven")).outcome == "ASK"
    assert judged(facts(), removing(name="oven"), kept).outcome == "DENY"


def test_the_effect_is_the_worst_of_any_step() -> None:
    assert judged(facts(), removing()).effect is Effect.DESTROY


def test_only_what_made_the_outcome_is_a_reason_and_it_names_its_targets_once() -> None:
    verdict = judged(facts(), removing(name="oven"), removing(name="oven"), removing(name="mixer"))
    assert [(reason.rule, reason.message) for reason in verdict.reasons] == [
        ("destroy-needs-approval", "Destroying something needs a person's yes (oven, mixer)")
    ]


def test_a_long_list_of_targets_is_counted() -> None:
    verdict = judged(*(facts(name=f"oven-{number}", targets=9) for number in range(9)))
    assert verdict.reasons[0].message.endswith("(oven-0, oven-1, oven-2, oven-3, oven-4 and 4 more)")


def test_a_permit_that_waits_for_approval_is_the_reason_to_ask() -> None:
    by = judge_by(
        '@id("with-a-yes") @message("Allowed once a person agrees") permit (principal, action, resource)'
        " when { context.approved };"
    )
    assert rules(judged(facts(), by=by)) == ["with-a-yes"]
    assert judged(facts(), by=by).outcome == "ASK"
    assert judged(facts(), by=by, approved=True).outcome == "ALLOW"


def test_no_permit_says_what_is_permitted() -> None:
    by = judge_by(
        '@id("look") @message("Everyone may look") permit (principal, action, resource)'
        ' when { context.effect == Effect::"READ" };'
    )
    verdict = judged(facts(), by=by)
    assert rules(verdict) == ["no-permit"]
    assert "container.restart" in verdict.reasons[0].message
    assert "Everyone may look" in verdict.reasons[0].message


def test_without_any_permit_nothing_is_permitted() -> None:
    by = judge_by('@id("never") @message("Never") forbid (principal, action, resource) when { resource.protected };')
    assert judged(facts(), by=by).outcome == "DENY"
    assert rules(judged(facts(), by=by)) == ["no-permit"]


def test_every_attribute_can_decide() -> None:
    by = judge_by(
        """
        @id("narrow") @message("Exactly this")
        permit (
          principal == Source::"night-shift", action == Action::"container.restart", resource == Container::"4f1c"
        )
        when {
          principal.known && principal.roles.contains("operator") && resource.name == "bakery" &&
          resource.image like "bakery:*" && resource.project == "street" && resource.engine == "local" &&
          resource.labels.contains("tier=front") && !resource.protected && context.effect == Effect::"OPERATE" &&
          context.operation == "container.restart" && context.targets == 1 && context.service_share == 0 &&
          context.priority == Priority::"URGENT" && context.planner == "phrases" && context.confidence > 90 &&
          !context.from_context && context.signal == "" && !context.dry_run
        };
        """
    )
    wanted: dict[str, Any] = {"roles": ("operator",), "priority": "URGENT"}
    assert judged(facts(**wanted), by=by).outcome == "DENY"
    wanted["priority"] = type(facts().priority)("URGENT")
    assert judged(facts(**wanted), by=by).outcome == "ALLOW"
    for name, other in [
        ("source_id", "day-shift"), ("known", False), ("roles", ()), ("operation", "container.stop"),
        ("resource_id", "4f1d"), ("kind", None), ("name", "oven"), ("image", "oven:1"), ("project", "road"),
        ("engine", "far"), ("labels", ()), ("protected", True), ("effect", Effect.READ), ("targets", 2),
        ("service_share", 50), ("priority", facts().priority), ("planner", "language_model"), ("confidence", 90),
        ("from_context", True), ("signal", "SIGHUP"), ("dry_run", True),
    ]:  # fmt: skip
        assert judged(facts(**wanted | {name: other}), by=by).outcome == "DENY", name


def test_targets_that_a_policy_can_tell_apart_are_judged_apart() -> None:
    """Each way of telling them apart."""
    for condition in (
        'resource.name == "oven"',
        'resource["name"] == "oven"',
        'resource == Container::"b"',
        '[Container::"b"].contains(resource)',
        '{ what: resource }.what.name == "oven"',
        'resource has name && resource.name like "ov*"',
        '(if context.dry_run then resource else resource).name == "oven"',
        "resource.protected",
        'resource.labels.containsAny(["hot=yes"])',
    ):
        scope = "(principal, action, resource is Container)"
        by = judge_by(ANYTHING, f'@id("hot") @message("Hot") forbid {scope} when {{ {condition} }};')
        bakery = facts(resource_id="a", name="bakery")
        oven = facts(resource_id="b", name="oven", protected=True, labels=("hot=yes",))
        assert judged(bakery, by=by).outcome == "ALLOW"
        assert rules(judged(bakery, oven, by=by)) == ["hot"], condition
    by = judge_by(ANYTHING, '@id("hot") @message("Hot") forbid (principal, action, resource == Container::"b");')
    assert rules(judged(bakery, oven, by=by)) == ["hot"]


@settings(deadline=None, max_examples=50)
@given(st.lists(any_facts(), min_size=1, max_size=5), st.booleans())
def test_judging_together_and_again_is_judging_each_afresh(cases: list[Facts], approved: bool) -> None:
    together, again = (_SHIPPED.judge(cases, approved=approved) for _ in range(2))
    each = [PolicyJudge(load_policies(), OPERATIONS).judge([case], approved=approved) for case in cases]
    order = ["ALLOW", "ASK", "DENY"]
    assert together == again
    assert together.outcome == max((one.outcome for one in each), key=order.index)
    assert set(rules(together)) == {rule for one in each if one.outcome == together.outcome for rule in rules(one)}


_SHIPPED = PolicyJudge(load_policies(), OPERATIONS)


def test_the_version_changes_with_the_policies() -> None:
    one, other = judge_by(ANYTHING), judge_by(ANYTHING, "// and a word more")
    assert one.version == judge_by(ANYTHING).version != other.version
    assert judged(facts(), by=one).policy_version == one.version
    assert len(one.version) == 64


def test_cedar_itself_would_let_a_failing_refusal_through() -> None:
    """The trap that the next test is about."""
    schema = Schema.from_str(
        "entity User, Thing = { size: Long }; action look appliesTo { principal: User, resource: Thing };"
    )
    things = Entities.from_json_str(
        '[{"uid": {"type": "Thing", "id": "t"}, "attrs": {"size": 9}, "parents": []},'
        ' {"uid": {"type": "User", "id": "u"}, "attrs": {"size": 9}, "parents": []}]'
    )
    policies = (
        "permit (principal, action, resource);"
        "forbid (principal, action, resource) when { resource.size * 9223372036854775807 > 5 };"
    )
    asked = {"principal": 'User::"u"', "action": 'Action::"look"', "resource": 'Thing::"t"', "context": {}}
    assert is_authorized(asked, policies, things, schema).allowed


@pytest.mark.parametrize("approved", [False, True])
def test_a_policy_that_fails_is_a_refusal_and_is_named(approved: bool) -> None:
    verdict = judged(facts(targets=3), by=judge_by(ANYTHING, OVERFLOW), approved=approved)
    assert verdict.outcome == "DENY"
    assert rules(verdict) == ["policy-error"]
    assert "too-much" in verdict.reasons[0].message


def test_a_policy_that_fails_only_once_approved_is_a_refusal() -> None:
    failing = OVERFLOW.replace("when {", "when { context.approved &&")
    asking = '@id("ask") @message("Ask") forbid (principal, action, resource) unless { context.approved };'
    assert rules(judged(facts(targets=3), by=judge_by(ANYTHING, asking, failing))) == ["policy-error"]


def test_a_failing_permit_beside_a_good_one_is_a_refusal() -> None:
    by = judge_by(ANYTHING, OVERFLOW.replace("forbid", "permit"))
    assert rules(judged(facts(targets=3), by=by)) == ["policy-error"]


def test_one_failing_target_refuses_the_plan() -> None:
    by = judge_by(ANYTHING, OVERFLOW.replace("when {", 'when { resource.name == "oven" &&'))
    assert judged(facts(targets=3), by=by).outcome == "ALLOW"
    assert rules(judged(facts(targets=3), facts(resource_id="b", name="oven", targets=3), by=by)) == ["policy-error"]


def test_a_refusal_is_not_a_failure_later() -> None:
    by = judge_by(ANYTHING, OVERFLOW)
    assert rules(judged(facts(targets=3), by=by)) == ["policy-error"]
    assert judged(facts(targets=0), by=by).outcome == "ALLOW"
    assert rules(judged(facts(targets=3), by=by)) == ["policy-error"]


@pytest.mark.parametrize("name", [name for name in Facts.__slots__ if name != "kind"])
@pytest.mark.parametrize("by", [judge_by(ANYTHING), _SHIPPED], ids=["anything", "shipped"])
def test_a_missing_attribute_is_a_refusal_whoever_looks_at_it(name: str, by: PolicyJudge) -> None:
    assert judged(facts(), by=by).outcome == "ALLOW"
    verdict = judged(facts(**{name: None}), by=by)
    assert verdict.outcome == "DENY"
    assert rules(verdict) == ["policy-error"]
    assert name in verdict.reasons[0].message


@pytest.mark.parametrize(
    "case",
    [
        facts(operation="container.fly"),
        facts(source_id="\ud800"),
        facts(resource_id="\ud800"),
        facts(labels=("name=\ud800",)),
        facts(labels=(1,)),
        facts(targets=2**63),
        facts(targets="1"),
    ],
)
def test_facts_that_the_engine_cannot_take_are_a_refusal(case: Facts) -> None:
    labels = '@id("l") @message("l") forbid (principal, action, resource) when { resource.labels.contains("") };'
    by = judge_by(ANYTHING, labels)
    for approved in (False, True):
        verdict = judged(case, by=by, approved=approved)
        assert verdict.outcome == "DENY"
        assert rules(verdict) == ["policy-error"]


def test_one_image_under_two_tags_is_judged_under_each() -> None:
    by = judge_by(
        ANYTHING, '@id("old") @message("Old") forbid (principal, action, resource) when { resource.name like "*:1" };'
    )
    old, new = (facts(kind=Kind.IMAGE, name=name) for name in ("bakery:1", "bakery:2"))
    assert judged(new, by=by).outcome == "ALLOW"
    verdict = judged(new, old, new, by=by)
    assert [(reason.rule, reason.message) for reason in verdict.reasons] == [("old", "Old (bakery:1)")]


def test_nothing_to_judge_is_a_refusal() -> None:
    assert judged().outcome == "DENY"
    assert rules(judged()) == ["policy-error"]


def test_no_label_is_repeated_in_a_refusal() -> None:
    """The engine's own message quotes the entity, with every label."""
    verdict = judged(facts(labels=("token=hunter2", 7)), by=judge_by(ANYTHING))
    assert "hunter2" not in str(verdict)


def test_a_source_cannot_talk_its_way_into_another() -> None:
    by = judge_by('@id("admin") @message("admin") permit (principal == Source::"admin", action, resource);')
    assert judged(facts(source_id="admin"), by=by).outcome == "ALLOW"
    for name in ('admin"', '"admin', "admin\x00", 'x" || Source::"admin', "Admin", "admin "):
        assert judged(facts(source_id=name), by=by).outcome == "DENY"
