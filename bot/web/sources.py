"""The sources panel: every passage that an answer cites, word for word, in its section, with a link to the fiche."""

from __future__ import annotations

from bot.answer import Answer, Outcome
from bot.comparing import FEWEST_COMPARED
from bot.web.passages import sources_of
from bot.web.paths import path_address
from bot.web.query import metiers_address
from bot.web.templates import Templates
from ingest.library import Version


class SourcesPanel:
    """Writes the panel's HTML."""

    def __init__(self, templates: Templates) -> None:
        self._templates = templates

    def empty(self) -> str:
        """Before the first answer: a hint."""
        return self._templates.render("sources", sources=(), place=0, hint="sources_hint", notes=(), leads=())

    def show(self, answer: Answer, place: int, version: Version | None) -> str:
        """The sources of the answer at a place of the conversation; nothing at all beside help numbers.

        They stand in their sections while the answer's own version is in service, alone under a later one.
        """
        if answer.outcome is Outcome.SUPPORT:
            return ""
        same = version and version.name == answer.library_version
        sources = sources_of(answer.citations, version if same else None)
        notes, leads = trust_notes(answer), leads_of(answer)
        return self._templates.render(
            "sources", sources=sources, place=place, hint="sources_none", notes=notes, leads=leads
        )


def leads_of(answer: Answer) -> list[tuple[str, str]]:
    """Views that show the same as an answer, drawn: the phrase that names each, and its address."""
    leads = []
    if answer.path:
        leads.append(("path_link", path_address(answer.path.to, answer.path.start)))
    if answer.table and answer.understood.kind == "comparison" and len(answer.understood.fiches) >= FEWEST_COMPARED:
        leads.append(("comparison_link", f"?vue=comparer&{metiers_address(answer.understood.fiches)}"))
    return leads


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
