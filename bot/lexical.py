"""A lexical signal: BM25 on French stems, over the everyday words of each métier.

A métier that the lexicon does not know is found by its fiche's own words.
"""

from __future__ import annotations

from collections.abc import Mapping

import bm25s
import numpy as np
import Stemmer
from numpy.typing import NDArray

from ingest.fiche import FicheMetier
from ingest.lexicon import Entry, Lexicon
from ingest.text import words

#: Lists of formations name schools and towns, which describe no work.
_LEFT_OUT = "Formations recommandées"
#: Little words, and those that every question about a métier holds: they tell no fiche from another.
_STOP_WORDS = frozenset(
    words(
        "le la les un une des de du d l en et a au aux qui que qu ou dans pour par sur avec ce ces cette son "
        "sa ses se s il elle on ils elles est sont je j me m tu te y ne pas plus c n nous vous leur leurs mon "
        "ma mes faire fait etre avoir quand tout tous toute comme metier boulot job taf travail"
    )
)


class LexicalIndex:
    """BM25 over the métiers of one version, one document each."""

    def __init__(self, fiches: Mapping[str, FicheMetier], lexicon: Lexicon) -> None:
        self._ids = tuple(fiches)
        self._stemmer = Stemmer.Stemmer("french")
        self._index = bm25s.BM25()
        if fiches:
            texts = [_text(fiche, lexicon.get(fiche.id)) for fiche in fiches.values()]
            self._index.index([self._stems(text) for text in texts], show_progress=False)

    def scores(self, question: str) -> tuple[dict[str, float], float]:
        """The score of each métier that shares a word with the question, the best being 1, and the words' coverage.

        Coverage is the share of the question's words that the index knows: a low one says that the question is in
        another language or another spelling, and that this signal means little.
        """
        scores, coverage = self._scored(question)
        best, found = scores.max(initial=0.0), np.flatnonzero(scores)
        shares = scores[found].astype(np.float64) / float(best) if found.size else found
        return dict(zip(map(self._ids.__getitem__, found.tolist()), shares.tolist(), strict=True)), coverage

    def strength(self, question: str) -> float:
        """The BM25 score of the métier that shares most with a question, as it is: 0 when none shares a word."""
        scores, _ = self._scored(question)
        return float(scores.max(initial=0.0))

    def knows(self, word: str) -> bool:
        """Whether a métier is spoken of with a folded word, whatever its ending."""
        return self._stemmer.stemWord(word) in self._index.vocab_dict if self._ids else False

    def _scored(self, question: str) -> tuple[NDArray[np.float32], float]:
        """BM25 of every métier, none when no word is known; and the words' coverage."""
        stems = self._stems(question)
        known = [stem for stem in stems if stem in self._index.vocab_dict] if self._ids else []
        if not known:
            return np.zeros(0, dtype=np.float32), 0.0
        scores: NDArray[np.float32] = self._index.get_scores(known)
        return scores, len(known) / len(stems)

    def _stems(self, text: str) -> list[str]:
        return [self._stemmer.stemWord(word) for word in words(text) if word not in _STOP_WORDS]


def _text(fiche: FicheMetier, entry: Entry | None) -> str:
    if entry and (entry.words or entry.descriptions):
        return " ".join((*fiche.searched_names, *entry.names, *entry.descriptions, entry.words))
    return " ".join(section.text for section in fiche.citable_sections() if section.name != _LEFT_OUT)
