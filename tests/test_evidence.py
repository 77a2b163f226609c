"""Citations re-read in the fiches, figures traced, statements supported: on hand-made answers."""

from __future__ import annotations

import pytest

from bot.answer import Answer, Citation, Computed, Outcome, Understood
from bot.evaluation.evidence import check_evidence
from bot.evaluation.support import Evidence, Statement, figures_of, statements, supported
from ingest.fiche import Appellation, Block, Fiche, FicheMetier, Section

SALARY = "Salaire › Salaire du débutant"
PAY = "A partir de 1 914 euros brut par mois"
SOURCES: dict[str, Fiche] = {
    "MET.1": FicheMetier(
        id="MET.1",
        name=Appellation(title="essayeur/euse 2D", feminine="essayeuse 2D", masculine="essayeur 2D"),
        statuses=("salarié", "artisan", "libéral"),
        sections=(
            Section(
                name="Vie professionnelle",
                blocks=(
                    Block(path=("Salaire", "Salaire du débutant"), text=PAY),
                    Block(
                        path=("Débouchés",), text="Les ateliers recrutent.\nLes 35 grandes maisons embauchent aussi."
                    ),
                ),
            ),
        ),
    )
}


def cite(
    n: int, quote: str, heading: str = SALARY, section: str = "Vie professionnelle", of: str = "MET.1"
) -> Citation:
    return Citation(n=n, fiche_id=of, title="", section=section, heading=heading, quote=quote, url="")


def answer(
    text: str, *citations: Citation, outcome: Outcome = Outcome.ANSWER, question: str = "", **more: object
) -> Answer:
    return Answer(
        question=question,
        standalone_question=question,
        outcome=outcome,
        answer=text,
        library_version=None,
        understood=Understood(kind="fact"),
        citations=citations,
        **more,
    )


@pytest.mark.parametrize(
    ("citation", "resolves", "verbatim"),
    [
        (cite(1, PAY), 1, 1),
        (cite(1, "A partir de 1 914  euros"), 1, 1),
        (cite(1, "A partir de 1 915 euros"), 1, 0),
        (cite(1, ""), 1, 0),
        (cite(1, "- salarié\n- libéral", heading="", section="Statuts possibles"), 1, 1),
        (cite(1, "- salarié\n- militaire", heading="", section="Statuts possibles"), 1, 0),
        (cite(1, PAY, heading="Débouchés"), 1, 0),
        (cite(1, PAY, heading="Salaire"), 0, 0),
        (cite(1, PAY, section="En bref"), 0, 0),
        (cite(1, PAY, of="MET.9"), 0, 0),
    ],
)
def test_a_citation_resolves_and_is_verbatim(citation: Citation, resolves: float, verbatim: float):
    checked = check_evidence(answer("Voici [1].", citation), SOURCES)
    assert (checked.metrics["resolves"], checked.metrics["verbatim"]) == (resolves, verbatim)
    assert bool(checked.faults) == (verbatim < 1)
    assert PAY not in " ".join(checked.faults)


@pytest.mark.parametrize(
    ("given", "share"),
    [
        (answer("On débute à 1914 euros [1].", cite(1, PAY)), 1),
        (answer("On débute à 1 914 euros [1].", cite(1, PAY)), 1),
        (answer("On débute à 1915 euros [1].", cite(1, PAY)), 0),
        (answer("1. essayeur 2D : 1914 euros [1]", cite(1, PAY)), 1),
        (answer("Avec un bac + 2 : 1914 [1].", cite(1, PAY), question="et avec bac + 2 ?"), 1),
        (answer("12 métiers, de 1914 euros [1].", cite(1, PAY)), 0.5),
        (answer("12 métiers, 1914 euros [1].", cite(1, PAY), computed=(Computed(value=12, what="total"),)), 1),
        (answer("Il faut appeler le 3114.", outcome=Outcome.SUPPORT), None),
        (answer("Rien à dire."), None),
    ],
)
def test_every_figure_has_a_source(given: Answer, share: float | None):
    assert check_evidence(given, SOURCES).metrics["figures"] == share


def test_figures_are_read_whole():
    assert figures_of("de 1 801 à 2 083,5 euros, bac + 2, 2D, 12345") == ("1801", "2083,5", "2", "2", "12345")


def test_what_bears_a_mark_or_a_figure_is_a_statement():
    text = (
        "Voici ce que dit la fiche.\nLes ateliers recrutent [1][2]. Il faut un bac + 2. Bon courage !\n"
        "1. essayeur [3]\n| Ce que dit la fiche | a | b |\n| --- | --- | --- |\n| Salaire | 1914 euros [4] | rien |"
    )
    assert list(statements(text)) == [
        Statement("Les ateliers recrutent.", (1, 2)),
        Statement("Il faut un bac + 2.", ()),
        Statement("essayeur", (3,)),
        Statement("1914 euros", (4,)),
    ]


@pytest.mark.parametrize(
    ("statement", "is_supported"),
    [
        ("Les grandes maisons embauchent.", True),
        ("Une grande maison embauche 35 personnes.", True),
        ("Les grandes maisons embauchent 36 personnes.", False),
        ("Les vétérinaires soignent des animaux malades.", False),
        ("Les grandes maisons n'embauchent plus.", True),  # a limit that docs/evaluation.md states
    ],
)
def test_a_statement_is_supported_by_its_figures_and_words(statement: str, is_supported: bool):
    evidence = [Evidence("Les 35 grandes maisons embauchent aussi des personnes.", "essayeur Débouchés")]
    assert supported(statement, evidence, frozenset()) == is_supported
    assert not supported(statement, [], frozenset())


@pytest.mark.parametrize(
    ("text", "recall", "precision"),
    [
        ("On débute à partir de 1914 euros brut par mois [1].", 1, 1),
        ("On débute à partir de 1914 euros brut par mois [1][2].", 1, 0.5),
        ("On débute à partir de 1914 euros brut par mois [2].", 0, 0),
        ("On débute à partir de 1914 euros brut par mois [1]. Les ateliers recrutent [2].", 1, 1),
        ("On débute à partir de 1914 euros.", 0, None),
        ("Bonne question.", None, None),
    ],
)
def test_recall_and_precision_of_citations(text: str, recall: float | None, precision: float | None):
    given = answer(text, cite(1, PAY), cite(2, "Les ateliers recrutent.", heading="Débouchés"))
    metrics = check_evidence(given, SOURCES).metrics
    assert (metrics["cite_recall"], metrics["cite_precision"]) == (recall, precision)
