"""The rules that ship, and the engine that judges by them: deny by default, forbid wins, unsure is no."""

from command_gateway.policies.facts import Facts
from command_gateway.policies.judge import PolicyJudge
from command_gateway.policies.loading import PolicyBroken, PolicyText, load_policies
from command_gateway.policies.verdict import Outcome, Reason, Verdict

__all__ = ["Facts", "Outcome", "PolicyBroken", "PolicyJudge", "PolicyText", "Reason", "Verdict", "load_policies"]
