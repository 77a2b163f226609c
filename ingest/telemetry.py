"""All that would call home, switched off in one place. To be called before the libraries under Oriane are imported."""

from __future__ import annotations

import os

#: Read by each library when it is imported, whatever the environment said before: no question, no count of questions,
#: no "which version is installed" leaves the machine.
SWITCHES = {
    "ANONYMIZED_TELEMETRY": "False",  # Chroma
    "DO_NOT_TRACK": "1",  # whoever honours it
    "GRADIO_ANALYTICS_ENABLED": "False",  # Gradio: what was launched, and its check for a newer version
    "HF_HUB_DISABLE_TELEMETRY": "1",  # Hugging Face's client, which Gradio and sentence-transformers import
    "HF_HUB_DISABLE_UPDATE_CHECK": "1",
    "LANGCHAIN_TRACING_V2": "false",  # LangSmith, also switched off around each question (bot/chain.py)
    "LANGSMITH_TRACING": "false",
}


def switch_off() -> None:
    """Set the switches for this process."""
    os.environ.update(SWITCHES)
