"""The few settings shared by all; an extension declares its own beside itself."""

import os
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

MAPPING_PREFIX = "CONTAINER_NAME_FOR_"
_SOCKETS = ("/run/docker.sock", "/var/run/docker.sock")


class Settings(BaseSettings):
    """CONTRACT section 5: read from the environment, then from an `.env` file; empty counts as not set."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", env_ignore_empty=True, frozen=True)

    gateway_instance_id: str = "gateway-1"
    gateway_data_dir: Path = Path(".state/gateway")
    gateway_policy_dir: Path | None = None
    gateway_approval_seconds: Annotated[int, Field(ge=1, le=604_800)] = 900
    gateway_verify_seconds: Annotated[float, Field(gt=0, le=600)] = 20.0
    ledger_url: str = ""
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    api_host: str = "127.0.0.1"
    api_port: Annotated[int, Field(ge=0, le=65_535)] = 8003
    cors_origins: Annotated[tuple[str, ...], NoDecode] = ()
    command_timeout_seconds: Annotated[float, Field(gt=0, le=3_600)] = 30.0
    max_command_output_length: Annotated[int, Field(ge=100, le=1_000_000)] = 10_000
    execution_strategy: Literal["local_socket", "ssh"] = "local_socket"
    docker_host: str = ""

    @field_validator("cors_origins", mode="before")
    @classmethod
    def _comma_separated(cls, value: Any) -> Any:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.strip("[]").replace('"', "").split(",") if part.strip())
        return value

    @field_validator("log_level", mode="before")
    @classmethod
    def _upper(cls, value: Any) -> Any:
        return value.upper() if isinstance(value, str) else value

    @model_validator(mode="after")
    def _no_contradiction(self) -> "Settings":
        if self.execution_strategy == "ssh":
            raise ValueError(
                "EXECUTION_STRATEGY=ssh: engines over SSH are not offered; use local_socket with DOCKER_HOST"
            )
        if self.docker_host and not self.docker_host.startswith("unix://"):
            raise ValueError(f"DOCKER_HOST={self.docker_host}: local_socket needs a unix:// address")
        return self

    @property
    def engine_url(self) -> str:
        """DOCKER_HOST, or the first of the usual sockets that is there."""
        if self.docker_host:
            return self.docker_host
        found = next((each for each in _SOCKETS if Path(each).is_socket()), _SOCKETS[0])
        return f"unix://{found}"

    @property
    def ledger(self) -> str:
        """LEDGER_URL, or SQLite in the data directory."""
        return self.ledger_url or f"sqlite+aiosqlite:///{self.gateway_data_dir.absolute() / 'ledger.db'}"


class SettingsBroken(Exception):
    """A setting is wrong or contradicts another; the message is the one line that says which."""


def read_settings(**given: Any) -> Settings:
    """The settings in force; `given` wins over the environment.

    Raises:
        SettingsBroken: with one clear line.
    """
    try:
        return Settings(**given)
    except ValidationError as broken:
        first = broken.errors(include_url=False)[0]
        message = first["msg"].removeprefix("Value error, ")
        name = str(first["loc"][0]).upper() if first["loc"] else ""
        raise SettingsBroken(f"{name}: {message}" if name else message) from None


def container_mappings(environment: dict[str, str] | None = None) -> dict[str, str]:
    """CONTAINER_NAME_FOR_<SERVICE>=container-name, as logical name (lower case, dashes) to container name."""
    found = dict(os.environ if environment is None else environment)
    return {
        key.removeprefix(MAPPING_PREFIX).lower().replace("_", "-"): value.strip()
        for key, value in found.items()
        if key.startswith(MAPPING_PREFIX) and value.strip()
    }
