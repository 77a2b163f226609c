"""The library of the real fiches, as every benchmark builds it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ingest.embedder import Embedder
from ingest.embedding_cache import EmbeddingCache
from ingest.lexicon import Lexicon
from ingest.library import Library
from ingest.pipeline import Options, ingest
from ingest.report import Report
from ingest.scope import load_scope

EDITION, SOURCE = "2025-10-21", "Onisep, Idéo-Fiches métiers"


def build(
    corpus: Path,
    library: Library,
    embedder: Embedder,
    cache: EmbeddingCache,
    lexicon: Lexicon,
    advance: Callable[[str, int, int], None] = lambda stage, done, total: None,
) -> Report:
    """Build the library of the métiers and formations in `corpus`, or bring it up to date."""
    sources = [
        corpus / "metiers",
        corpus / "formations",
        *(corpus / "raw").glob("*ideo_metiers_onisep.xml"),
    ]  # the index: domaines
    return ingest(
        sources, library, embedder, cache, Options(SOURCE, EDITION, lexicon=lexicon, scope=load_scope()), advance
    )
