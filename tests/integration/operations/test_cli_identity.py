"""What an operation prints is what the real docker CLI prints for the same command on the same engine."""

import re
import shlex
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from subprocess import CompletedProcess

import pytest

from command_gateway import operations
from command_gateway.cli_text import parse
from command_gateway.engine import DockerEngine
from command_gateway.operation import Output, Target, target_kind
from command_gateway.redaction import redact_env

Cli = Callable[..., "CompletedProcess[str]"]
CATALOGUE = operations.discover()
LOOKS = 5  # a health check may speak, or a second pass, between our look and the CLI's; not five times in a row
_AGE = re.compile(r"(Less than a second|About an? (minute|hour)|\d+ (second|minute|hour|day|week|month|year)s?)( ago)?")
_ENV = re.compile(r'"([A-Z_]+=[^"]*)"')

ALIKE = """
docker ps
docker ps --all
docker ps -aq
docker ps --all --no-trunc
docker ps --last 3
docker ps -l
docker ps --all --size
docker ps --all --filter status=exited
docker ps --all --filter exited=3
docker ps --filter label={mark}
docker ps --filter health=healthy
docker ps --filter health=none --filter status=running
docker ps --all --filter ancestor=gateway-test-base
docker ps --all --filter name={web}
docker ps --all --filter before={web}
docker ps --all --filter since={web}
docker ps --all --filter volume=/data
docker ps --filter network=bridge
docker ps --filter publish=18080
docker ps --filter expose=81/tcp
docker ps --all --format '{{.Names}}\\t{{.Image}}\\t{{.Ports}}'
docker ps --all --format 'table {{.Names}}\\t{{.State}}'
docker ps --all --format json
docker ps --all --format '{{.ID}} {{.Labels}} {{.Mounts}} {{.Networks}} {{.LocalVolumes}} {{.Size}}'
docker inspect {web}
docker inspect {web} {job}
docker inspect --size {web}
docker inspect --format '{{.State.Status}} {{json .Config.Labels}} {{len .Mounts}}' {web}
docker inspect --format '{{range .Mounts}}{{.Destination}} {{end}}{{if .State.Running}}up{{else}}down{{end}}' {web}
docker inspect --format '{{json .State.Health}}' {job}
docker logs {job}
docker logs --tail 1 {job}
docker logs --tail 0 {job}
docker logs --timestamps {job}
docker logs --since 1h --until 0s {job}
docker top {web}
docker top {web} -o pid,comm
docker port {web}
docker port {web} 81
docker port {web} 9999
docker diff {job}
docker exec {web} ls /
docker exec {web} ls /not-there
docker exec {web} not-a-program
docker wait {job}
docker start {web}
docker stop {job}
docker pause {job}
docker unpause {web}
docker kill {job}
docker images
docker images --all --no-trunc
docker images --digests
docker images -q gateway-test-base
docker images --filter dangling=false --format '{{.Repository}}:{{.Tag}} {{.ID}} {{.Size}}'
docker images --format json gateway-test-base
docker image inspect gateway-test-base
docker image inspect --format '{{.Os}}/{{.Architecture}}' gateway-test-base
docker history gateway-test-base
docker history --no-trunc --human=false gateway-test-base
docker history --quiet gateway-test-base
docker system df
docker system df --format '{{.Type}} {{.TotalCount}} {{.Size}}'
docker system df --verbose
docker version --format '{{.Server.Version}} {{.Server.Os}}'
docker info --format '{{.ServerVersion}} {{.Driver}} {{.NCPU}}'
docker events --since 60s --until 0s --filter container={job}
docker events --since 60s --until 0s --filter container={job} --format '{{.Type}} {{.Action}}'
""".strip().splitlines()


@pytest.fixture(scope="module")
def fleet(engine_host: str, docker_cli: Cli) -> Iterator[dict[str, str]]:
    """A healthy web with ports, a volume and a label; and a job that wrote to both streams and exited with 3."""
    from uuid import uuid4

    mark = f"mark=m{uuid4().hex[:6]}"
    published = ("-p", "127.0.0.1:18080:80", "-p", "127.0.0.1:18081:81", "--expose=81")
    healthy = ("--health-cmd=true", "--health-interval=1s")
    boxes = (
        ("web", (*healthy, *published, "-v", "/data"), "trap 'exit 0' TERM; sleep 1000000 & wait"),
        ("job", ("--env", "PASSWORD=hunter2"), "echo out; echo err >&2; echo x >/new; rm /etc/* ; exit 3"),
    )
    with ExitStack() as made:
        names = {"mark": mark}
        for name, words, script in boxes:
            names[name] = f"{name}-{uuid4().hex[:6]}"
            done = docker_cli(
                "run", "-d", "--name", names[name], "--label", mark, *words, "gateway-test-base", "sh", "-c", script
            )
            assert done.returncode == 0, done.stderr
            made.callback(docker_cli, "rm", "--force", "--volumes", done.stdout.strip())
        docker_cli("wait", names["job"])
        yield names


