"""Sentences of a fiche: cut, chosen, and marked with the number of their citation."""

from __future__ import annotations

import re
from collections.abc import Collection

from bot.understanding.names import keys_of

#: A full stop followed by a capital, or a line break: the places where a reader, and an auditor, see a sentence end.
_BOUNDARY = re.compile(r"(?<=[.!?…])\s+(?=[\"«(]?\s?[A-ZÀÂÇÉÈÊËÎÏÔÛÜŒ])|\n+")
_ENDING = re.compile(r"[\s.!?…:;,]*$")


def split_sentences(text: str) -> list[str]:
    """The sentences of a passage, verbatim, in order."""
    return [sentence.strip() for sentence in _BOUNDARY.split(text) if sentence.strip()]


def mark(sentence: str, n: int) -> str:
    """The sentence with `[n]` before its final punctuation, and a full stop where it had none."""
    body = _ENDING.sub("", sentence)
    ending = sentence[len(body) :].strip()
    return f"{body} [{n}]{ending if ending[:1] in ('.', '!', '?', '…') else '.'}"


def best_run(text: str, wanted: Collection[str], most_words: int) -> list[str]:
    """Consecutive sentences of at most `most_words` words, from the one that shares most with the question.

    Without any shared word the run starts at the beginning. At least one sentence is returned, however long.
    """
    sentences = split_sentences(text)
    shared = [len(set(wanted) & set(keys_of(sentence))) for sentence in sentences]
    start = shared.index(max(shared)) if shared else 0
    run: list[str] = []
    for sentence in sentences[start:]:
        if run and sum(len(s.split()) for s in (*run, sentence)) > most_words:
            break
        run.append(sentence)
    return run
