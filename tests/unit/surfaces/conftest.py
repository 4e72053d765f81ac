"""The HTTP surface in front of a fake gateway."""

from collections.abc import AsyncIterator

import httpx2
import pytest
from fastapi import FastAPI

from command_gateway.settings import read_settings
from command_gateway.surfaces.http import create_app
from tests.support.fake_gateway import FakeGateway


@pytest.fixture
def gateway() -> FakeGateway:
    """A gateway that answers by keyword."""
    return FakeGateway()


@pytest.fixture
def app(gateway: FakeGateway) -> FastAPI:
    """The application with one origin that may ask from a browser."""
    return create_app(gateway, read_settings(cors_origins="https://console.example"))


@pytest.fixture
async def http(app: FastAPI) -> AsyncIterator[httpx2.AsyncClient]:
    """Speaks HTTP to the application without a network."""
    transport = httpx2.ASGITransport(app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://127.0.0.1:8003") as client:
        yield client
