"""What people call things leads to what the things are called, to several, or to none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from command_gateway.targets.names import Verdict, match, parts, singular

FLEET = (
    "market-predictor",
    "checkout-api",
    "checkout-worker-1",
    "checkout-worker-2",
    "coding-ai-agent",
    "myApp",
    "myAPP",
    "payments",
    "reverseProxyEdge",
    "web",
    "orders_db",
    "redis-cache",
    "prometheus",
)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("market-predictor", "market-predictor"),
        ("the predictor", "market-predictor"),
        ("checkout api", "checkout-api"),
        ("Checkout-API", "checkout-api"),
        ("checkout_api", "checkout-api"),
        ("checkoutapi", "checkout-api"),
        ("chekout api", "checkout-api"),
        ("checkout api container", "checkout-api"),
        ("coding agent", "coding-ai-agent"),
        ("agent", "coding-ai-agent"),
        ("proxy edge", "reverseProxyEdge"),
        ("reverse proxy", "reverseProxyEdge"),
        ("payments thing", "payments"),
        ("payment service", "payments"),
        ("orders database", "orders_db"),
        ("orders db", "orders_db"),
        ("the cache", "redis-cache"),
        ("promethus", "prometheus"),
        ("prom", "prometheus"),
        ("worker 2", "checkout-worker-2"),
        ("myApp", "myApp"),
        ("myAPP", "myAPP"),
    ],
)
def test_one_is_meant(said: str, meant: str) -> None:
    found = match(said, FLEET)
    assert found.best == (meant,)
    assert found.verdict is Verdict.UNIQUE
    assert found.candidates[0] == meant


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("checkout workers", {"checkout-worker-1", "checkout-worker-2"}),
        ("workers", {"checkout-worker-1", "checkout-worker-2"}),
        ("checkout", {"checkout-api", "checkout-worker-1", "checkout-worker-2"}),
        ("my app", {"myApp", "myAPP"}),
    ],
)
def test_several_could_be_meant(said: str, meant: set[str]) -> None:
    found = match(said, FLEET)
    assert set(found.best) == meant
    assert found.verdict is Verdict.AMBIGUOUS
    assert set(found.candidates) >= meant


@pytest.mark.parametrize("said", ["warehouse", "worker 3", "checkout billing", "the container", "it", "", "!?", "x"])
def test_none_is_meant(said: str) -> None:
    found = match(said, FLEET)
    assert found.best == ()
    assert found.verdict is Verdict.NONE


def test_a_full_name_is_meant_even_where_others_are_longer() -> None:
    assert match("checkout api", ("checkout-api", "checkout-api-db")).best == ("checkout-api",)


def test_a_wrong_number_is_no_typing_error() -> None:
    assert match("checkout-worker-3", FLEET).best == ()


def test_near_names_are_offered_where_none_is_meant() -> None:
    assert "checkout-worker-1" in match("checkout-worker-3", FLEET).candidates
    assert match("qqqqqq", FLEET).candidates == ()


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("checkout-api-v2", ("checkout", "api", "v", "2")),
        ("reverseProxyEdge", ("reverse", "proxy", "edge")),
        ("HTTPServer", ("http", "server")),
        ("a_b.c", ("a", "b", "c")),
        ("", ()),
    ],
)
def test_the_words_of_a_name(name: str, words: tuple[str, ...]) -> None:
    assert parts(name) == words


@pytest.mark.parametrize(
    ("word", "one"),
    [("workers", "worker"), ("proxies", "proxy"), ("caches", "cache"), ("boxes", "box"), ("status", "status")],
)
def test_plurals(word: str, one: str) -> None:
    assert singular(word) == one


@given(st.text(max_size=40), st.lists(st.text(max_size=20), max_size=8))
def test_any_mention_has_a_verdict(said: str, names: list[str]) -> None:
    found = match(said, names)
    assert set(found.best) <= set(names)
    assert (found.verdict is Verdict.NONE) == (not found.best)
