"""Summaries and the rows that hold them."""

from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from command_gateway.ledger import Summary
from command_gateway.ledger.rows import row_of, summary_of, text_of
from command_gateway.request import Status

_TEXT = st.text(st.characters(codec="utf-8"))
_ZONES = st.integers(-720, 840).map(lambda minutes: timezone(timedelta(minutes=minutes)))
_MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2100, 1, 1), timezones=_ZONES)
_SUMMARIES = st.builds(
    Summary,
    request_id=_TEXT,
    source_id=_TEXT,
    received_at=_MOMENTS,
    status=st.sampled_from(Status),
    effect=st.none() | st.sampled_from(["READ", "OPERATE"]),
    targets=st.lists(_TEXT).map(tuple),
    intent=_TEXT,
    command=st.none() | _TEXT,
    expires_at=st.none() | _MOMENTS,
    idempotency_key=st.none() | _TEXT,
    body_hash=st.none() | _TEXT,
)


@given(_SUMMARIES)
def test_a_summary_comes_back_from_its_row(summary: Summary) -> None:
    assert summary_of(row_of(summary)) == summary


@given(_MOMENTS, _MOMENTS)
def test_moments_sort_as_their_text_does(one: datetime, other: datetime) -> None:
    assert (text_of(one) < text_of(other)) == (one < other)


def test_moments_are_told_in_utc_to_the_microsecond() -> None:
    assert text_of(datetime(2026, 11, 24, tzinfo=UTC)) == "2026-11-24T00:00:00.000000+00:00"


@given(st.text())
def test_every_row_can_be_written_as_utf_8(intent: str) -> None:
    row = row_of(Summary("r", "s", datetime(2026, 1, 1, tzinfo=UTC), Status.DENIED, targets=(intent,), intent=intent))
    assert all(value is None or value.encode("utf-8") is not None for value in row.values())
