"""Ingestion from one end to the other: what changes in the library, what is embedded, what the report says."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.chroma import ChromaCollection
from ingest.embedding_cache import EmbeddingCache
from ingest.fiche import Domaine, RomeLabel
from ingest.lexicon import Entry, Lexicon
from ingest.library import Version
from ingest.local_library import LocalLibrary
from ingest.pipeline import Options, ingest
from ingest.readers import Rejection
from ingest.report import Report
from tests.conftest import SEEDS
from tests.fakes import HashingEmbedder
from tests.rendering import as_xml

Ingest = Callable[..., Report]


@pytest.fixture
def run(library: LocalLibrary, embedder: HashingEmbedder, cache: EmbeddingCache) -> Ingest:
    """Ingest into the test's library; options by name."""

    def ingest_here(*paths: str | Path, embedder: HashingEmbedder = embedder, **options: object) -> Report:
        return ingest(paths, library, embedder, cache, Options(**options))

    return ingest_here


@pytest.fixture
def folder(write_fiche: Callable[..., Path]) -> Path:
    """Three fiches of different names."""
    for number, title in ((1, "essayeur"), (2, "vérificatrice"), (10, "contrôleur")):
        path = write_fiche(f"MET.{number}", title=title)
    return path.parent


def serving(library: LocalLibrary) -> Version:
    """The version in service, found sound: its index finds every passage by its own vector, and holds no other."""
    version = library.open(str(library.current()))
    assert isinstance(version.collection, ChromaCollection)
    assert version.collection.count() == len(version.passages) == version.manifest.passages
    for passage in version.passages.values():
        [hit] = version.collection.search(HashingEmbedder().embed_query(passage.embedded_text), 1)
        assert (hit.id, hit.cosine) == (passage.id, pytest.approx(1.0, abs=1e-5))
    assert {hit.id for hit in version.collection.search([1.0] * 384, 10_000)} == version.passages.keys()
    assert isinstance(version.expressions, ChromaCollection)
    assert version.expressions.count() == version.manifest.expressions
    return version


def counts(report: Report) -> tuple[int, int, int, int]:
    return report.added, report.changed, report.unchanged, report.removed


INDEX = (
    "<root><item><lien_site_onisepfr>https://www.onisep.fr/http/redirection/metier/slug/{id}</lien_site_onisepfr>"
    "<code_rome>A1101</code_rome><libelle_rome>Conduite</libelle_rome>"
    "<domainesous-domaine>{domaine}</domainesous-domaine></item></root>"
)


@pytest.fixture
def index(tmp_path: Path) -> Path:
    path = tmp_path / "index.xml"
    path.write_text(INDEX.format(id="MET.1", domaine="arts/danse"), encoding="utf-8")
    return path


# --- what a build changes ---


def test_a_first_build_adds_everything(run: Ingest, folder: Path, library: LocalLibrary) -> None:
    report = run(folder)
    version = serving(library)
    assert list(version.fiches) == ["MET.1", "MET.2", "MET.10"]  # in the order of their numbers
    assert report.version == version.name
    assert (report.read, counts(report), report.exit_code) == (3, (3, 0, 0, 0), 0)
    assert (report.passages, report.embedded) == (len(version.passages), len(version.passages))


def test_a_build_with_nothing_changed_publishes_and_embeds_nothing(
    run: Ingest, folder: Path, library: LocalLibrary, embedder: HashingEmbedder
) -> None:
    first = run(folder)
    computed = len(embedder.embedded)
    again = run(folder)
    assert (again.version, counts(again), again.embedded) == (first.version, (0, 0, 3, 0), 0)
    assert len(embedder.embedded) == computed
    assert [path.name for path in (library.folder / "versions").iterdir()] == [first.version]


def test_one_changed_fiche_embeds_its_changed_passages_alone(
    run: Ingest, folder: Path, library: LocalLibrary, write_fiche: Callable[..., Path], embedder: HashingEmbedder
) -> None:
    first = run(folder)
    embedder.embedded.clear()
    write_fiche("MET.2", title="vérificatrice", text="Vérifie désormais deux fois.")
    report = run(folder)
    assert (counts(report), report.embedded) == ((0, 1, 2, 0), 1)
    assert embedder.embedded == ["vérificatrice\nPrésentation\nVérifie désormais deux fois."]
    assert report.version != first.version
    assert serving(library).passages["MET.2/presentation"].text == "Vérifie désormais deux fois."


