"""One clause to one draft: the best reading, its arguments, its targets, and how sure that is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from command_gateway.operation import Effect, Kind, target_kind
from command_gateway.operation import parameters as parameters_of
from command_gateway.plan import Abstention, Draft, Origin
from command_gateway.planners._language import aiming, lexicon, mentions, scoring, targets
from command_gateway.planners._language.aiming import Aim, Whom
from command_gateway.planners._language.clauses import Clause
from command_gateway.planners._language.commands import command_at
from command_gateway.planners._language.filling import Filled, fill, new_names
from command_gateway.planners._language.index import Index, OperationType
from command_gateway.planners._language.scoring import Reading
from command_gateway.planners._language.slots import Slot, SlotKind, recognise
from command_gateway.planners._language.targets import About
from command_gateway.planners._language.text import Token
from command_gateway.planners._language.values import ValueType, value_types
from command_gateway.selector import Selector

THRESHOLDS = {Effect.READ: 0.62, Effect.OPERATE: 0.75, Effect.DESTROY: 0.8, Effect.ESCALATE: 0.8}
_RIVAL = 0.93  # a second reading this near to the best makes the request ambiguous
_WORTH_ASKING = 0.5  # what the best must score for its rivals to be offered
_SHOWN = 0.3  # what is left of the confidence when something is to be shown and the reading would change it
_STRANGE = 0.6  # what is left of it for each word that a change does not account for
_UNHEARD = 0.75  # what is left of it for each word that nobody declares, where something is only shown
_LOST = 0.4  # what is left of it when a value finds no place
_MOST_READINGS = 8
_ASKS_WHETHER = lexicon.word_set("""
    did does was were has have had is are who when why which what where am do
""")
_ASKS_ADVICE = lexicon.word_set("should may might shall before after once")  # or tells an order of events
_MODALS = lexicon.word_set("can could would will")
_ENGINE_WORDS = frozenset(("docker", "engine", "daemon", "host", "containers", "images"))
_POSSIBLE = frozenset(("possible", "ok", "okay", "way", "able", "you"))
_NO_PARTICIPLES = frozenset(("need", "feed", "proceed"))
_FAIR_ASKERS = frozenset(("get", "give", "hand", "bring", "check", "make", "how"))  # ask to see, but change things too


@dataclass(frozen=True, slots=True)
class Scene:
    """What surrounds a clause: the request's text, whom it can mean, the time, and whether it is a rehearsal."""

    text: str
    whom: Whom
    now: datetime
    dry_run: bool


@dataclass(frozen=True, slots=True)
class Understood:
    """A clause as a draft; `mentioned` is what it named, for the "it" of the next clause."""

    draft: Draft
    confidence: float
    explanation: str
    mentioned: Selector | None


def understand(clause: Clause, scene: Scene, index: Index) -> Understood | Abstention:
    """The draft that the clause amounts to, or what was missing."""
    slots = slots_of(clause.tokens, scene)
    ranked, slots = _ranked(clause, slots, scene, index)
    if not ranked:
        return Abstention(_not_understood(clause.tokens))
    best = ranked[0]
    rivals = [each for each in ranked if each.score >= best.score * _RIVAL and each.matched >= best.matched * _RIVAL]
    if len(rivals) > 1 and best.score >= _WORTH_ASKING:
        fitting = [each for each in rivals if _is_of_one(each) == _speaks_of_one(clause, slots, scene, index)]
        if len(fitting) != 1:
            return _ambiguous(rivals)
        best = fitting[0]
    return _drafted(best, clause, slots, scene, index)


def understand_as(operation: OperationType, clause: Clause, scene: Scene, index: Index) -> Understood | Abstention:
    """The draft for a clause that names only what is different: the operation was said before."""
    slots = slots_of(clause.tokens, scene)
    about = _about(operation, clause, slots, scene, index, set())
    vocabulary = index.known[operation].vocabulary
    units = scoring.units(clause.tokens, index, slots, about.used)
    if not about.named or any(not each.aside and each.forms.isdisjoint(vocabulary) for each in units):
        return Abstention(_not_understood(clause.tokens))
    phrase = next(each for each in index.phrases if each.operation is operation)
    return _drafted(Reading(operation, phrase, 1.0, 1.0, 1.0, (), 1.0), clause, slots, scene, index)


