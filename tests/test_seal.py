"""Damage to a version's files is found when it is opened, whatever the bit; the version before answers meanwhile."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.embedding_cache import EmbeddingCache
from ingest.library import DamagedError, LibraryError, Version
from ingest.live_version import LiveVersion
from ingest.local_library import LocalLibrary
from ingest.pipeline import Options, ingest
from ingest.scope import load_scope
from ingest.seal import SAVED_GRAPH
from tests.conftest import FORMATION_SEEDS, SEEDS
from tests.fakes import HashingEmbedder

FLIPS = 16


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library of two versions of the seeds, whose examples are so many that Chroma saves their graph; read only."""
    place = tmp_path_factory.mktemp("sealed")
    library, cache = LocalLibrary(place / "library"), EmbeddingCache(place / "cache")
    options = Options(scope=load_scope())
    ingest([SEEDS], library, HashingEmbedder(), cache, options)
    ingest([FORMATION_SEEDS], library, HashingEmbedder(), cache, options)
    return library.folder


@pytest.fixture
def library(built: Path, tmp_path: Path) -> LocalLibrary:
    shutil.copytree(built, tmp_path / "library")
    return LocalLibrary(tmp_path / "library")


def newest(library: LocalLibrary) -> Path:
    return library.folder / "versions" / str(library.current())


def serving(library: LocalLibrary) -> Version:
    return LiveVersion(library, lambda version: version).get()


def found_in(version: Version) -> list[list[str]]:
    """What a few searches find, in each of the three indexes."""
    vectors = [HashingEmbedder().embed_query(text) for text in ("le salaire", "des études", "un chantier")]
    collections = version.collection, version.expressions, version.formation_collection
    return [[hit.id for hit in one.search(vector, 5)] for one in collections for vector in vectors]


def flip_a_bit(path: Path, chance: random.Random) -> str:
    """Flip one bit of a file; say which."""
    content = bytearray(path.read_bytes())
    place, bit = chance.randrange(len(content)), chance.randrange(8)
    content[place] ^= 1 << bit
    path.write_bytes(content)
    return f"bit {bit} of byte {place} of {path.name}"


def test_a_sound_version_opens_again_and_again(library: LocalLibrary) -> None:
    """Chroma changes some bytes whenever it opens a database: they are no damage."""
    before = found_in(library.open(str(library.current())))
    for _ in range(3):
        assert found_in(library.open(str(library.current()))) == before


@pytest.mark.slow
def test_every_flipped_bit_is_found_or_harmless_and_a_whole_version_answers(built: Path, tmp_path: Path) -> None:
    sound = LocalLibrary(built)
    new, old = (sound.open(name) for name in sound.kept())
    whole = {version.name: (version.fiches, version.formations, found_in(version)) for version in (new, old)}
    chance = random.Random(20261125)
    files = sorted(path.relative_to(built) for path in (built / "versions" / new.name).rglob("*") if path.is_file())
    refused = 0
    for number in range(FLIPS):
        library = LocalLibrary(tmp_path / str(number))
        shutil.copytree(built, library.folder)
        flipped = flip_a_bit(library.folder / chance.choice([f for f in files if (built / f).stat().st_size]), chance)
        version = serving(library)
        assert (version.fiches, version.formations, found_in(version)) == whole[version.name], flipped
        refused += version.name == old.name
        shutil.rmtree(library.folder)
    assert refused > FLIPS / 2  # the rest hit bytes that Chroma writes anew at each opening


@pytest.mark.parametrize(
    "name", ["manifest.json", "fiches.jsonl", "passages.json", "seal.json", "chroma/chroma.sqlite3"]
)
@pytest.mark.parametrize("place", [0.1, 0.5, 0.9])
def test_a_flipped_bit_in_a_file_is_refused_with_what_to_do(name: str, place: float, library: LocalLibrary) -> None:
    path = newest(library) / name
    content = bytearray(path.read_bytes())
    content[int(len(content) * place)] ^= 1
    path.write_bytes(content)
    with pytest.raises(DamagedError, match=r"incomplète ou abîmée \(.*\) : relancer « oriane ingest » sur les mêmes"):
        library.open(str(library.current()))


def saved_graphs(version: Path) -> list[Path]:
    return [path.parent for path in version.glob(f"chroma/*/{SAVED_GRAPH}")]


def remove_graph(version: Path) -> None:
    for folder in saved_graphs(version):
        shutil.rmtree(folder)


def empty_graph(version: Path) -> None:
    for folder in saved_graphs(version):
        for path in folder.iterdir():
            path.unlink()


@pytest.mark.parametrize("damage", [remove_graph, empty_graph])
def test_an_index_without_its_graph_is_refused_though_its_database_counts_right(
    damage: Callable[[Path], None], library: LocalLibrary
) -> None:
    assert saved_graphs(newest(library))
    damage(newest(library))
    with pytest.raises(DamagedError, match=r"chroma/.* manque"):
        library.open(str(library.current()))


def test_a_damaged_version_gives_way_to_the_one_before_and_the_operator_is_told(
    library: LocalLibrary, caplog: pytest.LogCaptureFixture
) -> None:
    new, old = library.kept()
    flip_a_bit(newest(library) / "fiches.jsonl", random.Random(1))
    live = LiveVersion(library, lambda version: version)
    assert [live.get().name for _ in range(3)] == [old] * 3
    [record] = caplog.records
    assert f"La version {new} de la bibliothèque" in record.message
    assert f"relancer « oriane ingest » sur les mêmes sources. En attendant, la version {old} est en service." in (
        record.message
    )


def test_both_versions_damaged_is_said(library: LocalLibrary) -> None:
    for name in library.kept():
        flip_a_bit(library.folder / "versions" / name / "fiches.jsonl", random.Random(1))
    with pytest.raises(LibraryError, match=f"La version {library.current()} .* incomplète ou abîmée"):
        serving(library)


@pytest.mark.parametrize("pointer", [None, b"", b"\xff\xfe", b"20261124-000000-000000-00000000"])
def test_a_lost_or_damaged_pointer_leaves_the_last_version_serving(
    pointer: bytes | None, library: LocalLibrary
) -> None:
    new, _ = library.kept()
    if pointer is None:
        (library.folder / "current").unlink()
    else:
        (library.folder / "current").write_bytes(pointer)
    assert serving(library).name == new


def test_an_ingestion_mends_a_damaged_version_and_loses_nothing(library: LocalLibrary, tmp_path: Path) -> None:
    """Given one fiche only, it goes on from the version before."""
    _, old = library.kept()
    flip_a_bit(newest(library) / "fiches.jsonl", random.Random(1))
    cache = EmbeddingCache(tmp_path / "cache")
    report = ingest([SEEDS / "MET.1.md"], library, HashingEmbedder(), cache, Options(scope=load_scope()))
    assert report.exit_code == 1
    [rejection] = report.rejected
    assert rejection.reason.endswith(f"Reconstruite ici à partir de la version {old} et des sources données.")
    version = serving(library)
    assert version.name == library.current() == report.version
    assert version.fiches == library.open(old).fiches
    assert found_in(version)


def test_an_ingestion_rebuilds_a_damaged_index_though_nothing_changed(library: LocalLibrary, tmp_path: Path) -> None:
    before = str(library.current())
    remove_graph(newest(library))
    options = Options(scope=load_scope())
    report = ingest([SEEDS], library, HashingEmbedder(), EmbeddingCache(tmp_path / "cache"), options)
    assert (report.exit_code, report.version == before) == (0, False)
    assert serving(library).name == report.version
