"""The sources panel: every passage that an answer cites, word for word, in its section, with a link to the fiche."""

from __future__ import annotations

from bot.answer import Answer, Outcome
from bot.web.passages import sources_of
from bot.web.templates import Templates
from ingest.library import Version


class SourcesPanel:
    """Writes the panel's HTML."""

    def __init__(self, templates: Templates) -> None:
        self._templates = templates

    def empty(self) -> str:
        """Before the first answer: a hint."""
        return self._templates.render("sources", sources=(), place=0, hint="sources_hint", note="")

    def show(self, answer: Answer, place: int, version: Version | None) -> str:
        """The sources of the answer at a place of the conversation; nothing at all beside help numbers.

        They stand in their sections while the answer's own version is in service, alone under a later one.
        """
        if answer.outcome is Outcome.SUPPORT:
            return ""
        same = version and version.name == answer.library_version
        sources = sources_of(answer.citations, version if same else None)
        return self._templates.render("sources", sources=sources, place=place, hint="sources_none", note=_note(answer))


def _note(answer: Answer) -> str:
    """Whether a language model wrote the answer, or why it did not; nothing where none is configured."""
    if not (answer.grounding.checked or answer.grounding.fallback):
        return ""
    return f"model_{answer.grounding.fallback or 'checked'}"
