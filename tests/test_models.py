"""Which language model the settings name, and what is said when it cannot be opened."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Iterator

import pytest

from bot.answering.deadline import until
from bot.answering.models import open_model
from ingest.settings import SettingError, Settings


@pytest.mark.parametrize("name", ["gpt-4o", "openai:", ":x", "azure:gpt", "openai gpt"])
def test_a_malformed_name_says_what_is_expected(name: str) -> None:
    with pytest.raises(SettingError, match="fournisseur:modèle"):
        open_model(Settings(llm=name))


@pytest.mark.parametrize(
    ("provider", "module", "extra"),
    [
        ("openai", "langchain_openai", "llm-openai"),
        ("mistralai", "langchain_mistralai", "llm-mistral"),
        ("ollama", "langchain_ollama", "llm-ollama"),
    ],
)
def test_a_missing_package_names_its_extra(
    monkeypatch: pytest.MonkeyPatch, provider: str, module: str, extra: str
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(SettingError, match=extra):
        open_model(Settings(llm=f"{provider}:x", llm_base_url="http://127.0.0.1:9"))


def test_a_missing_key_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("langchain_openai")
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with pytest.raises(SettingError, match="ORIANE_LLM_API_KEY"):
        open_model(Settings(llm="openai:gpt-x"))


def test_a_key_meant_for_the_provider_goes_to_no_other_address(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("langchain_openai")
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    model = open_model(Settings(llm="openai:albert", llm_base_url="http://127.0.0.1:9/v1"))
    assert model.openai_api_key.get_secret_value() == "none"  # type: ignore[attr-defined]


def test_settings_are_read_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ORIANE_LLM", "openai:albert")
    monkeypatch.setenv("ORIANE_LLM_API_KEY", "secret")
    settings = Settings()
    assert (settings.llm, settings.llm_timeout) == ("openai:albert", 20.0)
    assert "secret" not in repr(settings)


def test_without_a_model_no_provider_is_imported() -> None:
    code = (
        "import sys, bot.chain, bot.cli; from ingest.settings import Settings; "
        "bot.chain.open_oriane(Settings()); "
        "print([name for name in sys.modules if name.startswith(('openai', 'langchain_openai', 'bot.grounding', "
        "'bot.answering.generate', 'langchain.chat_models'))])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_text_is_handed_on_as_it_comes() -> None:
    assert list(until(time.monotonic() + 5, lambda: ["a", "b"])) == ["a", "b"]


def test_a_producer_s_error_reaches_the_reader() -> None:
    def broken() -> Iterator[str]:
        yield "a"
        raise ConnectionError("lost")

    pieces = until(time.monotonic() + 5, broken)
    assert next(pieces) == "a"
    with pytest.raises(ConnectionError):
        next(pieces)


def test_a_producer_that_hangs_holds_nobody_up() -> None:
    let_go = threading.Event()

    def hanging() -> Iterator[str]:
        let_go.wait(10)
        yield "late"

    with pytest.raises(TimeoutError):
        list(until(time.monotonic() + 0.1, hanging))
    let_go.set()
