"""Reading the 1,043 real fiches: both formats agree, the counts hold, and no letter or digit is lost.

The files are Onisep's: they are read where they lie, and nothing here repeats a sentence of theirs.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from ingest.fiche import LEVEL_RANKS, FicheMetier, Section
from ingest.readers import IndexEntry, ReadFiche, Source, read

pytestmark = pytest.mark.corpus


@pytest.fixture(scope="module")
def texts(corpus: Path) -> dict[str, str]:
    """The Markdown files by id (the file's name), as bytes decoded and nothing else."""
    return {path.stem: path.read_bytes().decode("utf-8") for path in (corpus / "metiers").glob("*.md")}


@pytest.fixture(scope="module")
def fiches(texts: dict[str, str]) -> dict[str, FicheMetier]:
    """What the Markdown reader makes of them, by file name."""
    return {name: _only_fiche(name, text.encode()) for name, text in texts.items()}


@pytest.fixture(scope="module")
def index(corpus: Path) -> list[IndexEntry]:
    path = corpus / "raw" / "flowkura_ideo_metiers_onisep.xml"
    return [entry for entry in read(Source(path.name, path.read_bytes())) if isinstance(entry, IndexEntry)]


def _only_fiche(name: str, data: bytes) -> FicheMetier:
    [record] = read(Source(name, data))
    assert isinstance(record, ReadFiche), record
    return record.fiche


# --- both formats ---


def test_markdown_and_xml_give_equal_fiches(corpus: Path, fiches: dict[str, FicheMetier]) -> None:
    path = corpus / "raw" / "ideo_fiches_metiers.xml"
    records = list(read(Source(path.name, path.read_bytes())))
    assert all(isinstance(record, ReadFiche) for record in records)
    from_xml = {record.fiche.id: record.fiche for record in records}
    assert len(records) == len(from_xml) == 1043
    assert from_xml.keys() == fiches.keys()
    assert [name for name in fiches if from_xml[name] != fiches[name]] == []


def test_the_older_dump_is_read(corpus: Path) -> None:
    fiche = _only_fiche("mps_MET.31.xml", (corpus / "raw" / "mps_MET.31.xml").read_bytes())
    assert (fiche.id, fiche.title) == ("MET.31", "cartographe")
    assert [name.title for name in fiche.other_names] == [
        "cartographe géomaticien/ne",
        "cartographe SIG",
        "concepteur/trice de cartes",
        "dessinateur/trice cartographe",
        "ingénieur/e cartographe",
    ]
    assert (fiche.rome, fiche.level, fiche.level_rank) == (("M1808",), "Bac + 5", 10)
    assert [link.id for link in fiche.formations] == ["FOR.1013", "FOR.4551", "FOR.4660", "FOR.5188", "FOR.5189"]
    assert (fiche.statuses, fiche.interests) == (("salarié", "fonctionnaire"), ())
    headings = [block.path[0] for block in fiche.section("Compétences requises").blocks]
    assert headings == ["Informatique omniprésente", "Une part de créativité", "Rigueur de mise"]
    assert [section.name for section in fiche.sections] == [
        "Présentation",
        "En bref",
        "Nature du travail",
        "Compétences requises",
        "Conditions de travail",
        "Vie professionnelle",
        "Accès au métier",
    ]


def test_the_metier_index_covers_every_fiche(fiches: dict[str, FicheMetier], index: list[IndexEntry]) -> None:
    assert {entry.fiche_id for entry in index} == fiches.keys()
    assert len(index) == 1043
    domaines = {domaine for entry in index for domaine in entry.domaines}
    assert len({domaine.name for domaine in domaines}) == 20
    assert len({domaine for domaine in domaines if domaine.sub}) == 128
    assert all(entry.domaines for entry in index)
    assert sum(not entry.rome_labels for entry in index) == 124  # those whose fiche has no code either


# --- counts ---


def test_every_file_holds_the_fiche_of_its_name(fiches: dict[str, FicheMetier]) -> None:
    assert len(fiches) == 1043
    assert [name for name, fiche in fiches.items() if fiche.id != name] == []


MISSING = {
    "Présentation": 0,
    "En bref": 0,
    "Nature du travail": 188,
    "Compétences requises": 188,
    "Conditions de travail": 188,
    "Vie professionnelle": 177,
    "Accès au métier": 185,
    "Formations recommandées": 98,
    "Statuts possibles": 5,
    "Centres d'intérêt": 16,
}


def _without(fiches: dict[str, FicheMetier], name: str) -> int:
    facts = {
        "Formations recommandées": "formations",
        "Statuts possibles": "statuses",
        "Centres d'intérêt": "interests",
    }
    if name in facts:
        return sum(not getattr(fiche, facts[name]) for fiche in fiches.values())
    return sum(all(section.name != name for section in fiche.sections) for fiche in fiches.values())


@pytest.mark.parametrize(("name", "count"), MISSING.items())
def test_how_many_fiches_lack_a_section(fiches: dict[str, FicheMetier], name: str, count: int) -> None:
    assert _without(fiches, name) == count


def test_rome_codes(fiches: dict[str, FicheMetier]) -> None:
    counts = Counter(min(len(fiche.rome), 2) for fiche in fiches.values())
    assert (counts[0], counts[2]) == (124, 26)
    codes = {code for fiche in fiches.values() for code in fiche.rome}
    assert {code for code in codes if not re.fullmatch(r"[A-N]\d{4}", code)} == {"A15", "K15"}


def test_names(fiches: dict[str, FicheMetier]) -> None:
    others = [{name.title for name in fiche.other_names} for fiche in fiches.values()]
    titles = {fiche.title for fiche in fiches.values()}
    shared = Counter(name for names in others for name in names)
    assert sum("/" in title for title in (fiche.title for fiche in fiches.values())) == 774
    assert sum(len(fiche.other_names) for fiche in fiches.values()) == 1834
    assert sum(count > 1 for count in shared.values()) == 32
    assert len(titles & shared.keys()) == 33
    assert [fiche.id for fiche in fiches.values() if not (fiche.name.feminine and fiche.name.masculine)] == []
    assert {i for i in ("MET.5", "MET.778") if "infographiste" in {n.title for n in fiches[i].other_names}} == {
        "MET.5",
        "MET.778",
    }


LEVELS = {
    "sans diplôme": 4, "3E": 6, "diplôme national du brevet": 4, "CAP ou équivalent": 196,
    "CAP ou équivalent + 1 an": 1, "bac ou équivalent": 132, "bac + 1": 4, "bac + 2": 178, "bac + 3": 131, "bac + 4": 9,
    "bac + 5": 313, "bac + 6": 7, "bac + 7": 12, "bac + 8": 23, "bac + 9 et plus": 15, "autre formation": 8,
}  # fmt: skip


def test_levels(fiches: dict[str, FicheMetier]) -> None:
    spaced = Counter(" ".join((fiche.level or "").split()) for fiche in fiches.values())
    assert spaced == LEVELS
    unranked = {fiche.level for fiche in fiches.values() if fiche.level_rank is None}
    assert unranked == {"autre formation"}
    assert {fiche.level_rank for fiche in fiches.values()} - {None} == set(LEVEL_RANKS.values())


def test_closed_vocabularies_and_links(fiches: dict[str, FicheMetier]) -> None:
    links = [link for fiche in fiches.values() for link in fiche.formations]
    assert {status for fiche in fiches.values() for status in fiche.statuses} == {
        "salarié",
        "fonctionnaire",
        "indépendant",
        "artisan",
        "libéral",
        "intermittent du spectacle",
        "saisonnier",
        "militaire",
        "contrat de volontariat",
    }
    assert len({interest for fiche in fiches.values() for interest in fiche.interests}) == 32
    assert (len(links), len({link.id for link in links})) == (6931, 2433)


def test_salaries(fiches: dict[str, FicheMetier]) -> None:
    found = [
        [block for block in section.blocks if block.path == ("Salaire", "Salaire du débutant")]
        for fiche in fiches.values()
        if (section := fiche.section("Vie professionnelle"))
    ]
    assert {len(blocks) for blocks in found} == {1}
    lines = [" ".join(block.text.split()) for [block] in found]
    assert len(lines) == 866
    assert sum(bool(re.match(r"A partir de [\d ]+euros brut par mois", line)) for line in lines) == 633
    assert fiches["MET.228"].section("Vie professionnelle").blocks[0].text == "A partir de 3080 euros brut par mois"


def test_no_tag_of_the_files_is_left_in_a_text(texts: dict[str, str], fiches: dict[str, FicheMetier]) -> None:
    assert sum(len(re.findall(r"<(?:br/|/?p)>", text)) for text in texts.values()) > 30
    bodies = [block for fiche in fiches.values() for section in fiche.sections for block in section.blocks]
    assert [block.path for block in bodies if re.search(r"</?(p|br)\s*/?>", block.heading + block.text)] == []


# --- nothing lost: a second, much simpler reading ---

_PART = re.compile(
    r"^(?:# (?P<title>.*)|## (?P<section>Autres appellations|Présentation|En bref|Nature du travail"
    r"|Compétences requises|Conditions de travail"
    r"|Vie professionnelle|Accès au métier|Formations recommandées|Centres d'intérêt)"
    r"|\*\*(?P<key>ID|Appellations|Codes ROME|Niveau d'accès minimum|Statuts possibles):\*\*(?P<value>.*))$",
    re.MULTILINE,
)


def _letters(texts: Iterable[str]) -> str:
    """Nothing but letters and digits, tags left out, one after the other."""
    text = re.sub(r"<(?:br/|/?p)>", " ", "\n".join(texts))
    return "".join(filter(str.isalnum, unicodedata.normalize("NFC", text)))


def _parts_of_file(text: str) -> dict[str, str]:
    """Letters and digits of each part of a file, cut at nothing but the closed list of part names."""
    marks = list(_PART.finditer(text))
    ends = [mark.start() for mark in marks[1:]] + [len(text)]
    parts = {}
    for mark, end in zip(marks, ends, strict=True):
        name = mark["section"] or mark["key"] or "title"
        assert name not in parts
        parts[name] = _letters([mark["title"] or mark["value"] or "", text[mark.end() : end]])
    return {name: letters for name, letters in parts.items() if letters}


def _said(section: Section) -> Iterator[str]:
    """Headings and texts in reading order; the headings that a path shares with the path before it are said once."""
    before: tuple[str, ...] = ()
    for block in section.blocks:
        known = 0
        while known < len(block.path) - 1 and before[known : known + 1] == block.path[known : known + 1]:
            known += 1
        yield from (*block.path[known:], block.text)
        before = block.path


def _parts_of_fiche(fiche: FicheMetier) -> dict[str, str]:
    names = [["Féminin", name.feminine or "", "Masculin", name.masculine or ""] for name in fiche.other_names]
    others = [part for name, genders in zip(fiche.other_names, names, strict=True) for part in (name.title, *genders)]
    formations = [part for link in fiche.formations for part in (link.label, "ID", link.id)]
    said = {
        "title": [fiche.title],
        "ID": [fiche.id],
        "Appellations": ["Féminin", fiche.name.feminine or "", "Masculin", fiche.name.masculine or ""],
        "Autres appellations": others,
        "Codes ROME": fiche.rome,
        "Niveau d'accès minimum": [fiche.level or ""],
        "Formations recommandées": formations,
        "Statuts possibles": fiche.statuses,
        "Centres d'intérêt": fiche.interests,
        **{section.name: _said(section) for section in fiche.sections},
    }
    return {name: letters for name, parts in said.items() if (letters := _letters(parts))}


def test_no_letter_or_digit_is_lost_doubled_or_moved(texts: dict[str, str], fiches: dict[str, FicheMetier]) -> None:
    assert len(texts) == 1043
    differences = [
        (name, part)
        for name, text in texts.items()
        if (written := _parts_of_file(text)) != (kept := _parts_of_fiche(fiches[name]))
        for part in written.keys() | kept.keys()
        if written.get(part) != kept.get(part)
    ]
    assert differences == []
