"""What is served beside the chat: views for the page, sheets to print or keep, opinions, the state of the server."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Form, HTTPException, Query, Request, Response
from fastapi.responses import HTMLResponse, PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST
from pydantic import TypeAdapter, ValidationError

from bot.catalogue import Catalogue
from bot.comparing import FEWEST_COMPARED
from bot.feedback import FeedbackStore, Opinion
from bot.phrases import Phrases
from bot.ways import Start
from bot.web.guide import Guide
from bot.web.messages import Exchange
from bot.web.metrics import Metrics
from bot.web.notices import trouble
from bot.web.paths import USUAL_START, path_drawing
from bot.web.sheets import Sheets
from bot.web.templates import Templates
from bot.web.views import Shelf, Views, fiches_of
from bot.web.warmup import WarmUp
from ingest.fiche import FicheMetier
from ingest.library import LibraryError

_CONVERSATION = TypeAdapter(list[Exchange])
#: More than an hour of talking; a sheet of it would fill a ream.
_MOST_CHARS = 1_000_000
_LONGEST_NAME = 100
_MARKDOWN, _SVG = "text/markdown", "image/svg+xml"


class Routes:
    """Adds everything to a router; each method answers one address."""

    def __init__(
        self,
        guide: Guide,
        shelf: Shelf,
        views: Views,
        feedback: FeedbackStore,
        warm_up: WarmUp,
        metrics: Metrics,
        phrases: Phrases,
        templates: Templates,
    ) -> None:
        self._guide = guide
        self._warm_up = warm_up
        self._metrics = metrics
        self._shelf = shelf
        self._views = views
        self._feedback = feedback
        self._phrases = phrases
        self._templates = templates

    def router(self) -> APIRouter:
        """The table of addresses."""
        router = APIRouter(include_in_schema=False)
        router.get("/healthz")(self.health)
        router.get("/readyz")(self.ready)
        router.get("/metrics")(self.metrics)
        router.get("/vue", response_class=HTMLResponse)(self.view)
        router.get("/fiche/{fiche_id}.md")(self.fiche_markdown)
        router.get("/fiche/{fiche_id}", response_class=HTMLResponse)(self.fiche)
        router.get("/comparaison.md")(self.comparison_markdown)
        router.get("/comparaison", response_class=HTMLResponse)(self.comparison)
        router.get("/chemin.md")(self.path_markdown)
        router.get("/chemin.svg")(self.path_drawing)
        router.get("/chemin", response_class=HTMLResponse)(self.path)
        router.post("/conversation")(self.conversation)
        router.post("/avis", status_code=204)(self.opinion)
        return router

    def health(self, response: Response) -> dict[str, Any]:
        """Whether questions can be answered, from which version, and whether described métiers can be found."""
        model_ready = self._guide.model_ready
        try:
            return {"status": "ok", "library_version": self._guide.manifest().version, "model_ready": model_ready}
        except LibraryError as error:
            response.status_code = 503
            detail = trouble(error, self._phrases)
            return {"status": "unavailable", "detail": detail, "library_version": None, "model_ready": model_ready}

    def ready(self, response: Response) -> dict[str, Any]:
        """Whether to send visitors here: a version is open and everything is warm. 503 until then."""
        state = self.health(response)
        if self._warm_up.is_done and response.status_code != 503:
            return state | {"status": "ready"}
        response.status_code = 503
        return state | {"status": "unavailable"}

    def metrics(self) -> Response:
        """What Prometheus reads."""
        return Response(self._metrics.exposition(), media_type=CONTENT_TYPE_LATEST)

    def view(self, request: Request) -> str:
        """The view that the query string names, as a piece of HTML."""
        return self._views.show(request.query_params)

    def fiche(self, fiche_id: str) -> str:
        """A fiche to print."""
        return self._sheets().fiche(self._fiche(fiche_id))

    def fiche_markdown(self, fiche_id: str) -> Response:
        """A fiche to keep."""
        return _download(self._sheets().fiche_markdown(self._fiche(fiche_id)), f"{fiche_id}.md")

    def comparison(self, m: Annotated[list[str], Query()]) -> str:
        """A comparison to print."""
        return self._sheets().comparison(self._compared(m))

    def comparison_markdown(self, m: Annotated[list[str], Query()]) -> Response:
        """A comparison to keep."""
        return _download(self._sheets().comparison_markdown(self._compared(m)), "comparaison.md")

    def path(self, chemin: str, depuis: str = USUAL_START) -> str:
        """The ways into a métier to print."""
        return self._sheets().path(*self._ends(chemin, depuis))

    def path_markdown(self, chemin: str, depuis: str = USUAL_START) -> Response:
        """The ways into a métier to keep."""
        return _download(self._sheets().path_markdown(*self._ends(chemin, depuis)), "chemin.md")

    def path_drawing(self, chemin: str, depuis: str = USUAL_START) -> Response:
        """The shortest way as a picture."""
        return _download(path_drawing(*self._ends(chemin, depuis), self._catalogue()), "chemin.svg", _SVG)

    def conversation(self, exchanges: Annotated[str, Form()], format: Annotated[str, Form()] = "html") -> Response:
        """The conversation that the page sends, to print or to keep; nothing of it stays here."""
        try:
            if len(exchanges) > _MOST_CHARS:
                raise HTTPException(413, self._phrases.say("unreadable_conversation"))
            said = _CONVERSATION.validate_json(exchanges)
        except ValidationError:
            raise HTTPException(422, self._phrases.say("unreadable_conversation")) from None
        if format == "md":
            return _download(self._sheets().conversation_markdown(said), "conversation.md")
        return HTMLResponse(self._sheets().conversation(said))

    def opinion(self, opinion: Opinion) -> None:
        """What somebody thinks of an answer."""
        try:
            self._feedback.add(opinion)
        except OSError:
            raise HTTPException(503, self._phrases.say("opinion_failed")) from None

    def _catalogue(self) -> Catalogue:
        try:
            return self._shelf.catalogue()
        except LibraryError as error:
            raise HTTPException(503, trouble(error, self._phrases)) from None

    def _sheets(self) -> Sheets:
        return Sheets(self._catalogue(), self._phrases, self._templates)

    def _fiche(self, fiche_id: str) -> Any:
        fiche = self._catalogue().version.fiche(fiche_id)
        if fiche is None:
            raise HTTPException(404, self._phrases.say("unknown_fiche", id=fiche_id[:20]))
        return fiche

    def _compared(self, ids: list[str]) -> list[FicheMetier]:
        fiches = fiches_of(self._catalogue(), ids)
        if len(fiches) < FEWEST_COMPARED:
            raise HTTPException(404, self._phrases.say("compare_hint"))
        return fiches

    def _ends(self, metier: str, start: str) -> tuple[FicheMetier, Start]:
        catalogue = self._catalogue()
        fiche, place = catalogue.metier_called(metier[:_LONGEST_NAME]), catalogue.place_called(start[:_LONGEST_NAME])
        if fiche is None:
            raise HTTPException(404, self._phrases.say("compare_unknown", name=metier[:_LONGEST_NAME]))
        if place is None:
            raise HTTPException(404, self._phrases.say("path_unknown_start", start=start[:_LONGEST_NAME]))
        return fiche, place


async def sentence(_: Request, error: Exception) -> Response:
    """An error as the sentence that it carries, and nothing else."""
    assert isinstance(error, HTTPException)
    return PlainTextResponse(str(error.detail), error.status_code)


def _download(text: str, name: str, media_type: str = _MARKDOWN) -> Response:
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(text, media_type=media_type, headers=headers)
