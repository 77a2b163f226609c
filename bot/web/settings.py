"""How the page is served: the `ORIANE_*` variables that concern it alone."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from platformdirs import user_cache_path, user_data_path
from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class PageError(RuntimeError):
    """A page that cannot be served as the settings ask; the message, in French, tells the operator what to do."""


class WebSettings(BaseSettings):
    """Read once when the page is built.

    `root_path` is where a reverse proxy puts the page (`/oriane`). `password`, when set, is asked of everyone. `mcp`
    opens the API to language models. `frame_ancestors` are the sites that may show the page in a frame, as
    `frame-ancestors` of a Content-Security-Policy has them (`https://ent.exemple.fr`); by default none but its own.

    `rate_session` and `rate_address` are questions a minute, a quarter of them at once; 0 sets no limit. A person types
    no question every two seconds for long: that is the session's 30. A school has one address for all: its 1,200 are
    forty sessions at their own limit, so that a class of 35 meets the session's limit and never the address's, and a
    school of 200 that asks every ten seconds meets neither. One address may still not take the whole server.
    """

    model_config = SettingsConfigDict(env_prefix="ORIANE_", frozen=True)

    root_path: str = ""
    password: SecretStr = SecretStr("")
    mcp: bool = False
    frame_ancestors: str = "'self'"
    cache: Path = Field(default_factory=lambda: user_cache_path("oriane"))
    feedback: Path = Field(default_factory=lambda: user_data_path("oriane") / "feedback.sqlite")
    feedback_days: int = Field(default=365, ge=1, le=3650)
    rate_session: int = Field(default=30, ge=0)
    rate_address: int = Field(default=1200, ge=0)
    log_level: Literal["debug", "info", "warning", "error"] = "warning"

    @property
    def page_files(self) -> Path:
        """Where Gradio would put files: no other program shares it, so that it can be looked at and emptied."""
        return self.cache / "page"

    @field_validator("root_path")
    @classmethod
    def _begins_with_a_slash(cls, value: str) -> str:
        value = value.strip().strip("/")
        return f"/{value}" if value else ""

    @field_validator("frame_ancestors")
    @classmethod
    def _is_one_directive(cls, value: str) -> str:
        if any(char in value for char in ";,\r\n"):
            raise ValueError("des adresses séparées par des espaces")
        return value.strip() or "'self'"
