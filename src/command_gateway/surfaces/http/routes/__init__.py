"""The routes, one file for each subject."""

from fastapi import APIRouter

from command_gateway.surfaces.http.routes import audit, commands, events, operations, pages, requests, state, targets

ROUTERS: tuple[APIRouter, ...] = (
    commands.router,
    requests.router,
    events.router,
    operations.router,
    targets.router,
    audit.router,
    state.router,
    pages.router,
)
