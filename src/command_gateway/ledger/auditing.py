"""Follows the chain in order, and says in plain words what is wrong with it."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from command_gateway.ledger import Audit
from command_gateway.ledger.chain import GENESIS, row_hash, seal

MOST_PROBLEMS = 20  # told; the rest are counted

Listed = tuple[str, str, str]  # a row of request_targets: target, received_at, request_id


class Walk:
    """Follows entries in the order of their sequence, then compares the requests' rows, then the head.

    It keeps nothing of what it has passed but the last seal, so a chain of any length fits.
    """

    def __init__(self) -> None:
        self._count = 0
        self._last = 0
        self._hash = GENESIS
        self._problems: list[str] = []
        self._untold = 0

    def follow(self, rows: Iterable[Sequence[Any]]) -> None:
        """The next rows of `entries`, their columns in the table's order."""
        for row in rows:
            self._entry(*row)

    def compare(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Rows of `requests`, each with the `newest` entry of its request and the row hash that it `sealed`."""
        for row in rows:
            kept = {name: value for name, value in row.items() if name not in ("newest", "sealed")}
            if row["newest"] is None:
                self._say(f"request {row['request_id']}: no entry tells of it: it was inserted, or its entries deleted")
            elif row["sealed"] != row_hash(kept):
                where = f"entry {row['newest']}, request {row['request_id']}"
                self._say(f"{where}: its row was altered, it is not what this newest entry of it sealed")

    def compare_targets(self, rows: Iterable[Mapping[str, Any]], listed: Iterable[Listed]) -> None:
        """What is listed by target for these rows of `requests`, and nobody else."""
        due = {listing for row in rows for listing in listings(row)}
        found = set(listed)
        for target, _, request_id in sorted(due - found):
            self._say(f"request {request_id}: it was deleted from the list of target {target!r}")
        for target, _, request_id in sorted(found - due, key=str):
            self._say(f"request {request_id}: it was inserted into the list of target {target!r}")

    def lost(self, request_id: str, newest: int) -> None:
        """Entries tell of a request that has no row."""
        self._say(f"entry {newest}, request {request_id}: its row was deleted, though entries tell of it")

    def audit(self, head: Mapping[str, Any] | None) -> Audit:
        """The verdict, once everything was followed and compared."""
        if head is None:
            self._say("the head is missing: it was deleted")
        elif head["sequence"] != self._last:
            ends = f"the chain ends at entry {self._last}, the head says {head['sequence']}"
            self._say(f"{ends}: entries were deleted or inserted at the end, or the head was altered")
        elif head["hash"] != self._hash:
            self._say(f"entry {self._last}: the head has another seal for it: one of them was altered")
        more = (f"and {self._untold} more",) if self._untold else ()
        return Audit(not self._problems, self._count, str(self._hash), (*self._problems, *more))

    def _entry(self, sequence: int, *row: Any) -> None:
        recorded_at, request_id, kind, stage, body, row_sealed, previous, sealed = row
        self._count += 1
        self._place(sequence, previous)
        if not all(isinstance(each, str) for each in row):
            self._say(f"entry {sequence}: altered, it holds what is no text")
        elif seal(previous, sequence, recorded_at, request_id, kind, stage, body, row_sealed) != sealed:
            self._say(f"entry {sequence}: altered, its seal does not fit what it says")
        self._last, self._hash = sequence, sealed

    def _place(self, sequence: int, previous: Any) -> None:
        due = self._last + 1
        if sequence < 1:
            self._say(f"entry {sequence}: inserted, the chain begins with entry 1")
        elif sequence > due:
            missing = str(due) if sequence == due + 1 else f"{due} to {sequence - 1}"
            self._say(f"entry {missing}: deleted, the chain goes from {self._last} to {sequence}")
        elif previous != self._hash:
            self._say(f"entry {sequence}: does not follow the one before: one of them was altered or changed its place")

    def _say(self, problem: str) -> None:
        if len(self._problems) < MOST_PROBLEMS:
            self._problems.append(problem)
        else:
            self._untold += 1


def listings(row: Mapping[str, Any]) -> list[Listed]:
    """The rows of `request_targets` that a row of `requests` asks for; none when its targets are unreadable."""
    try:
        targets = json.loads(row["targets"])
    except (TypeError, ValueError):
        return []
    named = {each for each in targets if isinstance(each, str)} if isinstance(targets, list) else set()
    return [(target, row["received_at"], row["request_id"]) for target in sorted(named)]
