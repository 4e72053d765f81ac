"""What policies look at, so that targets which look alike to all of them are judged once."""

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass

from cedarpy import pst

from command_gateway.policies.facts import RESOURCE_FIELDS

_IDENTITY = "resource_id"


def looked_at(policies: pst.PolicySet) -> tuple[str, ...]:
    """The fields of `Facts` about the resource, besides its kind, that an answer can depend on.

    A policy that uses the resource other than by reading an attribute or asking for its type may tell any two
    apart, so then it is all of them.
    """
    found = {name for policy in policies.static_policies.values() for name in _reads(policy)}
    return RESOURCE_FIELDS if _IDENTITY in found else tuple(name for name in RESOURCE_FIELDS if name in found)


def _reads(node: object) -> Iterator[str]:
    match node:
        case pst.Template():
            if not isinstance(node.resource, pst.ScopeAny | pst.ScopeIs):
                yield _IDENTITY
            yield from _reads(node.clauses)
        case pst.GetAttr(base=pst.Var(name="resource"), attr=attribute):
            yield attribute
        case pst.Is(base=pst.Var(name="resource"), in_expr=None):
            return
        case pst.Var(name="resource"):
            yield _IDENTITY
        case Mapping():
            yield from _reads(tuple(node.values()))
        case tuple():
            for part in node:
                yield from _reads(part)
        case _ if is_dataclass(node):
            yield from _reads(tuple(getattr(node, each.name) for each in fields(node)))
