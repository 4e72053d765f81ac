"""What stands before every route: only this machine's own clients, safe headers, and no traceback to anybody."""

import ipaddress
from collections.abc import Sequence
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from command_gateway.errors import Forbidden
from command_gateway.surfaces.http.problems import fault_response, problem_response

_CHANGES_NOTHING = frozenset({"GET", "HEAD"})
_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
)
_UNLESS_SAID = (
    (b"cache-control", b"no-store"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
)


def is_loopback(host: str) -> bool:
    """Whether a host name or address can only mean this machine."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


class Guard:
    """Without keys, a page in a browser on this machine must not be able to speak for its user.

    A Host that is not ours is a rebound DNS name; an Origin that is not ours is another site's page.
    """

    def __init__(self, app: ASGIApp, *, allowed_hosts: Sequence[str], origins: Sequence[str]) -> None:
        self._app = app
        self._hosts = frozenset(allowed_hosts)
        self._origins = frozenset(origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Lets a request through, or answers it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        await self._guarded(scope, receive, _Sending(send))

    async def _guarded(self, scope: Scope, receive: Receive, send: "_Sending") -> None:
        refused = self._refusal(scope["method"], Headers(scope=scope))
        try:
            if refused is not None:
                await problem_response(refused)(scope, receive, send)
            else:
                await self._app(scope, receive, send)
        except ClientDisconnect:
            return
        except Exception:
            answer = fault_response(scope["path"])
            if send.started:
                raise
            await answer(scope, receive, send)

    def _refusal(self, method: str, headers: Headers) -> Forbidden | None:
        host = headers.get("host", "").lower()
        name = _name_in(host)
        if not is_loopback(name) and name not in self._hosts:
            return Forbidden(f"the Host {name!r} is not ours; use localhost, or name it in GATEWAY_ALLOWED_HOSTS")
        if method in _CHANGES_NOTHING:
            return None
        origin = headers.get("origin")
        if origin is None:
            cross = headers.get("sec-fetch-site", "none") not in ("none", "same-origin")
            return Forbidden("a page of another site may not ask; name its origin in CORS_ORIGINS") if cross else None
        if origin in self._origins or urlsplit(origin).netloc.lower() == host:
            return None
        return Forbidden(f"pages of {origin} may not ask; name the origin in CORS_ORIGINS if they should")


class _Sending:
    """Passes messages on with the safe headers, and knows whether the answer has begun."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.started = False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.started = True
            headers = list(message.get("headers", ()))
            said = {name for name, _ in headers}
            headers += _HEADERS
            headers += [pair for pair in _UNLESS_SAID if pair[0] not in said]
            message = {**message, "headers": headers}
        await self._send(message)


def _name_in(host: str) -> str:
    """The host without its port."""
    if host.startswith("["):
        return host.partition("]")[0] + "]"
    return host.partition(":")[0]
