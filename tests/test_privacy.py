"""`oriane privacy`: every place is named with what it holds, and only what can speak of a person is deleted."""

from __future__ import annotations

import json
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID

import pytest
from click.testing import Result
from typer.testing import CliRunner

from bot.cli import app
from bot.feedback import FeedbackStore, Opinion
from bot.phrases import load_phrases
from bot.privacy import ELSEWHERE, kept
from bot.web.settings import WebSettings
from ingest.settings import Settings

PHRASES = load_phrases("privacy")
QUESTION = "Combien gagne une apicultrice ? 06 12 34 56 78"


def privacy(*arguments: str, typed: str = "") -> Result:
    result = CliRunner().invoke(app, ["privacy", *arguments], input=typed)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home where all that can be kept is: fiches, vectors, two opinions, a file that Gradio would have left."""
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "hub"))
    for name, text in (
        ("library/v1/fiches.json", "une fiche"),
        ("cache/embeddings.sqlite", "des vecteurs"),
        ("cache/page/1a2b/photo.jpg", "une photo"),
        ("hub/model.safetensors", "un modèle"),
    ):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    store = FeedbackStore(tmp_path / "feedback.sqlite", 365, lambda: date(2026, 11, 1))
    store.add(Opinion(id=UUID(int=1), verdict="up"))
    store = FeedbackStore(tmp_path / "feedback.sqlite", 365, lambda: date(2026, 11, 20))
    store.add(Opinion(id=UUID(int=2), verdict="down", question=QUESTION))
    return tmp_path


@pytest.mark.usefixtures("home")
def test_every_place_is_told_with_its_path_its_size_and_its_days(home: Path) -> None:
    result = privacy()
    today = f"{datetime.now(UTC):%d/%m/%Y}"
    assert result.exit_code == 0
    for part in (
        f"{home / 'library'}\n  9 o, du {today}",
        f"{home / 'cache'}\n  12 o, du {today}",
        f"{home / 'cache' / 'page'}\n  9 o, du {today}",
        f"{home / 'hub'}\n  10 o, du {today}",
        f"{home / 'feedback.sqlite'}\n  ",
        "du 01/11/2026 au 20/11/2026",
        "Nombre d'avis : 2 ; avec une question, jointe exprès et masquée : 1.",
        "Effacés au bout de 365 jours",
        *(PHRASES.say(f"{name}_what") for name in ELSEWHERE),
    ):
        assert part in result.stdout
    assert "apicultrice" not in result.stdout


@pytest.mark.usefixtures("home")
def test_the_same_as_json() -> None:
    told = json.loads(privacy("--json").stdout)
    assert {place["name"]: place["personal"] for place in told["places"]} == {
        "library": False,
        "cache": False,
        "hub": False,
        "opinions": True,
        "page": True,
    }
    assert told["opinions"] == {"opinions": 2, "with_question": 1, "first": "2026-11-01", "last": "2026-11-20"}


def test_where_nothing_was_ever_kept_nothing_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "hub"))
    before = sorted(tmp_path.rglob("*"))
    assert privacy().stdout.count(PHRASES.say("absent")) == 5
    assert privacy("--delete", "--yes").stdout.strip() == PHRASES.say("nothing_to_delete")
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize(("arguments", "typed"), [(("--yes",), ""), ((), "oui\n"), ((), "Oui \n")])
def test_what_can_speak_of_a_person_is_deleted_and_nothing_else(
    home: Path, arguments: tuple[str, ...], typed: str
) -> None:
    (home / "feedback.sqlite-journal").write_text("the rest of a transaction")
    result = privacy("--delete", *arguments, typed=typed)
    assert result.exit_code == 0
    for name in ("feedback.sqlite", "feedback.sqlite-journal", "cache/page"):
        assert not (home / name).exists()
        assert PHRASES.say("deleted", path=home / name) in result.stdout
    left = sorted(str(path.relative_to(home)) for path in home.rglob("*") if path.is_file())
    assert left == ["cache/embeddings.sqlite", "hub/model.safetensors", "library/v1/fiches.json"]


@pytest.mark.parametrize("typed", ["", "\n", "non\n", "o\n", "yes\n"])
def test_nothing_is_deleted_without_the_word(home: Path, typed: str) -> None:
    result = privacy("--delete", typed=typed)
    assert (result.exit_code, result.stderr.strip()) == (1, PHRASES.say("not_deleted"))
    assert str(home / "feedback.sqlite") in result.stdout
    assert (home / "feedback.sqlite").exists()
    assert (home / "cache/page/1a2b/photo.jpg").exists()


def test_a_page_that_runs_goes_on_after_a_deletion(home: Path) -> None:
    running = FeedbackStore(home / "feedback.sqlite", 365)
    privacy("--delete", "--yes")
    running.add(Opinion(id=UUID(int=3), verdict="up"))
    assert [row["id"] for row in running.all()] == [str(UUID(int=3))]


def test_a_store_that_is_no_database_is_one_line(home: Path) -> None:
    (home / "feedback.sqlite").write_text("something else, and long enough to be looked at as a header of SQLite")
    result = privacy()
    assert (result.exit_code, result.stdout) == (1, "")
    assert "feedback.sqlite" in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert privacy("--delete", "--yes").exit_code == 0
    assert not (home / "feedback.sqlite").exists()


def test_a_refused_setting_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ORIANE_FEEDBACK_DAYS", "toujours")
    result = privacy()
    assert (result.exit_code, result.stdout) == (2, "")
    assert "ORIANE_FEEDBACK_DAYS" in result.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="links ask for rights there")
def test_a_link_is_not_followed(home: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    other = tmp_path_factory.mktemp("other") / "letter.txt"
    other.write_text("a letter")
    (home / "cache" / "page" / "link").symlink_to(other)
    assert privacy("--delete", "--yes").exit_code == 0
    assert other.read_text() == "a letter"


def test_the_page_keeps_its_files_where_the_command_looks(tmp_path: Path) -> None:
    places = {place.name: place.path for place in kept(Settings(), WebSettings()).places}
    assert places["cache"] == tmp_path / "cache"
    assert places["page"] == WebSettings().page_files == tmp_path / "cache" / "page"
