"""Which intents are Docker commands, which may be English, and which are refused."""

import asyncio
import contextlib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from command_gateway import operations
from command_gateway.cli_text import parse
from command_gateway.errors import InvalidCommand
from command_gateway.operation import Kind
from command_gateway.plan import Abstention, Origin, Proposal
from command_gateway.planners.cli_syntax import CliSyntaxPlanner, draft_of
from command_gateway.request import Request
from command_gateway.selector import Condition, Selector
from command_gateway.sight import Sight, Sighting

CATALOGUE = operations.discover()
SIGHT = Sight(
    "local",
    1,
    (
        Sighting(Kind.CONTAINER, "0123456789abcdef0123", "web", state="running"),
        Sighting(Kind.CONTAINER, "fedcba9876543210fedc", "db", state="running"),
        Sighting(Kind.IMAGE, "sha256:aa", "busybox:1", also=("busybox:1", "busybox:latest")),
    ),
    {"market-predictor": "web"},
)


async def propose(intent: str, **fields: Any) -> Proposal | Abstention:
    return await CliSyntaxPlanner(CATALOGUE).propose(Request("tests", intent, **fields), SIGHT)


async def understood(intent: str, **fields: Any) -> Proposal:
    said = await propose(intent, **fields)
    assert isinstance(said, Proposal), said
    return said


@pytest.mark.parametrize(
    "intent",
    [
        "docker restart --time 5 web",
        "Docker restart --time 5 web",
        "restart --time 5 web",
        "restart -t5 web",
        "$ docker restart --time 5 web",
        "container restart --time=5 web",
        "docker container restart web --time 5",
        "execute command: docker restart --time 5 web",
        "Execute the command: restart --time 5 web",
        "run: docker restart --time 5 web",
        "run docker restart --time 5 web",
        "Please run docker restart --time 5 web.",
        "please run `docker restart --time 5 web`",
        "Could you please execute the following docker command: `docker restart --time 5 web`.",
        "issue the command 'docker restart --time 5 web'",
        'run "docker restart --time 5 web"',
        "`docker restart --time 5 web`",
        "# docker restart --time 5 web",
        "```bash\ndocker restart --time 5 web\n```",
    ],
)
async def test_reads_a_command_however_it_is_announced(intent: str) -> None:
    said = await understood(intent)
    (draft,) = said.drafts
    assert draft.operation.name == "container.restart"
    assert draft.arguments == {"grace": 5}
    assert draft.targets == Selector(names=("web",))
    assert draft.origins == {"grace": Origin.INTENT, "targets": Origin.INTENT}
    assert said.confidence == 1.0
    assert said.explanation == "a Docker command: docker restart --time 5 web"


@pytest.mark.parametrize(
    ("intent", "names"),
    [
        ("docker ps -a", [("container.list", None)]),
        ("ps -a", [("container.list", None)]),
        ("ps", [("container.list", None)]),
        ("logs --tail 5 web", [("container.logs", ("web",))]),
        ("stop web db", [("container.stop", ("web", "db"))]),
        ("stop market-predictor", [("container.stop", ("market-predictor",))]),
        ("stop 0123456789ab", [("container.stop", ("0123456789ab",))]),
        ("image history busybox:latest", [("image.history", ("busybox:latest",))]),
        ("docker stop web && docker start web", [("container.stop", ("web",)), ("container.start", ("web",))]),
        ("docker restart missing", [("container.restart", ("missing",))]),
        ("docker restart --time 5 all", [("container.restart", ("all",))]),
        ("exec web df -h", [("container.exec", ("web",))]),
        ("docker version", [("system.version", None)]),
    ],
)
async def test_names_stay_exact(intent: str, names: list[tuple[str, tuple[str, ...] | None]]) -> None:
    found = [
        (draft.operation.name, draft.targets.names if draft.targets else None)
        for draft in (await understood(intent)).drafts
    ]
    assert found == names


async def test_a_command_without_its_target_means_the_target_resource() -> None:
    (draft,) = (await understood("execute command: docker logs --tail 5", target_name="web")).drafts
    assert draft.targets is None
    assert draft.origins["targets"] is Origin.TARGET_RESOURCE


