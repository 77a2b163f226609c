"""The afternoon pipeline as a Gradio page, to time its start: what `benchmarks.speed` prepared, a chat and `/ask`.

    python -m benchmarks.afternoon_app --folder prepared --port 7861

The vectors are read from a file; BM25 is indexed at the start, as LangChain's BM25Retriever does; the model is loaded
before the page opens, since every question needs it.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import gradio as gr
import numpy as np

from benchmarks.afternoon import Afternoon, Chunk
from bot.answer import Question
from ingest.embedder import Embedder
from ingest.embedding_cache import Vectors
from ingest.settings import Settings

CHUNKS, VECTORS = "chunks.json", "vectors.npy"


def prepare(chunks: Sequence[Chunk], vectors: Vectors, folder: Path) -> None:
    """Write what the page needs."""
    (folder / CHUNKS).write_text(json.dumps([asdict(chunk) for chunk in chunks]), encoding="utf-8")
    np.save(folder / VECTORS, vectors)


def main() -> None:
    """Serve the page on this machine until interrupted."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--port", type=int, required=True)
    options = parser.parse_args()
    chunks = [Chunk(**chunk) for chunk in json.loads((options.folder / CHUNKS).read_text(encoding="utf-8"))]
    embedder = Embedder(Settings().embedder)
    embedder.load()
    pipeline = Afternoon(chunks, np.load(options.folder / VECTORS), embedder)

    def ask(question: str, history: list[dict[str, str]]) -> dict[str, Any]:
        return pipeline.ask(Question.model_validate({"text": question, "history": history})).to_json()

    with gr.Blocks() as page:
        gr.ChatInterface(ask, api_name=False)
        gr.api(ask, api_name="ask")
    page.launch(server_name="127.0.0.1", server_port=options.port, quiet=True, ssr_mode=False)


if __name__ == "__main__":
    main()
