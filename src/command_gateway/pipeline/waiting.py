"""Requests that wait for a person: read back from the ledger, decided once, expired in time."""

from command_gateway.answer import Answer
from command_gateway.catalogue import Catalogue
from command_gateway.errors import Conflict, Forbidden, NotFound
from command_gateway.events import Bus
from command_gateway.ledger import Entry, Ledger, Summary
from command_gateway.pipeline.journal import decided, summary_of, waiting_in
from command_gateway.pipeline.passage import Passage
from command_gateway.pipeline.record import answer_of
from command_gateway.pipeline.run import event_of
from command_gateway.request import StageName, Status, now

_STATES = {Status.REJECTED: "rejected", Status.EXPIRED: "expired", Status.CANCELLED: "cancelled"}


class WaitingRoom:
    """Nothing is kept in memory for a person: each decision reads the request and writes its end."""

    def __init__(self, ledger: Ledger, catalogue: Catalogue, bus: Bus) -> None:
        self._ledger = ledger
        self._catalogue = catalogue
        self._bus = bus

    async def approved(self, request_id: str, by: str, reason: str) -> Passage:
        """The waiting passage with a person's yes on it, recorded; it may now go on.

        Raises:
            NotFound, Conflict (it waits no more, or its plan is not the one that was shown), Forbidden (the asker).
        """
        passage = await self._waiting(request_id)
        assert passage.plan is not None
        assert passage.approval is not None
        _another_person(passage, by)
        if passage.plan.hash != passage.approval.plan_hash:
            raise Conflict("the stored plan is not the one that was shown (a masked secret changes it): ask anew")
        passage.approval = decided(passage.approval, "approved", by, reason)
        passage.move(Status.RUNNING)
        body = {"approval": passage.approval.model_dump(mode="json")}
        entry = Entry(request_id, "decided", StageName.APPROVAL, body)
        await self._ledger.append([entry], summary_of(passage), expect=Status.PENDING_APPROVAL)
        return passage

    async def rejected(self, request_id: str, by: str, reason: str) -> Answer:
        """A person's no. NotFound, Conflict, Forbidden."""
        passage = await self._waiting(request_id)
        _another_person(passage, by)
        return await self._end(passage, Status.REJECTED, by, reason)

    async def cancelled(self, request_id: str, by: str, reason: str) -> Answer:
        """Taken back before anybody decided. NotFound, Conflict."""
        return await self._end(await self._waiting(request_id), Status.CANCELLED, by, reason)

    async def expire(self, summary: Summary | None) -> None:
        """Ends a request whose time is over; of one that is not waiting, or not yet late, nothing changes."""
        if summary is None or summary.status is not Status.PENDING_APPROVAL:
            return
        if summary.expires_at is None or summary.expires_at > now():
            return
        passage = waiting_in(await self._ledger.entries(summary.request_id), self._catalogue)
        if passage is None:
            return
        try:
            await self._end(passage, Status.EXPIRED, "", "nobody decided in time")
        except Conflict:
            return  # somebody else settled it in the same moment

    async def _waiting(self, request_id: str) -> Passage:
        await self.expire(await self._ledger.summary(request_id))
        summary = await self._ledger.summary(request_id)
        if summary is None:
            raise NotFound(f"no request has the id {request_id!r}")
        passage = waiting_in(await self._ledger.entries(request_id), self._catalogue)
        if passage is None or summary.status is not Status.PENDING_APPROVAL:
            raise Conflict(f"request {request_id} is {summary.status} and waits for nobody")
        return passage

    async def _end(self, passage: Passage, status: Status, by: str, reason: str) -> Answer:
        """Ends it without running it; of two who decide at once the ledger lets one."""
        assert passage.approval is not None
        shown = passage.answer
        passage.approval = decided(passage.approval, _STATES[status], by, reason)
        passage.move(status)
        passage.stage = StageName.RECORD
        answer = answer_of(passage).model_copy(update={"decision": shown.decision if shown else None})
        entry = Entry(
            passage.request.request_id, "ended", StageName.APPROVAL, {"answer": answer.model_dump(mode="json")}
        )
        await self._ledger.append([entry], summary_of(passage), expect=Status.PENDING_APPROVAL)
        self._bus.publish(event_of(passage))
        return answer


def _another_person(passage: Passage, by: str) -> None:
    if by == passage.request.source_id:
        raise Forbidden("who asks cannot be who approves or rejects: another source must decide")
