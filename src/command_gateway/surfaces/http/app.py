"""The ASGI application."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware

from command_gateway import __version__
from command_gateway.errors import GatewayError
from command_gateway.gateway import Gateway
from command_gateway.settings import Settings
from command_gateway.surfaces.http.guard import Guard
from command_gateway.surfaces.http.problems import on_gateway_error, on_http_error, on_invalid_parameter
from command_gateway.surfaces.http.routes import ROUTERS
from command_gateway.surfaces.http.settings import HttpSettings

log = structlog.get_logger(__name__)


def create_app(gateway: Gateway, settings: Settings, http: HttpSettings | None = None) -> FastAPI:
    """The application that serves `gateway`, which starts and closes with it."""
    app = FastAPI(
        title="AI Command Gateway",
        version=__version__,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=_lifespan,
        generate_unique_id_function=lambda route: route.name,
    )
    app.state.gateway = gateway
    app.state.closing = asyncio.Event()
    for router in ROUTERS:
        app.include_router(router)
    app.add_exception_handler(GatewayError, on_gateway_error)
    app.add_exception_handler(RequestValidationError, on_invalid_parameter)
    app.add_exception_handler(HTTPException, on_http_error)
    _surround(app, settings, http or HttpSettings())
    return app


def _surround(app: FastAPI, settings: Settings, http: HttpSettings) -> None:
    """The last added is the outermost: the guard sees a request first."""
    origins = [each for each in settings.cors_origins if each != "*"]
    if len(origins) < len(settings.cors_origins):
        log.warning("cors_origin_ignored", origin="*", reason="without keys every page in a browser could read and ask")
    if origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=origins,
            allow_methods=["GET", "POST"],
            allow_headers=["Content-Type", "Idempotency-Key", "Authorization", "X-API-Key"],
        )
    hosts = (*http.gateway_allowed_hosts, settings.api_host)
    app.add_middleware(Guard, allowed_hosts=hosts, origins=origins)


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    gateway: Gateway = app.state.gateway
    await gateway.start()
    try:
        yield
    finally:
        app.state.closing.set()
        await gateway.close()
