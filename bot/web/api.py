"""The same for machines: `ask`, `compare`, `metier`, `path`, `search`; gradio_client and, if wished, MCP call them.

The docstrings of these functions are what API pages and language models read of them.
"""

from __future__ import annotations

import logging
from typing import Any

import gradio as gr
from gradio.events import api
from pydantic import ValidationError

from bot.answer import Question
from bot.catalogue import Catalogue, Filters
from bot.comparing import FEWEST_COMPARED, compare
from bot.phrases import Phrases
from bot.safety import needs_support
from bot.understanding.intents import load_intents
from bot.web.chat import MAX_QUESTION_LENGTH
from bot.web.guide import Guide
from bot.web.logs import request_named
from bot.web.notices import trouble
from bot.web.paths import USUAL_START, find_path
from bot.web.sessions import ANSWERS, Sessions, id_of
from bot.web.views import Shelf, fiches_of
from ingest.fiche import FicheMetier
from ingest.library import LibraryError

logger = logging.getLogger(__name__)

_MOST_FOUND = 100


class Api:
    """The functions that are offered; what cannot be done is an error in one French sentence."""

    def __init__(self, guide: Guide, shelf: Shelf, sessions: Sessions, phrases: Phrases) -> None:
        self._guide = guide
        self._shelf = shelf
        self._sessions = sessions
        self._phrases = phrases
        self._intents = load_intents()

    def offer(self) -> None:
        """Add the functions to the page that is being built."""
        api(self.ask, api_name="ask", concurrency_id=ANSWERS)
        for function in (self.compare, self.metier, self.path, self.search):
            api(function, api_name=function.__name__)

    def ask(
        self, question: str, history: list[dict[str, str]] | None = None, request: gr.Request | None = None
    ) -> dict[str, Any]:
        """Answer a question in French about careers, with citations of Onisep's fiches.

        Args:
            question: the question, at most 1000 characters
            history: the conversation before it, oldest first: objects with "role" (user or assistant) and "content"
        """
        if refusal := self._sessions.refusal(request):
            raise gr.Error(refusal, print_exception=False)
        if len(question) > MAX_QUESTION_LENGTH and not needs_support(question[:MAX_QUESTION_LENGTH]):
            raise gr.Error(self._phrases.say("too_long", limit=MAX_QUESTION_LENGTH), print_exception=False)
        try:
            asked = Question.model_validate({"text": question, "history": history or ()})
        except ValidationError:
            raise gr.Error(self._phrases.say("api_history"), print_exception=False) from None
        with request_named(id_of(request)):
            try:
                return self._guide.ask(asked).to_json()
            except LibraryError as error:
                raise gr.Error(trouble(error, self._phrases), print_exception=False) from None
            except Exception:
                logger.exception("A question could not be answered.")
                raise gr.Error(self._phrases.say("unexpected_error"), print_exception=False) from None

    def compare(self, metiers: list[str]) -> dict[str, Any]:
        """Compare two to four métiers fact by fact; each cell is verbatim text with the number of its citation.

        Args:
            metiers: ids of fiches métiers, such as ["MET.228", "MET.12"]
        """
        catalogue = self._read()
        fiches = fiches_of(catalogue, metiers)
        if len(fiches) < FEWEST_COMPARED:
            raise gr.Error(self._phrases.say("compare_hint"), print_exception=False)
        comparison = compare(fiches, catalogue.version, self._intents)
        return {
            "metiers": [_named(fiche) for fiche in comparison.fiches],
            "rows": [
                {"fact": name, "cells": [{"lines": list(cell.lines), "n": cell.n} for cell in cells]}
                for name, cells in comparison.rows
            ],
            "citations": [citation.model_dump(mode="json") for citation in comparison.citations],
            "library_version": catalogue.version.name,
        }

    def metier(self, id: str) -> dict[str, Any]:
        """A whole fiche métier: names, facts, and sections word for word.

        Args:
            id: the id of the fiche, such as MET.228
        """
        fiche = self._read().version.fiches.get(id)
        if fiche is None:
            raise gr.Error(self._phrases.say("unknown_fiche", id=id[:20]), print_exception=False)
        return fiche.model_dump(mode="json") | {"title": fiche.title, "url": fiche.url}

    def path(self, metier: str, start: str = USUAL_START) -> dict[str, Any]:
        """Ways into a métier from a class or a diploma, step by step, with the citations that their steps number.

        Args:
            metier: the id or the name of a fiche métier, such as MET.17
            start: where the person stands, such as "3e", "terminale STMG" or "CAP pâtissier"
        """
        catalogue = self._read()
        fiche, place = catalogue.metier_called(metier[:100]), catalogue.place_called(start[:100])
        if fiche is None:
            raise gr.Error(self._phrases.say("compare_unknown", name=metier[:100]), print_exception=False)
        if place is None:
            raise gr.Error(self._phrases.say("path_unknown_start", start=start[:100]), print_exception=False)
        path, citations = find_path(fiche, place, catalogue)
        return {
            "path": path.model_dump(mode="json"),
            "citations": [citation.model_dump(mode="json") for citation in citations],
            "library_version": catalogue.version.name,
        }

    def search(
        self,
        text: str = "",
        level_min: str = "",
        level_max: str = "",
        status: str = "",
        interest: str = "",
        domaine: str = "",
        rome: str = "",
    ) -> dict[str, Any]:
        """Find métiers by name (misspelt ones too) and facts; at most 100 are given, `total` says how many there are.

        Args:
            text: words of a name, or of what people do
            level_min: lowest minimum level, such as "bac + 2"
            level_max: highest minimum level, such as "bac + 5"
            status: one of the statuses of fiches, such as "fonctionnaire"
            interest: one of the interests of fiches, such as "je suis accro au numérique"
            domaine: a domaine or sous-domaine
            rome: a ROME code or its beginning, such as "M18"
        """
        filters = Filters(text[:100], level_min, level_max, status, interest, domaine, rome)
        found = self._read().search(filters)
        named = [_named(fiche) for fiche in found.fiches[:_MOST_FOUND]]
        return {"total": len(found.fiches), "near": found.near, "metiers": named}

    def _read(self) -> Catalogue:
        try:
            return self._shelf.catalogue()
        except LibraryError as error:
            raise gr.Error(trouble(error, self._phrases), print_exception=False) from None


def _named(fiche: FicheMetier) -> dict[str, str | None]:
    return {"id": fiche.id, "title": fiche.title, "level": fiche.level, "url": fiche.url}
