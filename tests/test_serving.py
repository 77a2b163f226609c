"""Ingest while serving: every answer is of one version, from its first piece to its last, whatever is published."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from benchmarks.soak_serving import FIRST, QUESTIONS, Published, Seen, Soak, numbers_in, publish, soak
from bot.answer import Question, Turn
from bot.chain import Oriane
from bot.phrases import load_phrases
from bot.web.about import About
from bot.web.chat import Chat
from bot.web.sources import SourcesPanel
from bot.web.templates import Templates
from bot.web.views import Shelf
from bot.web.warmup import WarmUp
from ingest.embedding_cache import EmbeddingCache
from ingest.local_library import LocalLibrary
from ingest.pipeline import ingest
from tests.fakes import HashingEmbedder

PAY = QUESTIONS[0]


@pytest.mark.slow
def test_rebuilds_while_clients_ask_give_no_error_no_stale_and_no_mixed_answer(tmp_path: Path) -> None:
    """A short run of `make soak`."""
    seen = soak(tmp_path, rebuilds=3, clients=6, pause=0.05)
    assert (seen.errors, seen.mixed, seen.stale) == ([], [], [])
    assert len(seen.flips) >= 2
    assert any(answer.numbers == {seen.published[-1].number} for answer in seen.seen)


def answered(begun: float, version: str, *numbers: int, error: str = "") -> Seen:
    return Seen(begun, begun + 1, frozenset(version.split("+")), frozenset(numbers), error)


@pytest.mark.parametrize(
    ("seen", "found"),
    [
        (answered(5, "v2", 2), (0, 0, 0)),
        (answered(5, "v2"), (0, 0, 0)),
        (answered(5, "v2", error="broken"), (1, 0, 0)),
        (answered(5, "v2", 1), (0, 1, 0)),  # says what another version says
        (answered(5, "v2", 1, 2), (0, 1, 0)),
        (answered(5, "v1+v2", 2), (0, 1, 0)),  # streamed from two
        (answered(5, "v1", 1), (0, 0, 1)),  # begun after v2 had answered
        (answered(2.5, "v1", 1), (0, 0, 0)),  # begun before
    ],
)
def test_the_soak_counts_what_it_says(seen: Seen, found: tuple[int, int, int]) -> None:
    published = [Published(number, f"v{number}", 0.0, 0.0) for number in (1, 2)]
    result = Soak(published, [answered(0, "v1", 1), answered(2, "v2", 2), seen])
    assert (len(result.errors), len(result.mixed), len(result.stale)) == found


def test_an_answer_that_streams_ends_with_the_version_that_it_began_with(tmp_path: Path) -> None:
    first = publish(tmp_path, 0)
    oriane = Oriane(LocalLibrary(tmp_path / "library"), HashingEmbedder())
    pieces = oriane.stream(QUESTIONS[1])
    begun = next(pieces)
    second = publish(tmp_path, 1)
    assert oriane.ask(PAY).library_version == second.version
    said = [begun, *pieces]
    assert len(said) > 1
    assert {piece.library_version for piece in said} == {first.version}
    assert set().union(*(numbers_in(piece) for piece in said)) == {FIRST}


def test_a_follow_up_is_read_and_answered_from_the_version_of_its_own_turn(tmp_path: Path) -> None:
    publish(tmp_path, 0)
    oriane = Oriane(LocalLibrary(tmp_path / "library"), HashingEmbedder())
    before = oriane.ask(PAY)
    second = publish(tmp_path, 1)
    history = (Turn(role="user", content=PAY.text), Turn(role="assistant", content=before.answer))
    after = oriane.ask(Question(text="et pour un notaire ?", history=history))
    assert (after.library_version, numbers_in(after)) == (second.version, {FIRST + 1})
    assert numbers_in(before) == {FIRST}


def sources_shown(oriane: Oriane, during: Callable[[], object]) -> list[str]:
    """The sources panel as an answer grows on the page; something happens once it has begun."""
    phrases = load_phrases("page")
    templates = Templates(phrases)
    chat = Chat(oriane, phrases, SourcesPanel(templates), About(oriane, phrases, templates))
    shown = []
    for number, view in enumerate(chat.ask(QUESTIONS[1].text, [])):
        if number == 1:
            during()
        if view.sources:
            shown.append(view.sources)
    return shown


def test_the_page_shows_no_section_of_another_version_beside_an_answer(tmp_path: Path) -> None:
    publish(tmp_path, 0)
    oriane = Oriane(LocalLibrary(tmp_path / "library"), HashingEmbedder())
    [*_, still] = sources_shown(oriane, lambda: None)
    assert "<details" in still
    for panel in sources_shown(oriane, lambda: (publish(tmp_path, 1), oriane.ask(PAY))):
        assert str(FIRST) in panel
        assert str(FIRST + 1) not in panel


def test_the_page_follows_the_library_before_anybody_asks_and_lets_go_of_the_old_version(
    write_fiche: Callable[..., Path], library: LocalLibrary, cache: EmbeddingCache
) -> None:
    ingest([write_fiche(text="Hier.")], library, HashingEmbedder(), cache)
    oriane = Oriane(library, HashingEmbedder())
    shelf, followed = Shelf(oriane), threading.Event()
    first = shelf.catalogue().version.name

    def follow() -> None:
        if shelf.catalogue().version.name != first:
            followed.set()

    warm_up = WarmUp(oriane, follow)
    warm_up.start()
    ingest([write_fiche(text="Aujourd'hui.")], library, HashingEmbedder(), cache)
    assert followed.wait(60)
    warm_up.stop()
