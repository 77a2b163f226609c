"""Cited passages, prepared for the check: their sentences and clauses, with stems, figures and little words."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from bot.answering.sentences import split_sentences
from bot.grounding.cues import denies
from bot.grounding.figures import Figure, figures_of
from bot.grounding.vocabulary import load_vocabulary, stem
from ingest.fiche import Fiche
from ingest.passages import Passage
from ingest.text import fold, words

#: A stretch with fewer stems is no clause of its own: "En théorie, …".
_CLAUSE_STEMS = 2
_CLAUSE = re.compile(
    r"(?:(?<!\d)[,.]|[,.](?!\d)|[;:()!?…\n])+"
    r"|\b(?:mais|tandis que|alors que|même si|sauf|puisque|car|parce que|si bien que)\b"
)
_HALF = re.compile(r"(?<=;)\s")
_ACRONYM = re.compile(r"\b[A-Z]\w*[A-Z\d]\w*\b|(?<=\()[A-Z]\w+(?=\))")


class Stretch:
    """A piece of text with what the check asks of it, found once."""

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def stems(self) -> tuple[str, ...]:
        """The stems that it states, in order."""
        return tuple(load_vocabulary().content(self.text))

    @cached_property
    def figures(self) -> list[Figure]:
        """Its figures, in order."""
        return figures_of(self.text)

    @cached_property
    def denies(self) -> bool:
        """Whether it holds a negation."""
        return denies(self.text)

    def tells(self, figure: Figure) -> bool:
        """Whether it holds a figure that agrees with this one."""
        return any(figure.agrees_with(other) for other in self.figures)

    def share(self, stems: Iterable[str]) -> int:
        """How many of these stems it says."""
        says = load_vocabulary().says
        return sum(says(one, self.stems) for one in stems)


@dataclass(frozen=True)
class Evidence:
    """What some passages of one fiche say."""

    passages: tuple[Passage, ...]
    fiche: Fiche

    @cached_property
    def sentences(self) -> list[Stretch]:
        """The sentences of the passages, in order."""
        return [Stretch(sentence) for passage in self.passages for sentence in split_sentences(passage.text)]

    @cached_property
    def clauses(self) -> list[Stretch]:
        """The clauses of the passages, in order."""
        return [clause for sentence in self.sentences for clause in clauses_of(sentence.text)]

    @cached_property
    def names(self) -> tuple[str, ...]:
        """What the métier is called."""
        return (self.fiche.title.replace("/", " "), *self.fiche.searched_names)

    @cached_property
    def heading(self) -> str:
        """The headings of the passages inside their sections."""
        return " ".join(passage.heading for passage in self.passages)

    @cached_property
    def sections(self) -> frozenset[str]:
        """The sections that the passages stand in."""
        return frozenset(passage.section for passage in self.passages)

    @cached_property
    def whole(self) -> Stretch:
        """Sections, headings and texts."""
        return Stretch(" ".join((*self.sections, self.heading, *(sentence.text for sentence in self.sentences))))

    @cached_property
    def frame(self) -> Stretch:
        """What every sentence of the passages is about: the métier's names, section and heading."""
        return Stretch(" ".join((*self.names, *self.sections, self.heading)))

    @cached_property
    def stems(self) -> frozenset[str]:
        """Every stem that the passages and their frame say."""
        return frozenset((*self.frame.stems, *self.whole.stems))

    @cached_property
    def words(self) -> frozenset[str]:
        """Every folded word of the passages and their frame, little ones included."""
        return frozenset(words(f"{self.frame.text} {self.whole.text}"))

    @cached_property
    def acronyms(self) -> frozenset[str]:
        """Stems of acronyms and of names in brackets: DSAA, (Evat)."""
        return frozenset(stem(fold(name)) for name in _ACRONYM.findall(self.whole.text))

    def nearest(self, stems: Collection[str]) -> list[Stretch]:
        """The sentences that say most of these stems, the métier's names being said by all."""
        own = set(Stretch(" ".join(self.names)).stems)
        return _best(self.sentences, [one for one in stems if one not in own] or stems, none_if_none=False)

    def nearest_clauses(self, stems: Collection[str]) -> list[Stretch]:
        """The clauses that say most of these stems; none when none says any."""
        return _best(self.clauses, stems, none_if_none=True)

    @cached_property
    def joined_lines(self) -> list[Stretch]:
        """The sentences, the lines of a list being one: what stands in a list may be told together."""
        return [Stretch(text) for text in _join_lines([sentence.text for sentence in self.sentences])]


def clauses_of(text: str) -> list[Stretch]:
    """The clauses of a text; what states next to nothing, and denies nothing, joins its neighbour."""
    parts: list[Stretch] = []
    for part in map(Stretch, filter(str.strip, _CLAUSE.split(text))):
        if parts and _is_slight(parts[-1]) and not part.denies:
            parts[-1] = Stretch(f"{parts[-1].text.strip()}, {part.text.strip()}")
        else:
            parts.append(part)
    if len(parts) > 1 and _is_slight(parts[-1]) and not parts[-2].denies:
        parts[-2:] = [Stretch(f"{parts[-2].text.strip()}, {parts[-1].text.strip()}")]
    return parts


def _is_slight(part: Stretch) -> bool:
    return len(part.stems) < _CLAUSE_STEMS and not part.denies


def simple_clauses(text: str) -> Iterator[Stretch]:
    """Clauses, those that `et` joins apart where each states something."""
    for clause in clauses_of(text):
        parts = [Stretch(part) for part in re.split(r"\bet\b", clause.text)]
        yield from parts if all(len(part.stems) > 1 for part in parts) else [clause]


def _best(stretches: Sequence[Stretch], stems: Collection[str], *, none_if_none: bool) -> list[Stretch]:
    scores = [stretch.share(stems) for stretch in stretches]
    best = max(scores, default=0)
    if none_if_none and not best:
        return []
    return [stretch for stretch, score in zip(stretches, scores, strict=True) if score == best]


def _join_lines(sentences: Sequence[str]) -> Iterator[str]:
    held: list[str] = []
    for sentence in (part for each in sentences for part in _HALF.split(each)):
        held.append(sentence)
        if sentence.rstrip()[-1:] in ".!?…;":
            yield "\n".join(held)
            held = []
    if held:
        yield "\n".join(held)
