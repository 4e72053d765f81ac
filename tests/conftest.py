"""The engine that tests run on, and what they make on it."""

import os
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import ExitStack
from subprocess import CompletedProcess
from uuid import uuid4

import pytest

from command_gateway.engine import DockerEngine, connect
from tests.support.engine import BASE_IMAGE, EngineUnavailable, PrivateEngine, base_image, docker

DockerCli = Callable[..., "CompletedProcess[str]"]
_SETTINGS = ("API_", "CONTAINER_NAME_FOR_", "DOCKER_", "EXECUTION_", "GATEWAY_", "LEDGER_", "LLM_", "OPENAI_")
_SLEEPS = ("sh", "-c", "trap 'exit 0' TERM; sleep 1000000 & wait")


@pytest.fixture(autouse=True)
def _settings_that_ship(monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting of the person who runs the tests reaches what they test."""
    for name in [each for each in os.environ if each.startswith(_SETTINGS)]:
        monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def engine_host() -> Iterator[str]:
    """unix://... of TEST_DOCKER_HOST, or of a private engine that lives as long as the test run."""
    given = os.environ.get("TEST_DOCKER_HOST")
    if given:
        base_image(given)
        yield given
        return
    private = _private_engine()
    try:
        private.start()
        base_image(private.host)
        yield private.host
    finally:
        private.close()


@pytest.fixture
async def engine(engine_host: str) -> AsyncIterator[DockerEngine]:
    """A client of the engine."""
    connected = DockerEngine(connect(engine_host))
    yield connected
    await connected.close()


@pytest.fixture(scope="session")
def docker_cli(engine_host: str, tmp_path_factory: pytest.TempPathFactory) -> DockerCli:
    """Runs the real docker command line against the engine; a failure is in its returncode."""
    config = str(tmp_path_factory.mktemp("docker-config"))

    def run(*words: str) -> "CompletedProcess[str]":
        return docker(engine_host, *words, check=False, config=config)

    return run


@pytest.fixture
def make_container(engine_host: str) -> Iterator[Callable[..., str]]:
    """Makes containers that sleep, or run `command`, and removes them after the test.

    Takes words of `docker create`; gives the name, which nothing else on the engine has.
    """
    made: list[str] = []

    def make(*words: str, command: Sequence[str] = _SLEEPS, name: str = "box", start: bool = True) -> str:
        unique = f"{name}-{uuid4().hex[:8]}"
        made.append(unique)
        verb = ("run", "--detach") if start else ("create",)
        created = docker(engine_host, *verb, "--pull=never", "--name", unique, *words, BASE_IMAGE, *command)
        made[-1] = created.stdout.strip()
        return unique

    yield make
    if made:
        docker(engine_host, "rm", "--force", "--volumes", *made, check=False)


@pytest.fixture
def make_engine() -> Iterator[Callable[[], PrivateEngine]]:
    """Starts further engines: each has a host, can be stopped and started, and is gone after the test."""
    with ExitStack() as opened:

        def make() -> PrivateEngine:
            private = _private_engine()
            opened.callback(private.close)
            private.start()
            return private

        yield make


def _private_engine() -> PrivateEngine:
    try:
        return PrivateEngine()
    except EngineUnavailable as reason:
        pytest.skip(str(reason))
