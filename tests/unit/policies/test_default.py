"""What the policies that ship say."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from command_gateway.operation import Effect, Kind
from command_gateway.policies import Facts, PolicyJudge, load_policies
from tests.support.facts import OPERATIONS, any_facts, facts, removing, stopping

GOLDEN = Path(__file__).parents[2] / "golden" / "policy_decisions.txt"

JUDGE = PolicyJudge(load_policies(), OPERATIONS)


def rules(case: Facts, *, approved: bool = False) -> tuple[str, list[str]]:
    """The outcome, and the rules that made it."""
    verdict = JUDGE.judge([case], approved=approved)
    return verdict.outcome, [reason.rule for reason in verdict.reasons]


def looking(**changes: Any) -> Facts:
    return facts(**{"operation": "container.list", "effect": Effect.READ, "kind": None, "name": ""} | changes)


def signalling(signal: str, **changes: Any) -> Facts:
    return facts(operation="container.kill", signal=signal, **changes)


@pytest.mark.parametrize(
    ("case", "outcome", "rule"),
    [
        (looking(), "ALLOW", "read-by-known-source"),
        (looking(targets=400, protected=True, service_share=100, from_context=True), "ALLOW", "read-by-known-source"),
        (looking(known=False), "DENY", "no-permit"),
        (facts(), "ALLOW", "operate-by-known-source"),
        (facts(known=False), "DENY", "no-permit"),
        (facts(targets=5), "ALLOW", "operate-by-known-source"),
        (facts(targets=6), "ASK", "many-targets-need-approval"),
        (facts(service_share=99), "ALLOW", "operate-by-known-source"),
        (facts(service_share=100), "ASK", "whole-service-needs-approval"),
        (facts(from_context=True), "ASK", "context-gives-no-authority"),
        (removing(), "ASK", "destroy-needs-approval"),
        (removing(kind=Kind.IMAGE), "ASK", "destroy-needs-approval"),
        (removing(known=False), "DENY", "no-permit"),
        (removing(protected=True), "DENY", "protected-stays-up"),
        (facts(operation="container.exec", effect=Effect.ESCALATE), "DENY", "no-permit"),
        (facts(operation="container.restart", protected=True), "ASK", "protected-restart-needs-approval"),
        (facts(operation="container.start", protected=True), "ALLOW", "operate-by-known-source"),
        (facts(operation="container.unpause", protected=True), "ALLOW", "operate-by-known-source"),
        (stopping(protected=True), "DENY", "protected-stays-up"),
        (facts(operation="container.pause", protected=True), "DENY", "protected-stays-up"),
        (facts(operation="container.rename", protected=True), "DENY", "protected-stays-up"),
        (signalling("SIGHUP", protected=True), "ALLOW", "operate-by-known-source"),
        (signalling("SIGTERM", protected=True), "DENY", "protected-stays-up"),
        (signalling("SIGSTOP", protected=True), "DENY", "protected-stays-up"),
        (signalling("", protected=True), "DENY", "protected-stays-up"),
        (signalling("SIGHUP", protected=True, effect=Effect.DESTROY), "DENY", "protected-stays-up"),
        (stopping(protected=True, signal="SIGHUP"), "DENY", "protected-stays-up"),
    ],
)
def test_says(case: Facts, outcome: str, rule: str) -> None:
    assert rules(case) == (outcome, [rule])


def test_names_every_rule_that_asks() -> None:
    outcome, asking = rules(removing(targets=7, service_share=100, from_context=True))
    assert outcome == "ASK"
    assert asking == [
        "destroy-needs-approval",
        "many-targets-need-approval",
        "whole-service-needs-approval",
        "context-gives-no-authority",
    ]


@pytest.mark.parametrize("case", [facts(targets=60), removing(), facts(from_context=True), facts(protected=True)])
def test_what_asked_runs_once_a_person_agreed(case: Facts) -> None:
    assert rules(case)[0] == "ASK"
    assert rules(case, approved=True)[0] == "ALLOW"


@settings(deadline=None)
@given(any_facts(protected=True, effect=Effect.DESTROY))
def test_nobody_can_approve_the_destruction_of_what_is_protected(case: Facts) -> None:
    assert rules(case)[0] == "DENY"
    assert rules(case, approved=True)[0] == "DENY"


@settings(deadline=None)
@given(any_facts(effect=Effect.ESCALATE))
def test_nobody_can_approve_an_escalation(case: Facts) -> None:
    assert rules(case)[0] == "DENY"
    assert rules(case, approved=True)[0] == "DENY"


@settings(deadline=None)
@given(any_facts(known=False))
def test_an_unknown_source_may_nothing(case: Facts) -> None:
    assert rules(case)[0] == "DENY"
    assert rules(case, approved=True)[0] == "DENY"


@settings(deadline=None)
@given(any_facts())
def test_approval_changes_exactly_what_asked(case: Facts) -> None:
    settled = {"ALLOW": "ALLOW", "ASK": "ALLOW", "DENY": "DENY"}
    assert rules(case, approved=True)[0] == settled[rules(case)[0]]


@settings(deadline=None)
@given(any_facts())
def test_a_reason_is_always_given_in_words(case: Facts) -> None:
    for approved in (False, True):
        reasons = JUDGE.judge([case], approved=approved).reasons
        assert reasons
        assert all(reason.rule and reason.message.strip() for reason in reasons)


def test_decides_as_it_was_reviewed() -> None:
    """A change of the shipped policy shows in this file; UPDATE_GOLDEN=1 writes it anew."""
    table = "".join(f"{line}\n" for line in _decisions())
    if os.environ.get("UPDATE_GOLDEN"):
        GOLDEN.write_text(table)
    assert table == GOLDEN.read_text()


_OPERATIONS: dict[str, Facts] = {
    "container.list": looking(kind=Kind.CONTAINER, name="bakery"),
    "container.start": facts(operation="container.start"),
    "container.restart": facts(),
    "container.stop": stopping(),
    "container.rename": facts(operation="container.rename"),
    "container.kill SIGHUP": signalling("SIGHUP"),
    "container.kill SIGKILL": signalling("SIGKILL"),
    "container.remove": removing(),
    "container.exec": facts(operation="container.exec", effect=Effect.ESCALATE),
}

_CASES: dict[str, dict[str, Any]] = {
    "-": {},
    "protected": {"protected": True},
    "6 targets": {"targets": 6},
    "whole service": {"service_share": 100},
    "from context": {"from_context": True},
    "unknown source": {"known": False},
    "protected, 6 targets": {"protected": True, "targets": 6},
}


def _decisions() -> Iterator[str]:
    yield f"{'operation':<23}{'effect':<9}{'case':<21}{'decides':<8}{'approved':<9}by"
    for operation, ordinary in _OPERATIONS.items():
        for case, changes in _CASES.items():
            judged = facts(**{name: getattr(ordinary, name) for name in Facts.__slots__} | changes)
            outcome, by = rules(judged)
            then = rules(judged, approved=True)[0]
            yield f"{operation:<23}{judged.effect:<9}{case:<21}{outcome:<8}{then:<9}{', '.join(by)}"
