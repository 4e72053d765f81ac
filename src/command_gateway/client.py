"""The published async client: what the command line, the agent and anyone else use.

ClientError
├── Unreachable     nobody answers at the gateway's address
├── Unanswered      the gateway took the request and no answer came in time: look before asking anew
└── Refused         the gateway said no to the request itself: an HTTP error, with its code
"""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import quote
from uuid import uuid4

from command_gateway.request import ENDS, Priority, Status

if TYPE_CHECKING:
    import httpx2

DEFAULT_URL = "http://127.0.0.1:8003"
ATTEMPTS = 4
LONGEST_PAUSE = 30.0  # seconds between attempts, whatever Retry-After says

JSON = dict[str, Any]


class ClientError(Exception):
    """There is no answer to show; the message says why."""


class Unreachable(ClientError):
    """Nobody answers at the gateway's address."""


class Unanswered(ClientError):
    """The request was sent and no answer came: it may have run."""


class Refused(ClientError):
    """The gateway refused the request itself: `http_status`, its `code`, and `details` as it sent them."""

    def __init__(self, http_status: int, details: Mapping[str, Any]) -> None:
        self.http_status = http_status
        self.code = str(details.get("error_code", "GATEWAY_ERROR"))
        self.details = dict(details)
        super().__init__(str(details.get("error_message", f"HTTP {http_status}")))


