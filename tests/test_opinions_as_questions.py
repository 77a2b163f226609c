"""From a thumb down on the page, over the store, to a set that `oriane eval check` accepts."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from bot.chain import Oriane
from bot.cli import app
from bot.evaluation.opinions import candidates
from bot.evaluation.questions import GoldQuestion
from bot.web.settings import WebSettings
from tests.test_page import GRADIO_WARNINGS

pytestmark = [*GRADIO_WARNINGS, pytest.mark.server]

DOWN = {"id": "1", "day": "2026-11-24", "verdict": "down", "reason": "faux", "outcome": "answer", "fiches": "MET.17"}


def run(*arguments: str | Path) -> Result:
    result = CliRunner().invoke(app, ["eval", *map(str, arguments)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def test_a_question_that_was_found_wanting_is_one_to_complete() -> None:
    (candidate,) = candidates([DOWN | {"question": "Combien gagne un boulanger ?"}])
    assert candidate == {
        "id": "avis-1",
        "kind": "opinion",
        "question": "Combien gagne un boulanger ?",
        "note": "avis du 2026-11-24, faux ; montré : answer, MET.17 ; gold et outcome à compléter",
    }
    assert GoldQuestion.model_validate(candidate).gold.fiches == ()


@pytest.mark.parametrize(
    "opinion", [{"question": None}, {"question": "  "}, {"question": "boulanger ?", "verdict": "up"}]
)
def test_without_a_question_or_a_thumb_down_there_is_nothing(opinion: dict[str, str | None]) -> None:
    assert list(candidates([DOWN | opinion])) == []


def test_a_question_asked_twice_is_there_once() -> None:
    asked = ["Combien gagne un boulanger ?", "combien gagne un BOULANGER ?", "et un pâtissier ?"]
    found = list(candidates(DOWN | {"id": str(n), "question": question} for n, question in enumerate(asked)))
    assert [candidate["id"] for candidate in found] == ["avis-0", "avis-2"]


def test_an_opinion_without_reason_or_fiche_says_so() -> None:
    (candidate,) = candidates([DOWN | {"question": "?", "reason": None, "outcome": "", "fiches": ""}])
    assert "sans raison ; montré : issue inconnue, aucune fiche" in candidate["note"]


@pytest.fixture
def store(seed_oriane: Oriane) -> Path:
    """The store after four opinions were sent to the page."""
    from bot.web import build_app

    settings = WebSettings()

    async def build() -> Any:  # without a running loop, Gradio opens one for its locks and never closes it
        return build_app(seed_oriane, settings)

    with TestClient(asyncio.run(build())) as page:
        for number, said in enumerate(
            (
                {"verdict": "down", "reason": "faux", "question": "Combien gagne un boulanger ? lea@exemple.fr"},
                {"verdict": "down", "question": None},
                {"verdict": "up", "question": "Et un pâtissier ?"},
                {"verdict": "down", "question": "Et une notaire ?"},
            )
        ):
            opinion: dict[str, Any] = {"id": f"{number:032x}", "outcome": "answer", "fiches": ["MET.17"], **said}
            assert page.post("/avis", json=opinion).status_code == 204
    return settings.feedback


def test_the_set_is_written_masked_and_checks(store: Path, tmp_path: Path) -> None:
    out = tmp_path / "opinions.jsonl"
    assert run("import-feedback", "--out", out).stdout.startswith("2 questions à compléter")
    questions = [json.loads(line)["question"] for line in out.read_text(encoding="utf-8").splitlines()]
    assert questions == ["Combien gagne un boulanger ? [adresse]", "Et une notaire ?"]
    checked = run("check", out)
    assert (checked.exit_code, checked.stderr) == (0, "")
    assert "2 questions bien formées : opinion 2" in checked.stdout


def test_a_store_can_be_named(store: Path, tmp_path: Path) -> None:
    moved = store.rename(tmp_path / "copy.sqlite")
    assert run("import-feedback", "--out", tmp_path / "out.jsonl").exit_code == 2
    assert run("import-feedback", "--feedback", moved, "--out", tmp_path / "out.jsonl").exit_code == 0


def test_a_completed_set_is_never_written_over(store: Path, tmp_path: Path) -> None:
    (tmp_path / "out.jsonl").write_text("completed")
    result = run("import-feedback", "--out", tmp_path / "out.jsonl")
    assert (result.exit_code, len(result.stderr.splitlines())) == (2, 1)
    assert (tmp_path / "out.jsonl").read_text() == "completed"


def test_where_there_are_no_opinions_nothing_is_written(tmp_path: Path) -> None:
    result = run("import-feedback", "--out", tmp_path / "out.jsonl")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "ORIANE_FEEDBACK" in result.stderr
    assert list(tmp_path.iterdir()) == []
