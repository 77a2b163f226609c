"""Fits the judge of off-topic questions on the tuning half, and says how well it does there, cross-validated.

    python -m benchmarks.scope --library FOLDER

The library must have been built from all the fiches with today's lexicon and examples. Prints the weights to copy into
`bot/scope.py`. The report half is left to `benchmarks.quality`.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from bot.answering.written import load_voice
from bot.described import rank_described
from bot.evaluation.halves import Half, in_half
from bot.evaluation.questions import load_sets
from bot.retrieval import EXPRESSIONS
from bot.scope import WEIGHTS, features_of
from bot.understanding.constraints import load_constraints
from bot.understanding.lookup import Tables
from bot.understanding.reader import QuestionReader
from ingest.embedder import Embedder
from ingest.lexicon import load_lexicon
from ingest.local_library import LocalLibrary
from ingest.settings import Settings

#: Orders are too rare in the sets for a fit: their weight is set by hand.
_FITTED = [name for name in WEIGHTS if name not in ("orders", "bias", "names_a_known_one")]
_SEARCHED = ("described", "unknown_name")


def main() -> None:
    """Fit, and print the weights and the rates."""
    parser = argparse.ArgumentParser(description="Fit the judge of off-topic questions on the tuning half.")
    parser.add_argument("--library", type=Path, default=Settings().library)
    features, off, asked = _measure(parser.parse_args().library)
    model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=5000))
    scores = cross_val_predict(model, features, off, cv=5, method="decision_function")
    scaler, fitted = (step for _, step in model.fit(features, off).steps)
    weights = fitted.coef_[0] / scaler.scale_
    for name, weight in zip(_FITTED, weights, strict=True):
        print(f'    "{name}": {weight:.2f},')
    print(f'    "bias": {fitted.intercept_[0] - weights @ scaler.mean_:.2f},')
    for shift in np.arange(-0.5, 2.01, 0.25):
        judged = scores + shift > 0
        print(f"bias + {shift:.2f}: off topic found {judged[off].mean():.1%}, refused {judged[~off].sum() / asked:.1%}")


def _measure(folder: Path) -> tuple[np.ndarray, np.ndarray, int]:
    """The features of each question that a search answers, whether it is off topic, and how many are in scope."""
    library, embedder = LocalLibrary(folder), Embedder(Settings().embedder)
    version = library.open(str(library.current()))
    tables = Tables.of(version, load_lexicon())
    reader = QuestionReader(tables, load_voice().intents, load_constraints())
    rows, off, asked = [], [], 0
    questions = load_sets([Path("tests/questions")]).questions
    for question in in_half(questions, Half.TUNE):
        asked += question.kind != "off_topic"
        reading = reader.read(question.to_question())
        if reading.kind not in _SEARCHED:
            continue
        vector = embedder.embed_query(reading.standalone)
        hits = version.expressions.search(vector, EXPRESSIONS)
        scores = rank_described(reading, version, vector, hits, tables.lexical).scores.values()
        found = features_of(reading, hits, tables.lexical.strength(reading.standalone), scores)
        rows.append([found[name] for name in _FITTED])
        off.append(question.kind == "off_topic")
    return np.array(rows), np.array(off), asked


if __name__ == "__main__":
    main()
