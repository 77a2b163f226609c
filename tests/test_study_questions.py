"""Questions about formations over the starter fiches: what is understood, answered and cited."""

from __future__ import annotations

import pytest

from bot.answer import Answer, Outcome, Question, Turn
from bot.bacs import Bac, bacs_named
from bot.chain import Oriane
from bot.path_command import path_lines
from bot.path_drawing import draw_path
from bot.phrases import load_phrases
from ingest.library import Version


def ask(oriane: Oriane, text: str) -> Answer:
    return oriane.ask(Question(text=text))


@pytest.mark.parametrize(
    ("said", "formations"),
    [
        ("FOR.2246", {"FOR.2246"}),
        ("CAP boulanger", {"FOR.2246"}),
        ("CAP boulangerie", {"FOR.2246"}),
        ("le CAP patiserie", {"FOR.670"}),
        ("bac pro coiffure", {"FOR.2966"}),
        ("bac pro MELEC", {"FOR.9919"}),
        ("DEV", {"FOR.1047"}),
        ("bac STHR", {"FOR.494"}),
        ("cap coifure", {"FOR.873"}),  # misspelt, and a métier's name is in it
        ("DEAS", {"FOR.7120"}),
        ("diplome aide soignante", {"FOR.7120"}),
        ("mention complémentaire boulangerie spécialisée", {"FOR.1817"}),
        ("école de kiné", {"FOR.2321"}),
        ("dnmade graphisme", {"FOR.5497"}),
        ("BTS SIO SLAM", {"FOR.5337"}),
    ],
)
def test_formations_are_found_as_people_name_them(seed_oriane: Oriane, said: str, formations: set[str]) -> None:
    answer = ask(seed_oriane, said)
    assert answer.understood.kind == "formation"
    assert set(answer.understood.constraints["formation"]) == formations


@pytest.mark.parametrize(
    ("question", "fiche", "section", "said"),
    [
        ("combien de temps dure le CAP pâtissier ?", "FOR.670", "Informations générales", "2 ans"),
        ("le bac pro coiffure c'est quel niveau", "FOR.2966", "Informations générales", "niveau 4"),
        ("quels sont les attendus du diplôme d'État de docteur vétérinaire ?", "FOR.1047", "Attendus", "Garder son"),
        ("comment entrer en CAP pâtissier ?", "FOR.670", "Accès", "3e"),
        ("quelle poursuite d'études après le CAP pâtissier ?", "FOR.670", "Poursuite d'études", "bac pro"),
        ("quel type de diplôme est FOR.1047 ?", "FOR.1047", "Identité", "école spécialisée"),
    ],
)
def test_a_fact_is_cited_from_the_section_that_says_it(
    seed_oriane: Oriane, question: str, fiche: str, section: str, said: str
) -> None:
    answer = ask(seed_oriane, question)
    assert answer.outcome is Outcome.ANSWER
    assert (fiche, section) in {(citation.fiche_id, citation.section) for citation in answer.citations}
    assert said in answer.answer


@pytest.mark.parametrize(
    "question",
    [
        "quel est le taux d'admission du CAP pâtissier ?",
        "combien coûte le CAP boulanger ?",
        "quand ferment les inscriptions au bac pro coiffure ?",
    ],
)
def test_what_formation_fiches_do_not_say_is_absent(seed_oriane: Oriane, question: str) -> None:
    answer = ask(seed_oriane, question)
    assert answer.outcome is Outcome.ABSENT
    assert all(citation.fiche_id.startswith("FOR.") for citation in answer.citations)


def test_a_code_that_nobody_bears_is_not_found(seed_oriane: Oriane) -> None:
    assert ask(seed_oriane, "FOR.999999, ça dure combien de temps ?").outcome is Outcome.NOT_FOUND


@pytest.mark.parametrize(
    ("before", "question", "fiche", "section"),
    [
        ("durée du CAP boulanger ?", "comment y entrer ?", "FOR.2246", "Accès"),
        ("durée du CAP boulanger ?", "et après ?", "FOR.2246", "Poursuite d'études"),
        ("comment entrer en bac pro boulanger pâtissier ?", "et la durée ?", "FOR.3531", "Informations générales"),
        ("durée du BP coiffure", "et le bac pro ?", "FOR.2966", "Informations générales"),
        ("comment entrer en CAP pâtissier ?", "et en CAP boulanger ?", "FOR.2246", "Accès"),
    ],
)
def test_a_short_question_leans_on_the_formation_before_it(
    seed_oriane: Oriane, before: str, question: str, fiche: str, section: str
) -> None:
    history = (Turn(role="user", content=before), Turn(role="assistant", content="Voir la fiche [1]."))
    answer = seed_oriane.ask(Question(text=question, history=history))
    assert (answer.citations[0].fiche_id, answer.citations[0].section) == (fiche, section)


@pytest.mark.parametrize("question", ["et le salaire d'un boulanger ?", "et un plombier, ça gagne combien ?"])
def test_a_metier_named_ends_the_talk_of_a_formation(seed_oriane: Oriane, question: str) -> None:
    history = (Turn(role="user", content="durée du CAP pâtissier ?"),)
    answer = seed_oriane.ask(Question(text=question, history=history))
    assert answer.understood.kind != "formation"


def test_two_formations_stand_side_by_side(seed_oriane: Oriane) -> None:
    answer = ask(seed_oriane, "CAP ou bac pro coiffure, lequel est le plus court ?")
    assert answer.table is not None
    assert [len(row) for row in answer.table] == [3, 3]
    assert {citation.section for citation in answer.citations} == {"Informations générales"}


