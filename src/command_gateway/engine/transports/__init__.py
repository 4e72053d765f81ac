"""How an engine is reached, one URL scheme a file."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from functools import partial
from typing import ClassVar
from urllib.parse import urlsplit

import aiodocker

from command_gateway.discovery import implementations
from command_gateway.engine import transports
from command_gateway.errors import MalformedRequest


class Transport(ABC):
    """One way to reach an engine."""

    schemes: ClassVar[tuple[str, ...]]

    @abstractmethod
    def client(self, url: str) -> aiodocker.Docker:
        """A client of the engine at `url`; connects when it is first used."""


Opener = Callable[[], aiodocker.Docker]


def connect(url: str) -> Opener:
    """How to open a client of the engine at `url`, by the scheme of the URL; opening one needs a running loop.

    Raises:
        MalformedRequest: no transport knows the scheme; the message names those that there are.
    """
    scheme = urlsplit(url).scheme
    known = {each: kind for _, kind in implementations(transports, Transport) for each in kind.schemes}  # type: ignore[type-abstract]
    if scheme not in known:
        raise MalformedRequest(f"{url}: an engine is reached by {', '.join(f'{each}://' for each in sorted(known))}")
    return partial(known[scheme]().client, url)
