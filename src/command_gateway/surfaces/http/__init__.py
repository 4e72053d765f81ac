"""The gateway over HTTP: CONTRACT sections 1 to 3."""

from command_gateway.surfaces.http.app import create_app

__all__ = ["create_app"]
