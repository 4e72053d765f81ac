"""Putting questions to Cedar, and what its answers are worth: an answer that is not sure is a refusal."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

import structlog
from cedarpy import AuthzResult, Decision, is_authorized_batch

from command_gateway.policies.compiling import Policies
from command_gateway.policies.facts import Facts, question, resource_entity, source_entity
from command_gateway.policies.verdict import NO_PERMIT, POLICY_ERROR, Outcome, Reason

_POLICY_ID = re.compile(r"`(policy\d+)`")

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Finding:
    """What became of one question: decided or not, and the rules that made it so."""

    outcome: Outcome
    rules: tuple[Reason, ...] = ()
    settled: bool = True  # False when the policy engine could not decide; no approval mends that


def ask(facts: Sequence[Facts], policies: Policies, *, approved: bool) -> list[Finding]:
    """One finding for each of `facts`: ALLOW or DENY."""
    found: dict[int, Finding] = {}
    for round_ in _rounds(facts):
        asked = [facts[at] for at in round_.questions]
        questions = [question(each, approved=approved) for each in asked]
        entities = f"[{','.join(round_.entities.values())}]"
        answers = is_authorized_batch(questions, policies.handle, entities, policies.schema)
        for at, each, answer in zip(round_.questions, asked, answers, strict=True):
            found[at] = _finding(answer, each, policies)
    return [found[at] for at in range(len(facts))]


@dataclass(frozen=True, slots=True)
class _Round:
    """Questions that can be put together, by position, and the entities that they are about, by id."""

    questions: list[int]
    entities: dict[str, str]


def _rounds(facts: Sequence[Facts]) -> list[_Round]:
    """One, unless an object is spoken of in two ways: an image under two tags."""
    rounds: list[_Round] = []
    for at, each in enumerate(facts):
        entities = {str(entity["uid"]): json.dumps(entity) for entity in (source_entity(each), resource_entity(each))}
        fitting = (has for has in rounds if all(has.entities.get(uid, text) == text for uid, text in entities.items()))
        round_ = next(fitting, None)
        if round_ is None:
            round_ = _Round([], {})
            rounds.append(round_)
        round_.questions.append(at)
        round_.entities.update(entities)
    return rounds


def _finding(answer: AuthzResult, facts: Facts, policies: Policies) -> Finding:
    errors = answer.diagnostics.errors
    # A policy that fails is skipped by the policy engine: a forbid that failed would let its case through.
    if errors or answer.decision is Decision.NoDecision:
        failed = {id_ for error in errors for id_ in _POLICY_ID.findall(error)}
        names = ", ".join(sorted(rule.rule for id_, rule in policies.rules.items() if id_ in failed))
        _log.error("policy_error", operation=facts.operation, failed=names)
        because = f"it failed on {names}" if names else "the facts do not fit its schema"
        return Finding("DENY", (unsettled(because),), settled=False)
    determining = set(answer.diagnostics.reasons)
    rules = tuple(rule for id_, rule in policies.rules.items() if id_ in determining)
    if answer.decision is Decision.Allow:
        return Finding("ALLOW", rules)
    return Finding("DENY", rules or (_not_permitted(facts, policies),))


def unsettled(because: str) -> Reason:
    """The gateway's own rule for whatever could not be decided."""
    return Reason(POLICY_ERROR, f"The policy engine could not decide, so nothing runs: {because}")


def _not_permitted(facts: Facts, policies: Policies) -> Reason:
    permitted = "; ".join(policies.permitted) or "nothing"
    return Reason(
        NO_PERMIT,
        f"No policy permits {facts.operation} with effect {facts.effect} for {facts.source_id}. Permitted: {permitted}",
    )
