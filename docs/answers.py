"""Writes docs/answers.md: what Oriane answers, on the starter library, to ten questions of each outcome.

    python docs/answers.py

The library is built in a temporary folder from `seeds/`; nothing of the real fiches is in it.
"""

from __future__ import annotations

import tempfile
from importlib.resources import files
from pathlib import Path

import yaml

from bot.answer import Answer, Question
from bot.chain import Oriane
from ingest.embedder import Embedder
from ingest.embedding_cache import EmbeddingCache
from ingest.lexicon import load_lexicon
from ingest.local_library import LocalLibrary
from ingest.pipeline import Options, ingest
from ingest.scope import load_scope
from ingest.settings import Settings

HERE = Path(__file__).parent
INTRODUCTION = """# What Oriane answers

Written by `python docs/answers.py` on the starter library (fiches written for this project); do not edit. The French
stands in `prompts/`; the sentences about métiers are the fiches' own.
"""


def main() -> None:
    """Ask every question and write the page."""
    questions: dict[str, list[str]] = yaml.safe_load((HERE / "answers.yaml").read_text(encoding="utf-8"))
    embedder = Embedder(Settings().embedder)
    with tempfile.TemporaryDirectory() as folder:
        library = LocalLibrary(Path(folder))
        options = Options(lexicon=load_lexicon(), scope=load_scope())
        ingest([str(files("seeds"))], library, embedder, EmbeddingCache(Settings().cache), options)
        oriane = Oriane(library, embedder)
        parts = [INTRODUCTION]
        for outcome, asked in questions.items():
            answers = [oriane.ask(Question(text=text)) for text in asked]
            parts += [f"## {outcome}\n", *(_shown(answer, outcome) for answer in answers)]
    (HERE / "answers.md").write_text("\n".join(parts), encoding="utf-8")


def _shown(answer: Answer, outcome: str) -> str:
    other = "" if answer.outcome == outcome else f" (outcome: {answer.outcome})"
    sources = "; ".join(
        f"[{c.n}] {c.title} ({c.fiche_id}), {c.section}{f' › {c.heading}' if c.heading else ''}"
        for c in answer.citations
    )
    text = "\n".join(f"> {line}".rstrip() for line in answer.answer.splitlines())
    return f"**{answer.question}**{other}\n\n{text}\n" + (f">\n> *{sources}*\n" if sources else "")


if __name__ == "__main__":
    main()
