"""Formations beside métiers in one library: what a build changes, what it reports, what stays as it was."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app
from ingest.chroma import ChromaCollection
from ingest.embedding_cache import EmbeddingCache
from ingest.graph import LinkCounts, Unlinked
from ingest.library import LibraryError, NoCollection, Version
from ingest.local_library import LocalLibrary
from ingest.pipeline import Options, ingest
from ingest.readers import Rejection
from ingest.report import FormationCounts, Report
from tests.conftest import FORMATION_SEEDS, SEEDS
from tests.fakes import HashingEmbedder

FORMATION = """# {title}

## Informations générales

**Durée:** {duration}
**Niveau de certification:** niveau 3
**Type:** CAP (CAP)

## Accès

{access}

## Métiers associés

- {metier}
"""

Ingest = Callable[..., Report]


@pytest.fixture
def run(library: LocalLibrary, embedder: HashingEmbedder, cache: EmbeddingCache) -> Ingest:
    def ingest_here(*paths: Path, **options: object) -> Report:
        return ingest(paths, library, embedder, cache, Options(**options))

    return ingest_here


@pytest.fixture
def metiers(write_fiche: Callable[..., Path]) -> Path:
    """Two fiches métiers, `essayeur` and `vérificatrice`."""
    write_fiche("MET.2", title="vérificatrice")
    return write_fiche("MET.1", title="essayeur").parent


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Write a fiche formation into the test's folder `formations/` and return its path."""

    def write_formation(number: int = 1, **said: str) -> Path:
        path = tmp_path / "formations" / f"FOR.{number}_cap.md"
        path.parent.mkdir(exist_ok=True)
        values = {"title": f"CAP {number}", "duration": "2 ans", "access": "Après la 3e.", "metier": "essayeur"}
        path.write_text(FORMATION.format(**(values | said)), encoding="utf-8")
        return path

    return write_formation


@pytest.fixture
def formations(write: Callable[..., Path]) -> Path:
    """Two fiches formations, FOR.1 and FOR.10."""
    write(10)
    return write(1).parent


def serving(library: LocalLibrary) -> Version:
    """The version in service, found sound: each index finds every passage of its own by its own vector."""
    version = library.open(str(library.current()))
    assert isinstance(version.collection, ChromaCollection)
    assert version.collection.count() == len(version.passages)
    if version.formations:
        assert isinstance(version.formation_collection, ChromaCollection)
        assert version.formation_collection.count() == version.manifest.formation_passages
        found = {hit.id for hit in version.formation_collection.search([1.0] * 384, 10_000)}
        assert len(found) == version.manifest.formation_passages
        for passage in (version.formation_passages[i] for i in found):
            [hit] = version.formation_collection.search(HashingEmbedder().embed_query(passage.embedded_text), 1)
            assert version.formation_passages[hit.id].embedded_text == passage.embedded_text
    return version


# --- one library ---


def test_one_build_makes_one_library_of_both(
    run: Ingest, metiers: Path, formations: Path, library: LocalLibrary
) -> None:
    report = run(metiers, formations)
    version = serving(library)
    assert (report.read, report.added, report.exit_code) == (2, 2, 0)
    assert report.formations == FormationCounts(read=2, added=2, passages=6)
    assert (list(version.fiches), list(version.formations)) == (["MET.1", "MET.2"], ["FOR.1", "FOR.10"])
    manifest = version.manifest
    assert (manifest.fiches, manifest.formations, manifest.formation_passages) == (2, 2, 6)
    assert version.formation_passages["FOR.1/informations-generales/duree"].text == "Durée: 2 ans"
    assert version.passages_of("FOR.10")[0].id == "FOR.10/identite/appellations"
    assert version.passages_of("MET.1") == version.by_fiche["MET.1"]
    assert version.passages_of("FOR.2") == ()
    assert (version.fiche("MET.1"), version.fiche("FOR.1")) == (version.fiches["MET.1"], version.formations["FOR.1"])
    assert version.fiche("FOR.2") is None


