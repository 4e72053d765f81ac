"""How well a clause fits each operation: how much of a phrase it has, and how much of it the operation explains."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from command_gateway.operation import Kind, parameters, target_kind
from command_gateway.planners._language import lexicon
from command_gateway.planners._language.index import SHOW_WEIGHT, SLOT_WEIGHT, Index, OperationType, Phrase
from command_gateway.planners._language.slots import FITS, Slot, SlotKind
from command_gateway.planners._language.text import Token
from command_gateway.planners._language.values import ValueType, value_types

_LOST_SLOT = 2.5  # a value that the operation has no parameter for
_HEAVIER = 1.5
_LEAST_RECALL = 0.2  # below which an operation is not looked at
_FREE_TEXT = (ValueType.NAME, ValueType.TEXT, ValueType.SETTING)
_REFERRING = lexicon.NOUNS | {"it", "this", "itself", "its"}


@dataclass(frozen=True, slots=True)
class Unit:
    """One token as scoring sees it. `aside` is worth nothing: silent, a name, part of a value."""

    forms: frozenset[str]
    aside: bool
    word: str
    position: int
    doubt: float = 1.0  # below 1 for a corrected typing error


@dataclass(frozen=True, slots=True)
class Reading:
    """An operation that a clause may mean. `recall`: share of the phrase that is there; `explained`: of the clause."""

    operation: OperationType
    phrase: Phrase
    recall: float
    explained: float
    matched: float
    unexplained: tuple[str, ...]
    doubt: float

    @property
    def score(self) -> float:
        """0 to 1."""
        return self.recall * self.explained * self.doubt


def units(tokens: Sequence[Token], index: Index, slots: Sequence[Slot], named: Collection[int]) -> list[Unit]:
    """The clause for scoring; `named` are the positions of names."""
    valued = {at for slot in slots for at in range(slot.start, slot.end)}
    if any(slot.kind is SlotKind.CONDITION for slot in slots):
        valued |= {at for at, each in enumerate(tokens) if each.word in lexicon.OF_CONDITIONS}
    return [_unit(tokens, at, index, valued, named) for at in range(len(tokens))]


def readings(
    clause: Sequence[Unit],
    slots: Sequence[Slot],
    index: Index,
    spare: Callable[[OperationType], Collection[int]] = lambda _: (),
) -> list[Reading]:
    """The operations that the clause may mean, the best first; `spare` are positions that one of them sets aside."""
    best: dict[OperationType, tuple[float, float, bool, Phrase]] = {}
    refers = any(unit.word in _REFERRING for unit in clause)
    for number, matched in sorted(_touched(clause, slots, index).items()):
        phrase = index.phrases[number]
        recall, worth = _recall(phrase, matched, slots)
        known = best.get(phrase.operation)
        if known is None or (recall, worth, phrase.target == refers) > known[:3]:
            best[phrase.operation] = (recall, worth, phrase.target == refers, phrase)
    found = [
        _reading(phrase, recall, worth, _without(clause, spare(phrase.operation)), slots, index)
        for recall, worth, _, phrase in best.values()
        if recall >= _LEAST_RECALL
    ]
    return sorted(found, key=lambda each: (-each.score, -each.matched))


def _touched(clause: Sequence[Unit], slots: Sequence[Slot], index: Index) -> dict[int, float]:
    """The phrases that share a word with the clause, beyond asking to see something, and what the shared are worth."""
    present = {form for unit in clause for form in unit.forms}
    of_all = _forms_for_all(clause, slots)
    found: dict[int, float] = {}
    for form in sorted(present - {"#show"}):  # in one order, for the sums to be the same in every process
        worth = index.weight(form)
        for number in index.by_word.get(form, ()):
            if form in of_all or not index.phrases[number].target:
                found[number] = found.get(number, 0.0) + worth
    if "#show" in present:
        for number in found:
            found[number] += SHOW_WEIGHT if index.phrases[number].shows else 0.0
    return found


def _forms_for_all(clause: Sequence[Unit], slots: Sequence[Slot]) -> set[str]:
    """The forms that may speak for a phrase about one target.

    Of "which containers are healthy", "healthy" is not among them: it narrows the containers.
    """
    many = any("#containers" in unit.forms for unit in clause)
    narrowing = {at for slot in slots if slot.kind is SlotKind.CONDITION for at in range(slot.start, slot.end)}
    if not (many and narrowing):
        return {form for unit in clause for form in unit.forms}
    narrowing |= {unit.position for unit in clause if unit.word in lexicon.OF_CONDITIONS}
    return {form for unit in clause if unit.position not in narrowing for form in unit.forms}


def _without(clause: Sequence[Unit], spare: Collection[int]) -> Sequence[Unit]:
    return [each for each in clause if each.position not in spare] if spare else clause


def applies_conditions(operation: OperationType) -> bool:
    """Whether conditions on containers narrow what the operation acts on or lists."""
    if target_kind(operation) is Kind.CONTAINER:
        return True
    return is_list(operation) and bool(operation.about(("any",))) and operation.name.startswith("container.")


def is_list(operation: OperationType) -> bool:
    """Whether it shows rows of many things, rather than something of particular ones."""
    return parameters(operation).target is None


def takes(operation: OperationType, slot: Slot) -> bool:
    """Whether the operation can use the slot at all."""
    if slot.kind in (SlotKind.CONDITION, SlotKind.ANY_STATE):
        return applies_conditions(operation)
    if slot.pick and (target := parameters(operation).target) is not None and target.repeated:
        return True
    return any(slot.kind in FITS.get(kind, ()) for kind in value_types(operation).values())


def _unit(tokens: Sequence[Token], at: int, index: Index, valued: Collection[int], named: Collection[int]) -> Unit:
    token = tokens[at]
    if token.mark or at in named:
        return Unit(frozenset(), True, token.word, at)
    forms = index.forms(token.word)
    some = token.word in lexicon.SOME and bool(valued)
    if some or (token.word in lexicon.NOUNS and _is_said_of_all(tokens, at)):
        forms |= {"#containers"}
    if at in valued:
        return Unit(forms, True, token.word, at)
    aside = token.word in lexicon.SILENT or token.word in lexicon.LIGHT or _is_adverb(token.word, forms, index)
    return Unit(forms, aside, token.word, at, token.doubt)


def _recall(phrase: Phrase, matched: float, slots: Sequence[Slot]) -> tuple[float, float]:
    """The share of the phrase that the clause has, and what that is worth."""
    if not phrase.worth:
        return 0.0, 0.0
    for kind in phrase.takes:
        if kind in _FREE_TEXT or any(slot.kind in FITS.get(kind, ()) for slot in slots):
            matched += SLOT_WEIGHT
    return min(matched / phrase.worth, 1.0), matched


def _reading(
    phrase: Phrase, recall: float, worth: float, clause: Sequence[Unit], slots: Sequence[Slot], index: Index
) -> Reading:
    operation = phrase.operation
    vocabulary = index.known[operation].vocabulary
    explained, lost, doubt = 0.0, 0.0, 1.0
    strange: list[str] = []
    presented, listed = not operation.base_effect.changes, is_list(operation)
    for unit in clause:
        understood = not unit.forms.isdisjoint(vocabulary)
        if understood:
            doubt *= unit.doubt
        weight = _weight(unit, index)
        if unit.aside or (presented and lexicon.is_presentation(unit.word, listed=listed)):
            explained += 0.0 if unit.forms.isdisjoint(phrase.words) else weight
            continue
        if understood or is_structure(unit, operation):
            explained += weight
        else:
            lost += weight
            strange.append(unit.word)
    for slot in slots:
        if takes(operation, slot):
            explained += SLOT_WEIGHT / 2
        else:
            lost += _LOST_SLOT
            strange.append(str(slot.kind))
    share = explained / (explained + lost) if explained + lost else 0.0
    return Reading(operation, phrase, recall, share, worth, tuple(strange), doubt)


def _weight(unit: Unit, index: Index) -> float:
    if unit.word in lexicon.HEAVY:
        return index.weight("") * _HEAVIER
    if "#show" in unit.forms:
        return SHOW_WEIGHT
    return max((index.weight(form) for form in unit.forms), default=index.weight(""))


def _is_said_of_all(tokens: Sequence[Token], at: int) -> bool:
    """Whether a singular speaks of all of them: "which container", "container ids"."""
    following = tokens[at + 1].word if at + 1 < len(tokens) else ""
    columns = following.endswith("s") and following != "status" and lexicon.is_column(following)
    return columns or (at > 0 and tokens[at - 1].word in lexicon.ANY_OF)


def _is_adverb(word: str, forms: frozenset[str], index: Index) -> bool:
    return len(word) > 4 and word.endswith("ly") and forms.isdisjoint(index.vocabulary)


def is_structure(unit: Unit, operation: OperationType) -> bool:
    """Whether a word only gives a sentence its form.

    Nouns for containers say nothing against an operation on them, "#show" nothing against one that reads.
    """
    if "#show" in unit.forms and not operation.base_effect.changes:
        return True
    if unit.forms & {"#containers", "#container"}:
        return "#container" in unit.forms or operation.name.startswith("container.")
    return False
