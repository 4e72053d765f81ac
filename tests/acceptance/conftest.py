"""A whole gateway on the real engine, with a ledger of its own."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from command_gateway.answer import Answer
from command_gateway.gateway import Gateway
from command_gateway.request import Request
from command_gateway.settings import read_settings
from command_gateway.wiring import build_gateway

Ask = Callable[..., Awaitable[Answer]]


@asynccontextmanager
async def running(host: str, folder: Path, **settings: Any) -> AsyncIterator[Gateway]:
    """A started gateway against the engine at `host`, its ledger in `folder`."""
    gateway = build_gateway(read_settings(docker_host=host, gateway_data_dir=folder, **settings))
    await gateway.start()
    try:
        yield gateway
    finally:
        await gateway.close()


@pytest.fixture
async def gateway(engine_host: str, tmp_path: Path) -> AsyncIterator[Gateway]:
    """A gateway with the settings that ship."""
    async with running(engine_host, tmp_path / "data") as built:
        yield built


@pytest.fixture
def ask(gateway: Gateway) -> Ask:
    """Asks the gateway in English as the source `tester`."""

    async def asked(intent: str, target: str | None = None, **more: Any) -> Answer:
        return await gateway.submit(Request(**{"source_id": "tester", "intent": intent, "target_name": target, **more}))

    return asked


@pytest.fixture
async def stack() -> AsyncIterator[AsyncExitStack]:
    """Closes at the end of the test what it was given."""
    async with AsyncExitStack() as opened:
        yield opened
