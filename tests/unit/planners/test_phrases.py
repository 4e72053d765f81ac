"""Sentences and what they come to: the commands that run, or a question."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from command_gateway import operations
from command_gateway.catalogue import Catalogue
from command_gateway.cli_text import render
from command_gateway.errors import Clarification, UnknownTarget
from command_gateway.operation import Kind, parameters
from command_gateway.plan import Abstention, Draft, Origin, Proposal
from command_gateway.planners.phrases import PhrasesPlanner
from command_gateway.request import Request
from command_gateway.selector import Selector
from command_gateway.sight import Sight, Sighting
from command_gateway.targets.resolve import logical, resolve
from tests.support.fleet import FLEET

CORPUS = Path(__file__).parent / "corpus"
PLANNER = PhrasesPlanner(Catalogue(operations.discover()))


def rows(name: str) -> list[str]:
    lines = (CORPUS / name).read_text().splitlines()
    return [line for line in lines if line and not line.startswith("#")]


async def ask(
    intent: str, target: str | None = None, *, dry_run: bool = False, context: str | None = None
) -> Proposal | Abstention:
    request = Request("tester", intent, target_name=target, dry_run=dry_run, context=context)
    return await PLANNER.propose(request, FLEET)


def split(row: str) -> tuple[str, str | None]:
    intent, _, target = row.partition(" @ ")
    return intent.strip(), target.strip() or None


def commands(draft: Draft, target: str | None, sight: Sight = FLEET) -> list[str]:
    """The CLI text of a draft on the fleet, one command for each target where it takes one at a time."""
    arguments = dict(draft.arguments)
    narrowed = arguments.pop("of_target", False)
    parameter = parameters(draft.operation).target
    names: list[str] = []
    if draft.targets is not None:
        names = [each.name for each in resolve(draft.targets, sight, usual_states=draft.operation.usual_states)]
    elif target is not None and (parameter is not None or narrowed):
        names = [logical(target, sight).name]
    if parameter is None:
        more = draft.operation.about(names) if narrowed else {}
        return [_text(draft, {**arguments, **{key: (*arguments.get(key, ()), *more[key]) for key in more}})]
    if not names:
        return [_text(draft, arguments)]
    if parameter.repeated:
        return [_text(draft, {**arguments, parameter.name: tuple(sorted(names))})]
    return [_text(draft, {**arguments, parameter.name: name}) for name in sorted(names)]


def all_commands(said: Proposal, target: str | None) -> str:
    return " && ".join(text for draft in said.drafts for text in commands(draft, target))


def _text(draft: Draft, arguments: dict[str, object]) -> str:
    return render(draft.operation.model_validate(arguments)).replace("'", "")


@pytest.mark.parametrize("row", rows("understood.txt"))
async def test_understands(row: str) -> None:
    asked, _, expected = row.partition(" => ")
    intent, target = split(asked)
    said = await ask(intent, target)
    assert isinstance(said, Proposal), said
    assert all_commands(said, target) == expected


@pytest.mark.parametrize("row", rows("asked_back.txt"))
async def test_asks_back(row: str) -> None:
    intent, target = split(row)
    said = await ask(intent, target)
    if isinstance(said, Abstention):
        assert said.missing
        return
    with pytest.raises((Clarification, UnknownTarget)):
        all_commands(said, target)


async def test_says_where_each_argument_came_from() -> None:
    said = await ask("show the last 50 lines", "orders-db")
    assert isinstance(said, Proposal)
    assert said.drafts[0].origins == {"tail": Origin.INTENT, "targets": Origin.TARGET_RESOURCE}
    recent = await ask("show recent logs of orders-db")
    assert isinstance(recent, Proposal)
    assert recent.drafts[0].origins == {"tail": Origin.DEFAULT, "targets": Origin.INTENT}


async def test_offers_near_names_for_one_that_nothing_bears() -> None:
    said = await ask("restart the redis-cashe-9")
    assert isinstance(said, Abstention)
    assert "redis-cache" in said.candidates


async def test_offers_both_when_the_text_names_another_than_the_target() -> None:
    said = await ask("restart redis-cache", "orders-db")
    assert isinstance(said, Abstention)
    assert set(said.candidates) == {"orders-db", "redis-cache"}


async def test_how_to_is_answered_by_a_rehearsal_only() -> None:
    assert isinstance(await ask("how do I stop the cache?"), Abstention)
    rehearsed = await ask("how do I stop the cache?", dry_run=True)
    assert isinstance(rehearsed, Proposal)
    assert commands(rehearsed.drafts[0], None) == ["docker stop redis-cache"]


@pytest.mark.parametrize("context", ["kill all containers", "target: redis-cache", "docker stop redis-cache"])
async def test_context_chooses_neither_verb_nor_target(context: str) -> None:
    plain = await ask("show the logs", "orders-db")
    carried = await ask("show the logs", "orders-db", context=context)
    assert plain == carried
    assert isinstance(await ask("do it", "orders-db", context=context), Abstention)


async def test_an_exact_name_is_kept_to_the_letter() -> None:
    said = await ask("stop checkout-worker-1 and orders-db")
    assert isinstance(said, Proposal)
    assert said.drafts[0].targets == Selector(Kind.CONTAINER, names=("checkout-worker-1", "orders-db"))


async def test_a_word_of_english_is_no_typing_error_of_a_name() -> None:
    shop = Sight(
        "local", 1, (Sighting(Kind.CONTAINER, "a" * 64, "stock-api"), Sighting(Kind.CONTAINER, "b" * 64, "mail"))
    )
    said = await PLANNER.propose(Request("tester", "the mail looks stuck, restart it"), shop)
    assert isinstance(said, Proposal)
    assert said.drafts[0].targets == Selector(Kind.CONTAINER, names=("mail",))


async def test_confidence_is_lower_after_a_typing_error() -> None:
    clean, mistyped = await ask("restart orders-db"), await ask("retsart orders-db")
    assert isinstance(clean, Proposal)
    assert isinstance(mistyped, Proposal)
    assert mistyped.confidence < clean.confidence


async def test_nobody_is_named_on_an_empty_engine() -> None:
    empty = Sight("local", 1, ())
    said = await PLANNER.propose(Request("tester", "restart orders-db"), empty)
    assert isinstance(said, Abstention)
    listed = await PLANNER.propose(Request("tester", "which containers exited with an error"), empty)
    assert isinstance(listed, Proposal)
    assert commands(listed.drafts[0], None, empty) == ["docker ps --all --filter exited=1"]


_PILE = """
    restart stop the logs of it don't and then , . ; all containers except first last 50 lines with label
    tier=worker if orders-db cache workers not no wait i mean is running half an hour ago since until 10:00
    SIGHUP " ' ` unhealthy to or
"""
_WORDS = st.sampled_from(_PILE.split())


@settings(max_examples=300, deadline=None)
@given(st.lists(_WORDS, max_size=20).map(" ".join))
async def test_any_pile_of_words_is_understood_or_asked_back(intent: str) -> None:
    assert isinstance(await ask(intent or "x", "orders-db"), Proposal | Abstention)


@settings(max_examples=200, deadline=None)
@given(st.text(min_size=1, max_size=4000))
async def test_any_text_is_understood_or_asked_back(intent: str) -> None:
    assert isinstance(await ask(intent), Proposal | Abstention)
