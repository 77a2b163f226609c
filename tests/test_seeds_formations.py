"""The starter formations: their facts are the corpus's, their prose is ours, and paths of study show on them."""

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from ingest.fiche import FicheMetier
from ingest.formation import FORMATION_PROSE, Formation
from ingest.graph import StudyGraph, evidence
from ingest.passages import passages_of
from ingest.readers import ReadFiche, Source, read
from tests.conftest import FORMATION_SEEDS, SEEDS
from tests.test_seeds import fold, lines_of

RUN_LENGTH = 6
PATHS = sorted(FORMATION_SEEDS.glob("*.md"))
each_seed = pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)


def read_all(folder: Path, pattern: str = "*.md") -> dict[str, FicheMetier | Formation]:
    records = [record for path in folder.glob(pattern) for record in read(Source(path.name, path.read_bytes()))]
    assert all(isinstance(record, ReadFiche) for record in records)
    return {record.fiche.id: record.fiche for record in records}


@pytest.fixture(scope="module")
def metiers() -> dict[str, FicheMetier]:
    return read_all(SEEDS)


@pytest.fixture(scope="module")
def formations() -> dict[str, Formation]:
    return read_all(FORMATION_SEEDS)


@pytest.fixture(scope="module")
def graph(metiers: dict[str, FicheMetier], formations: dict[str, Formation]) -> StudyGraph:
    return StudyGraph.of(metiers, formations)


@pytest.fixture(scope="module")
def originals(corpus: Path) -> dict[str, Formation]:
    """The published fiches of the same formations."""
    return {path.stem: read_all(corpus / "formations", f"{path.stem}_*.md")[path.stem] for path in PATHS}


def runs_of(text: str) -> Iterator[str]:
    words = text.split()
    return (" ".join(words[i : i + RUN_LENGTH]) for i in range(len(words) - RUN_LENGTH + 1))


def paragraphs_of(formation: Formation) -> list[str]:
    return [text for section in formation.sections for text in section.text.split("\n\n")]


# --- what they are ---


def test_the_seeds_are_many_and_the_seed_metiers_name_them(
    metiers: dict[str, FicheMetier], formations: dict[str, Formation]
) -> None:
    named = {link.id: link.label for fiche in metiers.values() for link in fiche.formations}
    assert len(formations) >= 24
    assert [i for i, formation in formations.items() if named.get(i) != formation.title] == []
    assert [path.stem for path in PATHS if path.stem not in formations] == []


def test_the_seeds_have_every_section_and_every_level(formations: dict[str, Formation]) -> None:
    sections = {section.name for formation in formations.values() for section in formation.sections}
    assert sections == set(FORMATION_PROSE)
    assert {formation.level_rank for formation in formations.values()} == {3, 5, 7, 8, 10, None}


@each_seed
def test_a_seed_has_the_facts_of_its_corpus_fiche(
    path: Path, formations: dict[str, Formation], originals: dict[str, Formation]
) -> None:
    assert formations[path.stem].model_copy(update={"sections": ()}) == originals[path.stem].model_copy(
        update={"sections": ()}
    )


# --- whose words they are ---


@pytest.fixture(scope="module")
def corpus_runs(corpus: Path) -> set[str]:
    """Every run of words of the published fiches, métiers and formations."""
    paths = [*(corpus / "metiers").glob("*.md"), *(corpus / "formations").glob("*.md")]
    return {run for path in paths for run in runs_of(fold(" ".join(lines_of(path))))}


def test_no_seed_borrows_a_phrase_from_the_corpus(
    corpus_runs: set[str], formations: dict[str, Formation], graph: StudyGraph
) -> None:
    titles = sorted({fold(title) for title in graph.titles.values()}, key=len, reverse=True)
    breaks = re.compile("|".join(rf"\b{re.escape(title)}\b" for title in titles))  # titles are facts
    borrowed = {
        (formation.id, run)
        for formation in formations.values()
        for paragraph in paragraphs_of(formation)
        for part in breaks.split(fold(paragraph))
        for run in runs_of(part)
        if run in corpus_runs
    }
    assert borrowed == set()


@each_seed
def test_a_seed_does_not_say_tu(path: Path) -> None:
    text = path.read_text(encoding="utf-8").lower()
    assert re.findall(r"\b(?:tu|te|toi|ton|ta|tes)\b|\bt['\u2019]", text) == []


# --- the paths that show on them ---

CHAINS = {
    "baker, by apprenticeship": ["FOR.2246", "FOR.618", "FOR.11661"],
    "baker, at school": ["FOR.2246", "FOR.3531", "FOR.618"],
    "hairdresser": ["FOR.873", "FOR.1563", "FOR.8899"],
    "electrician": ["FOR.1349", "FOR.9919"],
    "joiner": ["FOR.6857", "FOR.649"],
    "waiter": ["FOR.9673", "FOR.427"],
    "developer": ["FOR.5337", "FOR.11232"],
    "nurse": ["FOR.7120", "FOR.2378"],
    "surveyor": ["FOR.576", "FOR.5522"],
    "journalist": ["FOR.8004", "FOR.11225", "FOR.9592"],
    "sound engineer": ["FOR.5811", "FOR.11114"],
    "designer": ["FOR.5497", "FOR.11323"],
    "beekeeper": ["FOR.9302", "FOR.3389"],
}


@pytest.mark.parametrize("chain", CHAINS.values(), ids=CHAINS)
def test_a_chain_of_studies_is_drawn_by_titles(chain: list[str], graph: StudyGraph) -> None:
    for here, there in pairwise(chain):
        assert there in {step.target for step in graph.onward[here]}


def test_every_arrow_has_the_words_that_say_it(
    graph: StudyGraph, metiers: dict[str, FicheMetier], formations: dict[str, Formation]
) -> None:
    passages = {i: passages_of(fiche) for i, fiche in {**metiers, **formations}.items()}
    groups = (graph.by_formation, graph.onward, graph.entries)
    arrows = [arrow for group in groups for each in group.values() for arrow in each]
    assert len(arrows) > 300
    assert [arrow for arrow in arrows if evidence(arrow, passages[arrow.source]) is None] == []


def test_what_the_starter_library_does_not_hold_is_said_and_not_guessed(
    graph: StudyGraph, metiers: dict[str, FicheMetier]
) -> None:
    titles = {fiche.title for fiche in metiers.values()}
    assert len(graph.without_fiche) == graph.counts().without_fiche > 0
    assert {unlinked.title for unlinked in graph.unlinked}.isdisjoint(titles)
    assert all(unlinked.candidates == () for unlinked in graph.unlinked)
