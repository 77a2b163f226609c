"""A fiche's passages: where it is cut, how they are called, what they carry."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.fiche import Appellation, Block, FicheMetier, FormationLink, Section
from ingest.passages import MAX_CHARS, MAX_NAMES_CHARS, Passage, passages_of, split_text
from ingest.readers import Source, read
from tests.rendering import fiches

SALARY = Block(path=("Salaire", "Salaire du débutant"), text="A partir de 3080 euros brut par mois")


def fiche(**facts: object) -> FicheMetier:
    return FicheMetier.model_validate({"id": "MET.228", "name": Appellation(title="testeur/euse"), **facts})


def with_blocks(*blocks: Block) -> FicheMetier:
    return fiche(sections=(Section(name="Vie professionnelle", blocks=blocks),))


def ids(read_from: FicheMetier) -> list[str]:
    return [passage.id for passage in passages_of(read_from)]


def titled(*headings: str) -> FicheMetier:
    return with_blocks(*(Block(path=(heading,), text="Texte.") for heading in headings))


# --- ids ---

IDS = {
    "a leaf heading": (with_blocks(SALARY), ["salaire-du-debutant"]),
    "two headings of one name": (titled("Salaire", "Salaire"), ["salaire", "salaire-2"]),
    "names that differ by accents only": (titled("Élevé", "eleve"), ["eleve", "eleve-2"]),
    "a heading that already bears the counter": (
        titled("Prime", "Prime", "Prime 2"),
        ["prime", "prime-2", "prime-2-2"],
    ),
    "a heading that bears the counter first": (titled("Prime 2", "Prime", "Prime"), ["prime-2", "prime", "prime-3"]),
    "one heading under two": (
        with_blocks(Block(path=("A", "Fin"), text="x"), Block(path=("B", "Fin"), text="y")),
        ["fin", "fin-2"],
    ),
    "a bare heading has no passage": (with_blocks(Block(path=("Vide",)), Block(path=("Plein",), text="x")), ["plein"]),
}


@pytest.mark.parametrize(("read_from", "expected"), IDS.values(), ids=IDS)
def test_an_id_is_the_slug_of_section_and_leaf_heading(read_from: FicheMetier, expected: list[str]) -> None:
    assert ids(read_from)[1:] == [f"MET.228/vie-professionnelle/{leaf}" for leaf in expected]


def test_an_opening_text_and_a_heading_without_letters_bear_the_section_s_name() -> None:
    read_from = with_blocks(Block(text="Ouverture."), Block(path=("?!",), text="Question."))
    assert ids(read_from)[1:] == ["MET.228/vie-professionnelle", "MET.228/vie-professionnelle-2"]


def test_the_parts_of_a_long_text_are_counted() -> None:
    long = "\n\n".join(["Une phrase. " * 80] * 3)
    assert ids(with_blocks(Block(path=("Long",), text=long)))[1:] == [
        "MET.228/vie-professionnelle/long",
        "MET.228/vie-professionnelle/long-2",
        "MET.228/vie-professionnelle/long-3",
    ]


def test_an_id_outlives_the_words_under_it_and_what_is_added_elsewhere() -> None:
    before = with_blocks(SALARY)
    after = before.model_copy(
        update={
            "level": "bac + 5",
            "sections": (
                Section(name="Présentation", blocks=(Block(text="Neuf."),)),
                Section(name="Vie professionnelle", blocks=(SALARY.model_copy(update={"text": "Variable"}),)),
            ),
        }
    )
    assert set(ids(before)) < set(ids(after))


@given(fiches())
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_ids_are_unique_and_the_same_at_each_reading(read_from: FicheMetier) -> None:
    found = ids(read_from)
    assert len(set(found)) == len(found)
    assert ids(FicheMetier.model_validate_json(read_from.model_dump_json())) == found


@given(st.lists(st.sampled_from(["Prime", "Prime 2", "Prime 2 2", "Prime 3", "prime", "Primé", "?"]), max_size=8))
@settings(deadline=None)
def test_ids_are_unique_whatever_the_headings(headings: list[str]) -> None:
    found = ids(titled(*headings))
    assert len(set(found)) == len(found) == len(headings) + 1


# --- texts ---

FULL = fiche(
    name=Appellation(title="testeur/euse", feminine="testeuse", masculine="testeur"),
    other_names=(Appellation(title="essayeur/euse", feminine="essayeuse"), Appellation(title="sondeur")),
    rome=("M1805", "A15"),
    level="bac + 5",
    formations=(FormationLink(id="FOR.12", label="master"), FormationLink(id="FOR.7", label="licence")),
    statuses=("salarié", "artisan"),
    interests=("je veux tester",),
    sections=(Section(name="Accès au métier", blocks=(Block(text="Par concours."),)),),
)
FACTS = [
    ("identite/appellations", "testeur/euse\nID: MET.228\n- Féminin: testeuse\n- Masculin: testeur"),
    ("identite/autres-appellations", "essayeur/euse\n- Féminin: essayeuse\n\nsondeur"),
    ("identite/codes-rome", "- M1805\n- A15"),
    ("acces-au-metier", "Par concours."),
    ("acces-au-metier/niveau-d-acces-minimum", "Niveau d'accès minimum: bac + 5"),
    ("formations-recommandees", "- master (ID: FOR.12)\n- licence (ID: FOR.7)"),
    ("statuts-possibles", "- salarié\n- artisan"),
    ("centres-d-interet", "- je veux tester"),
]


def test_facts_are_passages_that_read_as_the_lines_of_the_markdown_fiche() -> None:
    assert [(passage.id, passage.text) for passage in passages_of(FULL)] == [
        (f"MET.228/{place}", text) for place, text in FACTS
    ]


def test_a_fiche_of_nothing_but_a_title_still_has_its_identity() -> None:
    [passage] = passages_of(fiche())
    assert (passage.id, passage.text) == ("MET.228/identite/appellations", "testeur/euse\nID: MET.228")


def test_a_passage_knows_its_place_and_embeds_the_names_the_place_and_the_text() -> None:
    passage = passages_of(FULL.model_copy(update={"sections": with_blocks(SALARY).sections}))[3]
    assert (passage.fiche_id, passage.section) == ("MET.228", "Vie professionnelle")
    assert passage.heading == "Salaire › Salaire du débutant"
    assert passage.embedded_text == (
        "testeuse, testeur, essayeur/euse, sondeur\n"
        "Vie professionnelle › Salaire › Salaire du débutant\n"
        "A partir de 3080 euros brut par mois"
    )  # fmt: skip


def test_many_names_do_not_drown_the_text() -> None:
    names = tuple(Appellation(title=f"appellation numéro {number}") for number in range(40))
    names_line = passages_of(fiche(other_names=names))[0].embedded_text.split("\n")[0]
    assert names_line.startswith("testeur/euse, appellation numéro 0, ")
    assert len(names_line) < MAX_NAMES_CHARS + 40


def hashes(read_from: FicheMetier) -> Mapping[str, str]:
    return {passage.id: passage.content_hash for passage in passages_of(read_from)}


CHANGES = {
    "level": {"level": "bac + 3"},
    "ROME": {"rome": ("M1806",)},
    "a status": {"statuses": ("salarié",)},
    "an interest": {"interests": ()},
    "a formation": {"formations": ()},
    "the title": {"name": Appellation(title="testeur")},
    "another name": {"other_names": ()},
    "a domaine": {"domaines": ({"name": "arts", "sub": None},)},
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_changed_fact_changes_every_passage_s_hash_since_each_carries_the_facts(change: dict[str, object]) -> None:
    before, after = hashes(FULL), hashes(FicheMetier.model_validate(FULL.model_dump() | change))
    assert [passage_id for passage_id in before.keys() & after.keys() if before[passage_id] == after[passage_id]] == []


def test_a_changed_text_changes_its_own_hash_alone() -> None:
    after = FULL.model_copy(update={"sections": (Section(name="Accès au métier", blocks=(Block(text="Sur titre."),)),)})
    changed = {passage_id for passage_id, value in hashes(FULL).items() if hashes(after)[passage_id] != value}
    assert changed == {"MET.228/acces-au-metier"}


def test_a_hash_is_the_same_in_another_process_and_at_another_time() -> None:
    passage = Passage("MET.1/en-bref", "MET.1", "En bref", "", "a", "b", {"level": None, "rome": ["A1101"]})
    assert passage.content_hash == "75d6f141eb14d82f"


# --- cutting ---

CUTS = {
    "short": ("Court.", ["Court."]),
    "nothing": ("", []),
    "exactly the limit": ("a" * 20, ["a" * 20]),
    "at the last paragraph that fits": ("Un.\n\nDeux.\n\nTrois quatre.", ["Un.\n\nDeux.", "Trois quatre."]),
    "at a line break": ("Un deux trois.\nQuatre cinq.", ["Un deux trois.", "Quatre cinq."]),
    "else at a sentence": ("Un deux. Trois ! Quatre cinq.", ["Un deux. Trois !", "Quatre cinq."]),
    "else at a space": ("un deux trois quatre cinq", ["un deux trois quatre", "cinq"]),
    "never inside a word": ("a" * 30, ["a" * 30]),
    "a long word does not hold back the rest": (
        f"{'a' * 30} un deux trois quatre cinq",
        ["a" * 30, "un deux trois quatre", "cinq"],
    ),
    "never at a no-break space": (
        "un deux\u00a0: trois ? « quatre\u00a0! »",
        ["un deux\u00a0: trois ?", "« quatre\u00a0! »"],
    ),
    "a long sentence does not spoil the cuts after it": (
        "un deux trois quatre cinq.\n\nSix. Sept huit neuf.\n\nDix.",
        ["un deux trois quatre", "cinq.", "Six. Sept huit neuf.", "Dix."],
    ),
}


@pytest.mark.parametrize(("text", "pieces"), CUTS.values(), ids=CUTS)
def test_where_a_text_is_cut(text: str, pieces: list[str]) -> None:
    assert list(split_text(text, limit=20)) == pieces


WORDS = st.lists(
    st.text("ab.!é", min_size=1, max_size=12) | st.sampled_from(["fin.", "x" * 40, "bac\u00a0+\u00a05"]), max_size=30
)
SPACES = st.sampled_from([" ", "\n", "\n\n"])


@given(st.data(), st.integers(5, 60))
@settings(max_examples=300, deadline=None)
def test_cutting_loses_nothing_and_keeps_below_the_limit(data: st.DataObject, limit: int) -> None:
    text = "".join(word + data.draw(SPACES) for word in data.draw(WORDS)).strip()
    pieces = list(split_text(text, limit))
    assert " ".join(" ".join(pieces).split()) == " ".join(text.split())
    assert all(len(piece) <= limit or not re.search("[ \n]", piece) for piece in pieces)
    assert all(piece == piece.strip() != "" for piece in pieces)


# --- the real fiches ---


@pytest.fixture(scope="module")
def real(corpus: Path) -> list[FicheMetier]:
    paths = sorted((corpus / "metiers").glob("*.md"))
    return [record.fiche for path in paths for record in read(Source(path.name, path.read_bytes()))]


@pytest.mark.corpus
def test_the_passages_of_each_real_section_are_its_text(real: list[FicheMetier]) -> None:
    lost = []
    for read_from in real:
        found: dict[str, list[str]] = {}
        for passage in passages_of(read_from):
            found.setdefault(passage.section, []).append(passage.text)
        sections = {section.name: section.text for section in read_from.citable_sections()}
        lost += [
            (read_from.id, name)
            for name in sections.keys() | found.keys()
            if " ".join(" ".join(found[name]).split()) != " ".join(sections[name].split())
        ]
    assert len(real) == 1043
    assert lost == []


@pytest.mark.corpus
def test_the_ids_and_sizes_of_the_real_passages(real: list[FicheMetier]) -> None:
    passages = [passage for read_from in real for passage in passages_of(read_from)]
    by_id = {passage.id: passage for passage in passages}
    assert len(by_id) == len(passages)
    assert max(len(passage.text) for passage in passages) <= MAX_CHARS
    salary = by_id["MET.228/vie-professionnelle/salaire-du-debutant"]
    assert salary.text == "A partir de 3080 euros brut par mois"
    assert by_id["MET.228/acces-au-metier/niveau-d-acces-minimum"].text == "Niveau d'accès minimum: bac + 5"
    assert by_id["MET.228/statuts-possibles"].text == "- salarié"
    assert by_id["MET.228/identite/codes-rome"].text == "- M1802"


@pytest.mark.corpus
def test_the_facts_of_the_real_fiches_are_lines_of_their_files(corpus: Path, real: list[FicheMetier]) -> None:
    factual = {"Identité", "Formations recommandées", "Statuts possibles", "Centres d'intérêt"}
    strangers = []
    for read_from in real:
        text = (corpus / "metiers" / f"{read_from.id}.md").read_text(encoding="utf-8")
        bare = {" ".join(line.replace("*", "").lstrip("#").split()) for line in text.splitlines()}
        facts = [p for p in passages_of(read_from) if p.section in factual or p.heading == "Niveau d'accès minimum"]
        lines = [line for passage in facts for line in passage.text.split("\n") if line]
        strangers += [(read_from.id, line) for line in lines if " ".join(line.split()) not in bare]
    assert strangers == []
