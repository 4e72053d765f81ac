"""Seals: what they cover, and that they mean the same everywhere."""

import hashlib
import json

from hypothesis import given
from hypothesis import strategies as st

from command_gateway.ledger.chain import GENESIS, canonical, row_hash, seal

_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)
_PART = st.text(max_size=4)
_PARTS = st.tuples(_PART, _PART, _PART, _PART)


@given(st.dictionaries(st.text(), _JSON))
def test_a_body_comes_back_as_it_was(body: dict[str, object]) -> None:
    assert json.loads(canonical(body)) == body


def test_the_order_of_keys_does_not_matter() -> None:
    assert (
        canonical({"b": {"y": 1, "x": 2}, "a": 3})
        == '{"a":3,"b":{"x":2,"y":1}}'
        == canonical({"a": 3, "b": {"x": 2, "y": 1}})
    )


def test_what_no_database_stores_is_spelled_out() -> None:
    assert canonical({"x": "ü\udcff\x00"}) == r'{"x":"\u00fc\udcff\u0000"}'


def test_a_seal_is_sha_256_over_each_part_after_its_length() -> None:
    """Whoever checks a ledger without this program needs no more than this."""
    parts = (GENESIS, "7", "2026-11-01T00:00:00.000000+00:00", "r", "ended", "record", '{"a":1}', "f" * 64)
    text = "".join(f"{len(part)}:{part}" for part in parts)
    assert (
        seal(GENESIS, 7, parts[2], "r", "ended", "record", parts[6], parts[7])
        == hashlib.sha256(text.encode()).hexdigest()
    )


@given(_PARTS, _PARTS)
def test_different_entries_never_share_a_seal(one: tuple[str, str, str, str], other: tuple[str, str, str, str]) -> None:
    sealed, resealed = (seal(GENESIS, 1, "2026", *parts, "") for parts in (one, other))
    assert (sealed == resealed) == (one == other)


def test_a_row_is_the_same_whatever_the_order_of_its_columns() -> None:
    assert row_hash({"a": "1", "b": None}) == row_hash({"b": None, "a": "1"}) != row_hash({"a": "1", "b": "None"})
