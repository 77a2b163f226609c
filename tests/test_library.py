"""The library: what a version holds, what it refuses, and how a running app follows it."""

from __future__ import annotations

import gc
import json
import logging
import multiprocessing
import os
import shutil
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from chromadb.errors import InternalError

from ingest.chroma import ChromaCollection
from ingest.embedding_cache import EmbeddingCache
from ingest.fiche import Appellation, Block, FicheMetier, Section
from ingest.library import (
    Change,
    Contents,
    DamagedError,
    Draft,
    Library,
    LibraryError,
    Manifest,
    NoLibraryError,
    OtherFormatError,
    Version,
)
from ingest.live_version import LiveVersion
from ingest.local_library import LocalLibrary
from ingest.passages import passages_of
from ingest.pipeline import ingest
from tests.fakes import HashingEmbedder
from tests.rights import as_nobody


def fiche(number: int = 1, text: str = "Essaie tout.") -> FicheMetier:
    section = Section(name="Présentation", blocks=(Block(text=text),))
    return FicheMetier(id=f"MET.{number}", name=Appellation(title=f"métier {number}"), sections=(section,))


def draft(name: str, *fiches: FicheMetier, model: str = "hashing/1", format: int = 1, base: str | None = None) -> Draft:
    """A version of these fiches, made without the pipeline; with a base, all its passages are replaced."""
    passages = [passage for one in fiches for passage in passages_of(one)]
    texts = [passage.embedded_text for passage in passages]
    vectors = np.asarray(HashingEmbedder().embed_documents(texts), dtype=np.float32)
    manifest = Manifest(
        version=name,
        format=format,
        created=datetime(2026, 11, 24, tzinfo=UTC),
        model=model,
        dimension=vectors.shape[1],
        source=None,
        edition="2025-10-21",
        fiches=len(fiches),
        passages=len(passages),
        content_hash=name,
    )
    hashes = {passage.id: passage.content_hash for passage in passages}
    deleted = tuple(hashes) if base else ()
    contents = Contents(manifest, {one.id: one for one in fiches}, hashes)
    by_text = dict(zip(texts, vectors, strict=True))
    return Draft(contents, base, Change(deleted, tuple(passages)), Change((), ()), by_text)


def publish(library: Library, name: str, *fiches: FicheMetier, **settings: Any) -> str:
    with library.writing():
        library.publish(draft(name, *(fiches or (fiche(),)), **settings))
    return name


def titles(version: Version) -> list[str]:
    return [one.title for one in version.fiches.values()]


def found_by_its_own_vector(version: Version) -> set[str]:
    """The passages that a search by their own vector puts first."""
    vectors = HashingEmbedder().embed_documents([passage.embedded_text for passage in version.passages.values()])
    firsts = {version.collection.search(vector, 1)[0].id for vector in vectors}
    assert firsts <= version.passages.keys()
    return firsts


# --- a version ---


def test_nothing_was_ever_published(any_library: Library) -> None:
    assert any_library.current() is None


def test_what_is_published_is_what_is_read(any_library: Library) -> None:
    publish(any_library, "first", fiche(1), fiche(2))
    version = any_library.open("first")
    assert any_library.current() == version.name == "first"
    assert version.fiches == {"MET.1": fiche(1), "MET.2": fiche(2)}
    assert version.by_fiche["MET.2"] == passages_of(fiche(2))
    assert found_by_its_own_vector(version) == version.passages.keys()
    assert version.manifest == any_library.manifest("first")


def test_a_search_gives_the_cosine_of_the_nearest_first(any_library: Library) -> None:
    publish(any_library, "first", fiche(1, "les chats"), fiche(2, "les chiens"))
    version = any_library.open("first")
    vector = HashingEmbedder().embed_query(version.passages["MET.2/presentation"].embedded_text)
    hits = version.collection.search(vector, 3)
    assert (hits[0].id, len(hits)) == ("MET.2/presentation", 3)
    assert hits[0].cosine == pytest.approx(1.0, abs=1e-5)
    assert sorted((hit.cosine for hit in hits), reverse=True) == [hit.cosine for hit in hits]