def adds_to(operation: OperationType, clause: Clause, scene: Scene, index: Index) -> bool:
    """Whether a clause only gives values for the step before it: "shut it down, give it 30 seconds"."""
    slots = [slot for slot in slots_of(clause.tokens, scene) if slot.kind is not SlotKind.CONDITION]
    lists = parameters_of(operation).target is None and mentioned(clause.tokens, scene, index) is None
    if not (slots or lists) or not all(scoring.takes(operation, slot) for slot in slots):
        return False
    vocabulary = index.known[operation].vocabulary | {"#show"}
    units = scoring.units(clause.tokens, index, slots, ())
    spoken = [each for each in units if not (each.aside or lexicon.is_presentation(each.word, listed=lists))]
    return not any(each.forms.isdisjoint(vocabulary) for each in spoken)


def mentioned(tokens: Sequence[Token], scene: Scene, index: Index) -> Selector | None:
    """The container that a stretch of text names, for the "it" of another."""
    about = targets.read(tokens, (), scene.whom.lookup, Kind.CONTAINER, index, target=scene.whom.target is not None)
    return about.selector() if about.mentions and not about.unclear else None


def slots_of(tokens: Sequence[Token], scene: Scene) -> list[Slot]:
    """The values in a clause, a command line to run among them."""
    command = command_at(scene.text, tokens)
    slots = recognise(tokens, scene.whom.lookup, scene.now)
    if command is None:
        return slots
    return [*(each for each in slots if each.end <= command.start or each.start >= command.end), command]


def _ranked(clause: Clause, slots: list[Slot], scene: Scene, index: Index) -> tuple[list[Reading], list[Slot]]:
    """Readings of the clause, and the slots that are no part of a name.

    Names are set aside before scoring, so that "restart log-shipper" is not about logs.
    """
    named = _named(clause.tokens, slots, scene, index)
    free = [slot for slot in slots if not set(range(slot.start, slot.end)) <= named]
    units = scoring.units(clause.tokens, index, free, named | targets.structure(clause.tokens))

    def spare(operation: OperationType) -> set[int]:
        return new_names(operation, clause.tokens, index).used

    return scoring.readings(units, free, index, spare)[:_MOST_READINGS], free


def _named(tokens: Sequence[Token], slots: Sequence[Slot], scene: Scene, index: Index) -> set[int]:
    """The positions of names of containers, and of images where the clause speaks of images."""
    kinds = [Kind.CONTAINER, *([Kind.IMAGE] if any(each.word in lexicon.IMAGE_NOUNS for each in tokens) else [])]
    blocked = {at for slot in slots for at in range(slot.start, slot.end) if slot.kind is not SlotKind.COUNT}
    return {
        at
        for kind in kinds
        for each in mentions.find(tokens, scene.whom.lookup, kind, index, blocked, target=scene.whom.target is not None)
        for at in range(each.start, each.end)
    }


def _drafted(
    best: Reading, clause: Clause, slots: Sequence[Slot], scene: Scene, index: Index
) -> Understood | Abstention:
    operation = best.operation
    slots = [_fitted(slot, operation) for slot in slots if not _belongs_to_phrase(slot, best, clause)]
    given = new_names(operation, clause.tokens, index)
    about = _about(operation, clause, slots, scene, index, given.used)
    free = [slot for slot in slots if slot.start not in about.used | given.used]
    filled = fill(operation, clause.tokens, free, index)
    filled.arguments |= given.arguments
    filled.used |= given.used
    unread = _unread(operation, clause, about, filled, slots, index)
    effect = _effect(operation, filled.arguments)
    if isinstance(effect, Abstention):
        return effect if best.score >= THRESHOLDS[Effect.READ] else _unsure(best, about, unread, best.score, scene)
    confidence = _confidence(best, effect, clause, filled, unread, index)
    if confidence < THRESHOLDS[effect]:
        return _unsure(best, about, unread, confidence, scene)
    if effect.changes and _tells(clause.tokens):
        return Abstention("this tells what has happened; what shall be done?", examples(operation))
    if clause.how_to and effect.changes and not scene.dry_run:
        question = "this asks how, not that it be done; say so as a command, or ask with dry_run"
        return Abstention(question, examples(operation))
    aim = aiming.aimed(best, about, filled.arguments, clause, scene.whom)
    return aim if isinstance(aim, Abstention) else _understood(best, aim, filled, confidence)


