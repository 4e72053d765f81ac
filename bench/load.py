"""A lean HTTP/1.1 client, so that the clients cost less than what they measure."""

import asyncio
import json
from dataclasses import dataclass
from time import perf_counter
from typing import Any

_SUCCESS = b'"overall_status":"COMPLETED_SUCCESS"'


class WrongAnswer(Exception):
    """The gateway answered something else than success; figures of it would mean nothing."""


@dataclass(frozen=True, slots=True)
class Done:
    """What a crowd of clients got: the time of each answer, and how long all of it took, in seconds."""

    seconds: list[float]
    elapsed: float


class Connection:
    """One kept-alive connection to a gateway on loopback."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, port: int) -> None:
        self._reader, self._writer, self._port = reader, writer, port

    @classmethod
    async def open(cls, port: int) -> "Connection":
        return cls(*await asyncio.open_connection("127.0.0.1", port), port)

    async def close(self) -> None:
        self._writer.close()
        await self._writer.wait_closed()

    async def ask(self, intent: str) -> bytes:
        """Asks in English; anything but COMPLETED_SUCCESS is an error."""
        body = json.dumps({"source_id": "bench", "action_request": {"intent": intent}}).encode()
        answer = await self._call(b"POST /execute-docker-command", body)
        if _SUCCESS not in answer:
            raise WrongAnswer(answer[:600].decode(errors="replace"))
        return answer

    async def health(self) -> bytes:
        return await self._call(b"GET /health", b"")

    async def get(self, path: str) -> Any:
        return json.loads(await self._call(f"GET {path}".encode(), b""))

    async def _call(self, line: bytes, body: bytes) -> bytes:
        head = b"%s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
        self._writer.write(head % (line, self._port, len(body)) + body)
        headers = (await self._reader.readuntil(b"\r\n\r\n")).lower()
        length = int(headers.partition(b"content-length:")[2].partition(b"\r\n")[0])
        return await self._reader.readexactly(length)


async def drive(port: int, intent: str, clients: int, seconds: float) -> Done:
    """`clients` connections ask the same question again and again for `seconds`."""
    taken: list[float] = []
    started = perf_counter()

    async def one() -> None:
        connection = await Connection.open(port)
        while perf_counter() - started < seconds:
            asked = perf_counter()
            await connection.ask(intent)
            taken.append(perf_counter() - asked)
        await connection.close()

    await asyncio.gather(*(one() for _ in range(clients)))
    return Done(taken, perf_counter() - started)
