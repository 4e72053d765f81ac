"""Settings of the HTTP surface alone."""

from typing import Annotated, Any

from pydantic import field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict


class HttpSettings(BaseSettings):
    """`gateway_allowed_hosts`: names in a Host header, besides loopback's, that a proxy in front may ask for."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", env_ignore_empty=True, frozen=True)

    gateway_allowed_hosts: Annotated[tuple[str, ...], NoDecode] = ()

    @field_validator("gateway_allowed_hosts", mode="before")
    @classmethod
    def _comma_separated(cls, value: Any) -> Any:
        if isinstance(value, str):
            return tuple(part.strip().lower() for part in value.split(",") if part.strip())
        return value
