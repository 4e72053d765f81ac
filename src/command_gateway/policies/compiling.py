"""From policy texts to what decides: parsed once, checked against the schema, every rule named and worded."""

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from operator import attrgetter
from typing import Any

from cedarpy import PolicySet, Schema, policies_to_pst, pst, validate_policies

from command_gateway.policies.facts import RESOURCE_FIELDS, Facts
from command_gateway.policies.loading import PolicyBroken, PolicyText, shipped_text
from command_gateway.policies.looking import looked_at
from command_gateway.policies.verdict import GATEWAY_RULES, Reason

_RESOURCES = "Container, Image, Network, Volume, Engine"
_TOKEN = re.compile(r'"(?:\\.|[^"\\])*"|//[^\n]*|;')
_BLANK = re.compile(r"(?:\s|//[^\n]*(?:\n|\Z))*")


@dataclass(frozen=True, slots=True)
class Policies:
    """A whole policy set, ready to decide; it never changes, so putting another in force is one assignment."""

    handle: PolicySet
    schema: Schema
    rules: Mapping[str, Reason]  # by the id that the policy engine gives them
    permitted: tuple[str, ...]  # messages of the permits
    likeness: Callable[[Facts], Any]  # equal for facts that no policy can tell apart
    version: str


@dataclass(frozen=True, slots=True)
class _Statement:
    """One policy as it stands in a file."""

    place: str  # "file:line"
    text: str


def compile_policies(texts: Sequence[PolicyText], operations: Sequence[str]) -> Policies:
    """The policies that `texts` hold, for the operations that there are.

    Raises:
        PolicyBroken: one does not parse, does not fit the schema, lacks @id or @message, or bears a taken id.
    """
    schema = Schema.from_str(schema_text(operations))
    statements = [statement for text in texts for statement in _statements(text)]
    rules: dict[str, Reason] = {}
    for statement in statements:
        rule = _checked(statement, schema)
        if rule.rule in rules:
            raise PolicyBroken(f"{statement.place}: @id({_quoted(rule.rule)}) is taken by another policy")
        rules[rule.rule] = rule
    whole = "\n".join(statement.text for statement in statements)
    tree = policies_to_pst(whole)
    if len(tree.static_policies) != len(statements):
        raise PolicyBroken(f"{texts[0].name}: {len(statements)} policies were read, {len(tree.static_policies)} remain")
    return Policies(
        handle=PolicySet.from_str(whole),
        schema=schema,
        rules={id_: rules[policy.annotations["id"]] for id_, policy in tree.static_policies.items()},
        permitted=tuple(_message(each) for each in tree.static_policies.values() if each.effect == "permit"),
        likeness=_likeness(tree),
        version=hashlib.sha256(b"\0".join(each.text.encode() for each in texts)).hexdigest(),
    )


def schema_text(operations: Sequence[str]) -> str:
    """The Cedar schema: what ships, and an action for each of `operations`."""
    actions = ", ".join(_quoted(name) for name in operations)
    applies = f"{{ principal: Source, resource: [{_RESOURCES}], context: Circumstances }}"
    return f"{shipped_text('schema.cedarschema')}\naction {actions} appliesTo {applies};\n"


def _statements(text: PolicyText) -> Iterator[_Statement]:
    """The policies of one file; each ends with a semicolon, which can also stand in a string or a comment."""
    start = 0
    ends = [found.end() for found in _TOKEN.finditer(text.text) if found[0] == ";"]
    for end in (*ends, len(text.text)):
        begin = _beginning(text.text, start)
        if begin < end:
            yield _Statement(f"{text.name}:{text.text.count(chr(10), 0, begin) + 1}", text.text[begin:end])
        elif not ends:
            raise PolicyBroken(f"{text.name}:1: there is no policy in this file; it may have been cut short")
        start = end


def _beginning(text: str, start: int) -> int:
    blank = _BLANK.match(text, start)
    return blank.end() if blank else start


def _checked(statement: _Statement, schema: Schema) -> Reason:
    policy = _parsed(statement)
    name, message = policy.annotations.get("id", ""), _message(policy)
    for annotation, value in (("id", name), ("message", message)):
        if not value.strip():
            raise PolicyBroken(f'{statement.place}: the policy needs @{annotation}("...")')
    if name in GATEWAY_RULES:
        raise PolicyBroken(f"{statement.place}: @id({_quoted(name)}) is the gateway's own; choose another")
    checked = validate_policies(statement.text, schema)
    if not checked:
        errors = (each.error.removeprefix("for policy `policy0`").lstrip(":, ") for each in checked.errors)
        problems = "; ".join(dict.fromkeys(errors))
        raise PolicyBroken(f"{statement.place}: policy {_quoted(name)} does not fit the schema: {problems}")
    return Reason(name, message)


def _parsed(statement: _Statement) -> pst.Template:
    try:
        tree = policies_to_pst(statement.text)
    except ValueError as problem:
        raise PolicyBroken(f"{statement.place}: not a Cedar policy: {problem}") from None
    if tree.templates or len(tree.static_policies) != 1:
        raise PolicyBroken(
            f"{statement.place}: a policy must name whom it is about; ?principal and ?resource cannot be used"
        )
    return next(iter(tree.static_policies.values()))


def _likeness(tree: pst.PolicySet) -> Callable[[Facts], Any]:
    always = [each.name for each in fields(Facts) if each.name not in RESOURCE_FIELDS]
    return attrgetter(*always, *looked_at(tree))


def _message(policy: pst.Template) -> str:
    return policy.annotations.get("message", "")


def _quoted(text: str) -> str:
    return json.dumps(text)
