"""Reading fiches formations: every trap of the published files, in fiches written for these tests."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.fiche import Block, FicheMetier
from ingest.formation import Formation
from ingest.passages import passages_of, searched_passages
from ingest.readers import ReadFiche, Record, Rejection, Source, read
from ingest.sources import find_sources
from tests.formation_rendering import formation_as_markdown, formations

TOP = "# BP essayeur\n\n## Informations générales\n\n"
NAME = "dossier/FOR.622_bp_essayeur.md"


def record(content: str, name: str = NAME) -> Record:
    [only] = read(Source(name, content.encode()))
    return only


def formation(content: str, name: str = NAME) -> Formation:
    found = record(content, name)
    assert isinstance(found, ReadFiche), found
    assert isinstance(found.fiche, Formation)
    return found.fiche


def blocks_of(body: str, section: str = "Accès") -> list[tuple[str, str]]:
    [found] = formation(f"{TOP}\n## {section}\n\n{body}\n").sections
    return [(block.heading, block.text) for block in found.blocks]


# --- a whole fiche ---

WHOLE = """# BP  essayeur de tests

## Informations générales

**Code scolarité:** 45023105
**Sigle:** ET
**Durée:** 2 ans
**Niveau de certification:** niveau 4
**Type:** brevet professionnel (BP)

