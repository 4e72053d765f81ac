"""The CLI grammar: every operation survives the way to text and back, and nothing else is taken."""

import contextlib
from collections.abc import Sequence
from typing import Annotated, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from command_gateway import operations
from command_gateway.catalogue import Catalogue
from command_gateway.cli_text import LONGEST_COMMAND, parse, render
from command_gateway.errors import InvalidCommand
from command_gateway.operation import (
    Argument,
    Engine,
    Kind,
    Listing,
    Operation,
    Option,
    Output,
    Reference,
    Target,
    parameters,
)
from command_gateway.values import Count, Filter, Moment, Name, Seconds, Signal, Text
from tests.support.operations import any_operation


class _Still(Operation):
    """An operation that is only ever spelled."""

    async def run(self, engine: Engine, targets: Sequence[Target]) -> Output:
        return Output()


class List(_Still):
    name = "container.list"
    verbs = ("ps", "container ls", "container list")

    all: Annotated[bool, Option("--all", "-a")] = False
    quiet: Annotated[bool, Option("--quiet", "-q")] = False
    last: Annotated[Count | None, Option("--last", "-n")] = None
    filters: Annotated[tuple[Filter, ...], Option("--filter", "-f")] = ()


class Logs(_Still):
    name = "container.logs"
    verbs = ("logs", "container logs")
    ignored = ("--details",)

    tail: Annotated[Count | None, Option("--tail", "-n")] = None
    since: Annotated[Moment | None, Option("--since")] = None
    timestamps: Annotated[bool, Option("--timestamps", "-t")] = True
    target: Annotated[Reference, Argument(refers_to=Kind.CONTAINER)]


class Stop(_Still):
    name = "container.stop"
    verbs = ("stop", "container stop")

    grace: Annotated[Seconds | None, Option("--time", "-t", also=("--timeout",))] = None
    signal: Annotated[Signal | None, Option("--signal", "-s")] = None
    targets: Annotated[tuple[Reference, ...], Argument(refers_to=Kind.CONTAINER)]


class Execute(_Still):
    name = "container.exec"
    verbs = ("exec", "container exec")
    ignored = ("-i", "-t", "--interactive", "--tty")

    user: Annotated[Name | None, Option("--user", "-u")] = None
    target: Annotated[Reference, Argument(refers_to=Kind.CONTAINER)]
    command: Annotated[tuple[Text, ...], Argument(rest=True)]


class Rename(_Still):
    name = "container.rename"
    verbs = ("rename",)

    target: Annotated[Reference, Argument(refers_to=Kind.CONTAINER)]
    new_name: Annotated[Name, Argument()]


class Inspect(_Still):
    name = "container.inspect"
    verbs = ("inspect", "container inspect")

    size: Annotated[bool, Option("--size", "-s")] = False
    targets: Annotated[tuple[Reference, ...], Argument(refers_to=Kind.CONTAINER)]


class Health(_Still):
    name = "container.health"
    verbs = ("inspect", "container inspect")
    fixed = {"--format": "{{json .State.Health}}"}  # noqa: RUF012 -- a class variable of the base

    targets: Annotated[tuple[Reference, ...], Argument(refers_to=Kind.CONTAINER)]


class Images(_Still):
    name = "image.list"
    verbs = ("images", "image ls")

    repository: Annotated[Name | None, Argument()] = None


class ImageHistory(_Still):
    name = "image.history"
    verbs = ("history", "image history")

    image: Annotated[Reference, Argument(refers_to=Kind.IMAGE)]


SAMPLE = Catalogue([List, Logs, Stop, Execute, Rename, Inspect, Health, Images, ImageHistory])
SHIPPED = operations.discover()
EVERY = [*((each, SAMPLE) for each in SAMPLE), *((each, SHIPPED) for each in SHIPPED)]
NAMED = pytest.mark.parametrize(
    ("kind", "catalogue"), EVERY, ids=[f"{each.__module__}.{each.name}" for each, _ in EVERY]
)


def one(text: str, **given_more: Any) -> Operation:
    (found,) = parse(text, SAMPLE, **given_more)
    return found


