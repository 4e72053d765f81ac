"""Values in a clause: counts, times, sizes, signals, and conditions on containers, each with its place."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from command_gateway.planners._language import conditions, states
from command_gateway.planners._language.durations import duration_at
from command_gateway.planners._language.lookup import Lookup
from command_gateway.planners._language.numbers import number_at
from command_gateway.planners._language.signals import signal_at
from command_gateway.planners._language.sizes import size_at
from command_gateway.planners._language.text import Token
from command_gateway.planners._language.times import moment_at
from command_gateway.planners._language.values import ValueType


class SlotKind(StrEnum):
    """What a stretch of text says."""

    COUNT = "count"
    DURATION = "duration"  # seconds
    MOMENT = "moment"  # in the form of --since
    SIGNAL = "signal"
    SIZE = "size"
    CONDITION = "condition"  # a tuple of Condition
    ANY_STATE = "any_state"  # "running or not"
    PORT = "port"
    COMMAND = "command"  # a tuple of words


FITS: dict[ValueType, tuple[SlotKind, ...]] = {
    ValueType.COUNT: (SlotKind.COUNT,),
    ValueType.NUMERAL: (SlotKind.COUNT,),
    ValueType.PORT: (SlotKind.PORT,),
    ValueType.SECONDS: (SlotKind.DURATION, SlotKind.COUNT),
    ValueType.DURATION: (SlotKind.DURATION,),
    ValueType.MOMENT: (SlotKind.MOMENT, SlotKind.DURATION),
    ValueType.SIGNAL: (SlotKind.SIGNAL,),
    ValueType.SIZE: (SlotKind.SIZE,),
    ValueType.CPUS: (SlotKind.COUNT,),
    ValueType.COMMAND: (SlotKind.COMMAND,),
}
"""The slots that a kind of value can be read from."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A value and the tokens that say it, from `start` up to, not including, `end`."""

    kind: SlotKind
    value: Any
    start: int
    end: int
    pick: bool = False  # a count after "first" or "last", which may pick among targets


def recognise(tokens: Sequence[Token], lookup: Lookup, now: datetime) -> list[Slot]:
    """The slots of a clause from left to right; none overlap."""
    found: list[Slot] = []
    at = 0
    while at < len(tokens):
        slot = None if tokens[at].mark else _at(tokens, at, lookup, now)
        if slot is None:
            at += 1
        else:
            found.append(slot)
            at = slot.end
    return found


def _at(tokens: Sequence[Token], at: int, lookup: Lookup, now: datetime) -> Slot | None:
    anyhow = states.any_state_at(tokens, at)
    if anyhow:
        return Slot(SlotKind.ANY_STATE, True, at, anyhow)
    condition = conditions.condition_at(tokens, at, lookup)
    if condition is not None:
        return Slot(SlotKind.CONDITION, condition[0], at, condition[1])
    signal = signal_at(tokens, at)
    if signal is not None:
        return Slot(SlotKind.SIGNAL, signal[0], at, signal[1])
    moment = moment_at(tokens, at, now)
    if moment is not None:
        return Slot(SlotKind.MOMENT, moment[0], at, moment[1])
    duration = duration_at(tokens, at)
    if duration is not None:
        return Slot(SlotKind.DURATION, duration[0], at, duration[1])
    size = size_at(tokens, at)
    if size is not None:
        return Slot(SlotKind.SIZE, size[0], at, size[1])
    return _count(tokens, at)


def _count(tokens: Sequence[Token], at: int) -> Slot | None:
    number = number_at(tokens, at)
    if number is None or number[0] != int(number[0]):
        return None
    before = tokens[at - 1].word if at else ""
    if tokens[at].word == "one" and before not in ("last", "first", "latest"):
        return None  # "this one", "which one"
    return Slot(SlotKind.COUNT, int(number[0]), at, number[1], pick=before in ("first", "last"))