@dataclass(frozen=True, slots=True)
class Reply:
    """The gateway's answer to one request; `body` is all of it, in the shape of CONTRACT section 1."""

    request_id: str
    status: Status
    body: JSON = field(repr=False)

    @property
    def ended(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.status in ENDS

    @property
    def succeeded(self) -> bool:
        """Whether it was done, and verified where it changed something."""
        return self.status is Status.COMPLETED_SUCCESS

    @property
    def command(self) -> str | None:
        """The equivalent Docker CLI text."""
        return (self.body.get("execution_details") or {}).get("command")

    @property
    def stdout(self) -> str:
        """What the Docker CLI would have printed."""
        return str(self._result.get("stdout", ""))

    @property
    def stderr(self) -> str:
        """What the Docker CLI would have complained about."""
        return str(self._result.get("stderr", ""))

    @property
    def error(self) -> JSON:
        """`error_details`, empty without one."""
        return self.body.get("error_details") or {}

    @property
    def _result(self) -> JSON:
        return (self.body.get("execution_details") or {}).get("execution_result") or {}


class GatewayClient:
    """Speaks to one gateway over HTTP; use it as an async context manager.

    Submissions carry an idempotency key, so that a lost connection or a 503 may be tried again without
    running anything twice. `timeout` is in seconds and bounds the wait for one answer.
    """

    def __init__(
        self,
        url: str = DEFAULT_URL,
        *,
        source_id: str,
        timeout: float = 120.0,
        attempts: int = ATTEMPTS,
        transport: "httpx2.AsyncBaseTransport | None" = None,
    ) -> None:
        import httpx2

        self.source_id = source_id
        self._attempts = attempts
        self._url = url
        limits = httpx2.Timeout(timeout, connect=min(5.0, timeout))
        # Reading the certificate authorities takes longer than most answers; only https has a use for them.
        tls = url.startswith("https:")
        self._http = httpx2.AsyncClient(
            base_url=url, timeout=limits, transport=transport, trust_env=False, verify=tls, follow_redirects=False
        )

    async def __aenter__(self) -> "GatewayClient":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Lets go of its connections."""
        await self._http.aclose()

    async def submit(
        self,
        intent: str,
        *,
        target: str | None = None,
        engine: str | None = None,
        context: str | None = None,
        priority: Priority | str = Priority.NORMAL,
        dry_run: bool = False,
        idempotency_key: str | None = None,
    ) -> Reply:
        """Asks in plain language; returns when it ended or waits for a person."""
        body: JSON = {
            "source_id": self.source_id,
            "action_request": {"intent": intent, "context": context, "priority": str(priority)},
            "dry_run": dry_run,
        }
        return await self._asked("/execute-docker-command", body, target, engine, idempotency_key)

    async def operate(
        self,
        operation: str,
        arguments: Mapping[str, Any] | None = None,
        *,
        target: str | None = None,
        engine: str | None = None,
        priority: Priority | str = Priority.NORMAL,
        dry_run: bool = False,
        idempotency_key: str | None = None,
    ) -> Reply:
        """Runs one typed operation such as container.restart; returns when it ended or waits for a person."""
        body: JSON = {
            "source_id": self.source_id,
            "arguments": dict(arguments or {}),
            "priority": str(priority),
            "dry_run": dry_run,
        }
        return await self._asked(f"/operations/{quote(operation, safe='')}", body, target, engine, idempotency_key)

    async def get(self, request_id: str) -> JSON:
        """One request, whole: summary, answer (None while it runs), ledger entries."""
        return await self._json("GET", f"/requests/{quote(request_id, safe='')}")

    async def requests(self, **filters: Any) -> JSON:
        """Requests, newest first. `filters`: source, status, effect, target, since, until, after, limit."""
        given = {name: str(value) for name, value in filters.items() if value is not None}
        return await self._json("GET", "/requests", params=given)

    async def approve(self, request_id: str, *, reason: str) -> Reply:
        """Says yes to a waiting request as this source; the reply is that of the run."""
        return await self._decided(request_id, "approve", reason)

    async def reject(self, request_id: str, *, reason: str) -> Reply:
        """Says no to a waiting request."""
        return await self._decided(request_id, "reject", reason)

    async def cancel(self, request_id: str, *, reason: str) -> Reply:
        """Takes a waiting request back."""
        return await self._decided(request_id, "cancel", reason)

    async def approvals(self, *, wait: float = 0) -> list[JSON]:
        """What waits for a person; with `wait`, as soon as something does, at most so many seconds (60)."""
        found: list[JSON] = (await self._json("GET", "/approvals", params={"wait": str(wait)}))["approvals"]
        return found

    async def operations(self) -> list[JSON]:
        """The catalogue."""
        found: list[JSON] = (await self._json("GET", "/operations"))["operations"]
        return found

    async def targets(self, kind: str | None = None) -> JSON:
        """The inventory that names are resolved against."""
        return await self._json("GET", "/targets", params={"kind": kind} if kind else None)

    async def audit(self) -> JSON:
        """What walking the ledger's chain showed."""
        return await self._json("GET", "/audit/verify")

    async def health(self) -> JSON:
        """How the gateway is; an unhealthy one is an answer, not an error."""
        answered = await self._sent("GET", "/health")
        return _object(answered) if answered.status_code in (200, 503) else _accepted(answered)

    async def wait(self, request_id: str, *, seconds: float | None = None) -> Reply:
        """The reply of a request that runs or waits for a person, once it has ended.

        Raises:
            TimeoutError: it has not ended after `seconds`.
        """
        async with asyncio.timeout(seconds):
            pause = 0.1
            while True:
                found = await self.get(request_id)
                if Status(found["summary"]["status"]) in ENDS and found["answer"]:
                    return _reply(found["answer"])
                await asyncio.sleep(pause)
                pause = min(2.0, pause * 1.5)

    async def events(self, request_id: str | None = None) -> AsyncIterator[JSON]:
        """What happens, event by event: of one request until it has ended, or of all."""
        import httpx2

        path = "/events" if request_id is None else f"/requests/{quote(request_id, safe='')}/events"
        try:
            async with self._http.stream("GET", path, timeout=httpx2.Timeout(60.0, connect=5.0)) as answered:
                if answered.status_code != 200:
                    await answered.aread()
                    _accepted(answered)
                async for line in answered.aiter_lines():
                    if line.startswith("data: "):
                        yield json.loads(line.removeprefix("data: "))
        except httpx2.TransportError as broken:
            raise self._unreachable(broken) from broken

    async def _asked(self, path: str, body: JSON, target: str | None, engine: str | None, key: str | None) -> Reply:
        if target is not None or engine is not None:
            body["target_resource"] = {"name": target, "engine": engine}
        headers = {"Idempotency-Key": key or str(uuid4())}
        return _reply(await self._json("POST", path, json=body, headers=headers))

    async def _decided(self, request_id: str, decision: str, reason: str) -> Reply:
        body = {"source_id": self.source_id, "reason": reason}
        return _reply(await self._json("POST", f"/requests/{quote(request_id, safe='')}/{decision}", json=body))

    async def _json(self, method: str, path: str, **how: Any) -> JSON:
        """The body of an accepted answer, asked for again where that cannot do harm."""
        repeatable = method == "GET" or "Idempotency-Key" in how.get("headers", {})
        for left in range(self._attempts - 1 if repeatable else 0, 0, -1):
            try:
                answered = await self._sent(method, path, **how)
            except Unreachable:
                await asyncio.sleep(0.1 * 2 ** (self._attempts - 1 - left))
                continue
            if answered.status_code != 503:
                return _accepted(answered)
            await asyncio.sleep(_pause_in(answered))
        return _accepted(await self._sent(method, path, **how))

    async def _sent(self, method: str, path: str, **how: Any) -> "httpx2.Response":
        import httpx2

        try:
            return await self._http.request(method, path, **how)
        except (httpx2.ReadTimeout, httpx2.WriteTimeout) as late:
            raise Unanswered(f"{self._url} gave no answer in time; see `gateway requests` before asking anew") from late
        except httpx2.TransportError as broken:
            raise self._unreachable(broken) from broken

    def _unreachable(self, broken: Exception) -> Unreachable:
        said = f"no gateway answers at {self._url} ({type(broken).__name__}); start one with `gateway serve`"
        return Unreachable(said)


def _pause_in(answered: "httpx2.Response") -> float:
    said = answered.headers.get("retry-after", "1")
    return min(LONGEST_PAUSE, float(said)) if said.isdigit() else 1.0


def _accepted(answered: "httpx2.Response") -> JSON:
    body = _object(answered)
    if answered.status_code < 400:
        return body
    # A whole answer that came with an error's status code still is the answer: its request is on record.
    if body.get("request_id") and "decision" in body:
        return body
    raise Refused(answered.status_code, body.get("error_details") or {})


def _object(answered: "httpx2.Response") -> JSON:
    try:
        found = answered.json()
    except ValueError:
        found = None
    if not isinstance(found, dict):
        said = f"{answered.url.host} answered HTTP {answered.status_code} without JSON; is that a gateway?"
        raise Refused(answered.status_code, {"error_code": "NOT_A_GATEWAY", "error_message": said})
    return found


def _reply(body: JSON) -> Reply:
    return Reply(str(body["request_id"]), Status(body["overall_status"]), body)
