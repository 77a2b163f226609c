"""Asking about one métier, from its sheet: what the next question is about, and what can be asked."""

from __future__ import annotations

from bot.answer import Question
from bot.phrases import Phrases, load_phrases
from bot.understanding.intents import load_intents
from bot.web.guide import Guide
from bot.web.templates import Templates
from ingest.fiche import FicheMetier
from ingest.library import LibraryError
from ingest.passages import passages_of
from ingest.text import fold

#: Asked first; each is an intent and a sentence of `prompts/suggestions.yaml`.
_ASKED = ("salary", "access", "work", "conditions", "skills", "prospects")
_MOST = 4


class About:
    """Knows the métiers that the page may be opened on."""

    def __init__(self, guide: Guide, phrases: Phrases, templates: Templates) -> None:
        self._guide = guide
        self._phrases = phrases
        self._templates = templates
        self._suggestions = load_phrases("suggestions")
        self._intents = load_intents()

    def question(self, text: str, fiche_id: str) -> Question:
        """A question that names its métier: the conversation is read again at each turn, and must say it by itself."""
        fiche = self._fiche(fiche_id)
        if fiche is None:
            return Question(text=text)
        if fold(fiche.title) not in fold(text):
            text = self._phrases.say("about_question", title=fiche.title, question=text)
        return Question(text=text, fiche_id=fiche.id)

    def chip(self, fiche_id: str) -> str:
        """The line above the question's box that says what the next question is about; empty for no métier."""
        fiche = self._fiche(fiche_id)
        return self._templates.render("about", fiche=fiche) if fiche else ""

    def ideas(self, fiche_id: str) -> tuple[str, ...]:
        """Questions that this fiche can answer."""
        fiche = self._fiche(fiche_id)
        if fiche is None:
            return ()
        passages = passages_of(fiche)
        asked = (
            self._suggestions.say(name, title=fiche.title)
            for name in _ASKED
            if any(self._intents.named(name).covers(passage) for passage in passages)
        )
        return tuple(asked)[:_MOST]

    def _fiche(self, fiche_id: str) -> FicheMetier | None:
        try:
            return self._guide.tables().version.fiches.get(fiche_id) if fiche_id else None
        except LibraryError:
            return None
