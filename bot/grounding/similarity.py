"""How near a sentence comes to a passage, by the embedding model that searches the fiches."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from langchain_core.embeddings import Embeddings
from numpy.typing import NDArray


class Nearness:
    """The cosine of a sentence to the nearest of some texts; the texts of one answer are embedded once."""

    def __init__(self, embedder: Embeddings) -> None:
        self._embedder = embedder
        self._known: dict[str, NDArray[np.float64]] = {}

    def __call__(self, sentence: str, texts: Sequence[str]) -> float:
        """The cosine of the sentence to the nearest text; 0 without any text."""
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        self._known.update(zip(new, map(np.asarray, self._embedder.embed_documents(new)), strict=True))
        vector = np.asarray(self._embedder.embed_query(sentence))
        return max((float(self._known[text] @ vector) for text in texts), default=0.0)
