"""The weights of retrieval, in one place, so that a sweep can vary them: `oriane eval sweep`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ingest.lexicon import DESCRIPTIONS, ENGLISH, WORDS


@dataclass(frozen=True)
class Weights:
    """What retrieval adds up.

    The defaults come from a conditional logit fitted on the tuning half, cross-validated in five folds
    (docs/decisions.md): not to be changed for the sake of one question.
    """

    #: Passages fetched before they are grouped by métier.
    fetched: int = 400
    #: A métier's passages score the mean of the best ones: on descriptions two beat one alone, and facts (names, lists
    #: of formations or interests) only mislead.
    best: int = 2
    #: Everyday words of the lexicon, beside a weight of 1 for the fiches' own prose.
    descriptions: float = 0.35
    words: float = 0.75
    english: float = 0.6
    #: Weight of the lexical score, times the squared share of the question's words that are known: over everyday words,
    #: and over the fiches' own where a library was built without a lexicon.
    lexical: float = 0.11
    lexical_without_lexicon: float = 0.04
    #: Added to the score of a métier that a generic word of the question names ("docteur", "agent").
    hint: float = 0.03
    #: Added to the cosine of a passage that stands in the section asked. Right section first: 66 % without, 87 % with.
    section_prior: float = 0.04

    @property
    def expressions(self) -> Mapping[str, float]:
        """The weight of each kind of everyday words."""
        return {DESCRIPTIONS: self.descriptions, WORDS: self.words, ENGLISH: self.english}


DEFAULT_WEIGHTS = Weights()