@NAMED
@given(data=st.data())
@settings(max_examples=60, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow], deadline=None)
def test_every_operation_survives_the_way_to_text_and_back(
    kind: type[Operation], catalogue: Catalogue, data: st.DataObject
) -> None:
    operation = data.draw(any_operation(kind))
    text = render(operation)
    assert parse(text, catalogue) == [operation]
    assert parse(text.removeprefix("docker "), catalogue) == [operation]
    assert parse(f"{text} && {text}", catalogue) == [operation, operation]


@pytest.mark.parametrize("kind", list(SHIPPED), ids=[each.name for each in SHIPPED])
def test_the_examples_and_every_verb_of_a_shipped_operation_are_understood(kind: type[Operation]) -> None:
    assert kind.examples
    for example in kind.examples:
        (found,) = parse(example, SHIPPED)
        assert type(found) is kind
        canonical, *others = kind.verbs
        for verb in others:
            assert parse(render(found).replace(f"docker {canonical}", f"docker {verb}", 1), SHIPPED) == [found]


PIECES = sorted({*SAMPLE.verbs, *(name for each in SAMPLE for name in parameters(each).by_spelling)})
NOISE = ["docker", "web", "--", "-", "=", "&&", "5", "'", "$(docker ps -q)", "-ait", "--tail=", "-H", "\\", "{{.ID}}"]


@given(st.lists(st.sampled_from([*PIECES, *NOISE]), max_size=8).map(" ".join) | st.text(max_size=60))
def test_raises_nothing_but_a_refusal(text: str) -> None:
    with contextlib.suppress(InvalidCommand):
        for operation in parse(text, SAMPLE):
            assert parse(render(operation), SAMPLE) == [operation]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("docker ps -a", List(all=True)),
        ("ps -aq", List(all=True, quiet=True)),
        ("docker container ls --all=true --quiet=false", List(all=True)),
        ("docker ps -an5", List(all=True, last=5)),
        ("docker ps -n=5", List(last=5)),
        ("docker ps -n 5", List(last=5)),
        ("docker ps --filter status=exited -f name=web", List(filters=("status=exited", "name=web"))),
        ("docker ps -f 'label=a b'", List(filters=("label=a b",))),
        ("docker logs web --tail 5", Logs(tail=5, target="web")),
        ("docker logs --details --tail=5 web", Logs(tail=5, target="web")),
        ("docker logs -t=false web", Logs(timestamps=False, target="web")),
        ("docker logs -- web", Logs(target="web")),
        ("docker stop --timeout 3 a b", Stop(grace=3, targets=("a", "b"))),
        ("docker stop -s hup a", Stop(signal="SIGHUP", targets=("a",))),
        ("docker exec -it -u root web ls -l --all", Execute(user="root", target="web", command=("ls", "-l", "--all"))),
        ("docker exec web sh -c 'a; b | c'", Execute(target="web", command=("sh", "-c", "a; b | c"))),
        ("docker rename a b", Rename(target="a", new_name="b")),
        ("docker images", Images()),
        ("docker images web", Images(repository="web")),
        ("docker inspect web", Inspect(targets=("web",))),
        ("docker inspect --format '{{json .State.Health}}' web", Health(targets=("web",))),
        ("docker stop $(docker ps -aq -f health=unhealthy)",
         Stop(targets=(Listing("docker ps --all --quiet --filter health=unhealthy"),))),
    ],
)  # fmt: skip
def test_understands_the_spellings_of_the_docker_cli(text: str, expected: Operation) -> None:
    assert one(text) == expected


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("docker -H tcp://evil:2375 ps", "-H"),
        ("docker -Htcp://evil:2375 ps", "-Htcp://evil:2375"),
        ("docker --host=tcp://evil:2375 ps", "--host"),
        ("docker --host tcp://evil:2375 ps", "--host"),
        ("docker ps --host tcp://evil:2375", "--host"),
        ("docker ps -aH tcp://evil:2375", "-H"),
        ("docker --context prod ps", "--context"),
        ("docker -c prod ps", "-c"),
        ("docker --config /root/.docker ps", "--config"),
        ("docker --tlsverify ps", "--tlsverify"),
        ("docker --frobnicate ps", "--frobnicate"),
        ("docker", "docker"),
        ("docker frobnicate web", "frobnicate"),
        ("docker 'container ls'", "container ls"),
        ("docker container frobnicate web", "frobnicate"),
        ("docker container", "container"),
        ("docker container $(docker ps -q) ls", "container"),
        ("docker $(docker ps -q)", "docker"),
        ("docker ps --frobnicate", "--frobnicate"),
        ("docker ps -az", "-z"),
        ("docker ps --all=maybe", "maybe"),
        ("docker ps -n", "-n"),
        ("docker ps -n five", "five"),
        ("docker ps -n -1", "-1"),
        ("docker ps -f status", "status"),
        ("docker ps web", "web"),
        ("docker logs", "logs"),
        ("docker logs --since yesterday-ish web", "yesterday-ish"),
        ("docker logs --tail 5 --tail 6 web", "--tail"),
        ("docker logs web db", "db"),
        ("docker logs -- -web", "-web"),
        ("docker logs -", "-"),
        ("docker stop --time 90000 web", "90000"),
        ("docker stop -s SIGNOPE web", "SIGNOPE"),
        ("docker stop --signal $(docker ps -q) web", "--signal"),
        ("docker stop we!b", "we!b"),
        ("docker stop ''", ""),
        ("docker rename a", "rename"),
        ("docker rename a -- -b", "-b"),
        ("docker exec web", "exec"),
        ("docker exec web $(docker ps -q)", "$(docker ps -q)"),
        ("docker inspect --format '{{.Config.Env}}' web", "--format"),
        ("docker ps && docker frobnicate", "frobnicate"),
        ("docker ps && rm -rf /", "rm"),
        ("docker stop $(docker rm web)", "rm"),
        ("docker stop $(docker ps)", "$(docker ps)"),
        ("docker stop $(docker ps -q -n 1)", "$(docker ps -q -n 1)"),
        ("docker stop $(docker ps -q && docker ps -q)", "$(docker ps -q && docker ps -q)"),
        ("docker stop $(docker ps -q | head -1)", "|"),
        ("docker stop $(docker ps -q --host tcp://evil)", "--host"),
        ("docker history $(docker ps -q)", "$(docker ps -q)"),
    ],
)
def test_refuses_the_rest_with_the_offending_word(text: str, word: str) -> None:
    with pytest.raises(InvalidCommand) as refused:
        parse(text, SAMPLE)
    assert refused.value.word == word
    assert refused.value.message


