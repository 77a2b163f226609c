"""Two to four métiers side by side, fact by fact: every cell is verbatim text of a passage and says which.

The chat's comparison answers a question with the facts asked; this one holds all that can be compared.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.answer import Citation
from bot.answering.citations import CitationBook
from bot.answering.sentences import best_run, spoken
from bot.understanding.intents import Intent, Intents
from bot.understanding.naming import MOST_COMPARED
from ingest.fiche import FicheMetier
from ingest.library import Version

FEWEST_COMPARED = 2
#: The facts compared, by the names of their intents, in this order.
ROWS = (
    "level",
    "salary",
    "duration",
    "formations",
    "statuses",
    "work",
    "skills",
    "conditions",
    "prospects",
    "interests",
)
_LISTS = frozenset({"formations", "statuses", "interests"})
_LONGEST_LIST = 4
_WORDS_OF_A_CELL = 40
_AMOUNT = re.compile(r"\d[\d\s]*(?= euros)|(?<=[Ee]ntre )\d[\d\s]*(?= et )")


@dataclass(frozen=True)
class Cell:
    """What one fiche says of one fact, as lines, and the number of its citation; no lines when it says nothing."""

    lines: tuple[str, ...] = ()
    n: int | None = None


@dataclass(frozen=True)
class Salary:
    """A starting salary that a fiche gives as figures, in euros a month before tax; `high` where it gives a range."""

    low: int
    high: int | None = None


@dataclass(frozen=True)
class Comparison:
    """Rows by the name of their intent, a cell for each métier; and every citation that the cells name."""

    fiches: tuple[FicheMetier, ...]
    rows: tuple[tuple[str, tuple[Cell, ...]], ...]
    citations: tuple[Citation, ...]
    salaries: tuple[Salary | None, ...]


def compare(fiches: Sequence[FicheMetier], version: Version, intents: Intents) -> Comparison:
    """Compare at most four métiers. A fact on which all of them are silent has no row."""
    fiches = tuple(fiches)[:MOST_COMPARED]
    book = CitationBook(version)
    rows = []
    for name in ROWS:
        cells = tuple(_cell(fiche, intents.named(name), version, book) for fiche in fiches)
        if any(cell.lines for cell in cells):
            rows.append((name, cells))
    salaries = tuple(salary_of(fiche, version, intents) for fiche in fiches)
    return Comparison(fiches, tuple(rows), book.entries(), salaries)


def salary_of(fiche: FicheMetier, version: Version, intents: Intents) -> Salary | None:
    """The starting salary of a fiche as figures; None where it gives none, or words."""
    intent = intents.named("salary")
    passage = next((passage for passage in version.by_fiche[fiche.id] if intent.covers(passage)), None)
    figures = [int(re.sub(r"\s", "", figure)) for figure in _AMOUNT.findall(passage.text)] if passage else []
    match figures:
        case [low]:
            return Salary(low)
        case [low, high] if low < high:
            return Salary(low, high)
        case _:
            return None


def _cell(fiche: FicheMetier, intent: Intent, version: Version, book: CitationBook) -> Cell:
    passage = next((passage for passage in version.by_fiche[fiche.id] if intent.covers(passage)), None)
    if passage is None:
        return Cell()
    if intent.name == "level" and fiche.level:
        return Cell((fiche.level,), book.cite(passage))
    if intent.name in _LISTS:
        lines = passage.text.splitlines()[:_LONGEST_LIST]
        return Cell(tuple(line.removeprefix("- ") for line in lines), book.cite(passage, "\n".join(lines)))
    stretch, statements = best_run(passage.text, (), _WORDS_OF_A_CELL)
    return Cell((" ".join(spoken(statement) for statement in statements),), book.cite(passage, stretch))
