"""The sources panel: every passage that an answer cites, word for word, in its section, with a link to the fiche."""

from __future__ import annotations

from bot.answer import Answer, Outcome
from bot.web.passages import sources_of
from bot.web.paths import path_address
from bot.web.templates import Templates
from ingest.library import Version


class SourcesPanel:
    """Writes the panel's HTML."""

    def __init__(self, templates: Templates) -> None:
        self._templates = templates

    def empty(self) -> str:
        """Before the first answer: a hint."""
        return self._templates.render("sources", sources=(), place=0, hint="sources_hint", note="", path="")

    def show(self, answer: Answer, place: int, version: Version | None) -> str:
        """The sources of the answer at a place of the conversation; nothing at all beside help numbers."""
        if answer.outcome is Outcome.SUPPORT:
            return ""
        sources = sources_of(answer.citations, version)
        path = path_address(answer.path.to, answer.path.start) if answer.path else ""
        return self._templates.render(
            "sources", sources=sources, place=place, hint="sources_none", note=_note(answer), path=path
        )


def _note(answer: Answer) -> str:
    """Whether a language model wrote the answer, or why it did not; nothing where none is configured."""
    if not (answer.grounding.checked or answer.grounding.fallback):
        return ""
    return f"model_{answer.grounding.fallback or 'checked'}"
