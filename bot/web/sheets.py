"""Sheets to hand over: a fiche, a comparison or a conversation, as a page to print and as Markdown to keep.

A printed page stands alone: it names its sources, the edition and that it informs only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from markdown_it import MarkdownIt
from markupsafe import Markup

from bot.answer import Outcome
from bot.catalogue import Catalogue
from bot.phrases import Phrases
from bot.understanding.intents import load_intents
from bot.ways import Start
from bot.web import notices
from bot.web.comparison import comparison_of
from bot.web.fiches import FicheSheets
from bot.web.messages import Exchange, plain_text
from bot.web.passages import Source, sources_of
from bot.web.paths import path_of
from bot.web.sources import trust_notes
from bot.web.templates import Templates
from ingest.fiche import FicheMetier
from ingest.formation import Formation

#: An answer is Markdown without links, images or HTML: those could only come from a fiche or a browser.
_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table").disable(["link", "image", "autolink"])


@dataclass(frozen=True)
class PrintedExchange:
    """A question and its answer as a sheet shows them; `answer` is `text` as HTML."""

    question: str
    text: str
    answer: Markup
    sources: tuple[Source, ...]
    notes: Sequence[tuple[str, dict[str, int]]]


class Sheets:
    """Writes sheets about one version of the library."""

    def __init__(self, catalogue: Catalogue, phrases: Phrases, templates: Templates) -> None:
        self._catalogue = catalogue
        self._phrases = phrases
        self._templates = templates
        self._intents = load_intents()

    def fiche(self, fiche: FicheMetier | Formation) -> str:
        """The page of a fiche."""
        body = "sheet_metier" if isinstance(fiche, FicheMetier) else "sheet_formation"
        return self._page(fiche.title, body, **self._laid_out(fiche))

    def fiche_markdown(self, fiche: FicheMetier | Formation) -> str:
        """A fiche as Markdown."""
        return self._markdown("fiche", fiche.title, facts=self._facts(fiche), **self._laid_out(fiche))

    def comparison(self, fiches: Sequence[FicheMetier]) -> str:
        """The page of a comparison."""
        shown = comparison_of(fiches, self._catalogue.version, self._intents, self._phrases)
        return self._page(self._comparison_title(fiches), "sheet_comparison", **shown)

    def comparison_markdown(self, fiches: Sequence[FicheMetier]) -> str:
        """A comparison as a Markdown table."""
        shown = comparison_of(fiches, self._catalogue.version, self._intents, self._phrases)
        return self._markdown("comparison", self._comparison_title(fiches), **shown)

    def path(self, fiche: FicheMetier, start: Start) -> str:
        """The page of the ways into a métier."""
        return self._page(body="sheet_path", **path_of(fiche, start, self._catalogue, self._phrases))

    def path_markdown(self, fiche: FicheMetier, start: Start) -> str:
        """The ways into a métier as Markdown tables."""
        return self._markdown("path", **path_of(fiche, start, self._catalogue, self._phrases))

    def conversation(self, exchanges: Sequence[Exchange]) -> str:
        """The page of a conversation; what was said in distress is on no sheet."""
        title = self._phrases.say("conversation_title")
        return self._page(title, "sheet_conversation", exchanges=self._printed(exchanges))

    def conversation_markdown(self, exchanges: Sequence[Exchange]) -> str:
        """A conversation as Markdown."""
        title = self._phrases.say("conversation_title")
        return self._markdown("conversation", title, exchanges=self._printed(exchanges))

    def _laid_out(self, fiche: FicheMetier | Formation) -> dict[str, Any]:
        sheets = FicheSheets(self._catalogue, self._phrases, self._intents)
        return sheets.metier(fiche) if isinstance(fiche, FicheMetier) else sheets.formation(fiche)

    def _facts(self, fiche: FicheMetier | Formation) -> list[tuple[str, str]]:
        if isinstance(fiche, FicheMetier):
            names = ", ".join(form for form in (fiche.name.feminine, fiche.name.masculine) if form)
            others = ", ".join(name.title for name in fiche.other_names)
            rows = (
                ("fact_names", names),
                ("fact_other_names", others),
                ("fact_level", fiche.level),
                ("fact_rome", ", ".join(fiche.rome)),
            )
        else:
            rows = (
                ("fact_type", fiche.type or ""),
                ("fact_duration", fiche.duration or ""),
                ("fact_certification", fiche.certification),
                ("fact_code", fiche.code or ""),
            )
        return [(self._phrases.say(name), value) for name, value in rows if value]

    def _printed(self, exchanges: Sequence[Exchange]) -> list[PrintedExchange]:
        return [
            PrintedExchange(
                plain_text(exchange.question),
                exchange.answer.answer,
                Markup(_MARKDOWN.render(exchange.answer.answer)),
                sources_of(exchange.answer.citations, None),
                trust_notes(exchange.answer),
            )
            for exchange in exchanges
            if exchange.answer.outcome is not Outcome.SUPPORT
        ]

    def _comparison_title(self, fiches: Sequence[FicheMetier]) -> str:
        return self._phrases.say("comparison_of", titles=", ".join(fiche.title for fiche in fiches))

    def _page(self, title: str, body: str, **shown: Any) -> str:
        return self._templates.render("sheet", title=title, body=body, linked=False, **self._foot(), **shown)

    def _markdown(self, template: str, title: str, **shown: Any) -> str:
        return self._templates.markdown(template, title=title, **self._foot(), **shown)

    def _foot(self) -> dict[str, str]:
        return {
            "provenance": notices.provenance_sentence(self._catalogue.version.manifest, self._phrases),
            "date": f"{datetime.now(UTC):%d/%m/%Y}",
        }