@pytest.mark.parametrize(
    ("question", "start"),
    [
        ("comment devenir vétérinaire depuis la 3e ?", "3e"),
        ("je suis en terminale STMG, comment devenir notaire", "terminale STMG"),
        ("mon fils est en STI2D et veut devenir électricien", "terminale STI2D"),
        ("j'ai un CAP boulanger, comment devenir pâtissier ?", "CAP boulanger"),
        ("après le bac général, comment devenir vétérinaire ?", "bac général"),
    ],
)
def test_where_somebody_stands_is_where_the_path_begins(seed_oriane: Oriane, question: str, start: str) -> None:
    answer = ask(seed_oriane, question)
    assert answer.understood.kind == "path"
    assert answer.path is not None
    assert answer.path.start == start
    assert answer.to_json()["path"]["from"] == start


@pytest.mark.parametrize(
    "question",
    ["quel CAP pour devenir pâtissier ?", "peut-on devenir boulanger sans le bac ?", "salaire d'un boulanger en CAP"],
)
def test_without_a_present_class_there_is_no_path(seed_oriane: Oriane, question: str) -> None:
    answer = ask(seed_oriane, question)
    assert answer.path is None
    assert answer.understood.kind in ("fact", "portrait")


def test_every_step_of_a_path_says_where_it_stands(seed_oriane: Oriane) -> None:
    answer = ask(seed_oriane, "comment devenir vétérinaire depuis la 3e ?")
    assert answer.path is not None
    assert [step.id for step in answer.path.steps[-2:]] == ["FOR.1047", "MET.171"]
    sources = {citation.n: citation.fiche_id for citation in answer.citations}
    for step in answer.path.steps:
        if step.kind == "formation":
            assert {sources[n] for n in step.citations} >= {step.id}
    assert "Durée des formations" in answer.answer
    assert answer.path.total_months == 72


def test_a_path_that_no_fiche_says_is_told_as_unsaid(seed_oriane: Oriane) -> None:
    answer = ask(seed_oriane, "je suis en 3e, comment devenir ingénieure cloud ?")
    assert answer.path is not None
    assert answer.path.total_months is None or all(step.is_said for step in answer.path.steps[2:])
    assert "Parcoursup" in answer.answer


def test_only_formations_that_the_metier_names_end_a_path(seed_oriane: Oriane, seed_version: Version) -> None:
    for metier in seed_version.fiches.values():
        data, _ = seed_oriane.path(Question(text=metier.id), "3e")
        for way in (data, *data.alternatives):
            ends = {step.id for step in way.steps[-2:-1] if step.kind == "formation"}
            assert ends <= {link.id for link in metier.formations}


def test_formations_of_a_kind_for_a_group_are_listed_with_their_metiers(seed_oriane: Oriane) -> None:
    answer = ask(seed_oriane, "quels CAP pour les métiers de la boulangerie ?")
    assert answer.outcome is Outcome.LIST
    assert answer.understood.kind == "formation_list"
    assert "CAP boulanger" in answer.answer
    assert {citation.section for citation in answer.citations} >= {"Formations recommandées", "Informations générales"}


def test_what_a_formation_leads_to_is_still_a_list_of_metiers(seed_oriane: Oriane) -> None:
    answer = ask(seed_oriane, "quels métiers avec un CAP boulanger ?")
    assert answer.understood.kind == "reverse"
    assert answer.total == 2


@pytest.mark.parametrize(
    ("text", "bacs"),
    [
        ("après le bac, via Parcoursup", {Bac()}),
        ("un bac général ou technologique", {Bac("général"), Bac("techno")}),
        ("un bac général, un bac STMG ou STL", {Bac("général"), Bac("techno", "STMG"), Bac("techno", "STL")}),
        ("un bac professionnel du domaine", {Bac("pro")}),
        ("une licence professionnelle", set()),
    ],
)
def test_the_bacs_of_a_text(text: str, bacs: set[Bac]) -> None:
    assert bacs_named(text) == bacs


@pytest.mark.parametrize(
    ("bac", "text", "opens"),
    [
        (Bac("techno", "STMG"), "bac général ou technologique (STL, STI2D)", False),
        (Bac("techno", "STMG"), "bac technologique, notamment STL", True),
        (Bac("techno", "STMG"), "avec le bac", True),
        (Bac("pro"), "un bac général", False),
        (Bac(), "un bac général", True),
    ],
)
def test_what_a_text_opens_to_a_bac(bac: Bac, text: str, opens: bool) -> None:
    assert bac.is_among(bacs_named(text)) is opens


def test_the_drawing_has_a_title_and_every_step(seed_oriane: Oriane) -> None:
    data, citations = seed_oriane.path(Question(text="MET.17"), "3e")
    phrases = load_phrases("studies")
    svg = draw_path(data, "boulanger <artisan>", phrases)
    assert "<title" in svg
    assert "<desc" in svg
    assert "prefers-color-scheme: dark" in svg
    assert "boulanger &lt;artisan&gt;" in svg
    lines = "\n".join(path_lines(data, citations, phrases))
    assert all(step.title in lines for step in data.steps)


@pytest.mark.parametrize(("metier", "start"), [("dompteur de licornes", "3e"), ("MET.17", "licorne")])
def test_a_path_needs_a_metier_and_a_class(seed_oriane: Oriane, metier: str, start: str) -> None:
    with pytest.raises(LookupError):
        seed_oriane.path(Question(text=metier), start)