def test_a_search_among_some_entries_gives_their_cosines_as_a_search_among_all_does(any_library: Library) -> None:
    publish(any_library, "first", fiche(1, "les chats"), fiche(2, "les chiens"), fiche(3, "les chiens et les chats"))
    version = any_library.open("first")
    vector = HashingEmbedder().embed_query("les chiens")
    every = {hit.id: hit.cosine for hit in version.collection.search(vector, 6)}
    some = [f"MET.{number}/presentation" for number in (1, 2, 3)]
    hits = version.collection.search(vector, 2, among=some)
    assert [hit.id for hit in hits] == sorted(some, key=lambda entry_id: -every[entry_id])[:2]
    assert [hit.cosine for hit in hits] == pytest.approx([every[hit.id] for hit in hits], abs=1e-5)
    assert version.collection.search(vector, 2, among=[]) == []


@pytest.mark.parametrize("separator", ["\u2028", "\u2029", "\x85", "\x0b", "\x1e", "\\n", '"'])
def test_no_sign_inside_a_text_breaks_the_files_of_a_version(separator: str, any_library: Library) -> None:
    odd = fiche(text=f"avant{separator}après")
    publish(any_library, "first", odd)
    assert any_library.open("first").fiches == {"MET.1": odd}


def test_the_same_version_can_be_opened_twice_and_closed_once(any_library: Library) -> None:
    publish(any_library, "first")
    one, other = any_library.open("first"), any_library.open("first")
    del one
    gc.collect()
    assert found_by_its_own_vector(other)


def test_another_model_is_refused_with_what_to_run(any_library: Library) -> None:
    publish(any_library, "first", model="ancien")
    version = any_library.open("first")
    version.require_model("ancien")
    with pytest.raises(LibraryError) as refusal:
        version.require_model("nouveau")
    assert str(refusal.value) == (
        "La bibliothèque a été construite avec le modèle « ancien », Oriane est réglée sur « nouveau » :"
        " relancer « oriane ingest » sur les mêmes sources, ou rétablir ORIANE_EMBEDDER."
    )


def test_another_format_is_refused_with_what_to_do(any_library: Library) -> None:
    publish(any_library, "first", format=99)
    for read in (any_library.manifest, any_library.contents, any_library.open):
        with pytest.raises(OtherFormatError, match=r"au format 99.*lit le format 1.*relancer « oriane ingest »"):
            read("first")


def remove(*names: str) -> Callable[[Path], None]:
    return lambda version: [
        shutil.rmtree(version / n) if (version / n).is_dir() else (version / n).unlink() for n in names
    ]


def write(name: str, content: bytes) -> Callable[[Path], None]:
    return lambda version: (version / name).write_bytes(content)


def cut(name: str, size: int) -> Callable[[Path], None]:
    return lambda version: os.truncate(version / name, size)


DAMAGES = {
    "the whole version is gone": lambda version: shutil.rmtree(version),
    "no manifest": remove("manifest.json"),
    "an empty manifest": write("manifest.json", b""),
    "a manifest of something else": write("manifest.json", b'{"version": 1}'),
    "no fiches": remove("fiches.jsonl"),
    "fewer fiches": write("fiches.jsonl", b""),
    "fiches cut off": cut("fiches.jsonl", 30),
    "fiches that are not text": write("fiches.jsonl", b"\xff\xfe\n"),
    "no passages": remove("passages.json"),
    "fewer passages": write("passages.json", b"{}"),
    "passages cut off": cut("passages.json", 10),
    "no index": remove("chroma"),
    "an index that is no database": write("chroma/chroma.sqlite3", b"perdu" * 1000),
    "an index cut off": cut("chroma/chroma.sqlite3", 40_000),
}


