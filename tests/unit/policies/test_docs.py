"""What docs/policy.md says about policies is so."""

import re
from pathlib import Path

import pytest

from command_gateway.operation import Effect
from command_gateway.policies import PolicyJudge, PolicyText, load_policies
from command_gateway.policies.facts import question, resource_entity, source_entity
from tests.support.facts import OPERATIONS, facts, removing

PAGE = (Path(__file__).parents[3] / "docs" / "policy.md").read_text()
EXAMPLES = re.findall(r"```cedar\n(.*?)```", PAGE, re.DOTALL)


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_example_is_a_policy_that_fits_beside_the_shipped_ones(example: str) -> None:
    PolicyJudge([*load_policies(), PolicyText("example.cedar", example)], OPERATIONS)


def test_the_examples_do_what_is_said_of_them() -> None:
    judge = PolicyJudge([*load_policies(), PolicyText("example.cedar", "\n".join(EXAMPLES))], OPERATIONS)
    healing = facts(source_id="healer", operation="container.exec", effect=Effect.ESCALATE, labels=("tier=scratch",))
    assert judge.judge([healing], approved=False).outcome == "ASK"
    assert judge.judge([healing], approved=True).outcome == "ALLOW"
    payments = removing(project="payments")
    assert judge.judge([payments], approved=True).outcome == "DENY"


def test_every_attribute_is_listed() -> None:
    case = facts()
    entities = {"principal": source_entity(case)["attrs"], "resource": resource_entity(case)["attrs"]}
    attributes = {f"{owner}.{name}" for owner, names in entities.items() for name in names}
    attributes |= {f"context.{name}" for name in question(case, approved=False)["context"]}
    assert attributes == set(re.findall(r"^\| `((?:principal|resource|context)\.\w+)`", PAGE, re.MULTILINE))


def test_every_shipped_rule_is_listed() -> None:
    shipped = re.findall(r'@id\("(.*?)"\)', load_policies()[0].text)
    assert shipped == re.findall(r"^\| `([a-z-]+)` \|", PAGE, re.MULTILINE)
