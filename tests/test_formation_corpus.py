"""Reading the 2,342 real fiches formations: none rejected, the counts hold, no letter lost, and what the graph links.

The files are Onisep's: they are read where they lie, and nothing here repeats a sentence of theirs.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pytest

from ingest.fiche import FicheMetier, Section
from ingest.formation import FORMATION_PROSE, Formation
from ingest.graph import LinkCounts, StudyGraph, evidence
from ingest.kinds import kind_of
from ingest.passages import MAX_CHARS, passages_of, searched_passages
from ingest.readers import ReadFiche, Source, read
from ingest.text import fold

pytestmark = pytest.mark.corpus


@pytest.fixture(scope="module")
def texts(corpus: Path) -> dict[str, str]:
    """The files by id (which begins their name), as bytes decoded and nothing else."""
    paths = (corpus / "formations").glob("*.md")
    return {path.name.partition("_")[0]: path.read_bytes().decode("utf-8") for path in paths}


def _read(path: Path) -> FicheMetier | Formation:
    [record] = read(Source(path.name, path.read_bytes()))
    assert isinstance(record, ReadFiche), record
    return record.fiche


@pytest.fixture(scope="module")
def formations(corpus: Path) -> dict[str, Formation]:
    found = [_read(path) for path in sorted((corpus / "formations").glob("*.md"))]
    assert all(isinstance(formation, Formation) for formation in found)
    return {formation.id: formation for formation in found}


@pytest.fixture(scope="module")
def metiers(corpus: Path) -> dict[str, FicheMetier]:
    return {path.stem: _read(path) for path in (corpus / "metiers").glob("*.md")}


@pytest.fixture(scope="module")
def graph(metiers: dict[str, FicheMetier], formations: dict[str, Formation]) -> StudyGraph:
    return StudyGraph.of(metiers, formations)


# --- counts ---


def test_every_file_holds_the_formation_of_its_name(texts: dict[str, str], formations: dict[str, Formation]) -> None:
    assert len(formations) == len(texts) == 2342
    assert formations.keys() == texts.keys()


PRESENT = {"Description": 846, "Accès": 705, "Attendus": 348, "Poursuite d'études": 485}


@pytest.mark.parametrize(("name", "count"), PRESENT.items())
def test_how_many_formations_have_a_section(formations: dict[str, Formation], name: str, count: int) -> None:
    assert sum(formation.section(name) is not None for formation in formations.values()) == count


FACTS = {
    "duration": 2342,
    "certification": 2342,
    "type": 2342,
    "metiers": 2342,
    "link": 2113,
    "code": 1724,
    "sigle": 766,
}


@pytest.mark.parametrize(("fact", "count"), FACTS.items())
def test_how_many_formations_have_a_fact(formations: dict[str, Formation], fact: str, count: int) -> None:
    assert sum(bool(getattr(formation, fact)) for formation in formations.values()) == count


def test_every_duration_is_a_number_of_years(formations: dict[str, Formation]) -> None:
    months = Counter(formation.duration_months for formation in formations.values())
    assert months == {12: 551, 24: 849, 36: 842, 48: 21, 60: 71, 72: 4, 84: 1, 108: 2, 120: 1}


def test_levels(formations: dict[str, Formation]) -> None:
    assert Counter(formation.certification for formation in formations.values()) == {
        "niveau 7": 913, "niveau 6": 461, "niveau 4": 308, "niveau 5": 257, "niveau 3": 233, "non inscrit au RNCP": 170,
    }  # fmt: skip
    ranks = Counter(formation.level_rank for formation in formations.values())
    assert ranks == {3: 233, 5: 308, 7: 247, 8: 453, 10: 908, None: 193}


def test_types_and_métiers(formations: dict[str, Formation]) -> None:
    assert len({formation.type for formation in formations.values()}) == 53
    counts = Counter(len(formation.metiers) for formation in formations.values())
    assert (min(counts), max(counts), sum(n * count for n, count in counts.items())) == (1, 10, 6461)


def test_no_two_formations_bear_one_title(formations: dict[str, Formation]) -> None:
    assert len({fold(formation.title) for formation in formations.values()}) == 2342


def test_passages(formations: dict[str, Formation]) -> None:
    passages = [passage for formation in formations.values() for passage in passages_of(formation)]
    assert len({passage.id for passage in passages}) == len(passages) == 18281
    assert max(len(passage.text) for passage in passages) <= MAX_CHARS
    assert sum(len(searched_passages(formation)) for formation in formations.values()) == 7418


# --- nothing lost: a second, much simpler reading ---

_SECTION = re.compile(r"^## (Informations générales|Métiers associés|Description|Accès|Attendus|Poursuite d'études)$")


def _letters(texts: Iterable[str]) -> str:
    """Nothing but letters and digits, one after the other."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFC", "\n".join(texts))))