def test_offers_the_near_spellings() -> None:
    with pytest.raises(InvalidCommand) as verb:
        parse("docker restop web", SAMPLE)
    with pytest.raises(InvalidCommand) as option:
        parse("docker logs --tial 5 web", SAMPLE)
    assert "stop" in verb.value.candidates
    assert "--tail" in option.value.candidates


def test_tells_the_general_reading_when_a_particular_one_does_not_fit() -> None:
    with pytest.raises(InvalidCommand, match="--format"):
        parse("docker inspect --size --format '{{json .State.Health}}' web", SAMPLE)


def test_refuses_what_is_longer_than_an_intent_may_be() -> None:
    with pytest.raises(InvalidCommand, match=str(LONGEST_COMMAND)):
        parse("docker stop " + "a" * LONGEST_COMMAND, SAMPLE)


def test_an_implied_target_stands_in_only_where_one_is_needed_and_none_is_named() -> None:
    assert one("docker logs --tail 5", implied="web") == Logs(tail=5, target="web")
    assert one("docker stop", implied="web") == Stop(targets=("web",))
    assert one("docker stop db", implied="web") == Stop(targets=("db",))
    assert one("docker ps", implied="web") == List()
    with pytest.raises(InvalidCommand):
        one("docker rename new", implied="web")


def test_renders_text_that_a_shell_reads_the_same_way() -> None:
    operation = Execute(target="web", command=("echo", "it's $HOME; rm -rf /", "-n"))
    assert render(operation) == """docker exec web echo 'it'"'"'s $HOME; rm -rf /' -n"""
    assert render(Logs(timestamps=False, target="web")) == "docker logs --timestamps=false web"
    assert render(Stop(targets=(Listing("docker ps --quiet"), "b"))) == "docker stop $(docker ps --quiet) b"
