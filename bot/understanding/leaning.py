"""Questions that lean on a formation spoken of before: "et la durée ?", "et après ?", "et le bac pro ?"."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from bot.understanding.keys import LITTLE_WORDS
from bot.understanding.studies import Study, StudyReader
from ingest.text import words

#: Questions of more words speak for themselves.
_LONGEST = 9
#: Words that only say that a question goes on from what was said.
_GOES_ON = frozenset({"et", "pour", "puis", "alors", "sinon", "mais", "ou", "plutot", "non", "aussi", "ca", "la", "ce"})


def is_short(text: str) -> bool:
    """Whether a question has so few words that it may lean on what was said before."""
    return len(words(text)) <= _LONGEST


def last_spoken_of(
    turns: Sequence[str], study_of: Callable[[str], Study | None], names_a_metier: Callable[[str], bool]
) -> tuple[Study, str] | None:
    """The last question about a formation and what it asked, unless it was a métier that was spoken of since."""
    for said in reversed(turns):
        study = study_of(said)
        if study and study.kind == "formation":
            return study, said
        if study or names_a_metier(said):
            return None
    return None


def leaning_on(text: str, before: Study, said_before: str, reader: StudyReader) -> Study | None:
    """What a short question asks of the formation that the question before it was about; None where it asks nothing.

    One that names another formation and asks nothing of it asks what was asked before. A kind by itself takes the rest
    of the name from what was said: "et le bac pro ?" after a CAP cuisine.
    """
    named = reader.names.find(text)
    if named:
        is_bare = _is_bare(words(text)[: named[0].start] + words(text)[named[-1].end :])
        return Study("formation", (named[0].ids,), before.intents) if is_bare else None
    if other := reader.names.of_other_kind(text, said_before):
        kind_words, ids = other
        if _is_bare(word for word in words(text) if word not in kind_words):
            return replace(before, kind="formation", groups=(ids,), limit=None)
    if intents := reader.asked_of_formations(text):
        return Study("formation", before.groups[:1], intents)
    telling = [word for word in words(text) if not _is_bare([word])]
    if words(text)[:1] == ["et"] and (ids := reader.names.of_same_kind(telling, said_before)):
        return replace(before, kind="formation", groups=(ids,), limit=None)
    return None


def _is_bare(left: Iterable[str]) -> bool:
    return all(word in LITTLE_WORDS or word in _GOES_ON for word in left)
