"""How routes reach what the application was built with."""

import asyncio
from typing import cast

from starlette.requests import Request

from command_gateway.gateway import Gateway


def gateway_of(request: Request) -> Gateway:
    """The gateway behind this application."""
    return cast(Gateway, request.app.state.gateway)


def closing_of(request: Request) -> asyncio.Event:
    """Set when the server is about to stop: what waits for news ends then."""
    return cast(asyncio.Event, request.app.state.closing)
