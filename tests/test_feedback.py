"""Opinions: what is kept, what is masked, how long; and that nothing says who gave them."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from uuid import UUID

import pytest
from pydantic import ValidationError

from bot.feedback import FeedbackStore, Opinion
from bot.masking import mask

ONE, TWO = UUID(int=1), UUID(int=2)


@pytest.fixture
def store(tmp_path: Path) -> FeedbackStore:
    return FeedbackStore(tmp_path / "new folder" / "feedback.sqlite", retention_days=30)


def test_an_opinion_is_kept_with_its_day_and_nothing_of_who_gave_it(store: FeedbackStore) -> None:
    store.add(Opinion(id=ONE, verdict="down", reason="faux", outcome="answer", fiches=("MET.228",)), date(2026, 11, 24))
    assert store.all() == [
        {
            "id": str(ONE),
            "day": "2026-11-24",
            "verdict": "down",
            "reason": "faux",
            "outcome": "answer",
            "library_version": None,
            "fiches": "MET.228",
            "question": None,
        }
    ]


def test_a_joined_question_is_masked(store: FeedbackStore) -> None:
    store.add(Opinion(id=ONE, verdict="up", question="je suis lea@exemple.fr, quel salaire ?"))
    assert store.all()[0]["question"] == "je suis [adresse], quel salaire ?"


def test_saying_more_replaces_what_was_said(store: FeedbackStore) -> None:
    store.add(Opinion(id=ONE, verdict="up"))
    store.add(Opinion(id=ONE, verdict="down", reason="incomplet"))
    store.add(Opinion(id=TWO, verdict="up"))
    assert [(row["verdict"], row["reason"]) for row in store.all()] == [("down", "incomplet"), ("up", None)]


def test_what_is_older_than_the_retention_is_deleted(store: FeedbackStore) -> None:
    store.add(Opinion(id=ONE, verdict="up"), date(2026, 1, 1))
    store.add(Opinion(id=TWO, verdict="up"), date(2026, 2, 1))
    assert [row["id"] for row in store.all()] == [str(TWO)]


def test_a_place_that_cannot_be_written_is_an_error_of_the_system(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match="file"):
        FeedbackStore(tmp_path / "file" / "feedback.sqlite", 30).add(Opinion(id=ONE, verdict="up"))


@pytest.mark.parametrize(
    "fields", [{"verdict": "maybe"}, {"reason": "parce que"}, {"question": "a" * 1001}, {"name": "Léa"}, {"id": "x"}]
)
def test_anything_else_is_refused(fields: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Opinion.model_validate({"id": str(ONE), "verdict": "up", **fields})


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("écrire à jean.dupont@ac-lyon.fr svp", "écrire à [adresse] svp"),
        ("06 12 34 56 78", "[téléphone]"),
        ("mon tel c'est 0612345678.", "mon tel c'est [téléphone]."),
        ("+33 6 12 34 56 78", "[téléphone]"),
        ("06.12.34.56.78 ou 06-12-34-56-78", "[téléphone] ou [téléphone]"),
        ("mon nir 2 05 03 69 123 456 78", "mon nir [numéro]"),
        ("205036912345678", "[numéro]"),
        ("ine 123456789AB", "ine [numéro]"),
        ("voir https://exemple.fr/moi", "voir [lien]"),
        ("insta @lea_2009", "insta [compte]"),
    ],
)
def test_what_identifies_a_person_is_masked(said: str, kept: str) -> None:
    assert mask(said) == kept


@pytest.mark.parametrize(
    "said",
    [
        "MET.228 gagne 3 080 euros",
        "entre 1801 et 2083 euros brut par mois",
        "FOR.5574 et M1802",
        "bac + 5 en 2026, 35 heures par semaine",
        "2 500 000 habitants",
        "code 40033403",
    ],
)
def test_figures_of_metiers_are_not(said: str) -> None:
    assert mask(said) == said
