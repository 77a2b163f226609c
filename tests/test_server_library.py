"""A library on a Chroma server: its only pointer, its only writer, and the machines that read it."""

from __future__ import annotations

import http.server
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner

from bot.answer import Question
from bot.chain import Oriane
from bot.cli import app
from ingest.embedding_cache import EmbeddingCache
from ingest.library import LibraryError, SearchError, UnreachableError
from ingest.live_version import LiveVersion
from ingest.pipeline import ingest
from ingest.server_library import ServerLibrary
from tests.chroma_server import RunningChroma, free_port, running_chroma
from tests.conftest import ROOT, SEEDS
from tests.fakes import HashingEmbedder
from tests.test_library import draft, fiche, found_by_its_own_vector, publish

pytestmark = pytest.mark.server

NAMED, DESCRIBED = "Combien gagne une ingénieure cloud ?", "je veux réparer des vélos et parler aux gens"
FICHE = "# métier {number}\n**ID:** MET.{number}\n\n## Présentation\n\n{text}\n"


# --- versions and their pointer ---


def versions_on(chroma: RunningChroma) -> set[str]:
    return {name.split(".")[1] for name in chroma.names() if name.endswith(".texts")}


def test_the_version_before_is_kept_and_older_ones_are_removed(
    chroma: RunningChroma, server_library: ServerLibrary
) -> None:
    for name in ("c", "b", "a", "d"):
        publish(server_library, name)
    assert versions_on(chroma) == {"a", "d"}
    assert chroma.names() == {"oriane", *(f"oriane.{v}.{part}" for v in "ad" for part in PARTS)}


PARTS = ("texts", "passages", "expressions")


def test_within_the_grace_every_version_is_kept(chroma: RunningChroma, server_library: ServerLibrary) -> None:
    library = ServerLibrary(chroma.url, grace=600)
    for name in ("a", "b", "c"):
        publish(library, name)
    assert versions_on(chroma) == {"a", "b", "c"}
    assert found_by_its_own_vector(library.open("a"))


def test_what_a_killed_build_left_is_invisible_and_swept(chroma: RunningChroma, server_library: ServerLibrary) -> None:
    publish(server_library, "first")
    client = chroma.client()
    for name in ("oriane.half.passages", "oriane.half.texts", "oriane.writer.dead.1", "oriane-de-quelqu-un-d-autre"):
        client.create_collection(name)
    assert server_library.current() == "first"
    publish(server_library, "second")
    assert versions_on(chroma) == {"first", "second"}
    assert "oriane-de-quelqu-un-d-autre" in chroma.names()
    assert "oriane.writer.dead.1" not in chroma.names()


