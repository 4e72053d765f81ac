"""Walks the chain in order, and says in plain words what is wrong with it."""

from collections.abc import Mapping, Sequence
from typing import Any

from command_gateway.ledger import Audit
from command_gateway.ledger.chain import GENESIS, row_hash, seal

MOST_PROBLEMS = 20  # told; the rest would only repeat


class Walk:
    """Follows entries in the order of their sequence, then compares the requests' rows, then the head."""

    def __init__(self) -> None:
        self._count = 0
        self._last = 0
        self._hash = GENESIS
        self._rows: dict[str, str] = {}  # request id -> the row hash of its newest entry
        self._problems: list[str] = []

    def follow(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """The next entries of the chain."""
        for row in rows:
            self._entry(row)

    def compare(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Rows of `requests`, each against the newest entry of its request."""
        for row in rows:
            sealed = self._rows.pop(row["request_id"], None)
            if sealed is None:
                self._say(f"request {row['request_id']}: no entry tells of it: it was inserted, or its entries deleted")
            elif sealed != row_hash(row):
                self._say(f"request {row['request_id']}: its row was altered, it is not what its newest entry sealed")

    def audit(self, head: Mapping[str, Any] | None) -> Audit:
        """The verdict, once everything was followed and compared."""
        for request_id in list(self._rows)[:MOST_PROBLEMS]:
            self._say(f"request {request_id}: its row was deleted, though entries tell of it")
        if head is None:
            self._say("the head is missing: it was deleted")
        elif head["sequence"] != self._last:
            ends = f"the chain ends at entry {self._last}, the head says {head['sequence']}"
            self._say(f"{ends}: entries were deleted or inserted at the end")
        elif head["hash"] != self._hash:
            self._say(f"entry {self._last}: the head has another seal for it: one of them was altered")
        return Audit(not self._problems, self._count, self._hash, tuple(self._problems[:MOST_PROBLEMS]))

    def _entry(self, row: Mapping[str, Any]) -> None:
        self._count += 1
        sequence = row["sequence"]
        if sequence != self._last + 1:
            missing = f"{self._last + 1} to {sequence - 1}" if sequence > self._last + 2 else str(self._last + 1)
            self._say(f"entry {missing}: deleted, the chain goes from {self._last} to {sequence}")
        elif row["previous"] != self._hash:
            self._say(f"entry {sequence}: does not follow the one before: altered, inserted or reordered")
        expected = seal(
            row["previous"], sequence, row["recorded_at"], row["request_id"], row["kind"], row["stage"],
            row["body"], row["row_hash"],
        )  # fmt: skip
        if expected != row["hash"]:
            self._say(f"entry {sequence}: altered, its seal does not fit what it says")
        self._last, self._hash = sequence, row["hash"]
        self._rows[row["request_id"]] = row["row_hash"]

    def _say(self, problem: str) -> None:
        if len(self._problems) < MOST_PROBLEMS:
            self._problems.append(problem)
