"""One Docker Engine: calls on its HTTP API by path, bounded in time and size, errors translated."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiodocker
import aiohttp

from command_gateway.engine.sharing import SharedReads
from command_gateway.engine.transports import Opener
from command_gateway.errors import (
    EngineError,
    EngineRefused,
    EngineTimeout,
    EngineUnreachable,
    GatewayError,
    TargetGone,
)
from command_gateway.operation import ExecResult

NEWEST_API = (1, 47)  # the newest Engine API that this client was written against
LARGEST_ANSWER = 64 * 1024 * 1024  # bytes of one JSON answer
_HEADER = 8  # bytes before each frame of a multiplexed stream: Engine API, "Stream format" of attach


class DockerEngine:
    """The engine called `name` behind an aiodocker client that `opener` opens.

    `timeout` bounds the wait for each answer in seconds; streams are bounded by their reader.
    """

    def __init__(
        self,
        opener: Opener,
        *,
        name: str = "local",
        timeout: float = 30.0,
        output_limit: int = 10_000,
        patience: float = 20.0,
    ) -> None:
        self.name = name
        self.output_limit = output_limit
        self.patience = patience
        self._opener = opener
        self._opened: aiodocker.Docker | None = None
        self._timeout = timeout
        self._version: str | None = None
        self._reads = SharedReads()

    async def close(self) -> None:
        """Lets go of the connections."""
        if self._opened is not None:
            await self._opened.close()
            await self._opened.session.close()
            self._opened = None

    @property
    def _client(self) -> aiodocker.Docker:
        """Opened at the first call: a connector belongs to the loop that runs then."""
        if self._opened is None:
            self._opened = self._opener()
        return self._opened

    async def get(self, path: str, **query: Any) -> Any:
        """The JSON answer of a GET; identical questions that wait at the same time share one call."""
        key = (path, json.dumps(query, sort_keys=True))
        return await self._reads.join(key, lambda: self._json("GET", path, query, None))

    async def post(self, path: str, body: Any = None, **query: Any) -> Any:
        """The JSON answer of a POST, None where it has no body; 304 (already so) is success."""
        return await self._json("POST", path, query, body)

    async def delete(self, path: str, **query: Any) -> Any:
        """The JSON answer of a DELETE."""
        return await self._json("DELETE", path, query, None)

    async def lines(self, path: str, **query: Any) -> AsyncIterator[Any]:
        """The JSON values of a stream such as /events, one by one, until the engine ends it."""
        async with self.watch(path, **query) as values:
            async for value in values:
                yield value

    @asynccontextmanager
    async def watch(self, path: str, **query: Any) -> AsyncIterator[AsyncIterator[Any]]:
        """The same, entered once the engine has accepted the question: what happens from then on is in it."""
        async with self._answer("GET", path, query, None, stream=True) as answer:
            yield _values(answer.content)

    async def frames(self, path: str, *, tty: bool, **query: Any) -> AsyncIterator[tuple[int, bytes]]:
        """The frames of a log stream: (1 stdout | 2 stderr, bytes), at most 64 KiB each."""
        async with self._answer("GET", path, query, None, stream=True) as answer:
            async for frame in demultiplexed(answer.content, tty=tty):
                yield frame

    async def execute(self, container_id: str, command: Sequence[str], **options: Any) -> ExecResult:
        """Runs a process inside a container to its end; output past `output_limit` is counted, not kept."""
        body = {"Cmd": list(command), "AttachStdout": True, "AttachStderr": True, **options}
        created = await self.post(f"containers/{container_id}/exec", body)
        kept: dict[int, bytearray] = {1: bytearray(), 2: bytearray()}
        truncated = False
        try:
            async for stream, chunk in self._exec_frames(created["Id"]):
                room = 4 * self.output_limit - len(kept[stream])  # a character takes at most 4 bytes
                truncated = truncated or len(chunk) > room
                kept[stream] += chunk[: max(room, 0)]
        except (asyncio.CancelledError, GatewayError):
            await asyncio.shield(self._end_exec(container_id, created["Id"]))
            raise
        ended = await self._json("GET", f"exec/{created['Id']}/json", {}, None)
        return ExecResult(bytes(kept[1]), bytes(kept[2]), int(ended["ExitCode"] or 0), truncated)

    async def _exec_frames(self, exec_id: str) -> AsyncIterator[tuple[int, bytes]]:
        async with self._answer(
            "POST", f"exec/{exec_id}/start", {}, {"Detach": False, "Tty": False}, stream=True
        ) as answer:
            async for frame in demultiplexed(answer.content, tty=False):
                yield frame

    async def _end_exec(self, container_id: str, exec_id: str) -> None:
        """Ends a process whose caller went away; the engine has no call for it, so a kill inside the container does."""
        try:
            seen = await self._json("GET", f"exec/{exec_id}/json", {}, None)
            if seen.get("Running") and seen.get("Pid"):
                pid = await self._pid_inside(container_id, int(seen["Pid"]))
                if pid:
                    kill = await self.post(f"containers/{container_id}/exec", {"Cmd": ["kill", "-9", pid]})
                    await self.post(f"exec/{kill['Id']}/start", {"Detach": True})
        except GatewayError:
            return  # the engine or the container is gone, and the process with it

    async def _pid_inside(self, container_id: str, pid_on_host: int) -> str | None:
        """The process's id as the container sees it, from the host's /proc where that is ours to read."""

        def read() -> str | None:
            try:
                process = Path(f"/proc/{pid_on_host}")
                if container_id not in (process / "cgroup").read_text(errors="replace"):
                    return None  # an engine elsewhere: the number means another process here
                found = re.search(r"^NSpid:.*\s(\d+)$", (process / "status").read_text(errors="replace"), re.MULTILINE)
            except OSError:
                return None
            return found[1] if found else None

        return await asyncio.to_thread(read)

    async def _json(self, method: str, path: str, query: dict[str, Any], body: Any) -> Any:
        async with self._answer(method, path, query, body) as answer:
            raw = bytearray()
            async for chunk in answer.content.iter_chunked(1 << 16):
                raw += chunk
                if len(raw) > LARGEST_ANSWER:
                    raise EngineError(f"the engine's answer to {method} /{path} is larger than {LARGEST_ANSWER} bytes")
            return _decoded(bytes(raw)) if raw.strip() else None

    @asynccontextmanager
    async def _answer(
        self, method: str, path: str, query: dict[str, Any], body: Any, *, stream: bool = False
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        """One call; every foreign error leaves as one of ours."""
        what = f"{method} /{path}"
        try:
            version = await self._api_version()
            bounded = method == "GET" and not stream  # a change takes as long as it may; its caller has the deadline
            limit = aiohttp.ClientTimeout(total=self._timeout if bounded else None, sock_connect=5)
            url = f"{self._client.docker_host}/{version}/{path}"
            async with self._client.session.request(
                method, url, params=_query(query), json=body, timeout=limit
            ) as answer:
                if answer.status >= 400:
                    raise _refusal(answer.status, await answer.content.read(1 << 16), what)
                yield answer
        except TimeoutError:
            raise EngineTimeout(f"engine {self.name} gave no answer to {what} within {self._timeout:g} s") from None
        except aiohttp.ClientConnectorError as broken:
            raise EngineUnreachable(
                f"engine {self.name} cannot be reached ({broken}): is it running, and may the gateway open its socket?"
            ) from None
        except (aiohttp.ClientError, ConnectionError, OSError) as broken:
            raise EngineError(f"engine {self.name} broke off {what}: {broken}") from None

    async def _api_version(self) -> str:
        """The newest API version that both sides know, asked once."""
        if self._version is None:
            limit = aiohttp.ClientTimeout(total=self._timeout, sock_connect=5)
            async with self._client.session.get(f"{self._client.docker_host}/version", timeout=limit) as answer:
                said = str(_decoded(await answer.read()).get("ApiVersion", ""))
            major, _, minor = said.partition(".")
            if not (major.isdigit() and minor.isdigit()):
                raise EngineError(f"engine {self.name} does not say its API version: is a Docker Engine there?")
            newest = min((int(major), int(minor)), NEWEST_API)
            self._version = f"v{newest[0]}.{newest[1]}"
        return self._version


async def demultiplexed(content: aiohttp.StreamReader, *, tty: bool) -> AsyncIterator[tuple[int, bytes]]:
    """Splits a raw attach or log stream into (stream, bytes); with a terminal all of it is stream 1."""
    if tty:
        async for chunk in content.iter_chunked(1 << 16):
            yield 1, chunk
        return
    while True:
        try:
            header = await content.readexactly(_HEADER)
        except asyncio.IncompleteReadError:
            return
        left = int.from_bytes(header[4:], "big")
        while left:
            chunk = await content.read(min(left, 1 << 16))
            if not chunk:
                return
            left -= len(chunk)
            yield (2 if header[0] == 2 else 1), chunk


async def _values(content: aiohttp.StreamReader) -> AsyncIterator[Any]:
    async for line in content:
        if line.strip():
            yield _decoded(line)


def _query(query: dict[str, Any]) -> dict[str, str]:
    """Query parameters as the Engine API takes them: booleans as 1 and 0, maps as JSON; None is left out."""
    words: dict[str, str] = {}
    for key, value in query.items():
        if value is None:
            continue
        if isinstance(value, bool):
            words[key] = "1" if value else "0"
        elif isinstance(value, dict | list):
            words[key] = json.dumps(value)
        else:
            words[key] = str(value)
    return words


def _refusal(status: int, raw: bytes, what: str) -> EngineError:
    text = raw.decode("utf-8", errors="replace").strip()
    try:
        message = str(json.loads(text)["message"])
    except (ValueError, KeyError, TypeError):
        message = text or f"HTTP {status} to {what}"
    return TargetGone(message) if status == 404 else EngineRefused(message)


def _decoded(raw: bytes) -> Any:
    try:
        return json.loads(raw)
    except ValueError:
        raise EngineError("the engine's answer is not JSON: is a Docker Engine at that address?") from None