def _tells(tokens: Sequence[Token]) -> bool:
    """Whether the clause opens with a participle ("terminated"): that says what is, not what shall be."""
    first = next((each for each in tokens if not each.mark and each.word not in lexicon.SILENT), None)
    return first is not None and first.text.lower().endswith("ed") and first.word not in _NO_PARTICIPLES


def _understood(best: Reading, aim: Aim, filled: Filled, confidence: float) -> Understood:
    origins = {
        name: Origin.DEFAULT if name in filled.defaults else Origin.INTENT
        for name in aim.arguments
        if name != aiming.OF_TARGET
    }
    if aim.origin is not None:
        origins["targets"] = aim.origin
    where = f"; target from {aim.origin}" if aim.origin else ""
    explanation = f"{best.phrase.text!r} -> {best.operation.name}{where}"
    draft = Draft(best.operation, aim.arguments, aim.selector, origins)
    return Understood(draft, confidence, explanation, aim.selector)


def _about(
    operation: OperationType, clause: Clause, slots: Sequence[Slot], scene: Scene, index: Index, given: set[int]
) -> About:
    kind = target_kind(operation) or (Kind.IMAGE if operation.name.startswith("image.") else Kind.CONTAINER)
    taken = [Slot(SlotKind.COMMAND, (), at, at + 1) for at in given]
    declared = parameters_of(operation).target
    picks = declared is not None and declared.repeated
    whom = scene.whom
    return targets.read(
        clause.tokens, [*slots, *taken], whom.lookup, kind, index, target=whom.target is not None, picks=picks
    )


def _is_of_one(reading: Reading) -> bool:
    """Whether it is about particular objects, and not about the engine or all there is."""
    target = parameters_of(reading.operation).target
    return reading.phrase.target if target is None else target.required


def _speaks_of_one(clause: Clause, slots: Sequence[Slot], scene: Scene, index: Index) -> bool:
    """Whether the clause is about particular containers: by name, as "it", or through the request's target."""
    whom = scene.whom
    about = targets.read(clause.tokens, slots, whom.lookup, Kind.CONTAINER, index, target=whom.target is not None)
    if about.mentions or about.one or about.conditions:
        return True
    return whom.target is not None and not any(each.word in _ENGINE_WORDS for each in clause.tokens)


def _belongs_to_phrase(slot: Slot, best: Reading, clause: Clause) -> bool:
    """Whether what looks like a condition is part of the question: "which processes are running in it"."""
    if slot.kind is not SlotKind.CONDITION or slot.end - slot.start > 1:
        return False
    words = [each.word for each in clause.tokens]
    looks_at_one = parameters_of(best.operation).target is not None and not best.operation.base_effect.changes
    of_many = any(word in lexicon.PLURAL_NOUNS or word in mentions.QUANTIFIERS for word in words)
    return words[slot.start] in best.phrase.words and (looks_at_one or not of_many)


def _fitted(slot: Slot, operation: OperationType) -> Slot:
    """A port as the operation has it: a value where it takes one, else a condition."""
    is_port = slot.kind is SlotKind.CONDITION and slot.value[0].key in ("publish", "expose")
    if is_port and ValueType.PORT in value_types(operation).values():
        return replace(slot, kind=SlotKind.PORT, value=slot.value[0].value)
    return slot


def _unread(
    operation: OperationType, clause: Clause, about: About, filled: Filled, slots: Sequence[Slot], index: Index
) -> list[str]:
    """The words that neither the operation, its values nor its targets account for."""
    vocabulary = index.known[operation].vocabulary
    covered = {at for slot in slots if slot not in filled.lost for at in range(slot.start, slot.end)}
    covered |= about.used | filled.used | targets.structure(clause.tokens)
    return [
        unit.word
        for unit in scoring.units(clause.tokens, index, (), covered)
        if not (unit.aside or scoring.is_structure(unit, operation))
        and unit.forms.isdisjoint(vocabulary)
        and (operation.base_effect.changes or not lexicon.is_presentation(unit.word, listed=scoring.is_list(operation)))
    ]


