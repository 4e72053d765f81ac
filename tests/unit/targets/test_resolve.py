"""What people call their containers leads to exactly those, or to a question."""

import pytest

from command_gateway.errors import Ambiguous, UnknownTarget
from command_gateway.operation import Kind
from command_gateway.selector import Condition, Pick, Selector
from command_gateway.sight import Sight, Sighting
from command_gateway.targets.listing import natural
from command_gateway.targets.resolve import NothingSelected, find, logical, resolve


def box(name: str, number: int, **known: object) -> Sighting:
    given: dict[str, object] = {"state": "running", "image": "busybox", "created": float(number), **known}
    return Sighting(Kind.CONTAINER, f"{number:064x}"[::-1], name, **given)  # type: ignore[arg-type]


def in_order(*objects: Sighting) -> tuple[Sighting, ...]:
    return tuple(sorted(objects, key=lambda each: natural(each.name)))


FLEET = Sight(
    "local",
    1,
    in_order(
        box("market-predictor", 1, health="unhealthy", networks=("front",)),
        box("checkout-api", 2, labels={"tier": "api"}, health="healthy", networks=("front", "back")),
        box("checkout-worker-1", 3, labels={"tier": "worker"}),
        box("checkout-worker-2", 4, labels={"tier": "worker"}, state="paused"),
        box("checkout-worker-10", 5, labels={"tier": "worker"}),
        box("nightly", 6, state="exited", exit_code=3, image="batch:1"),
        box("cleanup", 7, state="exited", exit_code=0, image="batch:1"),
        Sighting(Kind.IMAGE, "sha256:" + "a" * 64, "batch:1", also=("batch:1", "batch:latest")),
    ),
    mappings={"prices": "market-predictor", "ghost": "not-there"},
)


PREDICTOR = next(each.id for each in FLEET.objects if each.name == "market-predictor")


def names(selector: Selector, **more: object) -> list[str]:
    return [each.name for each in resolve(selector, FLEET, **more)]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("selector", "expected"),
    [
        (Selector(names=("checkout-api",)), ["checkout-api"]),
        (Selector(names=("nightly", "checkout-api")), ["nightly", "checkout-api"]),
        (Selector(names=("prices",)), ["market-predictor"]),
        (Selector(mentions=("predictor",)), ["market-predictor"]),
        (Selector(mentions=("checkout api",)), ["checkout-api"]),
        (Selector(conditions=(Condition("health", "unhealthy"),)), ["market-predictor"]),
        (Selector(conditions=(Condition("exited", "!0"),)), ["nightly"]),
        (Selector(conditions=(Condition("exited", "3"), Condition("exited", "0"))), ["cleanup", "nightly"]),
        (Selector(conditions=(Condition("status", "paused"),)), ["checkout-worker-2"]),
        (Selector(conditions=(Condition("network", "back"),)), ["checkout-api"]),
        (Selector(conditions=(Condition("ancestor", "batch:1"),)), ["cleanup", "nightly"]),
        (Selector(conditions=(Condition("since", "checkout-worker-10"),)), ["cleanup", "nightly"]),
        (
            Selector(conditions=(Condition("label", "tier=worker"),)),
            ["checkout-worker-1", "checkout-worker-2", "checkout-worker-10"],
        ),
        (
            Selector(conditions=(Condition("label", "tier=worker"),), pick=Pick("first", 1, keep=False)),
            ["checkout-worker-2", "checkout-worker-10"],
        ),
        (
            Selector(conditions=(Condition("label", "tier=worker"),), pick=Pick("last", 2)),
            ["checkout-worker-2", "checkout-worker-10"],
        ),
        (
            Selector(conditions=(Condition("label", "tier=worker"),), excluded=Selector(names=("checkout-worker-2",))),
            ["checkout-worker-1", "checkout-worker-10"],
        ),
    ],
)
def test_means_exactly(selector: Selector, expected: list[str]) -> None:
    assert names(selector) == expected


def test_all_containers_are_those_in_the_states_that_the_operation_is_about() -> None:
    assert "nightly" not in names(Selector(everything=True), usual_states=("running", "paused"))
    assert "nightly" in names(Selector(everything=True))


def test_a_state_that_is_asked_for_wins_over_the_usual_ones() -> None:
    exited = Selector(conditions=(Condition("status", "exited"),))
    assert names(exited, usual_states=("running",)) == ["cleanup", "nightly"]


def test_an_unknown_name_is_refused_in_the_words_of_the_first_generation() -> None:
    with pytest.raises(UnknownTarget, match="Unknown logical service name: market-predicter") as refused:
        resolve(Selector(names=("market-predicter",)), FLEET)
    assert "market-predictor" in refused.value.candidates


def test_a_mapping_to_nothing_says_so() -> None:
    with pytest.raises(UnknownTarget, match="mapped to not-there"):
        logical("ghost", FLEET)


def test_several_where_one_is_meant_are_asked_back() -> None:
    with pytest.raises(Ambiguous) as asked:
        resolve(Selector(mentions=("checkout worker",)), FLEET)
    assert set(asked.value.candidates) >= {"checkout-worker-1", "checkout-worker-2"}


def test_a_group_is_all_of_it() -> None:
    assert len(names(Selector(mentions=("checkout workers",), several=True))) == 3


def test_an_exception_that_names_nothing_does_not_widen_what_is_done() -> None:
    with pytest.raises(UnknownTarget):
        resolve(Selector(everything=True, excluded=Selector(names=("databse",))), FLEET)


def test_nothing_to_select_is_asked_back() -> None:
    with pytest.raises(NothingSelected, match="health=starting"):
        resolve(Selector(conditions=(Condition("health", "starting"),)), FLEET)


def test_an_id_is_a_name_when_it_is_long_enough_to_be_meant() -> None:
    found = find(PREDICTOR[:12], FLEET)
    assert found is not None
    assert found.name == "market-predictor"
    assert find(PREDICTOR[:3], FLEET) is None


@pytest.mark.parametrize("said", ["Market_Predictor", "market predictor", "MARKET-PREDICTOR", "predictor", "prices"])
def test_a_logical_name_may_differ_in_case_and_separators(said: str) -> None:
    assert logical(said, FLEET).name == "market-predictor"


def test_a_logical_name_with_a_typing_error_is_not_followed() -> None:
    with pytest.raises(UnknownTarget):
        logical("market-predictr", FLEET)


def test_numbers_in_names_count_as_numbers() -> None:
    assert sorted(["w-10", "w-2", "W-1", "a"], key=natural) == ["a", "W-1", "w-2", "w-10"]
