"""The starter fiches: their facts are the corpus's, their prose is ours."""

import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest

SEEDS = Path(__file__).parents[1] / "seeds" / "metiers"
CORPUS = Path(__file__).parents[2] / "shared" / "corpus" / "metiers"
RUN_LENGTH = 8

SEED_PATHS = sorted(SEEDS.glob("MET.*.md"))
FORMATION = re.compile(r"- (?P<label>.+) \(ID: FOR\.\d+\)")
MINIMUM_LEVEL = "**Niveau d'accès minimum:**"
FACT_STARTS = ("**ID:**", "**Appellations:**", "**Codes ROME:**", MINIMUM_LEVEL, "**Statuts possibles:**")
FACT_SECTIONS = ("## Formations recommandées", "## Centres d'intérêt")

each_seed = pytest.mark.parametrize("path", SEED_PATHS, ids=lambda path: path.stem)


def lines_of(path: Path) -> list[str]:
    """The file's lines without indentation, inner spaces collapsed, empty lines dropped."""
    lines = path.read_text(encoding="utf-8").replace("<br/>", "\n").splitlines()
    return [" ".join(line.split()) for line in lines if line.strip()]


def facts_of(lines: list[str]) -> list[tuple[str, str]]:
    """Title, bold keys, other appellations and bullets, each with the heading or key it stands under."""
    facts: list[tuple[str, str]] = []
    parent, section = "", ""
    for line in lines:
        if line.startswith("## "):
            section = line
            parent = line if line in FACT_SECTIONS else ""
        elif line.startswith("### ") and section == "## Autres appellations":
            facts.append((section, line))
            parent = line
        elif line.startswith(("# ", *FACT_STARTS)):
            facts.append(("", line))
            parent = line
        elif parent and line.startswith("- "):
            facts.append((parent, line))
    return facts


def prose_of(lines: list[str]) -> Iterator[str]:
    """The seed's paragraphs: no headings, bullets, bold keys nor salary lines."""
    return (line for line in lines if not line.startswith(("#", "- ", "**")) and "euros" not in line)


def fold(text: str) -> str:
    """Lower case, no accents, words separated by one space, punctuation dropped."""
    decomposed = unicodedata.normalize("NFD", text.lower().replace("œ", "oe").replace("\u00ad", ""))
    bare = "".join(char for char in decomposed if not unicodedata.combining(char))
    return " ".join(re.findall(r"[a-z0-9]+", bare))


def runs_of(text: str) -> Iterator[str]:
    """Every run of RUN_LENGTH consecutive words of a folded text."""
    words = text.split()
    return (" ".join(words[i : i + RUN_LENGTH]) for i in range(len(words) - RUN_LENGTH + 1))


def own_runs(lines: list[str]) -> set[str]:
    """The runs of a seed's prose; the labels of its formations are facts, and break a run."""
    labels = [match["label"] for line in lines if (match := FORMATION.fullmatch(line))]
    folded = {fold(label.replace("(ex MC)", "")) for label in labels}
    longest_first = sorted(folded, key=len, reverse=True)
    breaks = re.compile("|".join(rf"\b{label}\b" for label in longest_first) or r"(?!)")
    return {run for text in prose_of(lines) for part in breaks.split(fold(text)) for run in runs_of(part)}


@pytest.fixture(scope="module")
def corpus() -> Path:
    """The folder of the published fiches, which only some machines have."""
    if not CORPUS.is_dir():
        pytest.skip(f"the published fiches are not at {CORPUS}")
    return CORPUS


@pytest.fixture(scope="module")
def corpus_runs(corpus: Path) -> set[str]:
    """Every run of words of the published fiches."""
    return {run for path in corpus.glob("MET.*.md") for run in runs_of(fold(" ".join(lines_of(path))))}


def test_the_seeds_are_many_and_varied() -> None:
    levels = {line for path in SEED_PATHS for line in lines_of(path) if line.startswith(MINIMUM_LEVEL)}
    assert len(SEED_PATHS) >= 8
    assert len(levels) >= 4
    assert "MET.228" in {path.stem for path in SEED_PATHS}


@each_seed
def test_a_seed_has_the_facts_of_its_corpus_fiche(path: Path, corpus: Path) -> None:
    seed, original = lines_of(path), corpus / path.name
    assert f"**ID:** {path.stem}" in seed
    assert original.is_file(), f"{path.stem} is not in the corpus"
    expected, stated = facts_of(lines_of(original)), facts_of(seed)
    assert [fact for fact in stated if fact not in expected] == []
    chosen = [fact for fact in expected if not FORMATION.fullmatch(fact[1])]
    assert [fact for fact in chosen if fact not in stated] == [], "only formations may be left out"


@each_seed
def test_a_seed_states_no_pay_of_its_own(path: Path, corpus: Path) -> None:
    amounts = re.compile(r"\d[\d ]*(?= euros)|(?<=Entre )\d+")
    stated = set(amounts.findall("\n".join(lines_of(path))))
    assert stated <= set(amounts.findall("\n".join(lines_of(corpus / path.name))))


@each_seed
def test_a_seed_borrows_no_sentence_from_the_corpus(path: Path, corpus_runs: set[str]) -> None:
    assert sorted(own_runs(lines_of(path)) & corpus_runs) == []


@each_seed
def test_a_seed_does_not_say_tu(path: Path) -> None:
    text = path.read_text(encoding="utf-8").lower()
    assert re.findall(r"\b(?:tu|te|toi|ton|ta|tes)\b|\bt['\u2019]", text) == []
