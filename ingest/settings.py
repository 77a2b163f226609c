"""Where Oriane keeps things and which model it uses: environment variables `ORIANE_*`, with defaults that just work."""

from __future__ import annotations

from pathlib import Path

from platformdirs import user_cache_path, user_data_path
from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from ingest.embedder import DEFAULT_MODEL


class Settings(BaseSettings):
    """Read once at start and passed down; nothing else reads the environment."""

    model_config = SettingsConfigDict(env_prefix="ORIANE_", frozen=True)

    library: Path = Field(default_factory=lambda: user_data_path("oriane") / "library")
    cache: Path = Field(default_factory=lambda: user_cache_path("oriane"))
    embedder: str = DEFAULT_MODEL
    host: str = "127.0.0.1"
    port: int = Field(default=7860, ge=0, le=65535)
