"""The Docker Engine as an async client; foreign errors are translated here and nowhere above."""

from command_gateway.engine.client import DockerEngine
from command_gateway.engine.transports import connect

__all__ = ["DockerEngine", "connect"]
