"""The comparison: every cell is verbatim text of the passage that it cites."""

from __future__ import annotations

import pytest

from bot.comparing import Comparison, Salary, compare, salary_of
from bot.understanding.intents import load_intents
from tests.seed_tables import seed_tables

VERSION = seed_tables().version
INTENTS = load_intents()


def compared(*ids: str) -> Comparison:
    return compare([VERSION.fiches[fiche_id] for fiche_id in ids], VERSION, INTENTS)


@pytest.mark.parametrize("ids", [("MET.228", "MET.171"), ("MET.33", "MET.70", "MET.45", "MET.689")])
def test_every_cell_stands_in_its_source(ids: tuple[str, ...]) -> None:
    comparison = compared(*ids)
    by_number = {citation.n: citation for citation in comparison.citations}
    for name, cells in comparison.rows:
        assert len(cells) == len(ids)
        for fiche, cell in zip(comparison.fiches, cells, strict=True):
            assert bool(cell.lines) == (cell.n is not None), name
            if cell.n is None:
                continue
            citation = by_number[cell.n]
            section = fiche.section(citation.section)
            assert citation.fiche_id == fiche.id
            assert section is not None
            assert citation.quote in section.text
            for line in cell.lines:
                assert " ".join(line.split()) in " ".join(citation.quote.split())


def test_a_silent_fiche_has_an_empty_cell() -> None:
    rows = dict(compared("MET.228", "MET.33").rows)
    assert rows["salary"][0].lines
    assert rows["salary"][1].lines or rows["salary"][1].n is None


def test_at_most_four_are_compared() -> None:
    assert len(compared(*list(VERSION.fiches)[:6]).fiches) == 4


@pytest.mark.parametrize(
    ("fiche_id", "salary"),
    [
        ("MET.228", Salary(3080)),
        ("MET.439", Salary(1801, 2083)),
        ("MET.45", Salary(1830, 2579)),
        ("MET.70", None),
        ("MET.8094", None),
    ],
)
def test_a_starting_salary_is_read_as_figures_or_not_at_all(fiche_id: str, salary: Salary | None) -> None:
    assert salary_of(VERSION.fiches[fiche_id], VERSION, INTENTS) == salary
