"""The pipeline that a user would write in an afternoon, to compare with: chunks, the same model, BM25, fusion, top 4.

Whole fiches as text, cut by LangChain's RecursiveCharacterTextSplitter (1,000 characters, 200 shared); cosine of the
same embedding model and BM25 (bm25s, French stems and stop words) over the chunks; reciprocal rank fusion with k = 60
(Cormack et al. 2009) of the best 50 of each; the four best chunks are what a chat model would be given. It writes no
answer: what it reaches is put into an `Answer` that cites those chunks, so that the same metrics measure both.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

import bm25s
import numpy as np
import Stemmer
from langchain_core.embeddings import Embeddings
from langchain_text_splitters import RecursiveCharacterTextSplitter

from bot.answer import Answer, Citation, Outcome, Question, Understood
from ingest.embedder import Embedder
from ingest.embedding_cache import EmbeddingCache, Vectors, embed_all
from ingest.fiche import PROSE_SECTIONS, FormationSectionName, SectionName

CHUNK, OVERLAP = 1000, 200
FUSED, K, TOP = 50, 60, 4

_SECTIONS: tuple[SectionName, ...] = (
    *PROSE_SECTIONS,
    "Formations recommandées",
    "Centres d'intérêt",
    *get_args(FormationSectionName),
)
_HEADING = re.compile(
    rf"^(?:## (?P<name>{'|'.join(map(re.escape, _SECTIONS))})\s*$|\*\*(?P<bold>Statuts possibles):\*\*)", re.MULTILINE
)
_NAMED: dict[str, SectionName] = {**{name: name for name in _SECTIONS}, "Statuts possibles": "Statuts possibles"}
_ID = re.compile(r"^\*\*ID:\*\* (MET\.\d+)\s*$", re.MULTILINE)
#: The fiche of a formation has its id in the name of its file alone.
_ID_IN_NAME = re.compile(r"^(FOR\.\d+)_")


@dataclass(frozen=True)
class Chunk:
    """A piece of a fiche; `section` is the last section heading at or before its start, Identité before the first."""

    fiche_id: str
    title: str
    section: SectionName
    text: str


class Afternoon:
    """Ranks chunks of fiches, whose vectors are given in the same order. BM25 is indexed here, from the texts."""

    def __init__(self, chunks: Sequence[Chunk], vectors: Vectors, embedder: Embeddings) -> None:
        self._chunks = chunks
        self._embedder = embedder
        self._matrix = vectors
        self._stemmer = Stemmer.Stemmer("french")
        self._bm25 = bm25s.BM25()
        self._bm25.index(self._tokens([chunk.text for chunk in chunks]), show_progress=False)

    def ask(self, question: Question) -> Answer:
        """The four best chunks as citations.

        A follow-up is asked together with what the person said before, which is the least that anyone would do.
        """
        started = time.perf_counter()
        said = [turn.content for turn in question.history if turn.role == "user"]
        query = " ".join((*said, question.text))
        best = [self._chunks[place] for place in fuse((self._dense(query), self._lexical(query)))[:TOP]]
        elapsed = round((time.perf_counter() - started) * 1000, 2)
        return Answer(
            question=question.text,
            standalone_question=query,
            outcome=Outcome.ANSWER,
            answer="",
            library_version=None,
            understood=Understood(kind="chunks"),
            citations=tuple(_cite(n, chunk) for n, chunk in enumerate(best, start=1)),
            timings_ms={"retrieve": elapsed},
        )

    def _dense(self, query: str) -> list[int]:
        scores = self._matrix @ np.asarray(self._embedder.embed_query(query), dtype=np.float32)
        return _best(scores)

    def _lexical(self, query: str) -> list[int]:
        words = self._tokens([query])[0]
        if not words:
            return []
        scores = self._bm25.get_scores(words)
        return [place for place in _best(scores) if scores[place] > 0]

    def _tokens(self, texts: Sequence[str]) -> list[list[str]]:
        tokens: list[list[str]] = bm25s.tokenize(
            list(texts), stopwords="french", stemmer=self._stemmer, return_ids=False, show_progress=False
        )
        return tokens


def embed_chunks(
    chunks: Sequence[Chunk],
    embedder: Embedder,
    cache: EmbeddingCache,
    advance: Callable[[int, int], None] = lambda done, total: None,
) -> Vectors:
    """The vectors of chunks, in their order."""
    texts = [chunk.text for chunk in chunks]
    vectors, _ = embed_all(texts, embedder, cache, advance)
    return np.stack([vectors[text] for text in texts])


def read_chunks(folder: Path) -> list[Chunk]:
    """Cut every Markdown fiche of a folder, of métiers or of formations."""
    splitter = RecursiveCharacterTextSplitter(chunk_size=CHUNK, chunk_overlap=OVERLAP, add_start_index=True)
    return [chunk for path in sorted(folder.glob("*.md")) for chunk in _chunks_of(path, splitter)]


def fuse(rankings: Iterable[Sequence[int]]) -> list[int]:
    """Reciprocal rank fusion: the sum of 1 / (k + rank); equal sums in order of place."""
    scores: dict[int, float] = {}
    for ranking in rankings:
        for rank, place in enumerate(ranking, start=1):
            scores[place] = scores.get(place, 0.0) + 1 / (K + rank)
    return sorted(scores, key=lambda place: (-scores[place], place))


def _chunks_of(path: Path, splitter: RecursiveCharacterTextSplitter) -> Iterator[Chunk]:
    text = path.read_text(encoding="utf-8")
    found = _ID.search(text) or _ID_IN_NAME.match(path.name)
    if found is None:
        return
    title = text.split("\n", 1)[0].removeprefix("# ").strip()
    headings = [(match.start(), _NAMED[match["name"] or match["bold"]]) for match in _HEADING.finditer(text)]
    for piece in splitter.create_documents([text]):
        start = piece.metadata["start_index"]
        section: SectionName = next((name for place, name in reversed(headings) if place <= start), "Identité")
        yield Chunk(found[1], title, section, piece.page_content)


def _best(scores: Vectors) -> list[int]:
    order: list[int] = np.argsort(-scores, kind="stable")[:FUSED].tolist()
    return order


def _cite(n: int, chunk: Chunk) -> Citation:
    return Citation(
        n=n, fiche_id=chunk.fiche_id, title=chunk.title, section=chunk.section, heading="", quote="", url=""
    )
