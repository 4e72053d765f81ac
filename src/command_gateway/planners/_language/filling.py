"""Fills an operation's parameters from a clause: words that set a switch, values by kind and by what stands beside."""

import math
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from command_gateway.operation import parameters
from command_gateway.planners._language import lexicon
from command_gateway.planners._language.durations import go_duration
from command_gateway.planners._language.index import PATH, Index, Marker, OperationType
from command_gateway.planners._language.slots import FITS, Slot, SlotKind
from command_gateway.planners._language.text import Token
from command_gateway.planners._language.values import ValueType, value_types

_WINDOW = 3  # tokens beside a value in which a cue counts
_NEW_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")
_OF_SECONDS = lexicon.word_set("timeout grace period second")  # beside a bare number that is a time
_NEEDS_NO_CUE = frozenset({SlotKind.SIGNAL, SlotKind.SIZE, SlotKind.COMMAND, SlotKind.MOMENT, SlotKind.PORT})


@dataclass(slots=True)
class Filled:
    """Arguments found, the tokens that gave them, and values that found no place."""

    arguments: dict[str, Any] = field(default_factory=dict)
    used: set[int] = field(default_factory=set)
    defaults: set[str] = field(default_factory=set)  # arguments whose value is the catalogue's, not the text's
    lost: list[Slot] = field(default_factory=list)


def new_names(operation: OperationType, tokens: Sequence[Token], index: Index) -> Filled:
    """Names that are given to something ("to web-old"); read first, for they may look like names that exist."""
    found = Filled()
    for name, kind in value_types(operation).items():
        if kind is not ValueType.NAME or not _is_required(operation, name):
            continue
        cues = index.known[operation].cues.get(name, set())
        for at in range(len(tokens) - 1, 0, -1):
            if tokens[at].mark or not _NEW_NAME.fullmatch(tokens[at].text) or tokens[at].word in lexicon.SILENT:
                continue
            before = at - 1
            while before > 0 and tokens[before].word in ("be", "called", "named", "name", "the", "new"):
                before -= 1
            if tokens[before].word in cues | {"to", "as", "into"} or tokens[at - 1].word in ("called", "named"):
                found.arguments[name] = tokens[at].text
                found.used.add(at)
                break
    return found


def fill(operation: OperationType, tokens: Sequence[Token], slots: Sequence[Slot], index: Index) -> Filled:
    """The arguments that markers and slots give; conditions are the caller's."""
    found = Filled()
    kinds = value_types(operation)
    values = [slot for slot in slots if slot.kind not in (SlotKind.CONDITION, SlotKind.ANY_STATE)]
    taken = {at for slot in values for at in range(slot.start, slot.end)}
    taken |= _counted(operation, values, tokens, kinds, index)
    markers = index.known[operation].markers
    for marker in (each for each in markers if each.value is True):
        _mark(found, marker, tokens, index, taken)
    if any(slot.kind is SlotKind.ANY_STATE for slot in slots) and kinds.get("all") is ValueType.FLAG:
        found.arguments["all"] = True
    if not _between(found, values, kinds, tokens):
        for slot in values:
            _place(found, slot, operation, kinds, tokens, index)
    for marker in (each for each in markers if each.value is not True):
        _mark(found, marker, tokens, index, taken)  # last, for a number that was said wins over "recent"
    return found


def _is_required(operation: OperationType, name: str) -> bool:
    declared = parameters(operation)
    return any(each.name == name and each.required for each in (*declared.options, *declared.arguments))


def _mark(found: Filled, marker: Marker, tokens: Sequence[Token], index: Index, taken: Collection[int]) -> None:
    if marker.parameter in found.arguments:
        return
    size = len(marker.words)
    silent = any(word in lexicon.SILENT for word in marker.words)
    places = [at for at, each in enumerate(tokens) if not each.mark and (silent or each.word not in lexicon.SILENT)]
    for first in range(len(places) - size + 1):
        span = places[first : first + size]
        if any(each in found.used or each in taken for each in span):
            continue
        if all(_same(tokens[at], wanted, index) for at, wanted in zip(span, marker.words, strict=True)):
            found.used |= set(span)
            if marker.parameter == "quiet" and any(lexicon.base(each.word) in lexicon.COLUMNS for each in tokens):
                return  # ids are asked for beside other columns, not alone
            found.arguments[marker.parameter] = _marked_value(marker, [tokens[at] for at in span])
            if marker.value is not True:
                found.defaults.add(marker.parameter)
            return


