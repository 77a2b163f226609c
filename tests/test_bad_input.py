"""Bad input, from the command line: one clear French line each, the rest is ingested, the old library still serves."""

from __future__ import annotations

import json
import os
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from bot.cli import app
from ingest.chroma import ChromaCollection
from ingest.local_library import LocalLibrary
from tests.fakes import HashingEmbedder
from tests.rights import as_nobody

GOOD = "# métier {number}\n**ID:** MET.{number}\n\n## Présentation\n\nTexte du métier {number}.\n"
XML = "<metiers>\n<metier><identifiant>MET.9</identifiant><nom_metier>a</nom_metier></metier>\n</metiers>"
LAUGHS = (
    '<?xml version="1.0"?>\n<!DOCTYPE metiers [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {name} "{f"&{before};" * 10}">' for before, name in zip("abcdefghi", "bcdefghij", strict=True))
    + "]>\n<metiers><metier><identifiant>MET.9</identifiant><nom_metier>&j;</nom_metier></metier></metiers>"
)
OUTSIDE = (
    '<!DOCTYPE metiers [<!ENTITY x SYSTEM "file:///etc/passwd">]>\n'
    "<metiers><metier><identifiant>MET.9</identifiant><nom_metier>&x;</nom_metier></metier></metiers>"
)


@pytest.fixture(autouse=True)
def _no_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.embedder.Embedder", lambda model: HashingEmbedder())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with one sound fiche, MET.2."""
    path = tmp_path / "fiches"
    path.mkdir()
    (path / "MET.2.md").write_text(GOOD.format(number=2), encoding="utf-8")
    return path


