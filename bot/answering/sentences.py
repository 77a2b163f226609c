"""Sentences of a fiche: cut, chosen, and marked with the number of their citation."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from bot.understanding.keys import keys_of

#: A full stop followed by a capital, or a line break: the places where a reader, and an auditor, see a sentence end.
_BOUNDARY = re.compile(r"(?<=[.!?…])\s+(?=[\"«(]?\s?[A-ZÀÂÇÉÈÊËÎÏÔÛÜŒ])|\n+")
_ENDING = re.compile(r"[\s.!?…:;,]*$")
#: A line that says nothing by itself: it announces the lines after it, as `Niveau bac + 2` does its diplomas.
_LABEL = re.compile(r"(?:niveau|après|bac\s?\+)(?!\w)[^.!?:\n]{0,30}", re.IGNORECASE)
_FULL_STOP = re.compile(r"(?<!\.)[.!?][\s\")»]*$")


def split_sentences(text: str) -> list[str]:
    """The sentences of a passage, verbatim, in order."""
    return [text[start:end] for start, end in _sentence_spans(text)]


def _sentence_spans(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for end, after in (*(cut.span() for cut in _BOUNDARY.finditer(text)), (len(text), len(text))):
        sentence = text[start:end].strip()
        if sentence:
            start = text.index(sentence, start)
            yield start, start + len(sentence)
        start = after


def _statement_spans(text: str) -> Iterator[tuple[int, int]]:
    """Sentences, a label and the lines that it announces being one."""
    spans = list(_sentence_spans(text))
    while spans:
        start, end = spans.pop(0)
        if _LABEL.fullmatch(text[start:end]):
            while spans and not (_LABEL.fullmatch(text[slice(*spans[0])]) or _FULL_STOP.search(text[slice(*spans[0])])):
                end = spans.pop(0)[1]
        yield start, end


def spoken(statement: str) -> str:
    """A statement on one line: `Niveau bac + 2 : BTS audiovisuel ; BTS photographie`."""
    label, *items = [line.removeprefix("- ") for line in statement.splitlines() if line.strip()]
    return f"{label} : {' ; '.join(items)}" if items else label


def mark(sentence: str, n: int) -> str:
    """The sentence with `[n]` before its final punctuation, and a full stop where it had none."""
    body = _ENDING.sub("", sentence)
    ending = sentence[len(body) :].rstrip()
    return f"{body} [{n}]{ending if ending.strip()[:1] in ('.', '!', '?', '…') else '.'}"


def best_run(text: str, wanted: Collection[str], most_words: int) -> tuple[str, list[str]]:
    """Consecutive statements of at most `most_words` words, from the one that shares most with the question.

    Gives the stretch of the text, verbatim, and the statements that it is made of. Without any shared word it starts
    at the beginning; it holds at least one statement, however long.
    """
    spans = list(_statement_spans(text))
    shared = [len(set(wanted) & set(keys_of(text[start:end]))) for start, end in spans]
    spans = spans[shared.index(max(shared)) :]
    count, length = 1, len(text[slice(*spans[0])].split())
    for start, end in spans[1:]:
        length += len(text[start:end].split())
        if length > most_words:
            break
        count += 1
    run = spans[:count]
    return text[run[0][0] : run[-1][1]], [text[start:end] for start, end in run]
