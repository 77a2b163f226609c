"""The chat model that the settings name, opened through LangChain; its packages are optional extras."""

from __future__ import annotations

from typing import Any

from langchain.chat_models import init_chat_model
from langchain_core.language_models import BaseChatModel

from ingest.settings import SettingError, Settings

#: The extra of `pyproject.toml` that brings each provider.
EXTRAS = {"openai": "llm-openai", "mistralai": "llm-mistral", "ollama": "llm-ollama"}
#: Enough for six sentences with their marks.
_MOST_TOKENS = 600


def open_model(settings: Settings) -> BaseChatModel:
    """The model `ORIANE_LLM` names. Nothing is asked of it yet: a wrong address or key shows at the first question.

    :raises SettingError: when the name is malformed, its provider unknown, its package absent, or its key missing.
    """
    provider, colon, name = (settings.llm or "").partition(":")
    if not colon or not name.strip() or provider not in EXTRAS:
        known = ", ".join(f"{known}:…" for known in EXTRAS)
        raise SettingError(f"ORIANE_LLM vaut « {settings.llm} » : attendu fournisseur:modèle, parmi {known}.")
    try:
        model: BaseChatModel = init_chat_model(name, model_provider=provider, **_options(provider, settings))
    except ImportError as error:
        raise SettingError(
            f"ORIANE_LLM={settings.llm} demande un paquet absent : installer l'extra « {EXTRAS[provider]} » "
            f"(pip install 'oriane[{EXTRAS[provider]}]')."
        ) from error
    except Exception as error:  # each provider refuses its settings in its own way
        raise SettingError(
            f"Le modèle {settings.llm} ne s'ouvre pas : vérifier son nom, la clé (ORIANE_LLM_API_KEY, ou celle que le "
            f"fournisseur attend dans l'environnement) et ORIANE_LLM_BASE_URL ({type(error).__name__})."
        ) from error
    return model


def _options(provider: str, settings: Settings) -> dict[str, Any]:
    """Each provider has its own word for the same thing. Retries are Oriane's: its deadline holds for all of them."""
    options: dict[str, Any] = {"temperature": 0.0}
    if settings.llm_base_url:
        options["base_url"] = settings.llm_base_url
    if provider == "ollama":
        return {**options, "num_predict": _MOST_TOKENS, "client_kwargs": {"timeout": settings.llm_timeout}}
    options |= {"max_tokens": _MOST_TOKENS, "timeout": settings.llm_timeout}
    options["max_retries"] = 0 if provider == "openai" else 1
    if settings.llm_api_key:
        options["api_key"] = settings.llm_api_key.get_secret_value()
    elif settings.llm_base_url:  # a key meant for the provider is not sent to another address
        options["api_key"] = "none"
    return options
