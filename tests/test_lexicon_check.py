"""What `oriane lexique check` says of a lexicon: faults to mend, notices of what is allowed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner, Result

from bot.cli import app
from ingest.fiche import Appellation, Block, FicheMetier, Section
from ingest.lexicon_check import Checked, check_lexicon
from ingest.local_library import LocalLibrary
from tests.conftest import SEEDS

Fields = dict[str, object]
Write = Callable[..., Path]
WriteFiche = Callable[..., Path]

GOOD: Fields = {
    "id": "MET.1",
    "title": "essayeur/euse",
    "aliases": ["testeur", "testeuse"],
    "english": ["tester"],
    "descriptions": [
        "celui qui casse tout exprès avant les autres",
        "jveu essayer des trucs toute la journée",
        "La personne qui note ce qui ne marche pas.",
    ],
    "words": "panne, essai, bouton",
}
OTHER: Fields = {
    **GOOD,
    "id": "MET.2",
    "title": "vérificateur/trice",
    "aliases": ["vérif"],
    "english": [],
    "descriptions": [
        "celle qui relit les notes des autres",
        "jveu contrôler le travail déjà fait",
        "Les gens qui comparent une pièce et son plan.",
    ],
}


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write entries, each the good one with other fields, into a lexicon of one file and give its folder."""

    def run(*entries: Fields, name: str = "essai.yaml") -> Path:
        folder = tmp_path / "lexique"
        folder.mkdir(exist_ok=True)
        (folder / name).write_text(yaml.safe_dump(list(entries), allow_unicode=True), encoding="utf-8")
        return folder

    return run


def fiche(id: str = "MET.1", title: str = "essayeur/euse", others: tuple[str, ...] = (), text: str = "") -> FicheMetier:
    names = tuple(Appellation(title=name) for name in others)
    section = Section(name="Nature du travail", blocks=(Block(path=("Une journée",), text=text),))
    return FicheMetier(id=id, name=Appellation(title=title), other_names=names, sections=(section,))


def said(checked: Checked, notice: bool = False) -> list[str]:
    return [str(finding) for finding in checked.findings if finding.notice is notice]


def test_a_sound_lexicon_has_nothing_to_say(write: Write) -> None:
    checked = check_lexicon(write(GOOD, OTHER))
    assert (checked.entries, checked.findings) == (2, ())


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("id", "MET.un", "identifiant mal formé"),
        ("surnoms", ["x"], "« surnoms », champ inconnu"),
        ("title", None, "« title », valeur refusée"),
        ("aliases", "testeur", "« aliases », valeur refusée"),
        ("descriptions", [], "0 descriptions"),
        ("descriptions", ["essayer toute la journée des choses"], "1 descriptions, de 3 à 6 sont attendues"),
        ("descriptions", [f"essayer encore la chose numéro {n}" for n in range(7)], "7 descriptions"),
        ("descriptions", ["", *OTHER["descriptions"]], "description vide ou trop courte : «  »"),
        ("descriptions", ["il essaie", *OTHER["descriptions"]], "trop courte : « il essaie »"),
        ("aliases", ["?"], "nom vide : « ? »"),
        ("aliases", ["testeur", "Testeur"], "nom donné deux fois : « testeur »"),
        ("english", ["testeur"], "nom donné deux fois : « testeur »"),
        ("words", "panne, essai, Panne", "mot associé donné deux fois : « panne »"),
        ("title", " essayeur", "espace ou virgule de trop"),
        ("aliases", ["testeur "], "espace ou virgule de trop"),
        ("aliases", ["testeur  fou"], "espace ou virgule de trop"),
        ("words", "bloc- notes, essai", "espace ou virgule de trop : « bloc- notes, essai »"),
        ("words", "panne,essai", "espace ou virgule de trop"),
        ("words", "panne , essai", "espace ou virgule de trop"),
    ],
)
def test_a_fault_of_one_entry_names_the_file_and_the_entry(
    write: Write, field: str, value: object, message: str
) -> None:
    entry = {**GOOD, field: value}
    (fault,) = said(check_lexicon(write(entry)))
    assert fault.startswith(f"essai.yaml, {entry['id']} : ")
    assert message in fault


