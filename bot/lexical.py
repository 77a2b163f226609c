"""A light lexical signal over whole fiches: BM25 on French stems, for descriptions that use the fiche's own words."""

from __future__ import annotations

from collections.abc import Mapping

import bm25s
import numpy as np
import Stemmer
from numpy.typing import NDArray

from ingest.fiche import FicheMetier
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
    """BM25 over the fiches of one version, one document each."""

    def __init__(self, fiches: Mapping[str, FicheMetier]) -> None:
        self._ids = tuple(fiches)
        self._stemmer = Stemmer.Stemmer("french")
        self._index = bm25s.BM25()
        if fiches:
            self._index.index([self._stems(_text(fiche)) for fiche in fiches.values()], show_progress=False)

    def scores(self, question: str) -> tuple[dict[str, float], float]:
        """The score of each fiche that shares a word with the question, the best being 1, and the words' coverage.

        Coverage is the share of the question's words that the fiches know: a low one says that the question is in
        another language or another spelling, and that this signal means little.
        """
        stems = self._stems(question)
        known = [stem for stem in stems if stem in self._index.vocab_dict] if self._ids else []
        if not known:
            return {}, 0.0
        scores: NDArray[np.float32] = self._index.get_scores(known)
        best = float(scores.max())
        found = np.flatnonzero(scores)
        return {self._ids[place]: float(scores[place]) / best for place in found}, len(known) / len(stems)

    def knows(self, word: str) -> bool:
        """Whether a fiche uses a folded word, whatever its ending."""
        return self._stemmer.stemWord(word) in self._index.vocab_dict if self._ids else False

    def _stems(self, text: str) -> list[str]:
        return [self._stemmer.stemWord(word) for word in words(text) if word not in _STOP_WORDS]


def _text(fiche: FicheMetier) -> str:
    return " ".join(section.text for section in fiche.citable_sections() if section.name != _LEFT_OUT)
