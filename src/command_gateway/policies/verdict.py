"""What the judge says: the outcome, and the rules that made it so."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from command_gateway.operation import Effect

Outcome: TypeAlias = Literal["ALLOW", "ASK", "DENY"]

SEVERITY: dict[Outcome, int] = {"ALLOW": 0, "ASK": 1, "DENY": 2}

NO_PERMIT = "no-permit"
POLICY_ERROR = "policy-error"
GATEWAY_RULES = frozenset({NO_PERMIT, POLICY_ERROR})
"""Rules that the gateway states itself; no policy may bear their names."""


@dataclass(frozen=True, slots=True)
class Reason:
    """A rule that spoke, and what it says to people."""

    rule: str
    message: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """The decision on a whole plan: the worst over its steps and targets, with the reasons for that outcome."""

    outcome: Outcome
    effect: Effect
    reasons: tuple[Reason, ...]
    policy_version: str  # SHA-256 of the policy texts that were in force
