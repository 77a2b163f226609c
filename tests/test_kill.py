"""`kill -9` at any moment of a build: the old version or the new one answers, whole, and the next build succeeds."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ingest.chroma import ChromaCollection
from ingest.embedding_cache import EmbeddingCache
from ingest.library import Version
from ingest.local_library import LocalLibrary
from ingest.pipeline import ingest
from tests.conftest import ROOT
from tests.fakes import HashingEmbedder
from tests.killed_build import MOMENTS

pytestmark = pytest.mark.slow

FICHE = "# métier {number}\n**ID:** MET.{number}\n\n## Présentation\n\n{text}\n\n## En bref\n\nBref {number}.\n"
OLD, NEW = "Texte d'hier.", "Texte d'aujourd'hui."
COUNT = 20


def write_fiches(folder: Path, text: str, count: int) -> Path:
    folder.mkdir(exist_ok=True)
    for number in range(1, count + 1):
        content = FICHE.format(number=number, text=f"{text} {number}")
        (folder / f"MET.{number}.md").write_text(content, encoding="utf-8")
    return folder


def build(sources: Path, place: Path) -> None:
    ingest([sources], LocalLibrary(place / "library"), HashingEmbedder(), EmbeddingCache(place / "cache"))


def killed(moment: str, sources: Path, place: Path) -> int:
    """Run a build in a process that kills itself at that moment; return how it ended."""
    command = [sys.executable, "-m", "tests.killed_build", moment, sources, place / "library", place / "cache"]
    return subprocess.run(command, cwd=ROOT, check=False, timeout=120, stderr=subprocess.DEVNULL).returncode


def whole(library: LocalLibrary) -> Version:
    """The version in service, found whole: the counts agree and every passage is found by its own vector."""
    version = library.open(str(library.current()))
    assert isinstance(version.collection, ChromaCollection)
    assert version.collection.count() == len(version.passages)
    for passage in version.passages.values():
        [hit] = version.collection.search(HashingEmbedder().embed_query(passage.embedded_text), 1)
        assert (hit.id, hit.cosine) == (passage.id, pytest.approx(1.0, abs=1e-5))
    return version


def texts(version: Version) -> set[str]:
    """The words that tell old and new apart, each without its number."""
    return {version.passages[f"{fiche_id}/presentation"].text.rpartition(" ")[0] for fiche_id in version.fiches}


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Fiches of yesterday, and of today: all changed ("whole"), or one in ten ("part"), with two métiers more."""
    folder = tmp_path_factory.mktemp("sources")
    part = write_fiches(folder / "part", OLD, COUNT)
    (part / "MET.21.md").write_text(FICHE.format(number=21, text=f"{NEW} 21"), encoding="utf-8")
    (part / "MET.1.md").write_text(FICHE.format(number=1, text=f"{NEW} 1"), encoding="utf-8")
    return {
        "old": write_fiches(folder / "old", OLD, COUNT),
        "whole": write_fiches(folder / "whole", NEW, COUNT + 1),
        "part": part,
    }


@pytest.fixture(scope="module")
def yesterday(sources: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library and a cache built of yesterday's fiches; to be copied."""
    place = tmp_path_factory.mktemp("yesterday")
    build(sources["old"], place)
    return place


#: Only from here to the swap does a build that copies the old index differ from one that begins a new one.
COPYING = list(MOMENTS)[list(MOMENTS).index("while the old index is copied") :][:11]
CASES = [*(("whole", moment) for moment in MOMENTS), *(("part", moment) for moment in COPYING)]


@pytest.fixture(scope="module")
def endings(
    sources: dict[str, Path], yesterday: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[tuple[str, str], tuple[Path, int]]]:
    """Every build killed at its moment, two at a time: the place it worked in, and how it ended."""
    folder = tmp_path_factory.mktemp("killed")

    def run(case: tuple[str, str]) -> tuple[Path, int]:
        place = folder / "-".join(case).replace(" ", "_")
        shutil.copytree(yesterday, place)
        return place, killed(case[1], sources[case[0]], place)

    with ThreadPoolExecutor(2) as pool:
        yield dict(zip(CASES, pool.map(run, CASES), strict=True))


@pytest.mark.parametrize(("kind", "moment"), CASES, ids=["-".join(case) for case in CASES])
def test_a_build_killed_at_a_moment_leaves_a_whole_version_and_the_next_build_succeeds(
    kind: str, moment: str, endings: dict[tuple[str, str], tuple[Path, int]], sources: dict[str, Path]
) -> None:
    place, ending = endings[kind, moment]
    assert ending == -signal.SIGKILL
    library = LocalLibrary(place / "library")
    published = MOMENTS[moment][1]
    today = {NEW} if kind == "whole" else {OLD, NEW}
    version = whole(library)
    assert texts(version) == (today if published else {OLD})
    assert len(version.fiches) == (COUNT + 1 if published else COUNT)
    build(sources[kind], place)
    version = whole(library)
    assert (texts(version), len(version.fiches)) == (today, COUNT + 1)
    assert not (place / "library" / "building").exists()
    assert not (place / "library" / "current.new").exists()
    assert len(list((place / "library" / "versions").iterdir())) == 2


def test_a_first_build_killed_leaves_no_library_and_the_next_one_resumes(
    sources: dict[str, Path], tmp_path: Path
) -> None:
    assert killed("just before the pointer is swapped", sources["old"], tmp_path) == -signal.SIGKILL
    assert LocalLibrary(tmp_path / "library").current() is None
    embedder = HashingEmbedder()
    report = ingest([sources["old"]], LocalLibrary(tmp_path / "library"), embedder, EmbeddingCache(tmp_path / "cache"))
    assert (report.unchanged, report.embedded, embedder.embedded) == (COUNT, 0, [])
    assert texts(whole(LocalLibrary(tmp_path / "library"))) == {OLD}


def test_the_same_script_left_alone_builds_to_the_end(
    sources: dict[str, Path], yesterday: Path, tmp_path: Path
) -> None:
    shutil.copytree(yesterday, tmp_path, dirs_exist_ok=True)
    assert killed("never", sources["whole"], tmp_path) == 0
    assert texts(whole(LocalLibrary(tmp_path / "library"))) == {NEW}


def test_builds_killed_from_outside_whenever_it_happens(
    sources: dict[str, Path], yesterday: Path, tmp_path: Path
) -> None:
    """One library, killed again and again without being mended in between, at moments that nobody chose."""
    shutil.copytree(yesterday, tmp_path, dirs_exist_ok=True)
    library = LocalLibrary(tmp_path / "library")
    command = [sys.executable, "-m", "tests.killed_build", "never"]
    for delay, kind in enumerate(("whole", "old", "part", "old", "whole")):
        shutil.rmtree(tmp_path / "cache", ignore_errors=True)
        arguments = [sources[kind], tmp_path / "library", tmp_path / "cache"]
        with subprocess.Popen([*command, *map(str, arguments)], cwd=ROOT, stderr=subprocess.DEVNULL) as process:
            deadline = time.monotonic() + 60
            while process.poll() is None and time.monotonic() < deadline and not (library.folder / "building").exists():
                time.sleep(0.002)
            time.sleep(delay * 0.03)
            process.kill()
        assert texts(whole(library)) <= {OLD, NEW}
    build(sources["whole"], tmp_path)
    assert texts(whole(library)) == {NEW}