def test_small_changes_one_after_another_keep_the_index_true(
    run: Ingest, folder: Path, library: LocalLibrary, write_fiche: Callable[..., Path]
) -> None:
    many = [write_fiche(f"MET.{number}", title=f"métier {number}") for number in range(100, 112)]
    run(folder)
    for step in range(3):
        write_fiche("MET.1", title="essayeur", text=f"Version {step}.")
        many[step].unlink()
        write_fiche(f"MET.{200 + step}", title=f"nouveau {step}")
        report = run(folder, prune=True)
        assert counts(report) == (1, 1, 13, 1)
        version = serving(library)
        assert version.passages["MET.1/presentation"].text == f"Version {step}."
        assert many[step].stem not in version.fiches


def test_a_change_of_nothing_but_a_fact_reaches_the_index(
    run: Ingest, folder: Path, library: LocalLibrary, embedder: HashingEmbedder
) -> None:
    run(folder)
    embedder.embedded.clear()
    path = folder / "MET.1.md"
    path.write_text(path.read_text(encoding="utf-8").replace("bac + 2", "bac + 3"), encoding="utf-8")
    report = run(folder)
    assert (counts(report), report.embedded) == ((0, 1, 2, 0), 1)
    version = serving(library)
    held = version.collection._collection.get(where={"level": "bac + 3"}, include=[])["ids"]
    assert sorted(held) == sorted(passage.id for passage in version.by_fiche["MET.1"])


def test_the_same_fiches_in_xml_change_nothing(
    run: Ingest, folder: Path, library: LocalLibrary, tmp_path: Path
) -> None:
    first = run(folder)
    dump = tmp_path / "dump.xml"
    dump.write_text(as_xml(*serving(library).fiches.values()), encoding="utf-8")
    again = run(dump, prune=True)
    assert (again.version, again.read, counts(again), again.embedded) == (first.version, 3, (0, 0, 3, 0), 0)


# --- what disappears, and what does not ---


def test_nothing_disappears_unless_asked(run: Ingest, folder: Path, library: LocalLibrary) -> None:
    run(folder)
    report = run(folder / "MET.2.md")
    assert (report.read, counts(report), report.pruned) == (1, (0, 0, 3, 0), False)
    assert serving(library).fiches.keys() == {"MET.1", "MET.2", "MET.10"}


def test_prune_removes_what_the_sources_no_longer_hold(run: Ingest, folder: Path, library: LocalLibrary) -> None:
    run(folder)
    (folder / "MET.1.md").unlink()
    report = run(folder, prune=True)
    assert (counts(report), report.pruned) == ((0, 0, 2, 1), True)
    assert serving(library).fiches.keys() == {"MET.2", "MET.10"}


@pytest.mark.parametrize("bad", ["absent", "fiches/bad.md"])
def test_prune_removes_nothing_when_something_was_rejected(
    bad: str, run: Ingest, folder: Path, library: LocalLibrary, tmp_path: Path
) -> None:
    run(folder)
    (folder / "MET.1.md").rename(folder / "bad.md")
    (folder / "bad.md").write_text("illisible", encoding="utf-8")
    report = run(folder, tmp_path / bad, prune=True)
    assert (counts(report), report.pruned, report.exit_code) == ((0, 0, 3, 0), False, 1)
    assert serving(library).fiches.keys() == {"MET.1", "MET.2", "MET.10"}


def test_prune_removes_nothing_when_no_fiche_was_read(
    run: Ingest, folder: Path, library: LocalLibrary, index: Path
) -> None:
    run(folder)
    report = run(index, prune=True)
    assert (report.pruned, report.removed, len(serving(library).fiches)) == (False, 0, 3)


def test_prune_leaves_alone_what_the_index_said_of_the_metiers_that_stay(
    run: Ingest, folder: Path, library: LocalLibrary, index: Path
) -> None:
    first = run(folder, index)
    report = run(folder, prune=True)
    assert (report.version, counts(report)) == (first.version, (0, 0, 3, 0))
    assert serving(library).fiches["MET.1"].domaines == (Domaine(name="arts", sub="danse"),)


# --- the métier index ---


def test_the_index_gives_its_fiches_their_domaines_and_labels(
    run: Ingest, folder: Path, library: LocalLibrary, index: Path
) -> None:
    report = run(folder, index)
    fiches = serving(library).fiches
    assert (report.index_entries, report.rejected) == (1, [])
    assert fiches["MET.1"].domaines == (Domaine(name="arts", sub="danse"),)
    assert fiches["MET.1"].rome_labels == (RomeLabel(code="A1101", label="Conduite"),)
    assert fiches["MET.2"].domaines == ()


def test_the_index_can_come_later_and_embeds_nothing(
    run: Ingest, folder: Path, library: LocalLibrary, index: Path
) -> None:
    run(folder)
    report = run(index)
    assert (report.read, counts(report), report.embedded, report.exit_code) == (0, (0, 1, 2, 0), 0, 0)
    assert serving(library).fiches["MET.1"].domaines
    assert serving(library).passages["MET.1/presentation"].facts["domaines"] == ["arts"]


