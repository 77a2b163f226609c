"""What one visitor may ask: the limit of a session, which only the page's handlers know."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.phrases import Phrases
from bot.web.budgets import Budgets
from bot.web.gate import REQUEST_ID
from bot.web.metrics import Metrics

if TYPE_CHECKING:
    import gradio as gr

#: The queue that all questions share, from the page and from programs: first come, first served.
ANSWERS = "answers"


class Sessions:
    """Refuses what comes too fast from one session. A program that draws a new one each time meets its address's."""

    def __init__(self, budgets: Budgets, metrics: Metrics, phrases: Phrases) -> None:
        self._budgets = budgets
        self._metrics = metrics
        self._phrases = phrases

    def refusal(self, request: gr.Request | None) -> str:
        """Empty when the question may be asked, else the sentence that says why not."""
        session = request.session_hash if request else None
        if self._budgets.take(session or ""):
            return ""
        self._metrics.refused("session")
        return self._phrases.say("refused_session")


def id_of(request: gr.Request | None) -> str:
    """The id that the request got at the gate; empty where there is none."""
    return str(request.headers.get(REQUEST_ID, "")) if request else ""