def test_formations_leave_what_is_said_of_metiers_as_it_was(
    run: Ingest, metiers: Path, formations: Path, library: LocalLibrary
) -> None:
    run(metiers)
    before = serving(library)
    report = run(formations)
    after = serving(library)
    assert (report.version, report.embedded) == (after.name, 6)
    assert (report.read, report.unchanged, report.removed) == (0, 2, 0)
    assert (after.fiches, after.passages) == (before.fiches, before.passages)
    vector = HashingEmbedder().embed_query("essaie")
    assert after.collection.search(vector, 100) == before.collection.search(vector, 100)


def test_a_library_without_formations_is_what_it_always_was(run: Ingest, metiers: Path, library: LocalLibrary) -> None:
    report = run(metiers)
    version = serving(library)
    assert (report.links, report.formations) == (None, FormationCounts())
    assert isinstance(version.formation_collection, NoCollection)
    assert version.formation_collection.search([0.0], 5) == []
    folder = library.folder / "versions" / version.name
    assert not list(folder.glob("formation*"))
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    for key in ("formations", "formation_passages"):  # a manifest of before them
        assert manifest.pop(key) == 0
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    (folder / "seal.json").unlink()
    assert serving(library).manifest.formations == 0
    assert run(metiers).version == version.name  # nothing changed


def test_formations_alone_publish_nothing(run: Ingest, formations: Path, library: LocalLibrary) -> None:
    report = run(formations)
    assert (report.version, report.exit_code, library.current()) == (None, 2, None)


# --- what changes ---


def test_nothing_changed_publishes_nothing(
    run: Ingest, metiers: Path, formations: Path, embedder: HashingEmbedder
) -> None:
    first = run(metiers, formations)
    embedder.embedded.clear()
    again = run(metiers, formations)
    assert again.version == first.version
    assert again.formations == FormationCounts(read=2, unchanged=2, passages=6)
    assert embedder.embedded == []


def test_one_changed_formation_embeds_its_changed_passages_alone(
    run: Ingest, metiers: Path, formations: Path, library: LocalLibrary, write: Callable[..., Path]
) -> None:
    for number in range(20, 30):
        write(number)
    run(metiers, formations)
    write(1, access="Sans condition.")
    report = run(metiers, formations)
    assert (report.formations.changed, report.formations.unchanged, report.embedded) == (1, 11, 1)
    assert serving(library).formation_passages["FOR.1/acces"].text == "Sans condition."


def test_a_fact_that_is_not_searched_is_published_all_the_same(
    run: Ingest, metiers: Path, formations: Path, library: LocalLibrary, write: Callable[..., Path]
) -> None:
    first = run(metiers, formations)
    write(1, duration="1 an")
    report = run(metiers, formations)
    assert (report.formations.changed, report.embedded, report.version == first.version) == (1, 0, False)
    assert serving(library).formations["FOR.1"].duration_months == 12


def test_most_formations_changed_make_a_new_index(
    run: Ingest, metiers: Path, formations: Path, library: LocalLibrary, write: Callable[..., Path]
) -> None:
    run(metiers, formations)
    for number in (1, 10):
        write(number, access="Autrement.", title=f"BP {number}")
    run(metiers, formations)
    assert serving(library).formations["FOR.1"].title == "BP 1"


def test_prune_removes_what_is_gone_of_the_kinds_that_were_read(
    run: Ingest, metiers: Path, formations: Path, library: LocalLibrary
) -> None:
    run(metiers, formations)
    (formations / "FOR.10_cap.md").unlink()
    assert run(metiers, prune=True).formations == FormationCounts(unchanged=2, passages=6)
    report = run(metiers, formations, prune=True)
    assert report.formations == FormationCounts(read=1, unchanged=1, removed=1, passages=3)
    assert list(serving(library).formations) == ["FOR.1"]


def test_a_rejected_formation_prunes_nothing(
    run: Ingest, metiers: Path, formations: Path, library: LocalLibrary
) -> None:
    run(metiers, formations)
    (formations / "FOR.10_cap.md").write_text("# CAP\n\n## Informations générales\n\nPerdu.\n", encoding="utf-8")
    report = run(metiers, formations, prune=True)
    assert [rejection.line for rejection in report.rejected] == [5]
    assert (report.pruned, report.exit_code) == (False, 1)
    assert list(serving(library).formations) == ["FOR.1", "FOR.10"]


