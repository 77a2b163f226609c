"""The comparison as the page and the printed sheet lay it out: bars, a table of cited cells, the sources."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from bot.comparing import Comparison, Salary, compare
from bot.phrases import Phrases
from bot.understanding.intents import Intents
from bot.web.drawings import bar, highest_rank
from bot.web.passages import sources_of
from ingest.fiche import FicheMetier
from ingest.library import Version

#: The scale of salaries ends at a round figure at or above the highest one.
_SALARY_STEP = 500


@dataclass(frozen=True)
class Line:
    """One métier of a plot: its bar, and the same in words."""

    title: str
    picture: Markup
    value: str


@dataclass(frozen=True)
class Plot:
    """Bars on one scale that begins at 0."""

    title: str
    lines: tuple[Line, ...]


def comparison_of(
    fiches: Sequence[FicheMetier], version: Version, intents: Intents, phrases: Phrases
) -> dict[str, Any]:
    """Everything that the templates of a comparison need."""
    comparison = compare(fiches, version, intents)
    plots = [plot for plot in (_levels(comparison, phrases), _salaries(comparison, phrases)) if plot.lines]
    return {"comparison": comparison, "plots": plots, "sources": sources_of(comparison.citations, version)}


def _levels(comparison: Comparison, phrases: Phrases) -> Plot:
    lines = tuple(
        Line(fiche.title, bar(fiche.level_rank, highest_rank()), fiche.level)
        for fiche in comparison.fiches
        if fiche.level and fiche.level_rank is not None
    )
    return Plot(phrases.say("plot_level"), lines)


def _salaries(comparison: Comparison, phrases: Phrases) -> Plot:
    known = [salary.high or salary.low for salary in comparison.salaries if salary]
    most = -(-max(known, default=_SALARY_STEP) // _SALARY_STEP) * _SALARY_STEP
    lines = tuple(
        Line(fiche.title, bar(salary.low, most, salary.high), _amount(salary, phrases))
        for fiche, salary in zip(comparison.fiches, comparison.salaries, strict=True)
        if salary
    )
    return Plot(phrases.say("plot_salary"), lines)


def _amount(salary: Salary, phrases: Phrases) -> str:
    if salary.high:
        return phrases.say("salary_between", low=salary.low, high=salary.high)
    return phrases.say("salary_from", low=salary.low)
