"""What happened: an append-only chain of entries, and the requests they tell of."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from command_gateway.request import Status


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened to one request. `body` is JSON and holds no secret.

    `kind` is one of: waiting, decided, about_to, did, ended, refused.
    """

    request_id: str
    kind: str
    stage: str
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Summary:
    """What the list of requests shows of one: where it stands after its newest entry."""

    request_id: str
    source_id: str
    received_at: datetime
    status: Status
    effect: str | None = None
    targets: tuple[str, ...] = ()
    intent: str = ""
    command: str | None = None
    expires_at: datetime | None = None  # of the approval it waits for
    idempotency_key: str | None = None
    body_hash: str | None = None  # of the request's body, to tell a replay from another request with the same key


@dataclass(frozen=True, slots=True)
class Sealed:
    """An entry as it stands in the chain."""

    sequence: int
    recorded_at: str
    entry: Entry
    previous: str
    hash: str


@dataclass(frozen=True, slots=True)
class Audit:
    """What walking the chain showed. `problems` say which entry, and what is wrong with it."""

    whole: bool
    entries: int
    head: str
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """Requests, newest first; `following` continues where this page ends."""

    requests: tuple[Summary, ...]
    following: str | None


class Ledger(ABC):
    """The one interface; every implementation passes the same contract suite."""

    @abstractmethod
    async def open(self) -> None:
        """Makes ready to read and write; LedgerUnavailable when it cannot."""

    @abstractmethod
    async def close(self) -> None:
        """Finishes what is being written and lets go."""

    @abstractmethod
    async def append(self, entries: Sequence[Entry], summary: Summary, *, expect: Status | None = None) -> None:
        """Adds `entries` and puts `summary` in place, in one durable step; returns when it is on disk.

        `expect` makes it conditional: Conflict unless the request stands at that status now (this is how
        one of two deciders wins). A new request that brings an idempotency key its source has used: Conflict.
        """

    @abstractmethod
    async def entries(self, request_id: str) -> list[Sealed]:
        """All entries of one request, oldest first; empty when there is none."""

    @abstractmethod
    async def summary(self, request_id: str) -> Summary | None:
        """Where one request stands."""

    @abstractmethod
    async def by_key(self, source_id: str, idempotency_key: str, since: datetime) -> Summary | None:
        """The request that this source sent with this key, if it is not older than `since`."""

    @abstractmethod
    async def requests(
        self,
        *,
        source_id: str | None = None,
        status: Status | None = None,
        effect: str | None = None,
        target: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        after: str | None = None,
        limit: int = 50,
    ) -> Page:
        """Requests that fit all that is given, newest first; `after` is a page's `following`."""

    @abstractmethod
    async def verify(self) -> Audit:
        """Walks the whole chain and says whether it is whole: altered, deleted, reordered, inserted rows."""

    @abstractmethod
    async def check(self) -> None:
        """Whether it can be written right now, in milliseconds; LedgerUnavailable when not."""