def oriane(*arguments: str | Path) -> Result:
    result = CliRunner().invoke(app, ["ingest", *map(str, arguments)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert "Traceback" not in result.output
    return result


def lines(result: Result) -> list[str]:
    return [line for line in result.stderr.splitlines() if line.strip()]


@pytest.fixture
def old_library(library: LocalLibrary, tmp_path: Path) -> LocalLibrary:
    """A library in service that holds MET.1."""
    path = tmp_path / "MET.1.md"
    path.write_text(GOOD.format(number=1), encoding="utf-8")
    assert oriane(path).exit_code == 0
    path.unlink()
    return library


def served(library: LocalLibrary) -> set[str]:
    version = library.open(str(library.current()))
    assert isinstance(version.collection, ChromaCollection)
    assert version.collection.count() == len(version.passages)
    return set(version.fiches)


# --- one bad file among sound ones ---


def write(content: bytes | str, name: str = "mauvais.md") -> Callable[[Path], str]:
    data = content.encode() if isinstance(content, str) else content

    def make(folder: Path) -> str:
        (folder / name).write_bytes(data)
        return name

    return make


def huge(folder: Path) -> str:
    (folder / "huge.md").touch()
    os.truncate(folder / "huge.md", 50 * 2**20)
    return "huge.md"


def archive(member: str) -> Callable[[Path], str]:
    def make(folder: Path) -> str:
        with zipfile.ZipFile(folder / "a.zip", "w") as archive:
            archive.writestr(member, GOOD.format(number=9))
            archive.writestr("MET.3.md", GOOD.format(number=3))
        return f"a.zip!{member}"

    return make


def link(target: str) -> Callable[[Path], str]:
    def make(folder: Path) -> str:
        (folder / "lien.md").symlink_to(target)
        return "lien.md"

    return make


def pipe(folder: Path) -> str:
    os.mkfifo(folder / "tube.md")
    return "tube.md"


BAD = {
    "an empty file": (write(b""), None, "fichier vide", "le supprimer"),
    "a blank file": (write(b"\n \n"), None, "fichier vide", "le supprimer"),
    "a binary file": (write(b"\x89PNG\r\n\x1a\n\0\0\0"), None, "fichier binaire", "attendu une fiche"),
    "latin-1": (write(f"{GOOD.format(number=9)}É".encode("latin-1")), 1, "pas en UTF-8", "enregistrer à nouveau"),
    "UTF-16": (write(GOOD.format(number=9).encode("utf-16")), 1, "UTF-16", "enregistrer à nouveau"),
    "no id": (write("# titre\n\n**Appellations:**\n- Féminin: a\n"), 1, "identifiant manquant", "ajouter « **ID:**"),
    "no title": (write("**ID:** MET.9\n"), 1, "ni fiche en Markdown ni XML", "attendu « # titre »"),
    "a malformed id": (write("# titre\n**ID:** 9\n"), 2, "identifiant mal formé", "attendu : MET.123"),
    "another fiche of a known id": (write(GOOD.format(number=2) + "Plus."), 1, "MET.2 se trouve déjà", "garder l'une"),
    "50 MB": (huge, None, "fichier de 50 Mo", "le découper"),
    "truncated XML": (write(XML[:-12], "dump.xml"), 2, "XML tronqué", "télécharger à nouveau"),
    "XML of another schema": (write("<formations/>", "dump.xml"), 1, "schéma inconnu", "attendu <metiers>"),
    "a billion laughs": (write(LAUGHS, "dump.xml"), None, "déclare une DTD", "ôter"),
    "an external entity": (write(OUTSIDE, "dump.xml"), None, "déclare une DTD", "ôter"),
    "a web page": (write("<!DOCTYPE html><html><body>Erreur</body></html>", "dump.xml"), None, "DTD", "ôter"),
    "a zip that climbs": (archive("../../MET.9.md"), None, "sort de l'archive", "recréer l'archive"),
    "a zip with a root": (archive("/tmp/MET.9.md"), None, "sort de l'archive", "recréer l'archive"),
    "a damaged zip": (write(b"PK\x03\x04 perdu", "a.zip"), None, "archive .zip illisible", "la recréer"),
    "a loop of links": (link("lien.md"), None, "boucle de liens", "ôter le lien"),
    "a dangling link": (link("absent"), None, "ne mène nulle part", "l'ôter"),
    "a pipe": (pipe, None, "pas un fichier ordinaire", "l'ôter"),
}


@pytest.mark.parametrize(("make", "line", "what", "remedy"), BAD.values(), ids=BAD)
def test_a_bad_file_gets_one_line_and_stops_nothing(
    make: Callable[[Path], str], line: int | None, what: str, remedy: str, folder: Path, old_library: LocalLibrary
) -> None:
    name = make(folder)
    result = oriane(folder)
    assert result.exit_code == 1
    [complaint] = lines(result)
    place = f"{folder / name}, ligne {line} : " if line else f"{folder / name} : "
    assert complaint.startswith(f"Rejeté : {place}")
    assert what in complaint
    assert remedy in complaint
    assert {"MET.1", "MET.2"} <= served(old_library)
    assert "MET.9" not in served(old_library)


ALONE = {name: case for name, case in BAD.items() if "known id" not in name and "a zip that" not in name}
del ALONE["a zip with a root"]  # its other member is sound, as that of the zip that climbs


@pytest.mark.parametrize(("make", "line", "what", "remedy"), ALONE.values(), ids=ALONE)
def test_bad_files_alone_leave_the_old_library_as_it_is(
    make: Callable[[Path], str], line: int | None, what: str, remedy: str, old_library: LocalLibrary, tmp_path: Path
) -> None:
    alone = tmp_path / "alone"
    alone.mkdir()
    before = old_library.current()
    make(alone)
    report = json.loads(oriane(alone, "--json").stdout)
    assert (report["read"], len(report["rejected"]), report["version"]) == (0, 1, before)
    assert report["rejected"][0]["line"] == line
    assert oriane(alone).exit_code == 2
    assert served(old_library) == {"MET.1"}


def test_a_byte_order_mark_is_no_bad_input(folder: Path, library: LocalLibrary) -> None:
    (folder / "MET.3.md").write_bytes(b"\xef\xbb\xbf" + GOOD.format(number=3).encode())
    result = oriane(folder)
    assert (result.exit_code, lines(result), served(library)) == (0, [], {"MET.2", "MET.3"})


def test_two_identical_fiches_are_no_bad_input(folder: Path, library: LocalLibrary) -> None:
    shutil.copy(folder / "MET.2.md", folder / "copie.md")
    result = oriane(folder)
    assert (result.exit_code, lines(result), served(library)) == (0, [], {"MET.2"})


def test_the_rest_of_an_archive_is_ingested(folder: Path, library: LocalLibrary) -> None:
    archive("../MET.9.md")(folder)
    assert oriane(folder).exit_code == 1
    assert served(library) == {"MET.2", "MET.3"}
    assert not (folder.parent / "MET.9.md").exists()


def test_an_unreadable_file_gets_one_line_and_stops_nothing() -> None:
    with as_nobody() as home:
        for number in (2, 3):
            (home / f"MET.{number}.md").write_text(GOOD.format(number=number), encoding="utf-8")
        (home / "MET.3.md").chmod(0)
        os.environ["ORIANE_CACHE"] = str(home / "cache")  # restored by the conftest's fixture
        result = oriane(home, "--library", home / "library")
        assert (result.exit_code, served(LocalLibrary(home / "library"))) == (1, {"MET.2"})
        assert lines(result) == [
            f"Rejeté : {home / 'MET.3.md'} : lecture refusée : donner le droit de lecture (chmod +r)"
        ]


def test_many_bad_files_get_a_line_each(folder: Path, library: LocalLibrary) -> None:
    for number in range(5):
        (folder / f"vide{number}.md").touch()
    result = oriane(folder, folder / "absent", folder / "*.xml")
    assert result.exit_code == 1
    assert [line.split(" : ")[1].rsplit("/", 1)[-1] for line in lines(result)] == [
        *(f"vide{number}.md" for number in range(5)),
        "absent",
        "*.xml",
    ]
    assert "7 rejets" in result.stdout
    assert served(library) == {"MET.2"}


# --- nothing usable ---


def test_a_folder_without_fiches_publishes_nothing(tmp_path: Path, library: LocalLibrary) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "a.png").touch()
    result = oriane(tmp_path / "photos")
    assert result.exit_code == 2
    assert lines(result) == ["Rien n'a été publié : aucune fiche utilisable dans ces sources."]
    assert "fichiers ignorés : 1" in result.stdout
    assert library.current() is None


def test_a_folder_without_fiches_leaves_the_old_library_serving(tmp_path: Path, old_library: LocalLibrary) -> None:
    (tmp_path / "vide").mkdir()
    for prune in ([], ["--prune"]):
        assert oriane(tmp_path / "vide", *prune).exit_code == 2
    assert served(old_library) == {"MET.1"}


# --- a place that cannot be written ---


def test_a_library_that_is_a_file(folder: Path, tmp_path: Path) -> None:
    place = tmp_path / "fichier"
    place.write_text("à moi", encoding="utf-8")
    result = oriane(folder, "--library", place)
    assert (result.exit_code, len(lines(result))) == (2, 1)
    assert lines(result)[0].startswith(f"Impossible d'écrire la bibliothèque dans {place}")
    assert "nommer un autre dossier (--library)" in lines(result)[0]
    assert place.read_text(encoding="utf-8") == "à moi"


def test_a_read_only_library_still_serves(tmp_path: Path) -> None:
    with as_nobody() as home:
        os.environ["ORIANE_CACHE"] = str(home / "cache")
        fiche, place = home / "MET.1.md", home / "library"
        fiche.write_text(GOOD.format(number=1), encoding="utf-8")
        assert oriane(fiche, "--library", place).exit_code == 0
        shut = (place, place / "versions", place / "lock")
        for path in shut:
            path.chmod(0o555)
        fiche.write_text(GOOD.format(number=2), encoding="utf-8")
        result = oriane(fiche, "--library", place)
        assert (result.exit_code, len(lines(result))) == (2, 1)
        assert "rétablir les droits" in lines(result)[0]
        assert served(LocalLibrary(place)) == {"MET.1"}
        for path in shut:
            path.chmod(0o755)


def test_a_cache_that_is_a_file(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = tmp_path / "fichier"
    place.touch()
    monkeypatch.setenv("ORIANE_CACHE", str(place))
    result = oriane(folder)
    assert (result.exit_code, len(lines(result))) == (2, 1)
    assert "ORIANE_CACHE" in lines(result)[0]


def test_a_damaged_library_is_said_and_built_anew(folder: Path, old_library: LocalLibrary) -> None:
    version = old_library.current()
    (old_library.folder / "versions" / str(version) / "fiches.jsonl").write_bytes(b"{")
    result = oriane(folder)
    assert (result.exit_code, len(lines(result))) == (1, 1)
    assert "incomplète ou abîmée" in lines(result)[0]
    assert "à partir des seules sources données" in lines(result)[0]
    assert served(old_library) == {"MET.2"}


@pytest.mark.parametrize("empty", ["", "  "])
def test_an_empty_path_is_refused_and_never_means_the_current_folder(
    empty: str, folder: Path, old_library: LocalLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    result = oriane(empty)
    assert result.exit_code == 2
    assert "chemin vide : nommer un fichier ou un dossier" in lines(result)[0]
    assert served(old_library) == {"MET.1"}
    assert oriane(".").exit_code == 0
    assert served(old_library) == {"MET.1", "MET.2"}


def test_another_ingestion_at_the_same_time(folder: Path, old_library: LocalLibrary) -> None:
    with old_library.writing():
        result = oriane(folder)
    assert result.exit_code == 2
    assert lines(result) == [f"Une autre ingestion écrit dans {old_library.folder} : attendre qu'elle finisse."]
    assert served(old_library) == {"MET.1"}
