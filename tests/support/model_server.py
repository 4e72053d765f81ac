"""An OpenAI-compatible endpoint on loopback that answers as it is told, well or badly."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

Answer = Callable[[asyncio.StreamWriter], Awaitable[None]]
"""Writes the whole HTTP answer, or less."""


@dataclass
class ModelServer:
    """The server's address, the next answer it gives, and the questions it was asked."""

    url: str
    answer: Answer
    asked: list[dict[str, Any]] = field(default_factory=list)
    headers: list[Mapping[str, str]] = field(default_factory=list)


@contextlib.asynccontextmanager
async def model_server() -> AsyncIterator[ModelServer]:
    """A server on a free port, gone at the end together with whoever still hangs on it."""
    connections: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        connections.add(task)
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            await _read_question(reader, server)
            await server.answer(writer)
            await writer.drain()
        connections.discard(task)
        writer.close()

    listening = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    server = ModelServer(f"http://127.0.0.1:{port}/v1", says("{}"))
    try:
        yield server
    finally:
        listening.close()
        for task in connections:
            task.cancel()
        await asyncio.gather(*connections)


async def _read_question(reader: asyncio.StreamReader, server: ModelServer) -> None:
    head = (await reader.readuntil(b"\r\n\r\n")).decode()
    pairs = (line.split(": ", 1) for line in head.split("\r\n")[1:] if line)
    headers = {key.lower(): value for key, value in pairs}
    body = await reader.readexactly(int(headers["content-length"]))
    server.headers.append(headers)
    server.asked.append(json.loads(body))


def says(content: str | None, *, finish_reason: str = "stop", refusal: str | None = None) -> Answer:
    """A chat completion with this content."""
    message = {"role": "assistant", "content": content, "refusal": refusal}
    choice = {"index": 0, "message": message, "finish_reason": finish_reason}
    shape = {"id": "1", "object": "chat.completion", "created": 0, "model": "scripted", "choices": [choice]}
    return sends(json.dumps(shape))


def fails(status: int, message: str = "no") -> Answer:
    """An error of the endpoint, as OpenAI words them."""
    return sends(json.dumps({"error": {"message": message, "type": "error", "code": None}}), status=status)


def sends(body: str, *, status: int = 200, kind: str = "application/json") -> Answer:
    """This body, whatever it is."""

    async def write(writer: asyncio.StreamWriter) -> None:
        writer.write(_head(status, len(body.encode()), kind) + body.encode())

    return write


async def hangs(_: asyncio.StreamWriter) -> None:
    """Takes the question and never answers."""
    await asyncio.Event().wait()


async def trickles(writer: asyncio.StreamWriter) -> None:
    """Answers without end, so slowly that no single read is late."""
    writer.write(_head(200, 10**9))
    while not writer.is_closing():
        writer.write(b" ")
        await writer.drain()
        await asyncio.sleep(0.01)


async def dies_before(_: asyncio.StreamWriter) -> None:
    """Takes the question and hangs up."""


async def dies_within(writer: asyncio.StreamWriter) -> None:
    """Hangs up in the middle of its answer."""
    writer.write(_head(200, 1_000) + b'{"choices": [')


def _head(status: int, length: int, kind: str = "application/json") -> bytes:
    lines = [f"HTTP/1.1 {status} Scripted", f"content-type: {kind}", f"content-length: {length}", "connection: close"]
    return "\r\n".join([*lines, "", ""]).encode()
