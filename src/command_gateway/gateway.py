"""The facade that every surface talks to: submit, decide, cancel, get, history."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from command_gateway.answer import Answer
from command_gateway.catalogue import Catalogue
from command_gateway.ledger import Audit, Ledger, Page, Sealed, Summary
from command_gateway.pipeline.run import Path
from command_gateway.request import Request
from command_gateway.sight import Sight


@dataclass(frozen=True, slots=True)
class History:
    """One request as it stands: its summary, the answer (None while it runs), and its entries in the chain."""

    summary: Summary
    answer: Answer | None
    entries: tuple[Sealed, ...]


class Gateway:
    """Understands, decides, runs, verifies and records requests on the engines it was given."""

    catalogue: Catalogue

    async def start(self) -> None:
        """Opens the ledger and begins to watch the engine; an engine that is down does not stop the start."""

    async def close(self) -> None:
        """Lets running work end, then lets go of engine and ledger."""

    async def submit(self, request: Request) -> Answer:
        """Takes one request along the path; returns when it ended or waits for a person."""

    async def decide(self, request_id: str, *, by: str, approve: bool, reason: str) -> Answer:
        """A person's decision on a waiting request; approved, it runs. NotFound, Conflict, Forbidden."""

    async def cancel(self, request_id: str, *, by: str, reason: str) -> Answer:
        """Takes a waiting request back. NotFound, Conflict."""

    async def get(self, request_id: str) -> History:
        """One request, whole. NotFound."""

    async def history(self, **filters: Any) -> Page:
        """Requests that fit, newest first; the filters are those of `Ledger.requests`."""

    async def targets(self) -> Sight:
        """The inventory that names are resolved against, fresh."""

    async def audit(self) -> Audit:
        """Walks the ledger's chain."""

    async def health(self) -> dict[str, Any]:
        """The body of GET /health, from what is known already: never waits for the engine."""

    async def ready(self) -> tuple[bool, dict[str, str]]:
        """Whether the main job can be done now, and what is in its way."""

    def events(self, request_id: str | None = None) -> AsyncIterator[dict[str, Any]]:
        """What happens from now on, event by event: of one request until it ends, or of all."""
