"""The written answer that a model's checked sentences make up, around what the extractive answer must still say."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from bot.answer import Citation
from bot.answering.written import Written
from bot.understanding.reading import Reading
from ingest.fiche import FicheMetier
from ingest.library import Version
from ingest.passages import Passage

_MARK = re.compile(r"\[(\d+)\]")
_ENDING = re.compile(r"[.!?…]*$")


@dataclass(frozen=True)
class Sentence:
    """A sentence that stood the check, and the citations of the extractive answer that it rests on."""

    text: str
    marks: tuple[int, ...]


@dataclass(frozen=True)
class Sources:
    """What a model may draw on: the passages of an extractive answer, by their numbers there.

    `pinned` is what must be said first (that a described métier is only the nearest), `body` the paragraphs that the
    model may say in other words. A paragraph of which it says nothing is said as it is: nothing gets lost.
    """

    pinned: tuple[str, ...]
    body: tuple[str, ...]
    passages: dict[int, tuple[Passage, FicheMetier]]


def sources_of(reading: Reading, written: Written, version: Version) -> Sources:
    """The passages that an extractive answer cites. Titles cited beside a described métier are none."""
    paragraphs = written.text.split("\n\n")
    described = reading.kind == "described"
    pinned, body = (paragraphs[:1], paragraphs[1:]) if described else ([], paragraphs)
    cited = {n for paragraph in body for n in _marks(paragraph)}
    passages = {
        citation.n: (_passage(citation, version), version.fiches[citation.fiche_id])
        for citation in written.citations
        if citation.n in cited and not (described and citation.section == "Identité")
    }
    return Sources(tuple(pinned), tuple(body), passages)


def compose(written: Written, sources: Sources, sentences: Sequence[Sentence], *, whole: bool) -> Written:
    """An answer out of checked sentences, its citations numbered anew; `whole` adds what the sentences left unsaid."""
    used = {n for sentence in sentences for n in sentence.marks}
    left = [each for each in sources.body if not used & set(_marks(each))] if whole else []
    told = " ".join(_with_marks(sentence) for sentence in sentences)
    text = "\n\n".join(filter(None, (*sources.pinned, told, *left)))
    numbers = {old: new for new, old in enumerate(dict.fromkeys(_marks(text)), start=1)}
    by_number = {citation.n: citation for citation in written.citations}
    citations = tuple(
        by_number[old].model_copy(
            update={"n": new, "quote": sources.passages[old][0].text if old in used else by_number[old].quote}
        )
        for old, new in numbers.items()
    )
    return replace(
        written,
        text=_MARK.sub(lambda mark: f"[{numbers[int(mark[1])]}]", text),
        citations=citations,
        computed=tuple(each for each in written.computed if any(str(each.value) in paragraph for paragraph in left)),
    )


def _passage(citation: Citation, version: Version) -> Passage:
    return next(
        passage
        for passage in version.by_fiche[citation.fiche_id]
        if (passage.section, passage.heading) == (citation.section, citation.heading) and citation.quote in passage.text
    )


def _marks(text: str) -> Iterable[int]:
    return [int(n) for n in _MARK.findall(text)]


def _with_marks(sentence: Sentence) -> str:
    body = _ENDING.sub("", sentence.text).rstrip()
    ending = sentence.text[len(body) :].strip()
    return f"{body} {''.join(f'[{n}]' for n in sentence.marks)}{ending}"
