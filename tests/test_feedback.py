"""Opinions: what is kept, what is masked, how long; and that nothing says who gave them."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from uuid import UUID

import pytest
from pydantic import ValidationError

from bot.feedback import FeedbackStore, Opinion

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
