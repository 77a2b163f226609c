"""Retrieval over one version of the library, as a LangChain retriever.

A named métier gives its own passages, without the model: what is asked decides their order. A described one goes
through dense search, aggregated by métier: the best passage of a métier speaks for it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings
from langchain_core.retrievers import BaseRetriever
from pydantic import InstanceOf

from bot.lexical import LexicalIndex
from bot.understanding.names import keys_of
from bot.understanding.reading import Reading
from ingest.fiche import PROSE_SECTIONS
from ingest.library import Version
from ingest.passages import Passage
from ingest.text import words

#: Passages fetched from the index before they are grouped by métier. A métier's second passage counts, and facts
#: (names, lists) are left aside: 400 reach about a hundred métiers.
FETCHED = 400
#: Passages returned: what an answer can cite, and some for the reader to judge by.
RETURNED = 12
#: Métiers returned for a description, and passages of each.
METIERS, EACH = 30, 2
#: A métier scores the mean cosine of its two best prose passages: on descriptions that beats its best one alone, and
#: lists of formations or interests only mislead (docs/decisions.md).
_BEST = 2
#: Weight of the lexical score, times the squared share of the question's words that the fiches know.
_LEXICAL = 0.04
#: Added to the score of a métier that a generic word of the question names ("docteur", "agent").
_HINT = 0.02
#: Added to the cosine of a passage that stands in the section asked. Right section first: 66 % without, 87 % with.
SECTION_PRIOR = 0.04

Ranked = list[tuple[Passage, float]]


class FicheRetriever(BaseRetriever):
    """Ranked passages of a version for what was understood of a question."""

    version: InstanceOf[Version]
    embedder: InstanceOf[Embeddings]
    lexical: InstanceOf[LexicalIndex]

    def rank(self, reading: Reading) -> Ranked:
        """The passages that answer, best first, with their scores."""
        return self._of_named(reading) if reading.fiches else self._by_description(reading)

    def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[Document]:
        """LangChain's view of it: a bare question, taken as a description."""
        return [_document(passage, score) for passage, score in self.rank(Reading(query))]

    def _of_named(self, reading: Reading) -> Ranked:
        """Métiers in the order of the question, taken in turn, each with its passages best first."""
        each = [self._own_passages(fiche.id, reading) for fiche in reading.fiches]
        share = max(RETURNED // len(each), 2)
        turns = [ranked[place] for place in range(share) for ranked in each if place < len(ranked)]
        return turns[: max(RETURNED, len(each))]

    def _own_passages(self, fiche_id: str, reading: Reading) -> Ranked:
        asked = set(keys_of(reading.standalone)) - set(keys_of(self.version.fiches[fiche_id].title))
        scored = [(passage, _score(passage, reading, asked)) for passage in self.version.by_fiche[fiche_id]]
        return sorted(scored, key=lambda pair: -pair[1])  # stable: reading order decides between equals

    def _by_description(self, reading: Reading) -> Ranked:
        if not words(reading.standalone):
            return []
        found = self._prose_by_fiche(self.embedder.embed_query(reading.standalone))
        lexical, coverage = self.lexical.scores(reading.standalone)
        floor = min((cosine for group in found.values() for _, cosine in group), default=0.0)
        scores = {
            fiche_id: _mean_of_best([cosine for _, cosine in group], floor)
            + _LEXICAL * coverage**2 * lexical.get(fiche_id, 0.0)
            + _HINT * (fiche_id in reading.hints)
            for fiche_id, group in found.items()
            if reading.constraints.accept(self.version.fiches[fiche_id])
        }
        best = sorted(scores, key=lambda fiche_id: -scores[fiche_id])[:METIERS]
        return [
            (passage, round(scores[fiche_id], 4))
            for place in range(EACH)
            for fiche_id in best
            for passage in self._preferred(found[fiche_id], reading)[place : place + 1]
        ]

    def _prose_by_fiche(self, vector: list[float]) -> dict[str, Ranked]:
        by_fiche: dict[str, Ranked] = defaultdict(list)
        for hit in self.version.collection.search(vector, FETCHED):
            passage = self.version.passages[hit.id]
            if passage.section in PROSE_SECTIONS:
                by_fiche[passage.fiche_id].append((passage, hit.cosine))
        return by_fiche

    def _preferred(self, group: Ranked, reading: Reading) -> list[Passage]:
        """A métier's passages, those of the section asked first."""
        prior = {passage.id: SECTION_PRIOR * any(i.covers(passage) for i in reading.intents) for passage, _ in group}
        return [passage for passage, _ in sorted(group, key=lambda pair: -(pair[1] + prior[pair[0].id]))]


def _mean_of_best(cosines: list[float], floor: float) -> float:
    """The mean of the best cosines, the least of all fetched standing for those that were not."""
    best = sorted(cosines, reverse=True)[:_BEST]
    return (sum(best) + floor * (_BEST - len(best))) / _BEST


def _score(passage: Passage, reading: Reading, asked: Iterable[str]) -> float:
    """Between 0 and 1: the asked heading, else the asked section; words shared with the question decide inside it."""
    keys = set(keys_of(f"{passage.heading} {passage.text}"))
    wanted = list(asked)
    overlap = sum(key in keys for key in wanted) / len(wanted) if wanted else 0.0
    place = 0.0
    for rank, intent in enumerate(reading.intents):
        if intent.covers(passage):
            place = max(place, 0.9 - 0.02 * rank)
        elif intent.section == passage.section:
            place = max(place, 0.5 - 0.02 * rank)
    return round(place + 0.1 * overlap, 4)


def _document(passage: Passage, score: float) -> Document:
    metadata = {"id": passage.id, "fiche_id": passage.fiche_id, "section": passage.section, "score": score}
    return Document(id=passage.id, page_content=passage.text, metadata=metadata)
