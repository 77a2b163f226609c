"""Where Oriane keeps things and which model it uses: environment variables `ORIANE_*`, with defaults that just work."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from platformdirs import user_cache_path, user_data_path
from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from ingest.embedder import DEFAULT_MODEL


class SettingError(RuntimeError):
    """A setting that cannot be honoured; the message, in French, tells the operator what to do."""


class Settings(BaseSettings):
    """Read once at start and passed down; nothing else reads the environment."""

    model_config = SettingsConfigDict(env_prefix="ORIANE_", frozen=True)

    library: Path = Field(default_factory=lambda: user_data_path("oriane") / "library")
    #: `http://host:port` of a Chroma server that holds the library, in the place of the folder.
    chroma_url: str = ""
    cache: Path = Field(default_factory=lambda: user_cache_path("oriane"))
    embedder: str = DEFAULT_MODEL
    host: str = "127.0.0.1"
    port: int = Field(default=7860, ge=0, le=65535)
    #: `provider:model` of a chat model; without one, answers are the fiches' own sentences.
    llm: str = ""
    llm_base_url: str = ""
    llm_api_key: SecretStr | None = None
    llm_timeout: float = Field(default=20.0, gt=0, le=600)

    @field_validator("chroma_url")
    @classmethod
    def _is_an_address(cls, value: str) -> str:
        value = value.strip()
        parts = urlsplit(value)
        if value and not (parts.scheme in ("http", "https") and parts.hostname):
            raise ValueError("http://serveur:8000")
        return value

    @classmethod
    def over(cls, folder: Path | None) -> Settings:
        """The settings of the environment, over the library of a folder where one is named: it wins over a server."""
        return cls(library=folder, chroma_url="") if folder else cls()