@pytest.mark.parametrize(
    ("listing", "selector"),
    [
        ("docker ps -aq", Selector(everything=True)),
        (
            "docker ps -q --filter health=unhealthy",
            Selector(
                conditions=(
                    Condition("health", "unhealthy"),
                    Condition("status", "running"),
                    Condition("status", "paused"),
                    Condition("status", "restarting"),
                )
            ),
        ),
        ("docker ps -q -f status=exited", Selector(conditions=(Condition("status", "exited"),))),
        ("docker ps -aq -f label=tier=worker", Selector(conditions=(Condition("label", "tier=worker"),))),
    ],
)
async def test_a_listing_selects_what_docker_ps_would_list(listing: str, selector: Selector) -> None:
    (draft,) = (await understood(f"docker restart $({listing})")).drafts
    assert draft.targets == selector


async def test_names_beside_a_listing_are_added_to_it() -> None:
    (draft,) = (await understood("docker restart web $(docker ps -aq -f name=d)")).drafts
    assert draft.targets == Selector(names=("web",), conditions=(Condition("name", "d"),))


@pytest.mark.parametrize(
    "intent",
    [
        "restart the service",
        "restart web please",
        "restart wbe",
        "stop web and db",
        "stop everything",
        "start over with web",
        "show the logs of web",
        "run a health check on web",
        "execute df -h inside the container",
        "don't run `docker restart web`",
        "Restart web",
        "docker is using too much disk",
        "docker is slow - what runs?",
        "docker images that are dangling",
        "docker restart the web container",
        "docker stop all",
        "docker isn't answering, why?",
        "docker service is slow",
        "run docker stop on every container",
        "'web' and 'db' are slow",
        '"docker version" and "docker ps" print what?',
    ],
)
async def test_leaves_what_may_be_english_to_others(intent: str) -> None:
    assert isinstance(await propose(intent), Abstention)


async def test_an_abstention_keeps_why_the_grammar_refused() -> None:
    said = await propose("docker images that are dangling")
    assert isinstance(said, Abstention)
    assert "are" in said.missing


@pytest.mark.parametrize(
    ("intent", "word"),
    [
        ("docker restart web; docker ps", ";"),
        ("docker ps | grep web", "|"),
        ("docker restart $(cat names)", "$(cat"),
        ("docker restart web > out", ">"),
        ("docker ps\ndocker restart web", "newline"),
        ("docker -H tcp://evil:2375 restart web", "-H"),
        ("docker --host=tcp://evil restart web", "--host"),
        ("docker --context prod restart web", "--context"),
        ("docker --config x restart web", "--config"),
        ("docker restart --frobnicate web", "--frobnicate"),
        ("docker restart --time soon web", "soon"),
        ("restart --frobnicate web", "--frobnicate"),
        ("docker restart -- -web", "-web"),
        ("docker attach web", "attach"),
        ("docker push registry/web", "push"),
        ("docker trust sign web", "trust"),
        ("docker plugin disable web", "plugin"),
        ("execute command: restart the web service please | tee", "|"),
        ("execute command: frobnicate web", "frobnicate"),
        ("run: docker frobnicate web", "frobnicate"),
        ("please run `docker frobnicate web`", "frobnicate"),
        ("docker restart web && rm -rf /", "rm"),
        ("docker restart $(docker ps -q) $(docker ps -aq)", "$(docker ps --all --quiet)"),
    ],
)
async def test_refuses_a_command_outside_the_grammar_with_its_word(intent: str, word: str) -> None:
    with pytest.raises(InvalidCommand) as refused:
        await propose(intent)
    assert refused.value.word == word


PIECES = ["docker", "run", "execute command:", "ps", "restart", "web", "`", "'", ";", "-H", "--time", "the", "&&", "$("]


@given(st.lists(st.sampled_from(PIECES)).map(" ".join) | st.text(max_size=60))
@settings(deadline=None)
def test_says_yes_or_no_or_refuses_whatever_is_said(intent: str) -> None:
    with contextlib.suppress(InvalidCommand):
        assert isinstance(asyncio.run(propose(intent)), Proposal | Abstention)


def test_a_typed_operation_becomes_a_draft_whoever_asked_for_it() -> None:
    (operation,) = parse("docker restart --time 5 web", CATALOGUE)
    draft = draft_of(operation, CATALOGUE, Origin.MODEL)
    assert draft.arguments == {"grace": 5}
    assert set(draft.origins.values()) == {Origin.MODEL}
