"""The HTTP surface on a real port of loopback, for as long as a block lasts."""

import asyncio
import os
import socket
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from fastapi import FastAPI

from command_gateway.gateway import Gateway
from command_gateway.settings import read_settings
from command_gateway.surfaces.http import create_app
from command_gateway.surfaces.http.serve import Server

SOURCE = Path(__file__).parents[2] / "src"


class _Server(Server):
    """Lets a test wait until it answers."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.up.set()

    def __init__(self, app: FastAPI, address: str) -> None:
        super().__init__(app, address)
        self.up = asyncio.Event()


@asynccontextmanager
async def listening(gateway: Gateway) -> AsyncIterator[str]:
    """The URL of a server in front of `gateway`; the server stops as on SIGTERM."""
    with socket.create_server(("127.0.0.1", 0)) as port:
        url = f"http://127.0.0.1:{port.getsockname()[1]}"
        server = _Server(create_app(gateway, read_settings()), url)
        task = asyncio.create_task(server.serve(sockets=[port]))
        await server.up.wait()
        try:
            yield url
        finally:
            server.should_exit = True
            await task


@dataclass(frozen=True)
class Finished:
    """What a run of the command line left behind."""

    code: int
    stdout: str
    stderr: str


async def gateway_cli(*words: str, **environment: str) -> Finished:
    """Runs `gateway` with nothing of the surrounding environment but what Python needs."""
    process = await _started(words, environment, asyncio.subprocess.PIPE)
    out, said = await process.communicate()
    assert process.returncode is not None
    return Finished(process.returncode, out.decode(), said.decode())


async def in_terminal(*words: str, **environment: str) -> Finished:
    """The same on a terminal of 80 columns, without colours; a terminal's buffer must hold all that it prints."""
    ours, theirs = os.openpty()
    try:
        process = await _started(words, {"TERM": "dumb", **environment}, theirs)
        _, said = await process.communicate()
        assert process.returncode is not None
        return Finished(process.returncode, os.read(ours, 4_096).decode(), said.decode())
    finally:
        os.close(ours)
        os.close(theirs)


async def _started(words: Sequence[str], environment: Mapping[str, str], stdout: int) -> Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "command_gateway.surfaces.cli",
        *words,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=stdout,
        stderr=asyncio.subprocess.PIPE,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(SOURCE), "COLUMNS": "80", **environment},
    )
