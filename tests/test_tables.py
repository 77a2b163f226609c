"""Comparisons: two to four métiers side by side, as a Markdown table and as rows, each cell cited."""

from __future__ import annotations

import itertools
import re
from typing import Any

import pytest

from bot.answer import Answer, Outcome, Question
from bot.answering.tables import MOST_COMPARED, write_comparison
from bot.answering.written import Written, load_voice
from bot.chain import Oriane
from ingest.fiche import Appellation, Block, FicheMetier, Section, SectionName
from ingest.library import Version
from tests.fakes import version_of

VOICE = load_voice()
SILENT = VOICE.lists.say("cell_silent")
MARK = re.compile(r"\[(\d+)\]")
USUAL = [VOICE.lists.say(f"row_{name}") for name in ("level", "salary", "statuses", "portrait")]


def metier(number: int, prose: dict[SectionName, str] | None = None, salary: str = "", **facts: Any) -> FicheMetier:
    sections = [Section(name=section, blocks=(Block(text=text),)) for section, text in (prose or {}).items()]
    if salary:
        block = Block(path=("Salaire", "Salaire du débutant"), text=salary)
        sections.append(Section(name="Vie professionnelle", blocks=(block,)))
    return FicheMetier(id=f"MET.{number}", name=Appellation(title=f"essai {number}"), sections=tuple(sections), **facts)


def compared(*fiches: FicheMetier, intents: tuple[str, ...] = ()) -> Written:
    return write_comparison(fiches, [VOICE.intents.named(name) for name in intents], version_of(*fiches), VOICE)


def cells(markdown: str) -> list[list[str]]:
    """The cells of a Markdown table, its ruler apart."""
    rows = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in markdown.splitlines()]
    assert all(set(cell) <= {"-", "|", " "} for cell in rows[1])
    return [rows[0], *rows[2:]]


def same(table: list[list[str]]) -> list[list[str]]:
    """Rows as Markdown can hold them."""
    return [[cell.replace("|", "/").replace("\n", " ").strip() for cell in row] for row in table]


FULL = metier(1, {"Présentation": "Essaie tout. Note tout."}, "A partir de 1900 euros brut par mois", level="bac + 2")
SHORT = metier(2, level="bac + 5", statuses=("salarié", "libéral", "artisan", "militaire"))
BARE = metier(3)


def test_two_metiers_stand_side_by_side() -> None:
    written = compared(FULL, SHORT)
    assert written.outcome is Outcome.ANSWER
    assert written.table == [
        [VOICE.lists.say("column_fact"), "essai 1", "essai 2"],
        [USUAL[0], "bac + 2 [1]", "bac + 5 [2]"],
        [USUAL[1], "A partir de 1900 euros brut par mois [3]", SILENT],
        [USUAL[2], SILENT, "salarié, libéral, artisan [4]"],
        [USUAL[3], "Essaie tout [5]", SILENT],
    ]
    assert cells(written.text) == written.table
    assert [(citation.fiche_id, citation.quote) for citation in written.citations] == [
        ("MET.1", "Niveau d'accès minimum: bac + 2"),
        ("MET.2", "Niveau d'accès minimum: bac + 5"),
        ("MET.1", "A partir de 1900 euros brut par mois"),
        ("MET.2", "- salarié\n- libéral\n- artisan"),
        ("MET.1", "Essaie tout."),
    ]


def test_fiches_that_say_nothing_make_no_answer() -> None:
    written = compared(BARE, metier(4), intents=("salary",))
    assert (written.outcome, written.citations) == (Outcome.ABSENT, ())
    assert written.table is not None
    assert written.table[1][1:] == [SILENT, SILENT]


@pytest.mark.parametrize("count", [2, 3, 4, 5, 7])
def test_at_most_four_metiers_are_compared(count: int) -> None:
    written = compared(*(metier(n, level="bac + 2") for n in range(1, count + 1)))
    assert written.table is not None
    assert {len(row) - 1 for row in written.table} == {min(count, MOST_COMPARED)}


