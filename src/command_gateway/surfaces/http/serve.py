"""`gateway serve`: the application behind uvicorn, from its settings to its last request."""

import asyncio
import gc
import os
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn
import uvloop
from fastapi import FastAPI
from pydantic import ValidationError

from command_gateway.discovery import BrokenFolder
from command_gateway.errors import GatewayError
from command_gateway.policies.loading import PolicyBroken
from command_gateway.settings import Settings, SettingsBroken, read_settings
from command_gateway.surfaces.http.app import create_app
from command_gateway.surfaces.http.guard import is_loopback
from command_gateway.surfaces.http.logs import configure_logs
from command_gateway.surfaces.http.settings import HttpSettings
from command_gateway.wiring import build_gateway

_GRACE_SECONDS = 60  # for requests that run when the stop comes
_CANNOT_START = 2
_COLLECT_AFTER = 20_000  # new objects
_SWITCH_SECONDS = 0.0005


class CannotStart(Exception):
    """The gateway does not start; the message is the one line that says why."""


def serve(**given: Any) -> int:
    """Serves until it is told to stop; the exit code. `given` settings win over the environment."""
    try:
        settings = read_settings(**given)
        _only_this_machine(settings.api_host)
        configure_logs(settings.log_level)
        _run(settings)
    except (CannotStart, SettingsBroken, BrokenFolder, PolicyBroken) as broken:
        return _told(str(broken))
    except GatewayError as broken:
        return _told(broken.message)
    except ValidationError as broken:
        return _told(broken.errors(include_url=False)[0]["msg"])
    return 0


class Server(uvicorn.Server):
    """Says when it is ready, and tells those who wait for news that it stops."""

    def __init__(self, app: FastAPI, address: str) -> None:
        config = uvicorn.Config(
            app,
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            date_header=False,
            ws="none",
            proxy_headers=False,
            timeout_graceful_shutdown=_GRACE_SECONDS,
        )
        super().__init__(config)
        self._closing: asyncio.Event = app.state.closing
        self._address = address

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begins to answer, and says where."""
        await super().startup(sockets)
        if self.started:
            _greet(self._address)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Ends the streams first: they would keep their connections open for ever."""
        self._closing.set()
        await super().shutdown(sockets)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stops in peace; a signal that is raised again afterwards would cut the gateway's own closing short."""
        loop = asyncio.get_running_loop()
        handled = (signal.SIGINT, signal.SIGTERM)
        for each in handled:
            loop.add_signal_handler(each, self.handle_exit, each, None)
        try:
            yield
        finally:
            for each in handled:
                loop.remove_signal_handler(each)


def _run(settings: Settings) -> None:
    with _listen(settings.api_host, settings.api_port) as listening, asyncio.Runner(loop_factory=_new_loop) as runner:
        runner.run(_serve(settings, listening))


async def _serve(settings: Settings, listening: socket.socket) -> None:
    """Builds the gateway inside the loop that it will live in, and serves it."""
    app = create_app(build_gateway(settings), settings, HttpSettings())
    _settle_down()
    async with app.router.lifespan_context(app):
        await Server(app, _address_of(listening)).serve(sockets=[listening])


def _settle_down() -> None:
    """What was built stays for good, so the collector need not walk it again and again; and the ledger's thread,
    which needs the interpreter for a moment at each statement, must not wait 5 ms for it while requests are answered.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_COLLECT_AFTER)
    sys.setswitchinterval(_SWITCH_SECONDS)


def _new_loop() -> asyncio.AbstractEventLoop:
    return uvloop.new_event_loop()


def _only_this_machine(host: str) -> None:
    if not is_loopback(host):
        raise CannotStart(
            f"API_HOST={host}: without keys the gateway listens on this machine only; use 127.0.0.1, and a proxy "
            "that authenticates in front of it"
        )


def _listen(host: str, port: int) -> socket.socket:
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        return socket.create_server(address[:2], family=family, backlog=2048)
    except OSError as broken:
        reason = str(broken.strerror).partition(" (")[0]  # Python adds the address, which is said already
        raise CannotStart(f"{host}:{port} cannot be listened on: {reason}; set API_PORT to another port") from None


def _address_of(listening: socket.socket) -> str:
    host, port = listening.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _greet(address: str) -> None:
    print(f"ready on {address}", flush=True)
    if sys.stdout.isatty() or os.environ.get("GATEWAY_HINT") == "1":
        print(f"try it from another terminal: {_hint(address)}", flush=True)


def _hint(address: str) -> str:
    return (
        f"curl -s {address}/execute-docker-command -H 'Content-Type: application/json' "
        '-d \'{"source_id": "me", "action_request": {"intent": "list all containers, running or not"}}\''
    )


def _told(line: str) -> int:
    print(f"gateway: {' '.join(line.split())}", file=sys.stderr)
    return _CANNOT_START