def _effect(operation: OperationType, arguments: Mapping[str, Any]) -> Effect | Abstention:
    """What running it with these arguments would cost, whatever its targets; or why it cannot be run with them."""
    target = parameters_of(operation).target
    stand_in: dict[str, Any] = {target.name: ("x",) if target.repeated else "x"} if target is not None else {}
    try:
        return operation.model_validate({**arguments, **stand_in}).effect
    except ValidationError as broken:
        first = broken.errors(include_url=False, include_context=False)[0]
    where = " ".join(str(part).replace("_", " ") for part in first["loc"][:1])
    if first["type"] == "missing":
        return Abstention(f"docker {operation.verbs[0]} needs its {where}: say it in the request", examples(operation))
    why = first["msg"].removeprefix("Value error, ")
    return Abstention(f"docker {operation.verbs[0]}, {where}: {why}", examples(operation))


def _confidence(
    best: Reading, effect: Effect, clause: Clause, filled: Filled, unread: Sequence[str], index: Index
) -> float:
    confidence = best.score * (_LOST if filled.lost else 1.0)
    if effect.changes:
        asks = not clause.how_to and (_asks_to_see(clause, best, index) or _asks_whether(clause))
        confidence *= _STRANGE ** len(unread) * (_SHOWN if asks else 1.0)
    elif any(word in index.verbs for word in unread) or _asks_to_change(clause, best, index):
        confidence *= _SHOWN  # a change was asked for, and this would only show something
    else:
        confidence *= _UNHEARD ** sum(not index.knows(word) and not lexicon.is_known(word) for word in unread)
    return round(min(confidence, 0.99), 3)


def _asks_to_see(clause: Clause, best: Reading, index: Index) -> bool:
    """Whether the clause begins by asking to see something: "show the start time"."""
    vocabulary = index.known[best.operation].vocabulary
    for token in clause.tokens:
        if not index.forms(token.word).isdisjoint(vocabulary):
            return False
        if token.word in lexicon.SHOW and token.word not in _FAIR_ASKERS:
            return True
    return False


def _asks_to_change(clause: Clause, best: Reading, index: Index) -> bool:
    """Whether the clause begins with a verb of change that has no part in a reading that only shows something."""
    first = next((each.word for each in clause.tokens if each.word not in lexicon.SILENT), "")
    return first in index.verbs and lexicon.base(first) not in best.phrase.words


def _asks_whether(clause: Clause) -> bool:
    """Whether the clause asks about a change instead of asking for it: "did it restart", "should I stop web"."""
    words = [each.word for each in clause.tokens[:4]]
    if words[0] in _MODALS:
        return words[1:2] not in (["you"], ["we"], ["someone"], ["somebody"], ["please"])
    return words[0] in _ASKS_ADVICE or (words[0] in _ASKS_WHETHER and _POSSIBLE.isdisjoint(words))


def _unsure(best: Reading, about: About, unread: Sequence[str], confidence: float, scene: Scene) -> Abstention:
    strange = list(dict.fromkeys(unread or best.unexplained))
    verb = best.operation.verbs[0]
    if best.recall >= 0.9 and strange and not about.named and target_kind(best.operation) and _may_be_name(strange):
        said = " ".join(strange)
        near = scene.whom.lookup.match(said, about.kind).candidates or scene.whom.names(about.kind)
        return Abstention(f"{verb} is clear, but nothing on this engine is called {said!r}", near)
    missing = f"not sure enough ({confidence:.2f}) that this means docker {verb}"
    if strange:
        missing += f"; not understood: {', '.join(strange[:6])}"
    return Abstention(missing, examples(best.operation) if best.score >= 0.3 else ())


def _may_be_name(words: Sequence[str]) -> bool:
    return len(words) <= 3 and not any(lexicon.is_known(each) for each in words)


def _ambiguous(rivals: Sequence[Reading]) -> Abstention:
    commands = tuple(dict.fromkeys(f"docker {each.operation.verbs[0]}" for each in rivals))
    return Abstention(f"this could mean {' or '.join(commands)}: which?", commands)


def _not_understood(tokens: Sequence[Token]) -> str:
    said = " ".join(each.text for each in tokens)
    return f"nothing that Docker does was recognised in {said[:120]!r}"


def examples(operation: OperationType) -> tuple[str, ...]:
    """Commands that show what the operation is like."""
    return tuple(operation.examples[:2]) or (f"docker {operation.verbs[0]}",)
