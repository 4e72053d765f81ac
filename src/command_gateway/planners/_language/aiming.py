"""Whom an operation is aimed at: the names in the clause, what was named before, or the request's target."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from command_gateway.operation import Kind
from command_gateway.operation import parameters as parameters_of
from command_gateway.plan import Abstention, Origin
from command_gateway.planners._language import filters, lexicon
from command_gateway.planners._language.clauses import Clause
from command_gateway.planners._language.index import OperationType
from command_gateway.planners._language.lexicon import word_set
from command_gateway.planners._language.lookup import Lookup
from command_gateway.planners._language.scoring import Reading
from command_gateway.planners._language.targets import About
from command_gateway.planners._language.text import Token
from command_gateway.planners._language.values import ValueType, value_types
from command_gateway.selector import Condition, Selector

OF_TARGET = "of_target"  # the draft of a list that is to be narrowed to the request's target
_MOST_NAMES = 10
_ALL_THAT_RUN = (Selector(everything=True), Selector(conditions=(Condition("status", "running"),)))
_AGE_WINDOW = 4  # tokens before a name in which "created before the latest" stands
_AGES = {"before": "before", "older": "before", "after": "since", "since": "since", "newer": "since"}
_WHERE = word_set("on in of from inside at for with using via through under by")
_EXISTENCE = frozenset(("any", "there", "some"))
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


def aimed(best: Reading, about: About, arguments: Mapping[str, Any], clause: Clause, whom: Whom) -> Aim | Abstention:
    """Whom the operation is for, or the question that would settle it."""
    if about.unread_exception:
        return Abstention("what is to be left out is not clear", whom.names(about.kind))
    if about.unclear:
        return Abstention(about.unclear, tuple(name for each in about.mentions for name in each.found))
    if parameters_of(best.operation).target is None:
        return _listed(best, about, dict(arguments), clause, whom)
    return _targeted(best.operation, about, arguments, clause, whom)


def _targeted(
    operation: OperationType, about: About, arguments: Mapping[str, Any], clause: Clause, whom: Whom
) -> Aim | Abstention:
    declared = parameters_of(operation).target
    assert declared is not None
    if not about.named and operation.base_effect.changes and _means_engine(clause.tokens):
        return Abstention("Docker and its host are not containers; which container is meant?", whom.names(about.kind))
    selector = about.selector() or _spoken_of(about, whom)
    of_image = _also_an_image(about, whom)
    if of_image is not None:
        return of_image
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


def _also_an_image(about: About, whom: Whom) -> Abstention | None:
    """ "All nginx containers" where nginx is one container, and the image of several."""
    if about.kind is not Kind.CONTAINER or not (about.many or about.everything):
        return None
    for mention in about.mentions:
        made = [each.name for each in whom.lookup.sight.of(Kind.CONTAINER) if _made_of(mention.text, each.image)]
        if mention.exact and made and set(made) != {mention.text}:
            question = f"{mention.text} is a container, and the image of {len(made)}: that one, or all of the image?"
            return Abstention(question, (mention.text, *made[:_MOST_NAMES]))
    return None


def _made_of(name: str, image: str) -> bool:
    return name in (image, image.rpartition("/")[2], image.rpartition("/")[2].partition(":")[0])


def _means_engine(tokens: Sequence[Token]) -> bool:
    """Whether the thing to be changed is Docker or its host: "restart the docker daemon"; not "... on this host"."""
    for at, token in enumerate(tokens):
        following = tokens[at + 1].word if at + 1 < len(tokens) else ""
        before = [each.word for each in tokens[max(at - 3, 0) : at]]
        described = following in lexicon.NOUNS | lexicon.PLURAL_NOUNS
        if token.word in lexicon.ENGINE and not described and not _WHERE & set(before):
            return not (at and tokens[at - 1].mark)
    return False


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
    if about.mentions:
        return _filtered(operation, about, arguments, clause) or Abstention(
            f"docker {operation.verbs[0]} cannot be narrowed to {about.mentions[0].text}", whom.names(Kind.CONTAINER)
        )
    if about.excluded is not None or about.pick is not None:
        return Abstention("a list cannot leave out or pick: ask for it by state, label, image or network")
    asks_whether_any = any(each.word in _EXISTENCE for each in clause.tokens[:3])
    if about.conditions and clause.tokens[0].word in ("is", "are") and about.everything and not asks_whether_any:
        # "Are all containers healthy" wants to see those that are not.
        return Aim({**arguments, **_everyone(operation)})
    if about.conditions:
        arguments = filters.applied(operation, arguments, about.conditions, whom.lookup.sight)
    return Aim(arguments)


def _everyone(operation: OperationType) -> dict[str, Any]:
    return {"all": True} if value_types(operation).get("all") is ValueType.FLAG else {}


def _filtered(operation: OperationType, about: About, arguments: Mapping[str, Any], clause: Clause) -> Aim | None:
    """A list narrowed by what is named: images of a repository, or older than one; events of a container."""
    if len(about.mentions) != 1 or len(about.mentions[0].found) != 1:
        return None
    mention = about.mentions[0]
    before = [each.word for each in clause.tokens[max(mention.start - _AGE_WINDOW, 0) : mention.start]]
    age = next((_AGES[word] for word in reversed(before) if word in _AGES), None)
    if about.kind is Kind.IMAGE and age is None and "repository" in value_types(operation):
        return Aim({**arguments, "repository": mention.text})
    name = mention.text if about.kind is Kind.IMAGE else mention.found[0]
    narrowed = filters.narrowed(operation, arguments, f"{age or about.kind}={name}")
    return None if narrowed is None else Aim(narrowed)


def _list_of_one(operation: OperationType, about: About, arguments: dict[str, Any], whom: Whom) -> Aim | Abstention:
    arguments |= {OF_TARGET: True, **_everyone(operation)}
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
