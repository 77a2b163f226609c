"""Ways into a métier as the page and the printed sheet lay them out: boxes, a table behind them, the sources."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any
from urllib.parse import urlencode

from markupsafe import Markup

from bot.answer import Citation, PathStep, StudyPath, StudyWay
from bot.answering.paths import ways_as_data
from bot.answering.written import Voice, load_voice
from bot.catalogue import Catalogue
from bot.path_drawing import draw_path, lasting, total_line
from bot.phrases import Phrases
from bot.ways import Start
from bot.web.drawings import bar
from bot.web.fiches import SheetSection
from bot.web.passages import sources_of
from ingest.fiche import FicheMetier

#: Where the page begins when nobody said where they stand: the class in which pupils choose for the first time.
USUAL_START = "3e"
#: Starts that are offered; any other class or diploma may be typed.
STARTS = (
    "3e",
    "seconde",
    "CAP",
    "première générale",
    "première technologique",
    "terminale générale",
    "terminale STMG",
    "terminale ST2S",
    "terminale STI2D",
    "terminale STL",
    "terminale STD2A",
    "terminale STHR",
    "terminale STAV",
    "terminale professionnelle",
    "bac général",
    "bac pro",
    "bac + 1",
    "bac + 2",
    "BTS",
    "BUT",
    "licence",
    "bac + 4",
    "master",
)
#: Those that are one click away.
QUICK_STARTS = ("3e", "seconde", "CAP", "terminale générale", "terminale STMG", "terminale professionnelle", "bac + 2")
#: Shown before anything is chosen, those of them that the library knows.
EXAMPLES = (("MET.17", "3e"), ("MET.171", "terminale générale"), ("MET.38", "terminale ST2S"))
#: The sections that say how a step is reached, and the sentence that introduces their words.
_ENTRIES = {
    "Accès": "way_entry",
    "Poursuite d'études": "way_onward",
    "Formations recommandées": "way_recommended",
}
_LONGEST_QUOTE = 150


@dataclass(frozen=True)
class Fact:
    """Words and the number of the citation that says them; None where they only introduce others."""

    text: str
    n: int | None = None


@dataclass(frozen=True)
class Box:
    """One step as it is drawn; `entry` says how it is reached from the one before, `view` where its fiche is shown."""

    step: PathStep
    kind: str
    facts: tuple[Fact, ...]
    entry: Fact | None
    duration: str
    view: str

    @property
    def first_source(self) -> int | None:
        """What the box leads to."""
        return next(iter(self.step.citations), None)


@dataclass(frozen=True)
class DrawnWay:
    """One way: its boxes, what it is called, how long its formations last, and a bar of that beside those of others."""

    boxes: tuple[Box, ...]
    name: str
    total: str
    picture: Markup | None


_COLUMNS = ("step", "title", "duration", "level", "source")


def find_path(fiche: FicheMetier, start: Start, catalogue: Catalogue) -> tuple[StudyPath, tuple[Citation, ...]]:
    """The ways from a start to a métier, and their sources."""
    return ways_as_data(fiche, start, catalogue.version, catalogue.tables.graph, _voice())


def path_address(metier: str, start: str) -> str:
    """The query string of a path: `?chemin=MET.17&depuis=3e`."""
    return "?" + urlencode({"chemin": metier, "depuis": start})


def path_title(fiche: FicheMetier, start: Start) -> str:
    """What a path is called, on the page and on its sheet."""
    return _voice().studies.say("drawing_title", start=start.label, title=fiche.title)


def path_drawing(fiche: FicheMetier, start: Start, catalogue: Catalogue) -> str:
    """The shortest way as an SVG document."""
    path, _ = find_path(fiche, start, catalogue)
    return draw_path(path, fiche.title, _voice().studies)


def path_of(fiche: FicheMetier, start: Start, catalogue: Catalogue, phrases: Phrases) -> dict[str, Any]:
    """Everything that the templates of a path need."""
    path, citations = find_path(fiche, start, catalogue)
    drawing = _Drawing(catalogue, {citation.n: citation for citation in citations}, phrases, _voice().studies)
    access = fiche.section("Accès au métier")
    told = (SheetSection(f"{access.name} ({fiche.id})", blocks=access.blocks),) if access and access.text else ()
    return {
        "fiche": fiche,
        "title": path_title(fiche, start),
        "lead": drawing.lead(path, fiche),
        "start": path.start,
        "ways": drawing.ways(path),
        "columns": [_voice().studies.say(f"table_{name}") for name in _COLUMNS],
        "unsaid": [drawing.end(step) for step in path.unsaid],
        "sections": told,
        "advice": _voice().studies.say("path_advice"),
        "sources": sources_of(citations, catalogue.version),
    }


@dataclass(frozen=True)
class _Drawing:
    """Lays out the steps of one path."""

    catalogue: Catalogue
    citations: Mapping[int, Citation]
    phrases: Phrases
    studies: Phrases

    def lead(self, path: StudyPath, fiche: FicheMetier) -> str:
        """What is found, in a sentence."""
        said = {"start": path.start, "title": fiche.title}
        if not path.is_said:
            return self.studies.say("path_no_way" if fiche.formations else "path_no_formation", **said)
        if not _formations(path):
            return self.studies.say("path_already", n=path.steps[-1].citations[0], **said)
        return self.studies.say("path_lead_below" if path.below_minimum else "path_lead", **said)

    def ways(self, path: StudyPath) -> list[DrawnWay]:
        """Every way that fiches say, the shortest first; bars where two at least are counted from the start."""
        said = [way for way in (path, *path.alternatives) if way.is_said]
        counted = [way.total_months for way in said if way.total_months and way.counted_from == path.start]
        longest = max(counted) if len(counted) > 1 else None
        return [self._way(way, path.start, longest) for way in said]

    def _way(self, way: StudyWay, start: str, longest: int | None) -> DrawnWay:
        boxes = tuple(self.box(step, place) for place, step in enumerate(way.steps))
        total = total_line(way, self.studies)
        if not total and _formations(way):
            total = self.studies.say("path_total_unknown")
        months = way.total_months if way.counted_from == start else None
        picture = bar(months, longest) if months and longest else None
        return DrawnWay(boxes, self._name(way), total, picture)

    def box(self, step: PathStep, place: int) -> Box:
        """A step; at place 0 stands the person."""
        return Box(
            step,
            self.studies.say("drawing_now") if place == 0 else self.studies.say(f"kind_{step.kind}"),
            tuple(self._facts(step)),
            self._entry(step) if place else None,
            lasting(step.duration_months, self.studies) if step.duration_months else "",
            self._view(step),
        )

    def end(self, step: PathStep) -> Box:
        """A formation that the métier's fiche names, apart from every way."""
        return replace(self.box(step, 1), entry=self._said(step, "way_named_by"))

    def _facts(self, step: PathStep) -> Iterator[Fact]:
        """How long it lasts and its level, each with the citation that says so."""
        if step.duration_months:
            yield Fact(
                lasting(step.duration_months, self.studies), self._number(step, "Informations générales", "Durée")
            )
        if step.level and step.kind == "metier":
            text = self.studies.say("drawing_metier", level=step.level)
            yield Fact(text, self._number(step, "Accès au métier"))
        elif step.level:
            yield Fact(step.level, self._number(step, "Informations générales", "Niveau"))

    def _entry(self, step: PathStep) -> Fact | None:
        if not step.is_said:
            return Fact(self.phrases.say("way_class_unsaid" if step.kind == "class" else "way_unsaid"))
        return self._said(step)

    def _said(self, step: PathStep, phrase: str = "") -> Fact | None:
        """The words that lead to a step, and where they stand."""
        said = (self.citations[n] for n in step.citations if self.citations[n].section in _ENTRIES)
        citation = next(said, None)
        if citation is None:
            return None
        phrase = phrase or _ENTRIES[citation.section]
        quoted = {"quote": _cut(citation.quote)} if phrase in ("way_entry", "way_onward") else {}
        return Fact(self.phrases.say(phrase, **quoted), citation.n)

    def _number(self, step: PathStep, section: str, heading: str = "") -> int | None:
        """The citation of a step that stands in a section, under a heading."""
        cited = (self.citations[n] for n in step.citations)
        return next((c.n for c in cited if c.section == section and c.heading.startswith(heading)), None)

    def _view(self, step: PathStep) -> str:
        if step.kind == "metier":
            return "metier"
        return "formation" if step.id in self.catalogue.version.formations else ""

    def _name(self, way: StudyWay) -> str:
        """The formations of a way, in order."""
        return self.studies.say("path_then").join(step.title for step in way.steps[1:-1])


def _formations(way: StudyWay) -> list[PathStep]:
    return [step for step in way.steps if step.kind == "formation"]


def _cut(quote: str) -> str:
    """As much of a sentence as a box holds; the whole of it stands among the sources."""
    line = " ".join(quote.split())
    return line if len(line) <= _LONGEST_QUOTE else f"{line[:_LONGEST_QUOTE].rsplit(' ', 1)[0]} …"


@cache
def _voice() -> Voice:
    """The sentences of paths, which are files: read once."""
    return load_voice()
