"""Retrieval over one version of the library, as a LangChain retriever.

A named métier gives its own passages, without the model: what is asked decides their order. Described ones are ranked
by `bot.described`, and each gives its best passages.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings
from langchain_core.retrievers import BaseRetriever
from pydantic import InstanceOf

from bot.described import Ranking, rank_described
from bot.lexical import LexicalIndex
from bot.scope import Scope, judge
from bot.understanding.cues import telling
from bot.understanding.keys import keys_of
from bot.understanding.reading import Reading
from bot.weights import DEFAULT_WEIGHTS, Weights
from ingest.library import Hit, Version
from ingest.passages import Passage
from ingest.text import words

#: Passages returned: what an answer can cite, and some for the reader to judge by.
RETURNED = 12
#: Métiers returned for a description, and passages of each.
METIERS, EACH = 30, 2
#: Expressions fetched for a question whose answer no table gives.
EXPRESSIONS = 1_500

Ranked = list[tuple[Passage, float]]


@dataclass(frozen=True)
class Found:
    """What retrieval found: ranked passages, best first, and whether the question is one for Oriane."""

    ranked: Ranked = field(default_factory=list)
    scope: Scope = field(default_factory=Scope)


class FicheRetriever(BaseRetriever):
    """Ranked passages of a version for what was understood of a question."""

    version: InstanceOf[Version]
    embedder: InstanceOf[Embeddings]
    lexical: InstanceOf[LexicalIndex]
    weights: InstanceOf[Weights] = DEFAULT_WEIGHTS

    def rank(self, reading: Reading) -> Ranked:
        """The passages that answer, best first, with their scores."""
        return self.find(reading).ranked

    def find(self, reading: Reading) -> Found:
        """The passages that answer, and the scope of the question, judged where no name or table says it."""
        if not words(reading.standalone):
            return Found()
        if reading.fiches and not (reading.is_open or self._is_silent(reading)):
            return Found(self._of_named(reading, {}))
        vector = self.embedder.embed_query(reading.standalone)
        hits = self.version.expressions.search(vector, EXPRESSIONS)
        if reading.fiches:
            ranked = self._of_named(reading, self._near(reading, vector))
            return Found(ranked, self._judge(reading, hits, [score for _, score in ranked]))
        ranking = rank_described(reading, self.version, vector, hits, self.lexical, self.weights)
        scope = self._judge(reading, hits, ranking.scores.values())
        return Found(self._best(reading, ranking), scope)

    def _is_silent(self, reading: Reading) -> bool:
        """Whether no passage of the only métier stands where the answer should: the nearest ones are then told."""
        if len(reading.fiches) != 1 or not reading.intents:
            return False
        passages = self.version.by_fiche[reading.fiches[0].id]
        return not any(intent.covers(passage) for intent in reading.intents for passage in passages)

    def _judge(self, reading: Reading, hits: Sequence[Hit], scores: Iterable[float]) -> Scope:
        return judge(reading, hits, self.lexical.strength(reading.standalone), scores)

    def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[Document]:
        """LangChain's view of it: a bare question, taken as a description."""
        return [_document(passage, score) for passage, score in self.rank(Reading(query))]

    def _of_named(self, reading: Reading, near: Mapping[str, float]) -> Ranked:
        """Métiers in the order of the question, taken in turn, each with its passages best first."""
        each = [self._own_passages(fiche.id, reading, near) for fiche in reading.fiches]
        share = max(RETURNED // len(each), 2)
        turns = [ranked[place] for place in range(share) for ranked in each if place < len(ranked)]
        return turns[: max(RETURNED, len(each))]

    def _own_passages(self, fiche_id: str, reading: Reading, near: Mapping[str, float]) -> Ranked:
        asked = set(keys_of(reading.standalone)) - set(keys_of(self.version.fiches[fiche_id].title))
        if reading.is_open:
            asked = telling(asked)
        scored = [
            (passage, _score(passage, reading, asked, near.get(passage.id, 0.0)))
            for passage in self.version.by_fiche[fiche_id]
        ]
        return sorted(scored, key=lambda pair: -pair[1])  # stable: reading order decides between equals

    def _near(self, reading: Reading, vector: list[float]) -> dict[str, float]:
        """The cosine of each passage of the métiers to an open question: no intent says where the answer stands."""
        own = [passage.id for fiche in reading.fiches for passage in self.version.by_fiche[fiche.id]]
        return {hit.id: hit.cosine for hit in self.version.collection.search(vector, len(own), among=own)}

    def _best(self, reading: Reading, ranking: Ranking) -> Ranked:
        best = sorted(ranking.scores, key=lambda fiche_id: -ranking.scores[fiche_id])[:METIERS]
        return [
            (passage, round(ranking.scores[fiche_id], 4))
            for place in range(EACH)
            for fiche_id in best
            for passage in self._preferred(ranking.prose_of(fiche_id, self.version), reading)[place : place + 1]
        ]

    def _preferred(self, group: Iterable[tuple[Passage, float]], reading: Reading) -> list[Passage]:
        """A métier's passages, those of the section asked first."""
        added = self.weights.section_prior
        prior = {passage.id: added * any(i.covers(passage) for i in reading.intents) for passage, _ in group}
        return [passage for passage, _ in sorted(group, key=lambda pair: -(pair[1] + prior[pair[0].id]))]


def _score(passage: Passage, reading: Reading, asked: Iterable[str], near: float) -> float:
    """Between 0 and 1: the asked heading, else the asked section; words shared with the question decide inside it.

    For an open question the cosine takes the place of what is asked.
    """
    keys = set(keys_of(f"{passage.heading} {passage.text}"))
    wanted = list(asked)
    overlap = sum(key in keys for key in wanted) / len(wanted) if wanted else 0.0
    place = 0.9 * near
    for rank, intent in enumerate(reading.intents):
        if intent.covers(passage):
            place = max(place, 0.9 - 0.02 * rank)
        elif intent.section == passage.section:
            place = max(place, 0.5 - 0.02 * rank)
    return round(place + 0.1 * overlap, 4)


def _document(passage: Passage, score: float) -> Document:
    metadata = {"id": passage.id, "fiche_id": passage.fiche_id, "section": passage.section, "score": score}
    return Document(id=passage.id, page_content=passage.text, metadata=metadata)
