"""Settings: what deployments already use, and one clear line when something is wrong."""

from pathlib import Path

import pytest

from command_gateway.settings import SettingsBroken, container_mappings, read_settings


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("DOCKER_HOST", "EXECUTION_STRATEGY", "API_PORT", "API_HOST", "LEDGER_URL"):
        monkeypatch.delenv(name, raising=False)


def test_defaults_are_those_of_the_contract() -> None:
    settings = read_settings()
    assert (settings.api_host, settings.api_port) == ("127.0.0.1", 8003)
    assert (settings.command_timeout_seconds, settings.max_command_output_length) == (30, 10_000)


def test_an_env_file_is_read_and_the_environment_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("API_PORT=9001\nLOG_LEVEL=debug\n")
    assert (read_settings().api_port, read_settings().log_level) == (9001, "DEBUG")
    monkeypatch.setenv("API_PORT", "9002")
    assert read_settings().api_port == 9002


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("EXECUTION_STRATEGY", "ssh", "engines over SSH are not offered; use local_socket"),
        ("EXECUTION_STRATEGY", "magic", "EXECUTION_STRATEGY: Input should be 'local_socket' or 'ssh'"),
        ("API_PORT", "eighty", "API_PORT: "),
        ("DOCKER_HOST", "tcp://10.0.0.1:2375", "local_socket needs a unix:// address"),
    ],
)
def test_a_wrong_setting_is_one_clear_line(name: str, value: str, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsBroken) as broken:
        read_settings()
    assert said in str(broken.value)
    assert "\n" not in str(broken.value)


def test_mappings_are_logical_names() -> None:
    found = container_mappings({"CONTAINER_NAME_FOR_MARKET_PREDICTOR": "mp-1", "OTHER": "x"})
    assert found == {"market-predictor": "mp-1"}