def test_a_fiche_read_again_without_the_index_keeps_its_domaines(
    run: Ingest, folder: Path, library: LocalLibrary, index: Path, write_fiche: Callable[..., Path]
) -> None:
    run(folder, index)
    write_fiche("MET.1", title="essayeur", text="Neuf.")
    run(folder)
    assert serving(library).fiches["MET.1"].domaines == (Domaine(name="arts", sub="danse"),)


def test_an_index_that_changes_replaces_what_it_said(
    run: Ingest, folder: Path, library: LocalLibrary, index: Path
) -> None:
    run(folder, index)
    index.write_text(INDEX.format(id="MET.1", domaine="sport"), encoding="utf-8")
    run(index)
    assert serving(library).fiches["MET.1"].domaines == (Domaine(name="sport"),)


def test_an_index_without_any_fiche_publishes_nothing(run: Ingest, library: LocalLibrary, index: Path) -> None:
    report = run(index)
    assert (report.version, report.exit_code, library.current()) == (None, 2, None)


# --- one métier, two files ---


def test_the_same_fiche_in_two_files_is_no_error(run: Ingest, folder: Path, write_fiche: Callable[..., Path]) -> None:
    write_fiche("MET.1", title="essayeur", name="copie.md")
    report = run(folder)
    assert (report.read, report.rejected, report.exit_code) == (3, [], 0)


def test_two_fiches_of_one_id_keep_the_first_and_name_both(
    run: Ingest, folder: Path, library: LocalLibrary, write_fiche: Callable[..., Path]
) -> None:
    write_fiche("MET.1", title="essayeur", text="Tout autre.", name="autre.md")
    first = folder / "MET.1.md"
    report = run(first, folder)
    [rejection] = report.rejected
    assert (rejection.path, rejection.line, report.exit_code) == (str(folder / "autre.md"), 1, 1)
    assert f"MET.1 se trouve déjà dans {first} (ligne 1)" in rejection.reason
    assert "garder l'une des deux" in rejection.reason
    assert serving(library).passages["MET.1/presentation"].text == "Essaie tout."


# --- manifest and model ---


def test_source_and_edition_are_kept_until_named_anew(
    run: Ingest, folder: Path, library: LocalLibrary, write_fiche: Callable[..., Path]
) -> None:
    run(folder)
    assert (serving(library).manifest.source, serving(library).manifest.edition) == (None, "édition non précisée")
    assert counts(run(folder, source="Onisep", edition="2025-10-21")) == (0, 0, 3, 0)
    write_fiche("MET.3", title="ajouté")
    run(folder)
    assert (serving(library).manifest.source, serving(library).manifest.edition) == ("Onisep", "2025-10-21")
    assert run(folder, edition="2025-12-01").embedded == 0
    assert (serving(library).manifest.source, serving(library).manifest.edition) == ("Onisep", "2025-12-01")


def test_the_manifest_counts_and_names_what_the_version_is_made_of(
    run: Ingest, folder: Path, library: LocalLibrary
) -> None:
    report = run(folder)
    manifest = library.manifest(str(report.version))
    assert (manifest.model, manifest.dimension, manifest.fiches) == ("hashing/1", 384, 3)
    assert (manifest.version, manifest.passages) == (report.version, report.passages)


def test_another_model_embeds_everything_anew(run: Ingest, folder: Path, library: LocalLibrary) -> None:
    first = run(folder)
    other = HashingEmbedder("hashing/2")
    report = run(folder, embedder=other)
    assert report.version != first.version
    assert (counts(report), report.embedded, len(other.embedded)) == ((0, 0, 3, 0), report.passages, report.passages)
    serving(library).require_model("hashing/2")
    assert run(folder, embedder=other).embedded == 0


def test_going_back_to_a_former_state_is_a_new_version_that_embeds_nothing(
    run: Ingest, folder: Path, library: LocalLibrary, write_fiche: Callable[..., Path]
) -> None:
    first = run(folder)
    write_fiche("MET.1", title="essayeur", text="Autre.")
    run(folder)
    write_fiche("MET.1", title="essayeur")
    back = run(folder)
    assert (back.embedded, back.version == first.version) == (0, False)
    assert library.manifest(str(back.version)).content_hash[:8] in str(first.version)
    assert serving(library).passages["MET.1/presentation"].text == "Essaie tout."


# --- the report ---


