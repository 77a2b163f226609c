"""Everyday words for métiers: read, checked, matched; never quoted, cited or shown."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.answer import Outcome, Question
from bot.chain import Oriane
from bot.understanding.names import NameIndex
from bot.understanding.reader import QuestionReader
from ingest.lexicon import Entry, Lexicon, LexiconError, load_lexicon
from ingest.library import Version
from ingest.local_library import LocalLibrary
from ingest.text import fold, squeeze
from tests.conftest import ROOT

FILES = sorted((ROOT / "seeds" / "lexique").glob("*.yaml"))
_ID = re.compile(r"MET\.\d+")

Write = Callable[..., Path]


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return load_lexicon()


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a lexicon file and give its folder."""

    def run(text: str, name: str = "essai.yaml") -> Path:
        (tmp_path / name).write_text(text, encoding="utf-8")
        return tmp_path

    return run


ENTRY = (
    "- id: MET.1\n  title: essayeur\n  aliases: [testeur]\n  english: [tester]\n  descriptions: [essayer des tests]\n"
)


# Reading


def test_an_entry_is_read(write: Write) -> None:
    (entry,) = load_lexicon(write(ENTRY)).values()
    assert entry == Entry(
        id="MET.1",
        title="essayeur",
        aliases=("testeur",),
        english=("tester",),
        descriptions=("essayer des tests",),
    )
    assert entry.names == ("testeur", "tester")


def test_all_files_are_read_and_others_left_alone(write: Write) -> None:
    write(ENTRY)
    write("- {id: MET.2, title: autre}\n", "b.yaml")
    folder = write("rien de lisible : [", "notes.md")
    assert set(load_lexicon(folder)) == {"MET.1", "MET.2"}


@pytest.mark.parametrize("text", ["", "# rien\n", "[]"])
def test_an_empty_file_has_no_entry(write: Write, text: str) -> None:
    assert load_lexicon(write(text)) == {}


def test_a_missing_folder_is_an_empty_lexicon(tmp_path: Path) -> None:
    assert load_lexicon(tmp_path / "absent") == {}


@pytest.mark.parametrize(
    "text",
    [
        "- id: [",
        "- id: MET.1\n",
        "- {title: sans id}",
        "- {id: MET.1, title: x, surnoms: [y]}",
        "- {id: MET.1, title: x, aliases: y}",
        "- {id: MET.1, title: x, descriptions: [1, 2]}",
        "- {id: 7, title: x}",
        "- du texte",
        "id: MET.1",
        "7",
        "- \x00",
    ],
)
def test_a_malformed_file_is_named(write: Write, text: str) -> None:
    with pytest.raises(LexiconError, match=r"essai\.yaml"):
        load_lexicon(write(text))


# The packaged one


def test_every_file_has_entries_and_no_metier_comes_twice(lexicon: Lexicon) -> None:
    assert len(FILES) == 20
    places: dict[str, list[str]] = defaultdict(list)
    for path in FILES:
        ids = re.findall(r"^- id: (\S+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
        assert ids, path.name
        for fiche_id in ids:
            places[fiche_id].append(path.name)
    assert {fiche_id: names for fiche_id, names in places.items() if len(names) > 1} == {}
    assert set(places) == set(lexicon)
    assert all(_ID.fullmatch(fiche_id) for fiche_id in lexicon)


def test_entries_hold_no_blank_and_no_repeat(lexicon: Lexicon) -> None:
    faults = [
        (entry.id, said)
        for entry in lexicon.values()
        for group in (entry.names, entry.descriptions)
        for said in group
        if not said.strip() or said != said.strip() or [fold(other) for other in group].count(fold(said)) > 1
    ]
    assert faults == []


def test_every_seed_has_an_entry_with_its_title_and_a_description(lexicon: Lexicon, seed_version: Version) -> None:
    assert set(seed_version.fiches) <= set(lexicon)
    for fiche in seed_version.fiches.values():
        assert lexicon[fiche.id].title == fiche.title
        assert lexicon[fiche.id].descriptions


@pytest.mark.corpus
def test_every_entry_is_a_real_fiche_with_its_exact_title(lexicon: Lexicon, corpus: Path) -> None:
    titles = {}
    for path in sorted((corpus / "metiers").rglob("*.md")):
        text = path.read_text(encoding="utf-8")
        code = re.search(r"^\*\*ID:\*\* (\S+)", text, re.MULTILINE)
        title = re.search(r"^# (.+)$", text, re.MULTILINE)
        if code and title:
            titles[code[1]] = squeeze(title[1])
    assert len(titles) >= 1043
    wrong = {(entry.id, entry.title, titles.get(entry.id)) for entry in lexicon.values()}
    assert {(code, said, real) for code, said, real in wrong if said != real} == set()


# Matched, never shown


@pytest.mark.parametrize(
    ("text", "fiche_id"),
    [
        ("combien gagne un kiné ?", "MET.29"),
        ("salaire kine", "MET.29"),
        ("how much does a nurse earn", "MET.38"),
        ("c'est quoi barbier", "MET.39"),
        ("le salaire d'un dev web ?", None),
        ("combien gagne un baker ?", "MET.17"),
    ],
)
def test_an_alias_names_its_metier(seed_reader: QuestionReader, text: str, fiche_id: str | None) -> None:
    found = [fiche.id for fiche in seed_reader.read(Question(text=text)).fiches]
    assert found == [fiche_id] if fiche_id else set(found) <= {"MET.12"}


def test_an_alias_of_a_metier_that_the_library_lacks_is_passed_over(seed_version: Version) -> None:
    entry = Entry(id="MET.99999", title="absent", aliases=("licornologue",))
    assert NameIndex(seed_version.fiches, {entry.id: entry}).find("licornologue") == ()


def test_a_library_without_a_lexicon_works(seed_library: LocalLibrary, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.fakes import HashingEmbedder

    monkeypatch.setattr("bot.chain.load_lexicon", dict)
    oriane = Oriane(seed_library, HashingEmbedder())
    assert oriane.ask(Question(text="Combien gagne un boulanger ?")).outcome is Outcome.ANSWER
    assert oriane.ask(Question(text="Combien gagne un kiné ?")).understood.fiches == ()


def test_what_the_lexicon_says_is_never_quoted(seed_oriane: Oriane, seed_version: Version, lexicon: Lexicon) -> None:
    own_texts = {
        fiche_id: fold(" ".join(passage.text for passage in seed_version.by_fiche[fiche_id]))
        for fiche_id in seed_version.fiches
    }
    asked = 0
    for fiche_id, own in own_texts.items():
        entry = lexicon[fiche_id]
        for said in (*entry.names, *entry.descriptions):
            answer = seed_oriane.ask(Question(text=said))
            asked += 1
            for citation in answer.citations:
                assert any(citation.quote in p.text for p in seed_version.by_fiche[citation.fiche_id])
            if fold(said) not in own and len(said.split()) > 3:
                assert fold(said) not in fold(answer.answer)
                assert all(fold(said) not in fold(citation.quote) for citation in answer.citations)
    assert asked > 200
