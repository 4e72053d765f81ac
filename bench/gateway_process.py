"""A gateway in a process of its own, with a ledger of its own, for as long as it is measured."""

import asyncio
import contextlib
import os
import socket
import sys
import tempfile
from pathlib import Path
from time import perf_counter
from typing import Any

from bench.load import Connection

LONGEST_START = 30.0  # seconds


class GatewayProcess:
    """`gateway serve` against the engine at `host`."""

    def __init__(self, host: str) -> None:
        self._host = host
        self._folder = tempfile.TemporaryDirectory(prefix="gw-bench-")
        self._process: asyncio.subprocess.Process | None = None
        self.port = _free_port()

    async def start(self) -> float:
        """Starts it; the seconds until /ready says yes."""
        environment = {
            **os.environ,
            "API_PORT": str(self.port),
            "API_HOST": "127.0.0.1",
            "DOCKER_HOST": self._host,
            "GATEWAY_DATA_DIR": self._folder.name,
            "LOG_LEVEL": "WARNING",
            "MAX_COMMAND_OUTPUT_LENGTH": "50000",
        }
        for key in ("LEDGER_URL", "OPENAI_API_KEY", "LLM_API_KEY", "PYTHONDONTWRITEBYTECODE"):
            environment.pop(key, None)
        started = perf_counter()
        command = [sys.executable, "-m", "command_gateway.surfaces.cli", "serve"]
        self._process = await asyncio.create_subprocess_exec(
            *command, env=environment, stdout=asyncio.subprocess.DEVNULL
        )
        while perf_counter() - started < LONGEST_START:
            with contextlib.suppress(OSError, asyncio.IncompleteReadError, ValueError):
                if (await self._get("/ready")).get("ready"):
                    return perf_counter() - started
            await asyncio.sleep(0.01)
        raise TimeoutError(f"not ready after {LONGEST_START:g} s")

    async def stop(self) -> None:
        if self._process is not None and self._process.returncode is None:
            self._process.terminate()
            await self._process.wait()
        self._folder.cleanup()

    async def entries(self) -> int:
        """How many entries the ledger holds, its chain walked."""
        audit = await self._get("/audit/verify")
        if not audit["whole"]:
            raise AssertionError(f"the chain is broken: {audit['problems']}")
        return int(audit["entries"])

    async def ask_once(self, intent: str) -> Any:
        """One request on a connection of its own."""
        import json

        connection = await Connection.open(self.port)
        try:
            return json.loads(await connection.ask(intent))
        finally:
            await connection.close()

    def resident_mb(self) -> float:
        assert self._process is not None
        lines = Path(f"/proc/{self._process.pid}/status").read_text().splitlines()
        return int(next(line for line in lines if line.startswith("VmRSS")).split()[1]) / 1024

    async def _get(self, path: str) -> Any:
        connection = await Connection.open(self.port)
        try:
            return await connection.get(path)
        finally:
            await connection.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
