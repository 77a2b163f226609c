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
        return self._templates.render("sources", sources=(), place=0, hint="sources_hint", notes=(), path="")

    def show(self, answer: Answer, place: int, version: Version | None) -> str:
        """The sources of the answer at a place of the conversation; nothing at all beside help numbers."""
        if answer.outcome is Outcome.SUPPORT:
            return ""
        sources = sources_of(answer.citations, version)
        path = path_address(answer.path.to, answer.path.start) if answer.path else ""
        return self._templates.render(
            "sources", sources=sources, place=place, hint="sources_none", notes=trust_notes(answer), path=path
        )


def trust_notes(answer: Answer) -> list[tuple[str, dict[str, int]]]:
    """Whether a language model wrote the answer and what was removed of it, or why it did not; as phrases to say.

    Empty where no model is configured.
    """
    checked, removed, fallback = answer.grounding.checked, answer.grounding.removed, answer.grounding.fallback
    if fallback:
        return [(f"model_{fallback}", {})]
    if not checked:
        return []
    removals: dict[int, list[tuple[str, dict[str, int]]]] = {0: [], 1: [("model_removed_one", {})]}
    return [("model_checked", {}), *removals.get(removed, [("model_removed", {"removed": removed})])]
