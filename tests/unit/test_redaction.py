"""Secrets are masked wherever they stand, and nothing else is touched."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from command_gateway.redaction import MASK, redact, redact_json

SECRET = "hunter2-Zx9"


@pytest.mark.parametrize(
    "text",
    [
        f"password={SECRET}",
        f"DB_PASSWORD: {SECRET}",
        f'{{"api_key": "{SECRET}"}}',
        f"api-key='{SECRET}'",
        f"mysql --password {SECRET} -h db",
        f"connecting to postgres://app:{SECRET}@db:5432/shop",
        f"Authorization: Bearer {SECRET}{SECRET}",
        f"curl -H 'authorization: basic {SECRET}'",
        f"AWS_SECRET_ACCESS_KEY={SECRET}",
        f"clientSecret={SECRET}".replace("clientSecret", "client_secret"),
        f"MY_TOKEN={SECRET} started",
    ],
)
def test_a_secret_is_masked(text: str) -> None:
    assert SECRET not in redact(text)
    assert MASK in redact(text)


@pytest.mark.parametrize(
    "text",
    [
        "AKIA" + "ABCDEFGHIJKLMNOP",
        "ghp_" + "a1B2" * 9,
        "xoxb-" + "123456789012-abcdefghij",
        "sk-" + "proj-abcdefghijklmnop123456",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N",
        "-----BEGIN RSA PRIVATE KEY-----\nMIIEow\nabc\n-----END RSA PRIVATE KEY-----",
    ],
)
def test_a_token_is_known_by_its_shape(text: str) -> None:
    assert text not in redact(f"before {text} after")
    assert redact(f"before {text} after").endswith(" after")


@pytest.mark.parametrize(
    "text",
    [
        "docker ps --all --filter name=web",
        "the token bucket is full",
        "tokens per second: 5",
        "secretary: Ann",
        "GET http://web:8080/path 200",
        "2026-11-24T06:35:48Z INFO listening on :8003",
        "IMAGE ID  sha256:0123456789abcdef",
        "ask-for-something-that-begins-late",
    ],
)
def test_harmless_text_is_left_alone(text: str) -> None:
    assert redact(text) == text


def test_environment_values_are_masked_but_for_a_few_names() -> None:
    config = {"Config": {"Env": ["PATH=/bin", "LC_ALL=C", "COLOUR=green", f"PW={SECRET}"], "Image": "web:1"}}
    masked = redact_json(config)["Config"]
    assert masked == {"Env": ["PATH=/bin", "LC_ALL=C", f"COLOUR={MASK}", f"PW={MASK}"], "Image": "web:1"}


def test_values_under_secret_names_are_masked_at_any_depth() -> None:
    data = {"Labels": {"vendor.api_key": SECRET, "tier": "web"}, "list": [{"password": SECRET}], "n": 3, "none": None}
    masked = redact_json(data)
    assert SECRET not in str(masked)
    assert (masked["Labels"]["tier"], masked["n"], masked["none"]) == ("web", 3, None)


_PIECES = st.lists(
    st.sampled_from(
        ["password", "=", ": ", " ", "secret", "token_", "Bearer ", "eyJ", "://", "user:", "@", "'", '"', "\\", "\n",
         "-----BEGIN PRIVATE KEY-----", "-----END PRIVATE KEY-----", "***", "--api-key ", "sk-abcdefghijklmnopqr"]
    )
    | st.text(max_size=8),
    max_size=30,
)  # fmt: skip


@given(_PIECES)
def test_no_secret_slips_by_for_want_of_a_cue(pieces: list[str]) -> None:
    """A text that is spared the patterns is one that they would not have changed."""
    text = "".join(pieces)
    assert redact(text) == redact(f"glpat-\n{text}").removeprefix("glpat-\n")


@given(_PIECES)
def test_masking_twice_changes_nothing_more(pieces: list[str]) -> None:
    once = redact("".join(pieces))
    assert redact(once) == once


@given(
    st.recursive(
        st.none() | st.integers() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
    )
)
def test_data_keeps_its_shape(value: object) -> None:
    masked = redact_json(value)
    assert redact_json(masked) == masked
    assert isinstance(masked, type(value))
