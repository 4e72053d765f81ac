"""The engine and the container that are asked about."""

import asyncio
import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import aiohttp

from tests.support.engine import PrivateEngine, base_image

_CHATTER = 'for n in $(seq 1 200); do echo "line $n of a log that somebody reads"; done; exec sleep 100000'
_OTHERS = 29  # containers beside it, so that a list has something to list


class Fleet:
    """One container called `name` among others, and the two other ways to ask about it."""

    def __init__(self, host: str, name: str) -> None:
        self.host = host
        self.name = name
        self._session: aiohttp.ClientSession | None = None

    async def raw_status(self) -> bytes:
        filters = json.dumps({"name": [f"^{self.name}$"]})
        return await self._get("containers/json", {"all": "1", "filters": filters})

    async def raw_logs(self) -> bytes:
        return await self._get(f"containers/{self.name}/logs", {"stdout": "1", "stderr": "1", "tail": "20"})

    async def raw_inspect(self) -> bytes:
        return await self._get(f"containers/{self.name}/json", {})

    async def cli(self, *words: str) -> None:
        process = await asyncio.create_subprocess_exec(
            "docker", "--host", self.host, *words, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
        )
        _, said = await process.communicate()
        if process.returncode:
            raise RuntimeError(said.decode())

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    async def _get(self, path: str, query: dict[str, str]) -> bytes:
        if self._session is None:
            connector = aiohttp.UnixConnector(self.host.removeprefix("unix://"))
            self._session = aiohttp.ClientSession(connector=connector)
        async with self._session.get(f"http://engine/v1.41/{path}", params=query) as answer:
            answer.raise_for_status()
            return await answer.read()


@contextmanager
def fleet(host: str | None) -> Iterator[Fleet]:
    """A fleet on the engine at `host`, or on a private one; its containers are removed afterwards, by id."""
    private = None if host else PrivateEngine()
    try:
        at = host or _started(private)
        image = base_image(at)
        mark = uuid4().hex[:6]
        ids = [_container(at, image, f"bench-{mark}-{n}", "exec sleep 100000") for n in range(_OTHERS)]
        ids.append(_container(at, image, f"market-predictor-{mark}", _CHATTER))
        try:
            yield Fleet(at, f"market-predictor-{mark}")
        finally:
            _docker(at, "rm", "--force", *ids)
    finally:
        if private is not None:
            private.close()


def _started(private: PrivateEngine | None) -> str:
    assert private is not None
    private.start()
    return private.host


def _container(host: str, image: str, name: str, script: str) -> str:
    return _docker(host, "run", "--detach", "--name", name, image, "sh", "-c", script).strip()


def _docker(host: str, *words: str) -> str:
    return subprocess.run(["docker", "--host", host, *words], check=True, capture_output=True, text=True).stdout