def _marked_value(marker: Marker, said: Sequence[Token]) -> Any:
    """The marker's value, with the path that was said in its place."""
    if not isinstance(marker.value, tuple):
        return marker.value
    path = next((each.text for each, word in zip(said, marker.words, strict=True) if word == PATH), "")
    return tuple(path if word == PATH else word for word in marker.value)


def _counted(
    operation: OperationType,
    slots: Sequence[Slot],
    tokens: Sequence[Token],
    kinds: Mapping[str, ValueType],
    index: Index,
) -> set[int]:
    """Words beside a count that speak for its parameter, not for a switch: "the 3 latest"."""
    known = index.known[operation].cues.items()
    cues = {word for name, words in known if kinds[name] is ValueType.COUNT for word in words}
    beside = {at for slot in slots if slot.kind is SlotKind.COUNT for at in (slot.start - 1, slot.end)}
    return {at for at in beside if 0 <= at < len(tokens) and lexicon.base(tokens[at].word) in cues}


def _same(token: Token, wanted: str, index: Index) -> bool:
    said = token.word
    if wanted == PATH:
        return said.startswith("/") and len(said) > 1
    return said == wanted or lexicon.base(said) == lexicon.base(wanted) or lexicon.base(wanted) in index.forms(said)


def _between(found: Filled, slots: Sequence[Slot], kinds: Mapping[str, ValueType], tokens: Sequence[Token]) -> bool:
    """ "between 10:00 and 11:00", "from A to B": two moments for two parameters, in order."""
    moments = [name for name, kind in kinds.items() if kind is ValueType.MOMENT]
    given = [slot for slot in slots if slot.kind is SlotKind.MOMENT]
    if len(moments) != 2 or len(given) != 2 or len(slots) != 2:
        return False
    joiner = [each.word for each in tokens[given[0].end : given[1].start]]
    if not set(joiner) & {"and", "to", "until", "till", "-"}:
        return False
    for name, slot in zip(moments, given, strict=True):
        _put(found, name, slot, slot.value)
    return True


def _place(
    found: Filled,
    slot: Slot,
    operation: OperationType,
    kinds: Mapping[str, ValueType],
    tokens: Sequence[Token],
    index: Index,
) -> None:
    beside = _beside(tokens, slot)
    if slot.kind is SlotKind.COUNT and not {*beside[0], *beside[1]} & _OF_SECONDS:
        kinds = {name: kind for name, kind in kinds.items() if kind is not ValueType.SECONDS}
    cues = index.known[operation].cues
    fitting = [name for name, kind in kinds.items() if slot.kind in FITS.get(kind, ()) and name not in found.arguments]
    scored = sorted(((_cue_score(cues.get(name, set()), name, beside), name) for name in fitting), reverse=True)
    if scored and scored[0][0] == 0 and slot.kind not in _NEEDS_NO_CUE:
        scored = []
    if scored and scored[0][0] == 0:
        scored = [(0, fitting[0])]  # no cue: the parameter that is declared first
    if not scored:
        found.lost.append(slot)
        return
    name = scored[0][1]
    _put(found, name, slot, _value(slot, kinds[name]))


def _beside(tokens: Sequence[Token], slot: Slot) -> tuple[list[str], list[str]]:
    """The words before a slot, the nearest first, and those after it."""
    before = [lexicon.base(each.word) for each in reversed(tokens[max(slot.start - _WINDOW, 0) : slot.start])]
    after = [lexicon.base(each.word) for each in tokens[slot.end : slot.end + _WINDOW]]
    return before, after


def _cue_score(cues: Collection[str], name: str, beside: tuple[list[str], list[str]]) -> int:
    """How strongly the words beside a value speak for a parameter; near ones count more."""
    score = 0
    for words in beside:
        for distance, word in enumerate(words):
            if word == lexicon.base(name):
                score += 2 * (_WINDOW - distance) + 1
            elif word in cues:
                score += _WINDOW - distance
    return score


def _value(slot: Slot, kind: ValueType) -> Any:
    if slot.kind is SlotKind.DURATION:
        if kind is ValueType.SECONDS:
            return math.ceil(slot.value)
        return go_duration(slot.value)
    return str(slot.value) if kind is ValueType.NUMERAL else slot.value


def _put(found: Filled, name: str, slot: Slot, value: Any) -> None:
    found.arguments[name] = value
    found.used |= set(range(slot.start, slot.end))
