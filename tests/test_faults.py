"""Faults of the machine: after each, one whole version is served, and what the operator reads says what to do."""

from __future__ import annotations

import gc
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import chromadb.api.rust  # noqa: F401  (a test that becomes nobody could not import it any more)
import pytest
from typer.testing import CliRunner

from bot.answer import Outcome, Question
from bot.chain import Oriane
from bot.cli import app
from ingest.embedding_cache import EmbeddingCache
from ingest.library import NoLibraryError
from ingest.local_library import LocalLibrary
from ingest.pipeline import Options, ingest
from ingest.version_names import version_name
from tests.conftest import ROOT, SEEDS
from tests.fakes import HashingEmbedder
from tests.rights import as_nobody

NAMED, DESCRIBED = "Combien gagne une boulangère débutante ?", "Je veux travailler dehors avec des animaux"
FEW = tuple(str(SEEDS / f"MET.{number}.md") for number in (1, 12, 17))


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`library`, of three fiches, `all`, of the seeds, and `cache`, which has the vectors of both; to be copied."""
    folder = tmp_path_factory.mktemp("faults")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("ingest.embedder.Embedder", lambda model: HashingEmbedder())
        patch.setenv("ORIANE_CACHE", str(folder / "cache"))
        for name, sources in (("library", FEW), ("all", (str(SEEDS),))):
            result = CliRunner().invoke(app, ["ingest", *sources, "--library", str(folder / name)])
            assert result.exit_code == 0, result.output
    return folder


def answers(library: LocalLibrary, *texts: str) -> list[tuple[Outcome, str]]:
    """What an app that starts now says."""
    oriane = Oriane(library, HashingEmbedder())
    return [(answer.outcome, answer.answer) for answer in (oriane.ask(Question(text=text)) for text in texts)]


# --- an ingestion that gets too little ---


def ingested(limit: str, place: Path) -> tuple[int, list[str]]:
    """Ingest the seeds within a limit, in a process of its own: the exit code, and the lines on the error output."""
    command = [sys.executable, "-m", "tests.faulty", "ingest", limit, str(SEEDS), "--library", str(place / "library")]
    # no bytecode: what is cut off by the limit would stay with the code that the next process imports
    environment = {"ORIANE_CACHE": str(place / "cache"), "PATH": "/usr/bin:/bin", "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False)
    return done.returncode, [line for line in done.stderr.splitlines() if line.strip()]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("limit", "said"),
    [
        ("fsize=1000", "Le cache des vecteurs ne peut pas servir"),
        ("fsize=1000000", "Impossible d'écrire la bibliothèque"),
        ("memory=1000000", "La mémoire ne suffit pas"),
        ("memory=64000000", "La mémoire ne suffit pas"),
    ],
)
def test_a_full_disk_or_too_little_memory_is_said_in_a_line_and_the_old_version_serves(
    limit: str, said: str, place: Path, tmp_path: Path
) -> None:
    shutil.copytree(place, tmp_path, dirs_exist_ok=True)
    library = LocalLibrary(tmp_path / "library")
    before = library.current()
    code, lines = ingested(limit, tmp_path)
    assert (code, len(lines)) == (2, 1), lines
    assert said in lines[0]
    assert "La version en service n'a pas changé." in lines[0]
    assert (library.current(), len(library.open(str(before)).fiches)) == (before, len(FEW))
    assert ingested("free", tmp_path) == (0, [])
    assert len(library.open(str(library.current())).fiches) == len(list(SEEDS.glob("MET.*.md")))


@pytest.fixture
def small_disk(place: Path, tmp_path: Path) -> Iterator[Callable[[int], Path]]:
    """Mounts a disk of so many MB, which holds a copy of the place; again, with another size, it is resized."""
    disk = tmp_path / "disk"

    def mount(size: int) -> Path:
        options = f"{'remount,' if disk.exists() else ''}size={size}m"
        disk.mkdir(exist_ok=True)
        command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(disk)]
        if subprocess.run(command, capture_output=True, check=False).returncode:
            pytest.skip("mounting a disk is refused here: RLIMIT_FSIZE stands in for it")
        if not (disk / "library").exists():
            shutil.copytree(place / "library", disk / "library")
        return disk

    yield mount
    subprocess.run(["umount", "-l", str(disk)], capture_output=True, check=False)


@pytest.mark.slow
def test_a_disk_that_is_really_full(small_disk: Callable[[int], Path], place: Path, tmp_path: Path) -> None:
    disk = small_disk(40)
    library = LocalLibrary(disk / "library")
    before, held = library.current(), sum(path.stat().st_size for path in disk.rglob("*") if path.is_file())
    shutil.copytree(place / "cache", disk / "cache")
    for free in (1, 6):
        small_disk(held // 2**20 + 14 + free)
        code, lines = ingested("free", disk)
        assert (code, len(lines)) == (2, 1), (free, lines)
        assert "libérer de la place" in lines[0]
        assert library.current() == before
        assert answers(library, NAMED, DESCRIBED) == answers(LocalLibrary(place / "library"), NAMED, DESCRIBED)
    small_disk(120)
    assert ingested("free", disk) == (0, [])
    assert answers(library, NAMED) == answers(LocalLibrary(place / "all"), NAMED)


# --- an app that is killed ---


@pytest.mark.slow
def test_an_app_killed_at_any_moment_leaves_the_library_as_it_was(place: Path, tmp_path: Path) -> None:
    shutil.copytree(place / "all", tmp_path / "library")
    library = LocalLibrary(tmp_path / "library")
    command = [sys.executable, "-m", "tests.faulty", "serve", str(library.folder)]
    for delay in (0.05, 0.4, 1.2):  # while it opens, while it answers, while it opens again
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout
            assert process.stdout.readline() == "ready\n"
            time.sleep(delay)
            process.send_signal(signal.SIGKILL)
        assert process.returncode == -signal.SIGKILL
        assert answers(library, NAMED, DESCRIBED) == answers(LocalLibrary(place / "all"), NAMED, DESCRIBED)


# --- a library that cannot be written, or is gone ---


def close_rights(folder: Path, closed: bool) -> None:
    for path in [folder, *folder.rglob("*")]:
        path.chmod((0o555 if path.is_dir() else 0o444) if closed else (0o755 if path.is_dir() else 0o644))


def temporary_copies() -> set[Path]:
    return set(Path(tempfile.gettempdir()).glob("oriane-*"))


def test_a_read_only_library_is_served_from_a_copy_of_its_database(place: Path) -> None:
    """Chroma writes into every database that it opens; the copy goes when the version is closed."""
    with as_nobody() as folder:
        library = LocalLibrary(folder / "library")
        ingest([FEW[0]], library, HashingEmbedder(), EmbeddingCache(folder / "cache"))
        close_rights(library.folder, closed=True)
        before = temporary_copies()
        version = library.open(str(library.current()))
        vector = HashingEmbedder().embed_query("Présentation")
        assert len(version.collection.search(vector, 3)) == 3
        assert len(temporary_copies() - before) == 1
        del version
        gc.collect()
        assert temporary_copies() <= before
        close_rights(library.folder, closed=False)


def test_an_app_goes_on_when_its_library_vanishes_and_follows_the_next_one(place: Path, tmp_path: Path) -> None:
    library = LocalLibrary(tmp_path / "library")
    shutil.copytree(place / "all", library.folder)
    oriane = Oriane(library, HashingEmbedder())
    before = [oriane.ask(Question(text=text)).answer for text in (NAMED, DESCRIBED)]
    shutil.rmtree(library.folder)
    assert [oriane.ask(Question(text=text)).answer for text in (NAMED, DESCRIBED)] == before
    with pytest.raises(NoLibraryError, match="Aucune bibliothèque : lancer « oriane ingest »"):
        answers(library, NAMED)
    shutil.copytree(place / "library", library.folder)
    assert oriane.ask(Question(text=NAMED)).library_version == library.current()


# --- a clock that jumps ---

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "after", "name"),
    [
        (NOON, "", "20261125-120000-000000-abcdef01"),
        (NOON, "20261124-183000-250000-1a2b3c4d", "20261125-120000-000000-abcdef01"),
        (NOON, "20261125-120000-000000-ffffffff", "20261125-120000-000001-abcdef01"),
        (NOON, "20990101-000000-999999-1a2b3c4d", "20990101-000001-000000-abcdef01"),
        (NOON, "essai", "20261125-120000-000000-abcdef01"),
    ],
)
def test_a_version_is_named_after_the_one_before_whatever_the_clock_says(now: datetime, after: str, name: str) -> None:
    assert version_name("abcdef0123", now, after) == name


@pytest.mark.parametrize("jump", [timedelta(days=-400), timedelta(days=400), timedelta(0)])
def test_a_clock_that_jumps_between_two_ingestions_changes_nothing_for_readers(
    jump: timedelta, write_fiche: Callable[..., Path], tmp_path: Path
) -> None:
    now = [NOON]
    library = LocalLibrary(tmp_path / "library", lambda: now[0])
    oriane = Oriane(library, HashingEmbedder())
    published = []
    for number in range(4):
        now[0] = NOON + (jump if number >= 2 else timedelta(0))
        source = write_fiche(text=f"Essaie tout, {number} fois.")
        options = Options(clock=lambda: now[0])
        report = ingest([source], library, HashingEmbedder(), EmbeddingCache(tmp_path / "cache"), options)
        published.append(report.version)
        answer = oriane.ask(Question(text="c'est quoi le métier d'essayeur de tests ?"))
        assert (answer.library_version, f"{number} fois" in answer.answer) == (report.version, True)
    assert published == sorted(published)
    assert list(library.kept())[:2] == [published[3], published[2]]
