"""Métiers ranked by a description that names none of them: what the fiches say, and how people speak of each métier.

A métier's score adds the cosine of its two best prose passages, those of its best everyday description, of its
associated words and of its English names, and a lexical signal (`bot.weights`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.lexical import LexicalIndex
from bot.understanding.reading import Reading
from bot.weights import DEFAULT_WEIGHTS, Weights
from ingest.fiche import PROSE_SECTIONS
from ingest.library import Hit, Version
from ingest.passages import Passage
from ingest.scope import SCOPE

#: Passages that stand for a métier of which none was found.
_FIRST = 2


@dataclass(frozen=True)
class Ranking:
    """The score of every métier that something speaks for, and the prose passages found, with their cosines.

    `floor` is the least of these cosines: it stands for those of passages that were not found.
    """

    scores: Mapping[str, float]
    prose: Mapping[str, Sequence[tuple[Passage, float]]]
    floor: float

    def prose_of(self, fiche_id: str, version: Version) -> Sequence[tuple[Passage, float]]:
        """A métier's passages found; the first ones of its fiche where everyday words alone found it."""
        return self.prose.get(fiche_id) or [(passage, self.floor) for passage in _first_prose(version, fiche_id)]


def rank_described(
    reading: Reading,
    version: Version,
    vector: Sequence[float],
    hits: Iterable[Hit],
    lexical: LexicalIndex,
    weights: Weights = DEFAULT_WEIGHTS,
) -> Ranking:
    """Score the métiers of a version by what was understood of a question, read as a description.

    `vector` is the question's, `hits` are the expressions nearest to it, best first.
    """
    prose, spoken, by_kind = _prose(version, vector, weights.fetched), _spoken(hits), weights.expressions
    by_words, coverage = lexical.scores(reading.standalone)
    by_word = coverage**2 * (weights.lexical if spoken else weights.lexical_without_lexicon)
    floor = min((cosine for group in prose.values() for _, cosine in group), default=0.0)
    floors = {kind: min(cosines.values()) for kind, cosines in spoken.items()}
    spoken_for = set(prose).union(*spoken.values())
    found = [
        fiche_id  # in the order of the library, which decides between equals
        for fiche_id, fiche in version.fiches.items()
        if fiche_id in spoken_for and reading.constraints.accept(fiche)
    ]
    scores = {
        fiche_id: _mean_of_best([cosine for _, cosine in prose.get(fiche_id, ())], floor, weights.best)
        + sum(by_kind[kind] * cosines.get(fiche_id, floors[kind]) for kind, cosines in spoken.items())
        + by_word * by_words.get(fiche_id, 0.0)
        + weights.hint * (fiche_id in reading.hints)
        for fiche_id in found
    }
    total = 1.0 + sum(by_kind[kind] for kind in spoken)  # back to the scale of one cosine
    return Ranking({fiche_id: score / total for fiche_id, score in scores.items()}, prose, floor)


def _prose(version: Version, vector: Sequence[float], fetched: int) -> dict[str, list[tuple[Passage, float]]]:
    by_fiche: dict[str, list[tuple[Passage, float]]] = defaultdict(list)
    for hit in version.collection.search(vector, fetched):
        passage = version.passages[hit.id]
        if passage.section in PROSE_SECTIONS:
            by_fiche[passage.fiche_id].append((passage, hit.cosine))
    return by_fiche


def _spoken(hits: Iterable[Hit]) -> dict[str, dict[str, float]]:
    """The best cosine of each métier's expressions, by kind."""
    best: dict[str, dict[str, float]] = defaultdict(dict)
    for hit in hits:
        fiche_id, kind, *_ = hit.id.split("/")
        if fiche_id != SCOPE:
            best[kind].setdefault(fiche_id, hit.cosine)
    return best


def _first_prose(version: Version, fiche_id: str) -> list[Passage]:
    return [passage for passage in version.by_fiche[fiche_id] if passage.section in PROSE_SECTIONS][:_FIRST]


def _mean_of_best(cosines: list[float], floor: float, count: int) -> float:
    """The mean of the best cosines, the least of all fetched standing for those that were not."""
    best = sorted(cosines, reverse=True)[:count]
    return (sum(best) + floor * (count - len(best))) / count
