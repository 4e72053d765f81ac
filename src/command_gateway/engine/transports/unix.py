"""An engine on this machine, through its Unix socket."""

import aiodocker
import aiohttp

from command_gateway.engine.transports import Transport

MOST_CONNECTIONS = 100


class UnixSocket(Transport):
    """unix:///run/docker.sock"""

    schemes = ("unix",)

    def client(self, url: str) -> aiodocker.Docker:
        connector = aiohttp.UnixConnector(url.removeprefix("unix://"), limit=MOST_CONNECTIONS)
        # aiodocker composes addresses from this URL; a path in it would not be one, and the connector has it anyway.
        session = aiohttp.ClientSession(connector=connector)
        return aiodocker.Docker(url="unix://localhost", connector=connector, session=session)
