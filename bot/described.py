"""Métiers ranked by a description that names none of them: what the fiches say, and how people speak of each métier.

A métier's score adds the cosine of its two best prose passages, those of its best everyday description, of its
associated words and of its English names, and a lexical signal. The weights come from a conditional logit fitted on the
tuning half, cross-validated in five folds (docs/decisions.md).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.lexical import LexicalIndex
from bot.understanding.reading import Reading
from ingest.fiche import PROSE_SECTIONS
from ingest.lexicon import DESCRIPTIONS, ENGLISH, WORDS
from ingest.library import Hit, Version
from ingest.passages import Passage
from ingest.scope import SCOPE

#: Passages fetched before they are grouped by métier.
FETCHED = 400
#: A métier's passages score the mean of the two best: on descriptions that beats the best one alone, and facts (names,
#: lists of formations or interests) only mislead.
_BEST = 2
_EXPRESSIONS = {DESCRIPTIONS: 0.35, WORDS: 0.75, ENGLISH: 0.6}
#: Weight of the lexical score, times the squared share of the question's words that are known: over everyday words, and
#: over the fiches' own where a library was built without a lexicon.
_LEXICAL, _LEXICAL_WITHOUT_LEXICON = 0.11, 0.04
#: Added to the score of a métier that a generic word of the question names ("docteur", "agent").
_HINT = 0.03


@dataclass(frozen=True)
class Ranking:
    """The score of every métier that something speaks for, and its prose passages found, with their cosines."""

    scores: Mapping[str, float]
    prose: Mapping[str, Sequence[tuple[Passage, float]]]


def rank_described(
    reading: Reading, version: Version, vector: Sequence[float], hits: Iterable[Hit], lexical: LexicalIndex
) -> Ranking:
    """Score the métiers of a version by what was understood of a question, read as a description.

    `vector` is the question's, `hits` are the expressions nearest to it, best first.
    """
    prose, spoken = _prose(version, vector), _spoken(hits)
    by_words, coverage = lexical.scores(reading.standalone)
    weight = coverage**2 * (_LEXICAL if spoken else _LEXICAL_WITHOUT_LEXICON)
    floor = min((cosine for group in prose.values() for _, cosine in group), default=0.0)
    floors = {kind: min(cosines.values()) for kind, cosines in spoken.items()}
    found = [
        fiche.id
        for fiche in version.fiches.values()
        if (fiche.id in prose or _speaks(spoken, fiche.id)) and reading.constraints.accept(fiche)
    ]
    scores = {
        fiche_id: _mean_of_best([cosine for _, cosine in prose.get(fiche_id, ())], floor)
        + sum(_EXPRESSIONS[kind] * cosines.get(fiche_id, floors[kind]) for kind, cosines in spoken.items())
        + weight * by_words.get(fiche_id, 0.0)
        + _HINT * (fiche_id in reading.hints)
        for fiche_id in found
    }
    total = 1.0 + sum(_EXPRESSIONS[kind] for kind in spoken)  # back to the scale of one cosine
    shown = {fiche_id: prose.get(fiche_id) or _first_prose(version, fiche_id, floor) for fiche_id in found}
    return Ranking({fiche_id: score / total for fiche_id, score in scores.items()}, shown)


def _prose(version: Version, vector: Sequence[float]) -> dict[str, list[tuple[Passage, float]]]:
    by_fiche: dict[str, list[tuple[Passage, float]]] = defaultdict(list)
    for hit in version.collection.search(vector, FETCHED):
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


def _speaks(spoken: Mapping[str, Mapping[str, float]], fiche_id: str) -> bool:
    return any(fiche_id in cosines for cosines in spoken.values())


def _first_prose(version: Version, fiche_id: str, cosine: float) -> list[tuple[Passage, float]]:
    """What stands for a métier that was found by everyday words alone: the first passages of its fiche."""
    prose = [passage for passage in version.by_fiche[fiche_id] if passage.section in PROSE_SECTIONS]
    return [(passage, cosine) for passage in prose[:2]]


def _mean_of_best(cosines: list[float], floor: float) -> float:
    """The mean of the best cosines, the least of all fetched standing for those that were not."""
    best = sorted(cosines, reverse=True)[:_BEST]
    return (sum(best) + floor * (_BEST - len(best))) / _BEST
