"""The judge: what the policies say about a plan, the worst over all its steps and targets."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import structlog

from command_gateway.operation import Effect
from command_gateway.policies.asking import Finding, ask, unsettled
from command_gateway.policies.compiling import Policies, compile_policies
from command_gateway.policies.facts import Facts
from command_gateway.policies.loading import PolicyText
from command_gateway.policies.verdict import NO_PERMIT, SEVERITY, Outcome, Reason, Verdict

_MOST_NAMES = 5  # targets that a message spells out
_MOST_REMEMBERED = 2_000

_log = structlog.get_logger(__name__)


class _InForce:
    """Policies, and what they found of late: the same facts under the same policies are found the same."""

    def __init__(self, policies: Policies) -> None:
        self.policies = policies
        self._found: dict[Any, Finding] = {}

    def findings(self, facts: Sequence[Facts], *, approved: bool) -> list[Finding]:
        """One for each of `facts`, no two of which are alike."""
        keys = [(approved, self.policies.likeness(each)) for each in facts]
        found = {key: self._found[key] for key in keys if key in self._found}
        new = {key: each for key, each in zip(keys, facts, strict=True) if key not in found}
        if new:
            found |= zip(new, self._new(list(new.values()), approved=approved), strict=True)
            self._remember({key: found[key] for key in new if found[key].settled})
        return [found[key] for key in keys]

    def _new(self, facts: Sequence[Facts], *, approved: bool) -> list[Finding]:
        found = ask(facts, self.policies, approved=approved)
        refused = [] if approved else [at for at, each in enumerate(found) if each.outcome == "DENY" and each.settled]
        if refused:
            again = ask([facts[at] for at in refused], self.policies, approved=True)
            for at, with_approval in zip(refused, again, strict=True):
                found[at] = _compared(found[at], with_approval)
        return found

    def _remember(self, findings: Mapping[Any, Finding]) -> None:
        if len(self._found) > _MOST_REMEMBERED:
            self._found.clear()
        self._found |= findings


class PolicyJudge:
    """Judges plans by the policies in force; computes only, and whatever goes wrong in it is a refusal.

    Raises:
        PolicyBroken: the policies cannot be used; the message names file and line.
    """

    def __init__(self, texts: Sequence[PolicyText], operations: Sequence[str]) -> None:
        self._in_force = _InForce(compile_policies(texts, operations))

    @property
    def version(self) -> str:
        """SHA-256 of the policy texts in force."""
        return self._in_force.policies.version

    def judge(self, facts: Sequence[Facts], *, approved: bool) -> Verdict:
        """The verdict on a plan, given the facts of each of its steps and targets.

        Without approval, what only an approval stands against is ASK. With it, there is ALLOW and DENY.
        """
        in_force = self._in_force
        unfit = _unfit(facts)
        if unfit:
            _log.error("policy_error", cause=unfit)
            return Verdict("DENY", Effect.ESCALATE, (unsettled(unfit),), in_force.policies.version)
        effect = max((each.effect for each in facts), key=lambda each: each.rank)
        try:
            outcome, reasons = _judged(facts, in_force, approved=approved)
        except Exception as problem:  # whatever it is, a plan that was not judged must not run
            _log.error("policy_error", cause=type(problem).__name__)
            outcome, reasons = "DENY", (unsettled("the facts cannot be put before it"),)
        return Verdict(outcome, effect, reasons, in_force.policies.version)


def _unfit(facts: Sequence[Facts]) -> str:
    """Why these cannot be judged at all; empty when they can."""
    if not facts:
        return "there is nothing to judge"
    misfits = sorted({name for each in facts for name in each.misfits})
    return f"missing or of the wrong type: {', '.join(misfits)}" if misfits else ""


def _judged(facts: Sequence[Facts], in_force: _InForce, *, approved: bool) -> tuple[Outcome, tuple[Reason, ...]]:
    groups = _alike(facts, in_force.policies)
    findings = in_force.findings([group[0] for group in groups], approved=approved)
    worst = max((finding.outcome for finding in findings), key=SEVERITY.__getitem__)
    spoke: dict[Reason, list[Facts]] = {}
    for finding, group in zip(findings, groups, strict=True):
        for rule in finding.rules if finding.outcome == worst else ():
            spoke.setdefault(rule, []).extend(group)
    if worst == "ALLOW":
        return worst, tuple(spoke)
    return worst, tuple(_naming(rule, about) for rule, about in spoke.items())


def _alike(facts: Iterable[Facts], policies: Policies) -> list[list[Facts]]:
    """Facts that no policy can tell apart, together."""
    groups: dict[Any, list[Facts]] = {}
    for each in facts:
        groups.setdefault(policies.likeness(each), []).append(each)
    return list(groups.values())


def _compared(without: Finding, with_approval: Finding) -> Finding:
    """What is refused as it stands, but passes with approval, asks for it."""
    if with_approval.outcome != "ALLOW":
        return with_approval
    refusals = tuple(rule for rule in without.rules if rule.rule != NO_PERMIT)
    return Finding("ASK", refusals or with_approval.rules)


def _naming(rule: Reason, about: Iterable[Facts]) -> Reason:
    """The rule with the targets that it spoke about; what no policy permits is so for any target."""
    names = list(dict.fromkeys(each.name for each in about if each.name))
    if not names or rule.rule == NO_PERMIT:
        return rule
    more = len(names) - _MOST_NAMES
    listed = ", ".join(names[:_MOST_NAMES]) + (f" and {more} more" if more > 0 else "")
    return Reason(rule.rule, f"{rule.message} ({listed})")
