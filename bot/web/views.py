"""What the page shows beside the chat: one query string, one piece of HTML.

`Views.show` is the table of contents; a new view is one entry there, one method and one template.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from starlette.datastructures import QueryParams

from bot.catalogue import Catalogue
from bot.comparing import FEWEST_COMPARED
from bot.phrases import Phrases, load_phrases
from bot.understanding.intents import load_intents
from bot.understanding.naming import MOST_COMPARED
from bot.web import notices
from bot.web.comparison import comparison_of
from bot.web.fiches import FicheSheets
from bot.web.guide import Guide
from bot.web.paths import EXAMPLES, QUICK_STARTS, STARTS, USUAL_START, path_address, path_of, path_title
from bot.web.query import ExplorerQuery, Page, metiers_address, page_of
from bot.web.templates import Templates, typeset
from ingest.fiche import FicheMetier
from ingest.library import LibraryError


class Shelf:
    """The catalogue of the version in service; built again when a newer one is published."""

    def __init__(self, guide: Guide) -> None:
        self._guide = guide
        self._catalogue: Catalogue | None = None

    def catalogue(self) -> Catalogue:
        """The catalogue to read now.

        :raises LibraryError: when there is no readable library.
        """
        tables, held = self._guide.tables(), self._catalogue
        if held is None or held.tables is not tables:
            held = self._catalogue = Catalogue(tables)
        return held


class Views:
    """Writes views. Every method gives HTML; an absent fiche or library is a sentence in it."""

    def __init__(self, guide: Guide, shelf: Shelf, phrases: Phrases, templates: Templates, feedback_days: int) -> None:
        self._guide = guide
        self._shelf = shelf
        self._phrases = phrases
        self._templates = templates
        self._feedback_days = feedback_days
        self._help = load_phrases("support")
        self._intents = load_intents()

    def show(self, params: QueryParams) -> str:
        """The view that a query string names; the Explorer when it names none."""
        try:
            if params.get("metier"):
                return self._metier(params["metier"])
            if params.get("chemin"):
                return self._path(params)
            if params.get("formation"):
                return self._formation(params["formation"])
            match params.get("vue"):
                case "comparer":
                    return self._comparison(params)
                case "chemins":
                    return self._path(params)
                case "a-propos":
                    return self._notice()
                case _:
                    return self._explorer(params)
        except LibraryError as error:
            return self._missing(notices.trouble(error, self._phrases))

    def _explorer(self, params: QueryParams) -> str:
        catalogue, query = self._shelf.catalogue(), ExplorerQuery.of(params)
        page: Page[Any]
        if query.formations:
            formations = catalogue.search_formations(query.filters)
            count, page = self._count("formations", len(formations)), page_of(formations, query)
        else:
            found = catalogue.search(query.filters)
            count = self._count("near" if found.near else "metiers", len(found.fiches))
            page = page_of(found.fiches, query)
        template = "results" if params.get("partie") == "resultats" else "explorer"
        return self._templates.render(
            template,
            query=query,
            count=count,
            page=page,
            choices=catalogue.choices,
            has_formations=bool(catalogue.version.formations),
        )

    def _metier(self, fiche_id: str) -> str:
        catalogue = self._shelf.catalogue()
        fiche = catalogue.version.fiches.get(fiche_id)
        if fiche is None:
            return self._missing(self._phrases.say("unknown_fiche", id=fiche_id[:20]))
        shown = FicheSheets(catalogue, self._phrases, self._intents).metier(fiche)
        return self._templates.render("metier", **shown, linked=True, provenance=self._provenance())

    def _formation(self, fiche_id: str) -> str:
        catalogue = self._shelf.catalogue()
        formation = catalogue.version.formations.get(fiche_id)
        if formation is None:
            return self._missing(self._phrases.say("unknown_fiche", id=fiche_id[:20]))
        shown = FicheSheets(catalogue, self._phrases, self._intents).formation(formation)
        return self._templates.render("formation", **shown, linked=True, provenance=self._provenance())

    def _comparison(self, params: QueryParams) -> str:
        catalogue = self._shelf.catalogue()
        fiches, problem = self._chosen(catalogue, params)
        compared = len(fiches) >= FEWEST_COMPARED
        shown = comparison_of(fiches, catalogue.version, self._intents, self._phrases) if compared else {}
        ids = [fiche.id for fiche in fiches]
        return self._templates.render(
            "comparison",
            **({"comparison": None} | shown),
            fiches=fiches,
            problem=problem,
            full=len(fiches) >= MOST_COMPARED,
            names=sorted(fiche.title for fiche in catalogue.version.fiches.values()),
            asked=metiers_address(ids),
            without=["vue=comparer&" + metiers_address([i for i in ids if i != left]) for left in ids],
            linked=True,
            provenance=self._provenance(),
        )

    def _chosen(self, catalogue: Catalogue, params: QueryParams) -> tuple[list[FicheMetier], str]:
        """The métiers of `m=`, and the one that `ajout=` names; and what is wrong with the latter."""
        fiches = fiches_of(catalogue, params.getlist("m"))
        added = params.get("ajout", "")[:100].strip()
        if not added or len(fiches) >= MOST_COMPARED:
            return fiches, ""
        found = catalogue.metier_called(added)
        if found is None:
            return fiches, self._phrases.say("compare_unknown", name=added)
        return fiches_of(catalogue, [*(fiche.id for fiche in fiches), found.id]), ""

    def _path(self, params: QueryParams) -> str:
        """Ways into the métier of `chemin=`, by id or name, from the class or diploma of `depuis=`."""
        catalogue = self._shelf.catalogue()
        metier = params.get("chemin", "")[:100].strip()
        place = params.get("depuis", "")[:100].strip() or USUAL_START
        fiche = catalogue.metier_called(metier) if metier else None
        start, wrong, problem, path = catalogue.place_called(place), "", "", None
        if metier and fiche is None:
            wrong, problem = "metier", self._phrases.say("compare_unknown", name=metier)
        elif start is None:
            wrong, problem = "start", self._phrases.say("path_unknown_start", start=place)
        elif fiche:
            path = path_of(fiche, start, catalogue, self._phrases)
        return self._templates.render(
            "path",
            path=path,
            metier=fiche.title if fiche else metier,
            start=place,
            wrong=wrong,
            problem=problem,
            names=sorted(fiche.title for fiche in catalogue.version.fiches.values()),
            starts=STARTS,
            examples=list(self._examples(catalogue)),
            quick=[(name, path_address(fiche.id, name)) for name in QUICK_STARTS] if fiche else [],
            asked=path_address(fiche.id, place) if fiche else "",
            linked=True,
            provenance=self._provenance(),
        )

    def _examples(self, catalogue: Catalogue) -> Iterator[tuple[str, str]]:
        """Titles and addresses of paths to look at."""
        for fiche_id, name in EXAMPLES:
            fiche, start = catalogue.version.fiches.get(fiche_id), catalogue.place_called(name)
            if fiche and start:
                yield typeset(path_title(fiche, start)), path_address(fiche.id, name)

    def _notice(self) -> str:
        return self._templates.render(
            "notice",
            provenance=self._provenance(),
            feedback_days=self._feedback_days,
            help=typeset(self._help.say("support").replace("**", "")),
        )

    def _missing(self, sentence: str) -> str:
        return self._templates.render("missing", sentence=sentence)

    def _count(self, what: str, number: int) -> str:
        how_many = {0: "none", 1: "one"}.get(number)
        if how_many:
            return self._phrases.say(f"count_{what}_{how_many}")
        return self._phrases.say(f"count_{what}", total=number)

    def _provenance(self) -> str:
        return notices.provenance_sentence(self._guide.manifest(), self._phrases)


def fiches_of(catalogue: Catalogue, ids: Sequence[str]) -> list[FicheMetier]:
    """The métiers that have these ids, each once, as many as can be compared."""
    known = (catalogue.version.fiches.get(fiche_id) for fiche_id in dict.fromkeys(ids))
    return [fiche for fiche in known if fiche][:MOST_COMPARED]