@pytest.fixture(scope="module")
def two_fiches(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a library whose version `first` holds two fiches; to be copied."""
    folder = tmp_path_factory.mktemp("two") / "library"
    publish(LocalLibrary(folder), "first", fiche(1), fiche(2))
    return folder


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_version_is_refused_with_what_to_do(
    damage: Callable[[Path], None], two_fiches: Path, library: LocalLibrary
) -> None:
    shutil.copytree(two_fiches, library.folder)
    damage(library.folder / "versions" / "first")
    with pytest.raises(LibraryError, match=r"La version first .* incomplète ou abîmée .*relancer « oriane ingest »"):
        library.open("first")


@pytest.mark.parametrize("pointer", [b"", b"  \n"])
def test_an_empty_pointer_is_no_library(pointer: bytes, library: LocalLibrary) -> None:
    publish(library, "first")
    (library.folder / "current").write_bytes(pointer)
    assert library.current() is None


@pytest.mark.parametrize("pointer", [b"\xff\xfe", b"fir\x00st", b"../first", b"firsu"])
def test_a_damaged_pointer_names_a_damaged_version(pointer: bytes, library: LocalLibrary) -> None:
    publish(library, "first")
    (library.folder / "current").write_bytes(pointer)
    with pytest.raises(DamagedError, match="incomplète ou abîmée"):
        library.open(str(library.current()))


# --- publishing ---


def kept_after(*minutes: float, folder: Path) -> list[str]:
    """The versions that stay, named by their order, when one is published at each of these minutes."""
    times = iter(minutes)
    now = [0.0]
    library = LocalLibrary(folder, lambda: datetime(2026, 11, 24, 12, tzinfo=UTC) + timedelta(minutes=now[0]))
    for number in range(len(minutes)):
        now[0] = next(times)
        publish(library, str(number))
    return sorted(library.kept())


@pytest.mark.parametrize(
    ("minutes", "kept"),
    [
        ((0, 10, 20, 30), ["2", "3"]),  # the current one and the one before
        ((0, 0.1, 0.2, 0.3), ["0", "1", "2", "3"]),  # those that a question may still be reading
        ((0, 5, 5.5, 6.2), ["1", "2", "3"]),
        ((0, 10, -500, -400), ["2", "3"]),  # a clock that went backwards
        ((0, 10, 1e6, 0), ["2", "3"]),  # one that went forwards, and back
    ],
)
def test_old_versions_are_removed_after_a_grace(minutes: tuple[float, ...], kept: list[str], tmp_path: Path) -> None:
    assert kept_after(*minutes, folder=tmp_path) == kept


def test_what_a_killed_build_left_is_swept(library: LocalLibrary) -> None:
    publish(library, "first")
    for leftover in ("building/chroma/chroma.sqlite3", "versions/never-pointed-to/manifest.json"):
        path = library.folder / leftover
        path.parent.mkdir(parents=True)
        path.write_bytes(b"perdu")
    publish(library, "second")
    assert titles(library.open("second")) == ["métier 1"]
    assert sorted(path.name for path in library.folder.iterdir()) == ["current", "lock", "versions"]
    assert sorted(path.name for path in (library.folder / "versions").iterdir()) == ["first", "second"]


def full_disk(*_: object) -> None:
    raise OSError(28, "No space left on device")


def full_disk_in_chroma(*_: object) -> None:
    raise InternalError("database or disk is full")


@pytest.mark.parametrize(
    ("place", "method", "failure"),
    [
        (ChromaCollection, "apply", full_disk_in_chroma),
        (shutil, "copytree", full_disk),
        (os, "fsync", full_disk),
        (Path, "rename", full_disk),
        (Path, "replace", full_disk),
    ],
)
def test_a_full_disk_leaves_the_old_version_serving(
    place: object, method: str, failure: Callable[..., None], library: LocalLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(library, "first")
    with monkeypatch.context() as patched:
        patched.setattr(place, method, failure)
        with pytest.raises(LibraryError, match=r"Impossible d'écrire .* libérer de la place"):
            publish(library, "second", base="first")
    assert library.current() == "first"
    assert found_by_its_own_vector(library.open("first"))
    publish(library, "third", base="first")
    assert found_by_its_own_vector(library.open("third"))


def _try_to_write(folder: Path, answers: multiprocessing.Queue) -> None:
    try:
        with LocalLibrary(folder).writing():
            answers.put("written")
    except LibraryError as error:
        answers.put(str(error))


def test_a_second_writer_is_refused_at_once(library: LocalLibrary) -> None:
    spawning = multiprocessing.get_context("spawn")
    answers = spawning.Queue()
    with library.writing():
        other = spawning.Process(target=_try_to_write, args=(library.folder, answers))
        other.start()
        answer = answers.get(timeout=60)
        other.join()
        with pytest.raises(LibraryError, match="Une autre ingestion écrit"), LocalLibrary(library.folder).writing():
            pass
    assert answer == f"Une autre ingestion écrit dans {library.folder} : attendre qu'elle finisse."
    with library.writing():  # free again
        pass


def test_a_library_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "library").touch()
    with (
        pytest.raises(LibraryError, match=r"dans .*/library .*--library"),
        LocalLibrary(tmp_path / "library").writing(),
    ):
        pass
    with pytest.raises(LibraryError, match="Vérifier le chemin"):
        LocalLibrary(tmp_path / "library").current()


def test_a_read_only_library_is_refused_and_still_serves() -> None:
    with as_nobody() as folder:
        library = LocalLibrary(folder / "library")
        publish(library, "first")
        for path in (library.folder, library.folder / "versions", library.folder / "lock"):
            path.chmod(0o555)
        with pytest.raises(LibraryError, match=r"Impossible d'écrire .* rétablir les droits"), library.writing():
            pass
        assert titles(library.open("first")) == ["métier 1"]
        for path in (library.folder, library.folder / "versions"):
            path.chmod(0o755)


# --- a running app ---


def follow(library: Library) -> LiveVersion[Version]:
    return LiveVersion(library, lambda version: version)


def test_an_app_without_a_library_says_what_to_run(any_library: Library) -> None:
    with pytest.raises(NoLibraryError, match="lancer « oriane ingest »"):
        follow(any_library).get()


def test_an_app_follows_the_library_between_two_questions(any_library: Library) -> None:
    live = follow(any_library)
    publish(any_library, "first")
    held = live.get()
    assert live.get() is held
    publish(any_library, "second", fiche(2))
    assert (live.get().name, titles(live.get())) == ("second", ["métier 2"])
    assert live.get() is live.get()
    assert (held.name, titles(held)) == ("first", ["métier 1"])  # the answer begun before ends with what it began with
    assert found_by_its_own_vector(held) == held.passages.keys()


def test_an_app_keeps_its_version_when_the_next_one_is_damaged_and_takes_the_one_after(
    library: LocalLibrary, caplog: pytest.LogCaptureFixture
) -> None:
    live = follow(library)
    publish(library, "first")
    live.get()
    publish(library, "second")
    (library.folder / "versions" / "second" / "fiches.jsonl").unlink()
    with caplog.at_level(logging.ERROR, "ingest.library"):
        assert [live.get().name for _ in range(3)] == ["first"] * 3
    assert len(caplog.records) == 1
    publish(library, "third")
    assert live.get().name == "third"


@pytest.mark.parametrize("error", [MemoryError(), OSError(24, "Too many open files"), RuntimeError("can't start")])
def test_an_app_keeps_its_version_whatever_prevents_opening_the_next(
    error: Exception, library: LocalLibrary, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    live = follow(library)
    publish(library, "first")
    live.get()
    publish(library, "second")

    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(LocalLibrary, "open", fail)
    assert [live.get().name for _ in range(2)] == ["first", "first"]
    assert [record.message for record in caplog.records] == [f"{error} La version first reste en service."]


def test_an_app_keeps_its_version_when_the_next_one_is_refused(library: LocalLibrary) -> None:
    """One of another model, or of a format to come."""

    def prepare(version: Version) -> Version:
        version.require_model("hashing/1")
        return version

    live = LiveVersion(library, prepare)
    publish(library, "first")
    live.get()
    publish(library, "second", model="autre")
    assert live.get().name == "first"
    publish(library, "third", format=99)
    assert live.get().name == "first"
    with pytest.raises(OtherFormatError):  # an app that starts refuses it: this is no damage
        LiveVersion(library, prepare).get()


def test_an_app_follows_a_version_that_replaces_the_one_it_is_opening(
    library: LocalLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(library, "first")
    open_version = LocalLibrary.open

    def overtaken(self: LocalLibrary, name: str) -> Version:
        if name == "first":
            publish(library, "second")
            shutil.rmtree(library.folder / "versions" / "first")
        return open_version(self, name)

    monkeypatch.setattr(LocalLibrary, "open", overtaken)
    assert follow(library).get().name == "second"


def test_an_app_keeps_its_version_when_the_library_disappears(library: LocalLibrary) -> None:
    live = follow(library)
    publish(library, "first")
    live.get()
    (library.folder / "current").unlink()
    assert live.get().name == "first"
    (library.folder / "current").mkdir()
    assert live.get().name == "first"


def test_an_app_whose_first_version_is_damaged_says_so(library: LocalLibrary) -> None:
    publish(library, "first")
    (library.folder / "versions" / "first" / "manifest.json").unlink()
    with pytest.raises(LibraryError, match="incomplète ou abîmée"):
        follow(library).get()


def test_questions_are_answered_from_the_held_version_while_one_opens_the_next(
    library: LocalLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    live = follow(library)
    publish(library, "first")
    live.get()
    publish(library, "second")
    opening, go = threading.Event(), threading.Event()
    open_version, opened = LocalLibrary.open, []

    def slow_open(self: LocalLibrary, name: str) -> Version:
        opened.append(name)
        opening.set()
        assert go.wait(30)
        return open_version(self, name)

    monkeypatch.setattr(LocalLibrary, "open", slow_open)
    follower = threading.Thread(target=live.get)
    follower.start()
    assert opening.wait(30)
    assert [live.get().name for _ in range(3)] == ["first"] * 3
    go.set()
    follower.join()
    assert (live.get().name, opened) == ("second", ["second"])


def test_many_questions_at_the_start_open_one_version(library: LocalLibrary, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(library, "first")
    live, opened, open_version = follow(library), [], LocalLibrary.open

    def counted(self: LocalLibrary, name: str) -> Version:
        opened.append(name)
        return open_version(self, name)

    monkeypatch.setattr(LocalLibrary, "open", counted)
    seen: list[Version] = []
    threads = [threading.Thread(target=lambda: seen.append(live.get())) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (opened, len(seen), len({id(version) for version in seen})) == (["first"], 8, 1)


# --- mending ---


MENDED = [
    "the whole version is gone",
    "no manifest",
    "fiches cut off",
    "fewer passages",
    "no index",
    "an index cut off",
]


@pytest.mark.parametrize("damage", [DAMAGES[name] for name in MENDED], ids=MENDED)
def test_a_new_ingestion_of_the_same_sources_mends_a_damaged_library(
    damage: Callable[[Path], None], library: LocalLibrary, cache: EmbeddingCache, write_fiche: Callable[..., Path]
) -> None:
    """What the refusal tells the operator to do works."""
    write_fiche("MET.1")
    folder = write_fiche("MET.2", title="vérificateur").parent
    before = ingest([folder], library, HashingEmbedder(), cache)
    damage(library.folder / "versions" / str(before.version))
    with pytest.raises(LibraryError):
        library.open(str(before.version))
    after = ingest([folder], library, HashingEmbedder(), cache)
    version = library.open(str(library.current()))
    assert (after.version, after.embedded) == (version.name, 0)
    assert version.fiches.keys() == {"MET.1", "MET.2"}
    assert found_by_its_own_vector(version) == version.passages.keys()


def test_a_damaged_index_alone_loses_no_fiche(
    library: LocalLibrary, cache: EmbeddingCache, write_fiche: Callable[..., Path]
) -> None:
    write_fiche("MET.1")
    ingest([write_fiche("MET.2", title="vérificateur").parent], library, HashingEmbedder(), cache)
    shutil.rmtree(library.folder / "versions" / str(library.current()) / "chroma")
    report = ingest([write_fiche("MET.3", title="contrôleur", name="../MET.3.md")], library, HashingEmbedder(), cache)
    assert (report.rejected, report.removed, report.unchanged) == ([], 0, 2)
    version = library.open(str(library.current()))
    assert version.fiches.keys() == {"MET.1", "MET.2", "MET.3"}
    assert found_by_its_own_vector(version) == version.passages.keys()


def test_a_library_of_another_format_is_never_overwritten(
    library: LocalLibrary, cache: EmbeddingCache, write_fiche: Callable[..., Path]
) -> None:
    publish(library, "first", format=99)
    with pytest.raises(OtherFormatError):
        ingest([write_fiche("MET.2")], library, HashingEmbedder(), cache)
    assert library.current() == "first"
    assert json.loads((library.folder / "versions" / "first" / "manifest.json").read_bytes())["format"] == 99
