"""Opinions: what is kept, what is masked, how long; and that nothing says who gave them."""

from __future__ import annotations

import asyncio
import stat
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from pydantic import ValidationError

from bot.answer import Outcome
from bot.feedback import FeedbackStore, Opinion, Summary
from bot.web.forgetting import forget_daily

ONE, TWO = UUID(int=1), UUID(int=2)


class Calendar:
    """A day that the test turns."""

    def __init__(self) -> None:
        self.day = date(2026, 1, 1)

    def __call__(self) -> date:
        return self.day

    def turn(self, days: int) -> None:
        self.day += timedelta(days=days)


@pytest.fixture
def calendar() -> Calendar:
    return Calendar()


@pytest.fixture
def store(tmp_path: Path, calendar: Calendar) -> FeedbackStore:
    return FeedbackStore(tmp_path / "new folder" / "feedback.sqlite", retention_days=30, today=calendar)


def test_an_opinion_is_kept_with_its_day_and_nothing_of_who_gave_it(store: FeedbackStore) -> None:
    store.add(Opinion(id=ONE, verdict="down", reason="faux", outcome=Outcome.ANSWER, fiches=("MET.228",)))
    assert store.all() == [
        {
            "id": str(ONE),
            "day": "2026-01-01",
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


def test_only_who_runs_the_page_can_read_the_file(store: FeedbackStore) -> None:
    store.add(Opinion(id=ONE, verdict="up"))
    assert stat.S_IMODE(store.path.stat().st_mode) == 0o600


# Retention


def test_the_last_day_of_the_retention_is_kept_and_the_next_is_not(store: FeedbackStore, calendar: Calendar) -> None:
    store.add(Opinion(id=ONE, verdict="up"))
    calendar.turn(30)
    assert store.forget() == 0
    calendar.turn(1)
    assert (store.forget(), store.all()) == (1, [])


def test_what_is_older_than_the_retention_is_deleted_when_something_is_written(
    store: FeedbackStore, calendar: Calendar
) -> None:
    store.add(Opinion(id=ONE, verdict="up"))
    calendar.turn(31)
    store.add(Opinion(id=TWO, verdict="up"))
    assert [row["id"] for row in store.all()] == [str(TWO)]


def test_a_clock_that_goes_back_deletes_nothing(store: FeedbackStore, calendar: Calendar) -> None:
    store.add(Opinion(id=ONE, verdict="up"))
    calendar.turn(-400)
    assert (store.forget(), store.summary().opinions) == (0, 1)


def test_what_is_deleted_or_replaced_does_not_lie_on_in_the_file(store: FeedbackStore, calendar: Calendar) -> None:
    store.add(Opinion(id=ONE, verdict="up", question="zarbiquoxelle " * 50))
    store.add(Opinion(id=TWO, verdict="up", question="mirlifoutain " * 50))
    store.add(Opinion(id=TWO, verdict="up"))
    assert "zarbiquoxelle" in on_disk(store)
    assert "mirlifoutain" not in on_disk(store)
    calendar.turn(31)
    store.forget()
    assert "zarbiquoxelle" not in on_disk(store)


def on_disk(store: FeedbackStore) -> str:
    return "".join(path.read_bytes().decode("latin-1") for path in store.path.parent.iterdir())


def test_nothing_to_forget_makes_no_file(store: FeedbackStore) -> None:
    assert (store.forget(), store.summary(), store.files()) == (0, Summary(0, 0, None, None), [])
    assert not store.path.parent.exists()


def test_a_running_page_forgets_without_anybody_writing(store: FeedbackStore, calendar: Calendar) -> None:
    async def run() -> None:
        forgetting = asyncio.create_task(forget_daily(store, pause=0.01))
        calendar.turn(31)
        while store.summary().opinions:
            await asyncio.sleep(0.01)
        forgetting.cancel()

    store.add(Opinion(id=ONE, verdict="up"))
    asyncio.run(asyncio.wait_for(run(), 30))


def test_a_file_that_cannot_be_used_does_not_end_the_forgetting(tmp_path: Path, calendar: Calendar) -> None:
    path = tmp_path / "feedback.sqlite"
    path.write_text("this is no database, and longer than a header of one would be")
    store = FeedbackStore(path, 30, calendar)

    async def run() -> bool:
        forgetting = asyncio.create_task(forget_daily(store, pause=0.01))
        await asyncio.sleep(0.1)
        return forgetting.done() or not forgetting.cancel()

    with pytest.raises(OSError, match="feedback"):
        store.forget()
    assert asyncio.run(run()) is False


def test_a_summary_counts_and_reads_nothing(store: FeedbackStore, calendar: Calendar) -> None:
    store.add(Opinion(id=ONE, verdict="up"))
    calendar.turn(3)
    store.add(Opinion(id=TWO, verdict="down", question="combien ?"))
    assert store.summary() == Summary(2, 1, date(2026, 1, 1), date(2026, 1, 4))


def test_a_place_that_cannot_be_written_is_an_error_of_the_system(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match="file"):
        FeedbackStore(tmp_path / "file" / "feedback.sqlite", 30).add(Opinion(id=ONE, verdict="up"))


@pytest.mark.parametrize(
    "fields",
    [
        {"verdict": "maybe"},
        {"reason": "parce que"},
        {"question": "a" * 1001},
        {"name": "Léa"},
        {"id": "x"},
        {"outcome": "06 12 34 56 78"},
        {"fiches": ["06 12 34 56 78"]},
        {"library_version": "06 12 34 56 78"},
    ],
)
def test_anything_else_is_refused(fields: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Opinion.model_validate({"id": str(ONE), "verdict": "up", **fields})