@pytest.mark.parametrize("entry", [{"title": "sans id"}, "du texte", {**GOOD, "id": 7}])
def test_an_entry_without_an_id_is_named_by_its_rank(write: Write, entry: Fields) -> None:
    (fault,) = said(check_lexicon(write(OTHER, entry)))
    assert fault.startswith("essai.yaml, entrée n° 2 : ")


@pytest.mark.parametrize("text", ["- id: [", "id: MET.1", "7", "- \x00"])
def test_an_unreadable_file_does_not_stop_the_others(write: Write, text: str) -> None:
    folder = write(OTHER)
    (folder / "abime.yaml").write_text(text, encoding="utf-8")
    (folder / "notes.md").write_text("rien de lisible : [", encoding="utf-8")
    checked = check_lexicon(folder)
    assert checked.entries == 1
    assert len(checked.faults) == 1
    assert "abime.yaml" in str(checked.faults[0])


def test_a_file_in_another_encoding_is_a_fault(write: Write) -> None:
    folder = write(OTHER)
    (folder / "latin.yaml").write_bytes("- id: é".encode("latin-1"))
    (fault,) = check_lexicon(folder).faults
    assert "latin.yaml" in str(fault)


def test_one_metier_in_two_entries_is_a_fault(write: Write) -> None:
    write(GOOD, name="a.yaml")
    folder = write({**OTHER, "id": "MET.1"}, name="b.yaml")
    assert said(check_lexicon(folder)) == ["b.yaml, MET.1 : déjà dans a.yaml : garder une seule des deux entrées"]


def test_one_description_for_two_metiers_is_a_fault(write: Write) -> None:
    folder = write(GOOD, {**OTHER, "descriptions": [*OTHER["descriptions"][:2], GOOD["descriptions"][0].upper()]})
    (fault,) = said(check_lexicon(folder))
    assert "essai.yaml, MET.2 : description déjà donnée à MET.1" in fault


def test_a_name_that_leads_to_several_metiers_is_allowed_and_said_once(write: Write) -> None:
    checked = check_lexicon(write(GOOD, {**OTHER, "aliases": ["Testeur"]}))
    assert checked.faults == ()
    assert said(checked, notice=True) == ["essai.yaml, MET.1 : « testeur » mène aussi à MET.2 (vérificateur/trice)"]


# Against fiches


def against(folder: Path, *fiches: FicheMetier) -> Checked:
    return check_lexicon(folder, {one.id: one for one in fiches})


@pytest.mark.parametrize(
    ("fiches", "faults"),
    [
        ([fiche()], []),
        ([fiche(title="essayeur/euse  ")], []),
        ([fiche(), fiche("MET.2", "autre")], ["MET.2 : aucune entrée pour cette fiche (autre)"]),
        ([], ["essai.yaml, MET.1 : aucune fiche ne porte cet identifiant"]),
        ([fiche(title="essayeur")], ["essai.yaml, MET.1 : titre « essayeur/euse », la fiche dit « essayeur »"]),
    ],
    ids=["same", "blanks", "uncovered", "unknown", "other title"],
)
def test_entries_and_fiches_go_together(write: Write, fiches: list[FicheMetier], faults: list[str]) -> None:
    assert said(against(write(GOOD), *fiches)) == faults


@pytest.mark.parametrize(
    ("own", "other", "fault", "notice"),
    [
        (fiche(), fiche("MET.2", "vérificateur/trice"), False, False),
        (fiche(), fiche("MET.2", "vérificateur/trice", ("testeur",)), False, True),
        (fiche(others=("testeur",)), fiche("MET.2", "vérificateur/trice", ("testeur",)), False, False),
    ],
    ids=["nobody's", "another's appellation", "its own too"],
)
def test_a_name_of_another_fiche_is_allowed_and_said(
    write: Write, own: FicheMetier, other: FicheMetier, fault: bool, notice: bool
) -> None:
    checked = against(write(GOOD, OTHER), own, other)
    assert (bool(checked.faults), bool(said(checked, notice=True))) == (fault, notice)


def test_the_title_of_another_fiche_is_a_fault(write: Write) -> None:
    checked = against(write(GOOD, {**OTHER, "title": "testeur"}), fiche(), fiche("MET.2", "testeur"))
    assert said(checked) == ["essai.yaml, MET.1 : « testeur » est le titre de MET.2 (testeur)"]