def _parts_of_file(text: str) -> dict[str, str]:
    """Letters and digits of each part of a file, cut at nothing but the closed list of sections."""
    lines: dict[str, list[str]] = {"title": []}
    part = "title"
    for line in text.split("\n"):
        section = _SECTION.match(line)
        if section:
            part = section[1]
            assert part not in lines
            lines[part] = []
        else:
            lines[part].append(line)
    parts = {name: _letters(said) for name, said in lines.items()}
    for name in FORMATION_PROSE:  # a section's own name, said again at its beginning, is left out
        again = _letters([name])
        if name in parts and next(filter(str.strip, lines[name])).strip("# \u00a0") == name:
            parts[name] = parts[name].removeprefix(again)
    return parts


def _said(section: Section) -> list[str]:
    return [part for block in section.blocks for part in (*block.path, block.text)]


def _parts_of(formation: Formation) -> dict[str, str]:
    keys = {
        "Code scolarité": formation.code,
        "Sigle": formation.sigle,
        "Durée": formation.duration,
        "Niveau de certification": formation.certification,
        "Type": formation.type,
    }
    general = [f"{key} {value}" for key, value in keys.items() if value]
    general += [f"Lien {formation.link} {formation.link}"] if formation.link else []  # the link's text is its address
    said = {
        "title": [formation.title],
        "Informations générales": general,
        "Métiers associés": formation.metiers,
        **{section.name: _said(section) for section in formation.sections},
    }
    return {name: _letters(parts) for name, parts in said.items()}


def test_no_letter_or_digit_is_lost_doubled_or_moved(texts: dict[str, str], formations: dict[str, Formation]) -> None:
    differences = [
        (name, part)
        for name, text in texts.items()
        if (written := _parts_of_file(text)) != (kept := _parts_of(formations[name]))
        for part in written.keys() | kept.keys()
        if written.get(part) != kept.get(part)
    ]
    assert differences == []


# --- the graph ---


def test_what_links_and_what_does_not(graph: StudyGraph) -> None:
    assert graph.counts() == LinkCounts(
        formations_named=2433,
        without_fiche=91,
        metiers_linked=6461,
        metiers_unlinked=0,
        named_steps=59,
        kind_steps=404,
        silent_steps=22,
    )
    assert graph.unlinked == ()


def test_the_labels_in_metier_fiches_are_the_titles_of_the_formations(
    metiers: dict[str, FicheMetier], formations: dict[str, Formation]
) -> None:
    links = [link for fiche in metiers.values() for link in fiche.formations]
    assert [link for link in links if link.id in formations and formations[link.id].title != link.label] == []


def test_the_metiers_of_a_formation_are_those_that_name_it_ten_at_most(
    graph: StudyGraph, formations: dict[str, Formation]
) -> None:
    for formation in formations.values():
        links = graph.by_formation[formation.id]
        naming = {link.metier for link in links if link.source == link.metier}
        named = {link.metier for link in links if link.source == formation.id}
        assert named <= naming
        assert named == naming or len(named) == 10


def test_every_arrow_has_the_words_that_say_it(
    graph: StudyGraph, metiers: dict[str, FicheMetier], formations: dict[str, Formation]
) -> None:
    passages = {i: passages_of(fiche) for i, fiche in {**metiers, **formations}.items()}
    groups = (graph.by_formation, graph.by_metier, graph.onward, graph.entries)
    arrows = [arrow for group in groups for each in group.values() for arrow in each]
    assert [arrow for arrow in arrows if evidence(arrow, passages[arrow.source]) is None] == []


def test_a_kind_ends_at_the_level_that_its_fiches_state(formations: dict[str, Formation]) -> None:
    """Where both are known they agree: the ranks of kinds are no invention of ours."""
    for formation in formations.values():
        kind = kind_of(formation.title)
        if kind and kind.rank is not None and formation.level_rank is not None:
            assert (formation.title, kind.rank) == (formation.title, formation.level_rank)


TYPES = {
    "CAP (CAP)": "CAP",
    "baccalauréat professionnel": "bac pro",
    "brevet de technicien supérieur (BTS)": "BTS",
    "brevet professionnel (BP)": "BP",
    "bachelor universitaire de technologie (BUT)": "BUT",
    "licence pro": "licence pro",
    "licence": "licence",
    "master": "master",
    "diplôme d'ingénieur": "diplôme d'ingénieur",
}


@pytest.mark.parametrize(("type_", "kind"), TYPES.items())
def test_the_kind_of_a_title_is_the_type_of_its_fiche(formations: dict[str, Formation], type_: str, kind: str) -> None:
    of_type = {i for i, formation in formations.items() if formation.type == type_}
    of_kind = {i for i, formation in formations.items() if (k := kind_of(formation.title)) and k.name == kind}
    assert of_type <= of_kind
    assert len(of_kind - of_type) <= 16  # specialised engineers, doubles diplômes