async def run(engine: DockerEngine, command: str) -> Output:
    """The operation that the command spells, run as execution would run it."""
    operation = parse(command, CATALOGUE)[0]
    group = f"{target_kind(type(operation))}s"
    targets = []
    for name in operation.references:
        seen = await engine.get(f"{group}/{name}/json")
        targets.append(Target(target_kind(type(operation)), seen["Id"], str(name)))  # type: ignore[arg-type]
    return await operation.run(engine, targets)


def alike(text: str) -> str:
    """Ages out, spaces folded where an age stood in a column, environment values masked as ours are."""
    text = _ENV.sub(lambda found: f'"{redact_env(found[1])}"', text)
    return re.sub(r" {2,}", "  ", _AGE.sub("AGE", text)).replace(":::", "[::]:")


@pytest.mark.parametrize("command", ALIKE)
async def test_prints_what_the_cli_prints(
    engine: DockerEngine, docker_cli: Cli, fleet: dict[str, str], command: str
) -> None:
    for key, value in fleet.items():
        command = command.replace(f"{{{key}}}", value)
    unordered = any(verb in command for verb in (" diff ", " images", " df"))  # the engine's own order changes
    order = sorted if unordered else list
    for _ in range(LOOKS):
        ours = await run(engine, command)
        theirs = docker_cli(*shlex.split(command)[1:])
        if order(alike(ours.stdout).splitlines()) == order(alike(theirs.stdout).splitlines()):
            break
    assert order(alike(ours.stdout).splitlines()) == order(alike(theirs.stdout).splitlines())
    said = re.sub(r"\b[0-9a-f]{64}\b", command.split()[-1], theirs.stderr)  # ours calls a target by its name throughout
    assert (alike(ours.stderr), ours.exit_code) == (alike(said), theirs.returncode)


@pytest.mark.parametrize("command", ["docker version", "docker info"])
async def test_tells_of_the_engine_what_the_cli_tells(engine: DockerEngine, docker_cli: Cli, command: str) -> None:
    """The client is another program and says so; what is said of the server is the same."""
    changing = re.compile(r" (Containers|Running|Paused|Stopped|Images): \d+")
    ours, theirs = (await run(engine, command)).stdout, docker_cli(*command.split()[1:]).stdout

    def told(text: str) -> list[list[str]]:
        """Words of a line in one order: the CLI lists runtimes in another each time."""
        return [sorted(line.split()) for line in changing.sub("", text.partition("Server:")[2]).splitlines()]

    assert told(ours) == told(theirs)
    assert ours.startswith("Client: AI Command Gateway\n")


async def test_statistics_have_the_columns_of_the_cli(
    engine: DockerEngine, docker_cli: Cli, fleet: dict[str, str]
) -> None:
    ours = await run(engine, f"docker stats {fleet['web']}")
    theirs = docker_cli("stats", "--no-stream", fleet["web"])
    assert ours.stdout.splitlines()[0].split() == theirs.stdout.splitlines()[0].split()
    assert len(ours.stdout.splitlines()) == len(theirs.stdout.splitlines())
    assert ours.data[0]["Name"] == fleet["web"]
    assert ours.data[0]["MemUsage"] != "0B / 0B"


async def test_a_name_that_is_given_away_leads_to_the_same_container(
    engine: DockerEngine, make_container: Callable[..., str]
) -> None:
    old = make_container()
    operation = parse(f"docker rename {old} {old}-new", CATALOGUE)[0]
    seen = await engine.get(f"containers/{old}/json")
    target = Target(target_kind(type(operation)), seen["Id"], old)  # type: ignore[arg-type]
    assert (await operation.run(engine, [target])).exit_code == 0
    assert (await operation.verify(engine, [target], [seen])).outcome == "VERIFIED"