def test_the_report_s_json_has_the_promised_keys(run: Ingest, folder: Path) -> None:
    (folder / "bad.md").write_text("# Sans identifiant\n\n**ID:** x\n", encoding="utf-8")
    report = json.loads(json.dumps(run(folder).to_json()))
    promised = {
        "version",
        "read",
        "added",
        "changed",
        "unchanged",
        "removed",
        "rejected",
        "passages",
        "embedded",
        "seconds",
    }
    assert promised <= report.keys()
    assert re.fullmatch(r"\d{8}-\d{6}-\d{6}-[0-9a-f]{8}", report["version"])
    assert report["rejected"] == [
        {"path": str(folder / "bad.md"), "line": 3, "reason": "identifiant mal formé : « x » (attendu : MET.123)"}
    ]
    assert (report["read"], report["added"]) == (3, 3)
    assert 0 < report["seconds"] < 60


REPORTS = {
    "all is well": (Report(version="v", read=1), 0),
    "the index alone": (Report(version="v", index_entries=1), 0),
    "something rejected": (Report(version="v", read=1, rejected=[Rejection("a", None, "b")]), 1),
    "nothing read, an old version serving": (Report(version="v"), 2),
    "everything rejected": (Report(version="v", rejected=[Rejection("a", None, "b")]), 2),
    "nothing at all": (Report(), 2),
}


@pytest.mark.parametrize(("report", "code"), REPORTS.values(), ids=REPORTS)
def test_exit_codes(report: Report, code: int) -> None:
    assert report.exit_code == code


def test_progress_tells_the_stages(folder: Path, library: LocalLibrary, cache: EmbeddingCache) -> None:
    told: list[tuple[str, int, int]] = []
    report = ingest([folder], library, HashingEmbedder(), cache, progress=lambda *step: told.append(step))
    assert told == [
        ("read", 1, 0),
        ("read", 2, 0),
        ("read", 3, 0),
        ("embed", report.passages, report.passages),
        ("publish", 0, report.passages),
    ]


def test_the_starter_fiches_are_ingested_without_a_word(run: Ingest, library: LocalLibrary) -> None:
    report = run(SEEDS)
    assert (report.rejected, report.exit_code) == ([], 0)
    assert report.read == len(list(SEEDS.glob("MET.*.md"))) == len(library.open(str(report.version)).fiches)


# --- the real fiches ---


@pytest.mark.corpus
@pytest.mark.slow
def test_the_real_fiches_give_the_same_version_from_markdown_and_from_xml(
    corpus: Path, corpus_library: LocalLibrary, cache: EmbeddingCache, embedder: HashingEmbedder
) -> None:
    """Equal contents publish nothing, so one build says it all."""
    first = corpus_library.current()
    report = ingest([corpus / "raw" / "ideo_fiches_metiers.xml"], corpus_library, embedder, cache, Options(prune=True))
    assert (report.version, report.read, counts(report), report.embedded) == (first, 1043, (0, 0, 1043, 0), 0)
    assert report.rejected == []
    assert report.passages == corpus_library.manifest(str(first)).passages > 20_000


# --- everyday words ---


def lexicon_of(**descriptions: str) -> Lexicon:
    return {
        f"MET.{number}": Entry(id=f"MET.{number}", title="", descriptions=(text,))
        for number, text in ((key[1:], text) for key, text in descriptions.items())
    }


def described(version: Version, text: str) -> str:
    """The entry that a search for a text finds first among the everyday descriptions."""
    return version.expressions.search(HashingEmbedder().embed_query(text), 1)[0].id


def test_descriptions_lead_to_the_fiches_that_the_library_holds(
    run: Ingest, library: LocalLibrary, folder: Path
) -> None:
    report = run(folder, lexicon=lexicon_of(_1="celui qui essaie", _2="celle qui regarde", _99="un absent"))
    version = serving(library)
    assert (report.expressions, version.manifest.expressions) == (2, 2)
    assert described(version, "celle qui regarde") == "MET.2/descriptions/1"


def test_a_new_lexicon_changes_its_own_index_alone(run: Ingest, library: LocalLibrary, folder: Path) -> None:
    run(folder, lexicon=lexicon_of(_1="celui qui essaie", _2="celle qui regarde"))
    report = run(folder, lexicon=lexicon_of(_1="la personne des essais", _10="un dernier regard"))
    version = serving(library)
    assert (report.embedded, version.manifest.expressions) == (2, 2)
    assert described(version, "un dernier regard") == "MET.10/descriptions/1"
    assert run(folder, lexicon=lexicon_of(_1="la personne des essais", _10="un dernier regard")).embedded == 0


def test_a_library_without_a_lexicon_has_no_descriptions(run: Ingest, library: LocalLibrary, folder: Path) -> None:
    assert run(folder).expressions == 0
    assert serving(library).expressions.search([1.0] * 384, 5) == []