def test_what_is_asked_makes_the_rows() -> None:
    written = compared(FULL, SHORT, intents=("salary", "statuses"))
    assert written.table is not None
    assert [row[0] for row in written.table[1:]] == USUAL[1:3]


def test_at_most_four_rows() -> None:
    written = compared(FULL, SHORT, intents=("salary", "level", "statuses", "interests", "skills", "work"))
    assert written.table is not None
    assert len(written.table) == 1 + 4


def test_every_intent_has_a_row() -> None:
    for intent in VOICE.intents.all:
        assert VOICE.lists.say(f"row_{intent.name}")


def test_a_bar_in_a_title_or_a_text_breaks_no_table() -> None:
    odd = metier(1, {"Présentation": "Un | deux."}).model_copy(update={"name": Appellation(title="essai | deux")})
    written = compared(odd, SHORT, intents=("portrait",))
    assert written.table is not None
    assert cells(written.text) == same(written.table)


# Over the seeds


PAIRS = [
    "boulanger ou pâtissier ?",
    "la différence entre infirmier et aide-soignant",
    "vétérinaire ou auxiliaire vétérinaire, qui gagne le plus ?",
    "boulanger, menuisier et coiffeur : quelles études ?",
    "avocat, notaire, chirurgien ou vétérinaire ?",
    "boulanger, pâtissier, coiffeur, menuisier, avocat ou notaire ?",
    "MET.17, MET.152, MET.39, MET.439 ou MET.33 ?",
    "compare les horaires d'un pompier et d'une infirmière",
    "MET.17 ou MET.171 : quels statuts ?",
    "journaliste vs géomètre : formations et débouchés ?",
]


def checked(answer: Answer, version: Version) -> None:
    """Each cell is silent or cites its own métier, the mark standing for a verbatim quote."""
    assert answer.table is not None
    assert cells(answer.answer) == same(answer.table)
    by_number = {citation.n: citation for citation in answer.citations}
    seen: set[int] = set()
    for column, fiche_id in enumerate(answer.understood.fiches, start=1):
        for row in answer.table[1:]:
            numbers = [int(n) for n in MARK.findall(row[column])]
            assert len(numbers) == (row[column] != SILENT)
            assert {by_number[n].fiche_id for n in numbers} <= {fiche_id}
            seen |= set(numbers)
    assert seen == set(by_number)
    for citation in answer.citations:
        assert any(citation.quote in p.text for p in version.by_fiche[citation.fiche_id])


@pytest.mark.parametrize("text", PAIRS)
def test_a_comparison_is_a_table_with_each_cell_cited(seed_oriane: Oriane, seed_version: Version, text: str) -> None:
    answer = seed_oriane.ask(Question(text=text))
    assert (answer.outcome, answer.understood.kind) == (Outcome.ANSWER, "comparison")
    assert answer.table is not None
    titles = [seed_version.fiches[fiche_id].title for fiche_id in answer.understood.fiches]
    assert answer.table[0][1:] == titles
    assert 2 <= len(titles) <= MOST_COMPARED
    checked(answer, seed_version)


def test_any_two_seeds_can_be_compared(seed_oriane: Oriane, seed_version: Version) -> None:
    for one, other in itertools.pairwise(seed_version.fiches):
        for asked in ("", "salaire, études, horaires et qualités", "formations et débouchés"):
            answer = seed_oriane.ask(Question(text=f"{one} ou {other} ? {asked}"))
            assert answer.understood.fiches == (one, other)
            checked(answer, seed_version)


def test_a_named_metier_alone_is_not_compared(seed_oriane: Oriane) -> None:
    assert seed_oriane.ask(Question(text="Combien gagne un boulanger ?")).table is None


def test_a_shared_name_with_something_asked_answers_for_each_without_comparing(seed_oriane: Oriane) -> None:
    answer = seed_oriane.ask(Question(text="Combien gagne une infographiste ?"))
    assert (answer.table, answer.understood.kind) == (None, "fact")
    assert set(answer.understood.fiches) == {citation.fiche_id for citation in answer.citations} == {"MET.5", "MET.778"}
