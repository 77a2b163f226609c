"""The check with the real embedding model: on true and false sentences, and on a model that lies in 85 ways.

The figures stand in docs/grounding.md; these are floors, a little below them.
"""

from __future__ import annotations

import pytest

from benchmarks.grounding import Counts, count, lies, own_sentences, said_of, samples
from bot.grounding.ground import Similarity
from bot.grounding.similarity import Nearness
from ingest.embedder import Embedder

pytestmark = [pytest.mark.model, pytest.mark.slow]


@pytest.fixture(scope="module")
def similarity() -> Similarity:
    return Nearness(Embedder())


@pytest.fixture(scope="module")
def counts(similarity: Similarity) -> dict[str, Counts]:
    judged = [(sample, sample.check(similarity)) for sample in samples()]
    return {half: count(pair for pair in judged if pair[0].half == half) for half in ("tune", "report")}


@pytest.mark.parametrize(("half", "most_through"), [("tune", 2), ("report", 9)])
def test_hardly_a_false_sentence_gets_through(counts: dict[str, Counts], half: str, most_through: int) -> None:
    assert counts[half].false > 300
    assert counts[half].kept_false <= most_through


@pytest.mark.parametrize(("half", "recall"), [("tune", 0.62), ("report", 0.51)])
def test_most_true_wordings_survive(counts: dict[str, Counts], half: str, recall: float) -> None:
    assert counts[half].kept_true / counts[half].true >= recall


def test_the_fiches_own_sentences_survive() -> None:
    verdicts = list(own_sentences())
    assert sum(verdict.stands for verdict in verdicts) / len(verdicts) >= 0.98
    assert {verdict.rule for verdict in verdicts if not verdict.stands} == {"manner"}  # questions state nothing


@pytest.mark.parametrize("lie", lies(), ids=lambda lie: lie["id"])
def test_no_lie_gets_through(lie: dict[str, object], similarity: Similarity) -> None:
    said = said_of(lie, similarity).lower()
    parts = lie["false_parts"]
    assert isinstance(parts, list)
    assert not [part for part in parts if str(part).lower() in said]
    assert not set("<>{}|`") & set(said)
