"""Whom an operation is aimed at: the names in the clause, what was named before, or the request's target."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from command_gateway.operation import Kind
from command_gateway.operation import parameters as parameters_of
from command_gateway.plan import Abstention, Origin
from command_gateway.planners._language import filters
from command_gateway.planners._language.clauses import Clause
from command_gateway.planners._language.index import OperationType
from command_gateway.planners._language.lookup import Lookup
from command_gateway.planners._language.scoring import Reading
from command_gateway.planners._language.targets import About
from command_gateway.planners._language.values import ValueType, value_types
from command_gateway.selector import Condition, Selector

OF_TARGET = "of_target"  # the draft of a list that is to be narrowed to the request's target
_MOST_NAMES = 10
_ALL_THAT_RUN = (Selector(everything=True), Selector(conditions=(Condition("status", "running"),)))
_ASKS_FOR_ALL = frozenset(("what", "which", "who"))


@dataclass(frozen=True, slots=True)
class Whom:
    """What a request can mean: its own target, the engine's names, and what "it" was last."""

    target: str | None
    lookup: Lookup
    antecedent: Selector | None = None

    def names(self, kind: Kind) -> tuple[str, ...]:
        """Names to offer when none was said."""
        return self.lookup.names[kind][:_MOST_NAMES]


@dataclass(frozen=True, slots=True)
class Aim:
    """An operation's arguments and targets; `origin` tells where the targets came from, None without any."""

    arguments: Mapping[str, Any]
    selector: Selector | None = None
    origin: Origin | None = None


def aimed(
    best: Reading, about: About, arguments: Mapping[str, Any], clause: Clause, whom: Whom
) -> Aim | Abstention:
    """Whom the operation is for, or the question that would settle it."""
    if about.unread_exception:
        return Abstention("what is to be left out is not clear", whom.names(about.kind))
    if about.unclear:
        return Abstention(about.unclear, tuple(name for each in about.mentions for name in each.found))
    if parameters_of(best.operation).target is None:
        return _listed(best, about, dict(arguments), clause, whom)
    return _targeted(best.operation, about, arguments, whom)


def _targeted(operation: OperationType, about: About, arguments: Mapping[str, Any], whom: Whom) -> Aim | Abstention:
    declared = parameters_of(operation).target
    assert declared is not None
    selector = about.selector() or _spoken_of(about, whom)
    if selector is not None:
        if not declared.required and whom.target is None and selector in _ALL_THAT_RUN:
            return Aim(arguments)  # without targets it is about all of them anyway
        return _clash(selector, about, whom) or Aim(arguments, selector, Origin.INTENT)
    if about.many and operation.base_effect.changes:
        return Abstention("which containers? name them, or say all", whom.names(about.kind))
    if about.many and not declared.required and whom.target is None:
        return Aim(arguments)
    if whom.target is not None and about.kind is Kind.CONTAINER:
        return Aim(arguments, None, Origin.TARGET_RESOURCE)
    if declared.required or about.pronoun:
        return Abstention(f"which {about.kind} shall {operation.verbs[0]} act on?", whom.names(about.kind))
    return Aim(arguments)


def _spoken_of(about: About, whom: Whom) -> Selector | None:
    """What an "it" goes back to; without one, what was named before where the request has no target."""
    if about.kind is not Kind.CONTAINER or (about.many and not about.pronoun):
        return None
    return whom.antecedent if about.pronoun or whom.target is None else None


def _listed(best: Reading, about: About, arguments: dict[str, Any], clause: Clause, whom: Whom) -> Aim | Abstention:
    """An operation without a target parameter, such as a list; "is web running" is a list of one."""
    operation = best.operation
    narrows = bool(operation.about(("any",)))
    asks_for_all = about.many or about.everything or any(each.word in _ASKS_FOR_ALL for each in clause.tokens[:3])
    of_one = about.mentions or (not asks_for_all and best.phrase.target)
    if narrows and of_one:
        return _list_of_one(operation, about, arguments, whom)
    if about.mentions and about.kind is Kind.IMAGE and "repository" in value_types(operation):
        if len(about.mentions) > 1:
            return Abstention("one repository at a time", tuple(each.text for each in about.mentions))
        return Aim({**arguments, "repository": about.mentions[0].text})
    if about.mentions:
        return Abstention(f"docker {operation.verbs[0]} is not about one container", whom.names(Kind.CONTAINER))
    if about.excluded is not None or about.pick is not None:
        return Abstention("a list cannot leave out or pick: ask for it by state, label, image or network")
    if about.conditions:
        arguments = filters.applied(operation, arguments, about.conditions, whom.lookup.sight)
    return Aim(arguments)


def _list_of_one(operation: OperationType, about: About, arguments: dict[str, Any], whom: Whom) -> Aim | Abstention:
    arguments[OF_TARGET] = True
    if value_types(operation).get("all") is ValueType.FLAG:
        arguments["all"] = True
    # A state in the question is what it asks about, and does not narrow whom it asks about.
    stateless = replace(about, conditions=[], everything=False)
    selector = stateless.selector() or _spoken_of(about, whom)
    if selector is not None:
        return _clash(selector, about, whom) or Aim(arguments, selector, Origin.INTENT)
    if whom.target is None:
        return Abstention("which container? name it in the request", whom.names(Kind.CONTAINER))
    return Aim(arguments, None, Origin.TARGET_RESOURCE)


def _clash(selector: Selector, about: About, whom: Whom) -> Abstention | None:
    """A name in the text against another in target_resource: neither is obviously the one meant."""
    if whom.target is None or not about.mentions or selector.kind is not Kind.CONTAINER:
        return None
    mappings = whom.lookup.sight.mappings
    meant = mappings.get(whom.target, whom.target)
    beside = whom.lookup.match(meant, Kind.CONTAINER).best or (meant,)
    named = {mappings.get(name, name) for each in about.mentions for name in each.found}
    if named & set(beside):
        return None
    said = ", ".join(sorted(named))
    question = f"the request is for {whom.target}, and its text names {said}: which one is meant?"
    return Abstention(question, tuple(dict.fromkeys((*beside, *sorted(named)))))
