"""The whole trip with the real model: seeds, and a fixed slice of the real fiches where they lie."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.answer import Outcome, Question
from bot.chain import Oriane
from ingest.embedder import Embedder
from ingest.embedding_cache import EmbeddingCache
from ingest.local_library import LocalLibrary
from ingest.pipeline import ingest
from tests.conftest import CORPUS, SEEDS

pytestmark = [pytest.mark.model, pytest.mark.slow]

SLICE = 60
DESCRIBED = {
    "celui qui guide les avions depuis la tour de contrôle": "MET.1",
    "quelqu'un qui soigne les chiens et les vaches malades": "MET.171",
    "la personne qui éteint les incendies": "MET.572",
    "pétrir la pâte et cuire le pain avant l'aube": "MET.17",
    "celui qui s'occupe des ruches": "MET.70",
    "la personne qui défend les gens devant le juge": "MET.33",
    "quelqu'un qui coupe les cheveux": "MET.39",
    "le métier où on apprend à lire aux enfants": "MET.557",
    "opérer des malades au bloc": "MET.332",
    "installer les prises et les tableaux électriques": "MET.56",
}


@pytest.fixture(scope="module")
def oriane(tmp_path_factory: pytest.TempPathFactory) -> Oriane:
    """Oriane over the seeds and, where they are, the first sixty real fiches that are no seed."""
    folder = tmp_path_factory.mktemp("model")
    embedder, library = Embedder(), LocalLibrary(folder / "library")
    report = ingest([SEEDS, *_slice()], library, embedder, EmbeddingCache(folder / "cache"))
    assert (report.rejected, report.embedded) != ([], 0)
    return Oriane(library, embedder)


def _slice() -> list[Path]:
    seeds = {path.name for path in SEEDS.iterdir()}
    real = sorted((CORPUS / "metiers").glob("*.md"), key=lambda path: int(path.stem.split(".")[1]))
    return [path for path in real if path.name not in seeds][:SLICE]


def test_the_question_of_the_readme_is_answered(oriane: Oriane) -> None:
    answer = oriane.ask(Question(text="Combien gagne une ingénieure cloud débutante ?"))
    assert "3080" in answer.answer
    assert [(citation.fiche_id, citation.section) for citation in answer.citations] == [
        ("MET.228", "Vie professionnelle")
    ]


@pytest.mark.parametrize(("question", "fiche_id"), DESCRIBED.items())
def test_a_described_metier_comes_first(oriane: Oriane, question: str, fiche_id: str) -> None:
    answer = oriane.ask(Question(text=question))
    assert answer.outcome is Outcome.ANSWER
    assert answer.citations[0].fiche_id == fiche_id


def test_the_vectors_of_a_second_library_cost_nothing(oriane: Oriane, tmp_path: Path) -> None:
    """The cache belongs to the user, not to a library."""
    cache, embedder = EmbeddingCache(tmp_path / "cache"), Embedder()
    small = [SEEDS / "MET.8094.md"]
    first = ingest(small, LocalLibrary(tmp_path / "one"), embedder, cache)
    second = ingest(small, LocalLibrary(tmp_path / "two"), embedder, cache)
    assert (first.embedded, second.embedded) == (first.passages, 0)