def test_two_formations_of_one_id_keep_the_first_and_name_both(
    run: Ingest, metiers: Path, formations: Path, library: LocalLibrary
) -> None:
    shutil.copy(formations / "FOR.1_cap.md", formations / "FOR.1_copie.md")
    assert run(metiers, formations).rejected == []
    other = (formations / "FOR.1_copie.md").read_text(encoding="utf-8").replace("Après", "Avant")
    (formations / "FOR.1_copie.md").write_text(other, encoding="utf-8")
    [rejection] = run(metiers, formations).rejected
    assert isinstance(rejection, Rejection)
    assert rejection.path.endswith("FOR.1_copie.md")
    assert "FOR.1 se trouve déjà dans" in rejection.reason
    assert serving(library).formation_passages["FOR.1/acces"].text == "Après la 3e."


# --- what links ---


def test_the_report_says_what_did_not_link(
    run: Ingest, metiers: Path, formations: Path, write: Callable[..., Path]
) -> None:
    write(2, metier="ferrailleur")
    report = run(metiers, formations)
    assert report.links == LinkCounts(0, 0, 2, 1, 0, 0, 0)
    assert report.unlinked == (Unlinked("FOR.2", "ferrailleur"),)
    as_json = json.loads(json.dumps(report.to_json()))
    assert as_json["unlinked"] == [{"formation": "FOR.2", "title": "ferrailleur", "candidates": []}]
    assert as_json["links"]["metiers_unlinked"] == 1


# --- damage ---

DAMAGES = {
    "no formations": lambda folder: (folder / "formations.jsonl").unlink(),
    "fewer formations": lambda folder: (folder / "formations.jsonl").write_text("", encoding="utf-8"),
    "formations cut off": lambda folder: (folder / "formations.jsonl").write_text('{"id"', encoding="utf-8"),
    "no list of their passages": lambda folder: (folder / "formation_passages.json").unlink(),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_damaged_formations_are_refused_and_built_anew(
    damage: Callable[[Path], None], run: Ingest, metiers: Path, formations: Path, library: LocalLibrary
) -> None:
    name = run(metiers, formations).version
    damage(library.folder / "versions" / str(name))
    with pytest.raises(LibraryError, match="incomplète ou abîmée"):
        library.open(str(name))
    run(metiers, formations)
    assert list(serving(library).formations) == ["FOR.1", "FOR.10"]


# --- the command line ---


@pytest.fixture
def _no_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.embedder.Embedder", lambda model: HashingEmbedder())


def oriane(*arguments: str | Path) -> str:
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.output


@pytest.mark.usefixtures("_no_model")
def test_ingest_and_status_say_what_formations_there_are(
    metiers: Path, formations: Path, write: Callable[..., Path]
) -> None:
    write(2, metier="ferrailleur")
    said = oriane("ingest", metiers, formations)
    assert "3 formations lues : 3 ajoutées, 0 changées, 0 inchangées, 0 ôtées." in said
    assert "2 métiers associés reliés, 1 non reliés." in said
    assert "Métiers non reliés : ferrailleur (tous avec --json)" in said
    assert "Formations     3 fiches, 9 passages cherchés par le sens" in oriane("status")
    assert json.loads(oriane("status", "--json"))["formations"] == 3


@pytest.mark.usefixtures("_no_model")
def test_without_any_neither_says_a_word_of_them(metiers: Path) -> None:
    said = (oriane("ingest", metiers) + oriane("status")).lower()
    assert "formation" not in said


@pytest.mark.usefixtures("_no_model")
def test_formations_alone_are_told_what_they_need(formations: Path) -> None:
    assert "les formations s'ajoutent à des fiches métiers, à nommer aussi" in oriane("ingest", formations)


@pytest.mark.usefixtures("_no_model")
def test_the_starter_library_holds_formations() -> None:
    report = json.loads(oriane("ingest", "--starter", "--json"))
    assert report["rejected"] == []
    assert report["read"] == len(list(SEEDS.glob("*.md")))
    assert report["formations"]["read"] == len(list(FORMATION_SEEDS.glob("*.md"))) >= 24