@pytest.mark.parametrize("step", ["_write_texts", "_point_to"])
def test_a_build_that_fails_leaves_the_old_version_serving(
    step: str, server_library: ServerLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(server_library, "first")

    def failing(*_: object) -> None:
        raise Exception("database or disk is full")  # as chromadb's client has it

    with monkeypatch.context() as patched:
        patched.setattr(ServerLibrary, step, failing)
        with pytest.raises(LibraryError, match=r"Impossible d'écrire .* La version en service n'a pas changé"):
            publish(server_library, "second", base="first")
    assert server_library.current() == "first"
    publish(server_library, "second", base="first")
    assert found_by_its_own_vector(server_library.open("second"))


@pytest.mark.parametrize("part", PARTS)
def test_a_damaged_version_is_refused_with_what_to_do(
    part: str, chroma: RunningChroma, server_library: ServerLibrary
) -> None:
    publish(server_library, "first")
    chroma.client().delete_collection(f"oriane.first.{part}")
    with pytest.raises(LibraryError, match=r"La version first .* incomplète ou abîmée .*relancer « oriane ingest »"):
        server_library.open("first")


def test_a_piece_of_text_that_is_missing_is_noticed(chroma: RunningChroma, server_library: ServerLibrary) -> None:
    many = [fiche(number, os.urandom(20_000).hex()) for number in range(1, 20)]  # several pieces, compressed as it is
    publish(server_library, "first", *many)
    assert len(server_library.open("first").fiches) == len(many)
    chroma.client().get_collection("oriane.first.texts").delete(ids=["fiches.jsonl/1"])
    with pytest.raises(LibraryError, match="incomplète ou abîmée"):
        server_library.open("first")


def write_fiches(folder: Path, text: str, *numbers: int) -> Path:
    folder.mkdir(exist_ok=True)
    for number in numbers:
        (folder / f"MET.{number}.md").write_text(FICHE.format(number=number, text=f"{text} {number}"), "utf-8")
    return folder


def test_what_did_not_change_is_copied_and_not_embedded(
    server_library: ServerLibrary, cache: EmbeddingCache, tmp_path: Path
) -> None:
    folder = write_fiches(tmp_path / "fiches", "ancien texte", *range(1, 13))
    ingest([folder], server_library, HashingEmbedder(), cache)
    assert ingest([folder], server_library, HashingEmbedder(), cache).version == server_library.current()
    write_fiches(folder, "nouveau texte", 3)
    (folder / "MET.5.md").unlink()
    embedder = HashingEmbedder()
    report = ingest([folder], server_library, embedder, cache)
    assert (report.changed, report.unchanged, len(embedder.embedded)) == (1, 11, 1)
    version = server_library.open(str(server_library.current()))
    assert version.passages["MET.3/presentation"].text == "nouveau texte 3"
    assert found_by_its_own_vector(version) == version.passages.keys()


# --- writers ---


def test_a_second_writer_is_refused_while_the_first_lives(chroma: RunningChroma, server_library: ServerLibrary) -> None:
    with (
        server_library.writing(),
        pytest.raises(LibraryError, match=r"Une autre ingestion écrit dans http.*attendre qu'elle finisse"),
        ServerLibrary(chroma.url, patience=2).writing(),
    ):
        pass
    with ServerLibrary(chroma.url).writing():  # free again
        pass


def test_the_right_of_a_dead_writer_is_taken_over_and_the_dead_publishes_no_more(
    chroma: RunningChroma, server_library: ServerLibrary
) -> None:
    publish(server_library, "first")
    silent = ServerLibrary(chroma.url, patience=10_000)  # gives no sign of life for a quarter of an hour
    with silent.writing():
        publish(server_library, "second")
        with server_library.writing(), pytest.raises(LibraryError, match="pris la main"):
            silent.publish(draft("late", fiche()))
    assert server_library.current() == "second"


def test_an_ingestion_that_is_killed_leaves_the_old_version_and_the_next_one_succeeds(
    chroma: RunningChroma, server_library: ServerLibrary, cache: EmbeddingCache, tmp_path: Path
) -> None:
    ingest([write_fiches(tmp_path / "old", "ancien", 1, 2)], server_library, HashingEmbedder(), cache)
    before = server_library.current()
    new = write_fiches(tmp_path / "new", "nouveau", *range(1, 400))
    command = [sys.executable, "-m", "tests.on_server", "ingest", chroma.url, str(new), str(tmp_path / "other")]
    with subprocess.Popen(command, cwd=ROOT) as process:
        while process.poll() is None and sum(name.endswith(".passages") for name in chroma.names()) < 2:
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL
    assert server_library.current() == before
    assert found_by_its_own_vector(server_library.open(str(before)))
    report = ingest([new], server_library, HashingEmbedder(), cache)
    assert (report.added, report.version) == (397, server_library.current())
    assert len(versions_on(chroma)) == 2


# --- a server that is away, or is none ---


@contextmanager
def answering(status: int, body: str) -> Iterator[str]:
    """A server that says the same to everything."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://quelqu'un:secret@127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (200, '"0.6.3"', "est en version 0.6.3, trop ancienne : il faut Chroma 1.0"),
        (404, "{}", "n'est pas un serveur Chroma, ou en est un trop ancien"),
        (200, "<html>Bienvenue</html>", "n'est pas un serveur Chroma"),
        (200, '{"version": 1}', "n'est pas un serveur Chroma"),
        (401, "", "demande un mot de passe : l'écrire dans ORIANE_CHROMA_URL"),
    ],
)
def test_what_is_no_server_of_this_age_is_refused_with_what_to_do(status: int, body: str, said: str) -> None:
    with answering(status, body) as url, pytest.raises(LibraryError, match=said) as refusal:
        ServerLibrary(url).current()
    assert "secret" not in str(refusal.value)


def test_a_server_that_does_not_answer_is_said_and_not_asked_at_every_question(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    library, asked = ServerLibrary(f"http://127.0.0.1:{free_port()}"), []
    get = httpx.get
    monkeypatch.setattr(httpx, "get", lambda *arguments, **settings: (asked.append(1), get(*arguments, **settings))[1])
    for _ in range(5):
        with pytest.raises(UnreachableError, match="ne répond pas"):
            library.current()
    assert len(asked) == 1


@pytest.fixture
def by_command(monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[int, str]]:
    def run(url: str, *arguments: str) -> tuple[int, str]:
        monkeypatch.setenv("ORIANE_CHROMA_URL", url)
        result = CliRunner().invoke(app, arguments)
        return result.exit_code, result.output

    return run


@pytest.mark.parametrize(
    ("arguments", "code"),
    [(("status",), 3), (("ask", NAMED), 3), (("ingest", "--starter"), 2), (("path", "boulanger", "--from", "3e"), 3)],
)
def test_every_command_says_that_the_server_is_away(
    arguments: tuple[str, ...], code: int, by_command: Callable[..., tuple[int, str]]
) -> None:
    exit_code, said = by_command(f"http://127.0.0.1:{free_port()}", *arguments)
    assert exit_code == code
    assert "ne répond pas" in said
    assert "ORIANE_CHROMA_URL" in said


def test_an_address_that_is_none_is_refused(by_command: Callable[..., tuple[int, str]]) -> None:
    code, said = by_command("serveur:8000", "status")
    assert (code, "ORIANE_CHROMA_URL refusé" in said, "http://serveur:8000" in said) == (2, True, True)


def test_status_names_the_server_and_a_named_folder_wins_over_it(
    chroma: RunningChroma, server_library: ServerLibrary, by_command: Callable[..., tuple[int, str]], tmp_path: Path
) -> None:
    publish(server_library, "first")
    code, said = by_command(chroma.url, "status", "--json")
    assert (code, json.loads(said)["library"], json.loads(said)["version"]) == (0, chroma.url, "first")
    code, said = by_command(chroma.url, "status", "--library", str(tmp_path))
    assert (code, f"Aucune bibliothèque dans {tmp_path}" in said) == (3, True)


def test_a_machine_answers_named_questions_while_the_server_is_down_and_all_once_it_is_back(tmp_path: Path) -> None:
    with running_chroma(tmp_path / "chroma") as chroma:
        library = ServerLibrary(chroma.url)
        ingest([SEEDS], library, HashingEmbedder(), EmbeddingCache(tmp_path / "cache"))
        oriane = Oriane(library, HashingEmbedder())
        before = [oriane.ask(Question(text=text)).answer for text in (NAMED, DESCRIBED)]
        chroma.kill()
        assert oriane.ask(Question(text=NAMED)).answer == before[0]
        with pytest.raises(SearchError, match="ne répond pas"):
            oriane.ask(Question(text=DESCRIBED))
        fresh = LiveVersion(ServerLibrary(chroma.url), lambda version: version)
        with pytest.raises(UnreachableError):
            fresh.get()
        chroma.start()
        assert [oriane.ask(Question(text=text)).answer for text in (NAMED, DESCRIBED)] == before
        assert _until_answered(fresh.get).name == library.current()


def _until_answered(ask: Callable[[], Any], seconds: float = 20) -> Any:
    """What a call gives once it raises no more."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            return ask()
        except LibraryError:
            assert time.monotonic() < deadline
            time.sleep(0.1)