**Lien:** [https://exemple.fr/bp](https://exemple.fr/bp)

## Description

On y essaie tout.

            Et davantage.

## Accès

### Accès
            Après un CAP.

## Attendus

### Attendus nationaux
            Deux attendus :

                -\x20
                    aimer essayer

                -\x20
                    savoir dire non

## Poursuite d'études

Un BM.

## Métiers associés

- essayeur/euse  de tests
- vérificateur/trice
"""


def test_a_whole_fiche() -> None:
    whole = formation(WHOLE)
    facts = whole.model_dump(exclude={"sections"})
    assert facts == {
        "id": "FOR.622",
        "name": "BP essayeur de tests",
        "sigle": "ET",
        "code": "45023105",
        "duration": "2 ans",
        "certification": "niveau 4",
        "type": "brevet professionnel (BP)",
        "link": "https://exemple.fr/bp",
        "metiers": ("essayeur/euse de tests", "vérificateur/trice"),
    }
    assert [(section.name, section.blocks) for section in whole.sections] == [
        ("Description", (Block(text="On y essaie tout.\n\nEt davantage."),)),
        ("Accès", (Block(text="Après un CAP."),)),
        (
            "Attendus",
            (Block(path=("Attendus nationaux",), text="Deux attendus :\n\n- aimer essayer\n\n- savoir dire non"),),
        ),
        ("Poursuite d'études", (Block(text="Un BM."),)),
    ]
    assert whole.url == "https://www.onisep.fr/http/redirection/formation/slug/FOR.622"
    assert whole.searched_names == ("BP essayeur de tests", "ET")


def test_each_fact_is_a_passage_of_its_own_rendered_as_in_the_fiche() -> None:
    passages = {passage.id: passage.text for passage in passages_of(formation(WHOLE))}
    assert passages == {
        "FOR.622/identite/appellations": "BP essayeur de tests\nSigle: ET",
        "FOR.622/identite/type": "Type: brevet professionnel (BP)",
        "FOR.622/identite/code-scolarite": "Code scolarité: 45023105",
        "FOR.622/identite/lien": "Lien: https://exemple.fr/bp",
        "FOR.622/informations-generales/duree": "Durée: 2 ans",
        "FOR.622/informations-generales/niveau-de-certification": "Niveau de certification: niveau 4",
        "FOR.622/description": "On y essaie tout.\n\nEt davantage.",
        "FOR.622/acces": "Après un CAP.",
        "FOR.622/attendus/attendus-nationaux": "Deux attendus :\n\n- aimer essayer\n\n- savoir dire non",
        "FOR.622/poursuite-d-etudes": "Un BM.",
        "FOR.622/metiers-associes": "- essayeur/euse de tests\n- vérificateur/trice",
    }


def test_facts_of_one_line_are_looked_up_and_not_searched() -> None:
    searched = [passage.id.removeprefix("FOR.622/") for passage in searched_passages(formation(WHOLE))]
    assert searched == [
        "identite/appellations",
        "description",
        "acces",
        "attendus/attendus-nationaux",
        "poursuite-d-etudes",
        "metiers-associes",
    ]


def test_a_fiche_of_nothing_but_a_title_is_read() -> None:
    bare = formation(TOP)
    assert bare == Formation(id="FOR.622", name="BP essayeur")
    assert [passage.id for passage in passages_of(bare)] == ["FOR.622/identite/appellations"]


# --- facts as numbers ---


@pytest.mark.parametrize(
    ("duration", "months"),
    [("2 ans", 24), ("1 an", 12), ("18 mois", 18), ("10 ans", 120), ("1 à 2 ans", None), ("variable", None)],
)
def test_a_duration_is_read_in_months_where_it_is_one_number(duration: str, months: int | None) -> None:
    assert formation(f"{TOP}**Durée:** {duration}\n").duration_months == months


LEVELS = [
    ("niveau 3", "2 ans", 3),
    ("niveau 4", "3 ans", 5),
    ("Niveau  5", "2 ans", 7),
    ("niveau 6", "1 an", 8),
    ("niveau 7", "5 ans", 10),
    ("niveau 8", "3 ans", 13),
    ("niveau 5", "3 ans", None),  # longer than the level: it ends elsewhere
    ("niveau 7", "10 ans", None),
    ("non inscrit au RNCP", "2 ans", None),
]


@pytest.mark.parametrize(("level", "duration", "rank"), LEVELS)
def test_a_level_of_certification_has_its_place_among_the_levels_of_metiers(
    level: str, duration: str, rank: int | None
) -> None:
    found = formation(f"{TOP}**Durée:** {duration}\n**Niveau de certification:** {level}\n")
    assert found.level_rank == found.facts["level_rank"] == rank


# --- bodies ---

BODIES = {
    "the section's name said again, as a heading": ("### Accès\n            Texte.", [("", "Texte.")]),
    "… with a no-break space": ("### Accès\u00a0\n            Texte.", [("", "Texte.")]),
    "… or as plain text": ("Accès\n\n            Texte.", [("", "Texte.")]),
    "the section's name alone": ("Accès", [("", "Accès")]),
    "another heading": ("### Sur dossier\n            Texte.", [("Sur dossier", "Texte.")]),
    "an indented heading": ("Un.\n\n            ### Accès\n            Deux.", [("", "Un."), ("Accès", "Deux.")]),
    "items on the line of their dash": ("- un\n\n            - deux", [("", "- un\n\n- deux")]),
    "items on the line after": ("Un :\n                - \n                    deux", [("", "Un :\n\n- deux")]),
    "items inside items": (
        "Un\n\n    - \n        deux\n\n            - \n                trois",
        [("", "Un\n\n- deux\n\n- trois")],
    ),
    "a dash without text": ("Un.\n\n    - \n\nDeux.", [("", "Un.\n\nDeux.")]),
    "bullets inside a paragraph": ("• un ;• deux.", [("", "• un ;• deux.")]),
    "tags": ("Un.<br/>Deux.<p>Trois.", [("", "Un.\nDeux.\n\nTrois.")]),
    "spaces doubled": ("Un  deux.", [("", "Un deux.")]),
    "an accent apart from its letter": ("a\u0300 la suite", [("", "à la suite")]),
}


@pytest.mark.parametrize(("body", "expected"), BODIES.values(), ids=BODIES)
def test_a_body(body: str, expected: list[tuple[str, str]]) -> None:
    assert blocks_of(body) == expected


# --- the id ---

NAMES = {
    "as published": "FOR.622_bp.md",
    "in a folder": "a/FOR.1_b/FOR.622_bp.md",
    "in an archive": "a.zip!b/FOR.622_bp.md",
    "of Windows": "a\\FOR.622_bp.md",
    "bare": "FOR.622.md",
}


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_the_id_is_in_the_file_s_name(name: str) -> None:
    assert formation(TOP, name).id == "FOR.622"


def test_the_id_may_be_in_the_fiche_instead() -> None:
    assert formation(f"{TOP}**ID:** FOR.622\n", "bp.md").id == "FOR.622"
    assert formation(f"{TOP}**ID:** FOR.622\n", NAME).id == "FOR.622"


def test_a_folder_and_an_archive_of_it_give_the_same(tmp_path: Path) -> None:
    (tmp_path / "FOR.622_bp.md").write_text(WHOLE, encoding="utf-8")
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.write(tmp_path / "FOR.622_bp.md", "formations/FOR.622_bp.md")
    (tmp_path / "formations.zip").write_bytes(buffer.getvalue())
    found = [r.fiche for source in find_sources([tmp_path]) for r in read(source)]
    assert found == [formation(WHOLE)] * 2


# --- bad input ---

BROKEN = {
    "no title": ("## Informations générales\n\n**Durée:** 2 ans\n", NAME, 1, "titre manquant"),
    "no id": (TOP, "bp.md", None, "nommer le fichier « FOR.123_titre.md »"),
    "an id that is too long": (TOP, "FOR.1234567890_bp.md", None, "identifiant manquant"),
    "two ids": (f"{TOP}**ID:** FOR.1\n", NAME, None, "le nom du fichier dit FOR.622, la fiche dit FOR.1"),
    "an id of a métier": (f"{TOP}**ID:** MET.1\n", NAME, 5, "identifiant mal formé : « MET.1 » (attendu : FOR.123)"),
    "a fact twice": (f"{TOP}**Durée:** 2 ans\n**Durée:** 3 ans\n", NAME, 6, "deux lignes « **Durée:** »"),
    "an unknown fact": (f"{TOP}**Coût:** 3\n", NAME, 5, "ligne inattendue sous « Informations générales »"),
    "a text among the facts": (f"{TOP}Bonjour.\n", NAME, 5, "ligne inattendue sous « Informations générales »"),
    "a link that is none": (f"{TOP}**Lien:** javascript:alert(1)\n", NAME, 5, "lien mal formé"),
    "a text among the métiers": (f"{TOP}## Métiers associés\n\nessayeur\n", NAME, 7, "sous « Métiers associés »"),
    "a text before all": ("# BP\nBonjour.\n## Informations générales\n", NAME, 2, "avant la première section"),
}


@pytest.mark.parametrize(("content", "name", "line", "words"), BROKEN.values(), ids=BROKEN)
def test_a_broken_fiche_is_rejected_with_the_line_and_the_reason(
    content: str, name: str, line: int | None, words: str
) -> None:
    refused = record(content, name)
    assert isinstance(refused, Rejection), refused
    assert (refused.path, refused.line, words in refused.reason) == (name, line, True), refused


def test_a_fiche_is_told_by_its_first_section_never_by_its_name() -> None:
    metier = "# essayeur\n**ID:** MET.1\n\n## Présentation\n\nTexte.\n\n## Informations générales\n\nTexte.\n"
    found = record(metier, "FOR.622_essayeur.md")
    assert isinstance(found, ReadFiche)
    assert isinstance(found.fiche, FicheMetier)


# --- properties ---


@given(formations())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_the_layout_of_any_formation_is_read_back_equal(original: Formation) -> None:
    assert formation(formation_as_markdown(original), f"{original.id}_titre.md") == original


LINES = ["# a", "## Accès", "### Accès", "Accès", "**Durée:** 2 ans", "**Lien:** x", "- b", "-", "", "   ### d",
         "texte", "## Métiers associés", "## Informations générales", "<p>", "a<br/>b", "\u00a0", "\r",
         "**ID:**"]  # fmt: skip


@given(st.lists(st.sampled_from(LINES) | st.text(max_size=8), max_size=20))
@settings(max_examples=200, deadline=None)
def test_no_shuffled_lines_make_the_reader_raise(lines: list[str]) -> None:
    for found in read(Source(NAME, (TOP + "\n".join(lines)).encode())):
        assert isinstance(found, Record)
        assert not isinstance(found, Rejection) or (found.reason and "\n" not in found.reason), found