@pytest.mark.parametrize(
    ("text", "copied"),
    [
        ("Il casse tout exprès avant les siens.", False),
        ("Un métier : celui qui casse tout exprès, avant midi.", True),
        ("Celui qui casse tout, d'avant.", False),
        ("Celui qui CASSE tout exprès avant l'été.", True),
        ("celui qui casse\n\ntout exprès avant", True),
        ("panne, essai", False),
    ],
)
def test_six_words_in_a_row_of_a_fiche_are_a_copy(write: Write, text: str, copied: bool) -> None:
    found = said(against(write(GOOD, OTHER), fiche(), fiche("MET.2", "vérificateur/trice", text=text)))
    assert any("6 mots de suite de la fiche MET.2" in fault for fault in found) is copied


# The command


@pytest.fixture
def run() -> Callable[..., Result]:
    def run(*arguments: object) -> Result:
        return CliRunner().invoke(app, ["lexique", "check", *map(str, arguments)])

    return run


def test_the_packaged_lexicon_is_sound(run: Callable[..., Result]) -> None:
    result = run("--quiet")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == "1043 entrées sans erreur.\n"


@pytest.mark.parametrize(
    ("entries", "options", "code", "shown"),
    [
        ([GOOD], [], 0, "1 entrées sans erreur."),
        ([GOOD, {**OTHER, "english": ["tester"]}], [], 0, "Permis : essai.yaml, MET.1 : « tester » mène aussi à MET.2"),
        ([GOOD, {**OTHER, "descriptions": []}], [], 1, "Erreur : essai.yaml, MET.2 : 0 descriptions"),
        ([], [], 2, "Aucune entrée de lexique dans"),
        ([GOOD], ["--corpus", "absent"], 2, "Aucune fiche métier lisible dans absent"),
        ([GOOD], ["--library", "absent"], 2, "Aucune bibliothèque dans absent"),
    ],
)
def test_the_exit_code_says_what_was_found(
    write: Write, run: Callable[..., Result], entries: list[Fields], options: list[str], code: int, shown: str
) -> None:
    result = run(write(*entries), *options)
    assert result.exit_code == code
    assert shown in result.output


def test_a_missing_folder_is_wrong_usage(run: Callable[..., Result], tmp_path: Path) -> None:
    assert run(tmp_path / "absent").exit_code == 2


def test_what_is_allowed_can_be_hushed(write: Write, run: Callable[..., Result]) -> None:
    assert "Permis" not in run(write(GOOD, {**OTHER, "english": ["tester"]}), "--quiet").output


def test_fiches_come_from_a_folder(write: Write, write_fiche: WriteFiche, run: Callable[..., Result]) -> None:
    fiches = write_fiche(title="essayeur/euse").parent
    assert run(write(GOOD), "--corpus", fiches).exit_code == 0
    write_fiche("MET.2", "vérificateur/trice", "Ici, celui qui casse tout exprès avant midi.")
    result = run(write(GOOD), "--corpus", fiches)
    assert result.exit_code == 1
    assert "MET.2 : aucune entrée pour cette fiche" in result.stderr
    assert "6 mots de suite de la fiche MET.2 : « celui qui casse tout expres avant »" in result.stderr


def test_fiches_come_from_a_library(run: Callable[..., Result], seed_library: LocalLibrary) -> None:
    result = run("--library", seed_library.folder, "--quiet")
    assert result.exit_code == 1  # the lexicon speaks of 1,043 métiers, the seeds hold some of them
    assert "aucune fiche ne porte cet identifiant" in result.stderr
    assert "aucune entrée pour cette fiche" not in result.stderr


def test_the_seeds_share_no_run_of_words_with_the_lexicon(run: Callable[..., Result]) -> None:
    assert "mots de suite" not in run("--corpus", SEEDS, "--quiet").stderr


@pytest.mark.corpus
def test_the_lexicon_is_sound_against_every_real_fiche(run: Callable[..., Result], corpus: Path) -> None:
    result = run("--corpus", corpus, "--quiet")
    assert (result.exit_code, result.stderr) == (0, "")
