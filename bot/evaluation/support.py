"""Whether the cited passages support what an answer says: citation recall and precision after ALCE (Gao et al. 2023).

A *statement* is a sentence, a list item or a table cell that bears a mark, or that bears no mark but a figure: ALCE
counts every sentence, here Oriane's own openings and advice ("La fiche dit :") are none. A statement is supported when

- every figure in it stands in the passages it cites, in their names, in the question, or was computed; and
- at least `COVERED` of its content words (stems of four letters and more) stand in those passages, in the names of
  their fiches or in their headings.

ALCE asks a language model for entailment (NLI). This check is lexical: it runs offline in a millisecond, shares no code
with the answering steps, and cannot see a negation, a swapped subject or a figure moved to another quantity of the same
passage. What it accepts and refuses is measured (docs/evaluation.md): it finds statements cited to the wrong passage,
not subtle contradictions.

- `cite_recall`: the share of statements that the passages they cite, taken together, support.
- `cite_precision`: the share of citations in them that are not needless: the statement is supported, and the passage
  supports it alone or the others do not without it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

import Stemmer

from bot.answer import Answer
from ingest.text import fold

#: The share of a statement's content words that its passages must hold; see docs/evaluation.md for its calibration.
COVERED = 0.6
MARK = re.compile(r"\s*\[(\d+)\]")

_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+(?=[A-ZÀ-Ý«0-9])")
_BEARS_FIGURE = re.compile(r"\d{2,}|bac \+ \d")
_PLACE = re.compile(r"^\s*(?:\d+\.|-) ")
#: Thousands may be set apart by any kind of space.
_FIGURE = re.compile(r"(?:\d{1,3}(?:[ \u00a0\u202f\u2009]\d{3})+(?!\d)|\d+)(?:,\d+)?")
_WORD = re.compile(r"[^\W\d_]{4,}")
_STEMMER = Stemmer.Stemmer("french")
#: Words that say nothing of a métier: grammar, and what Oriane itself calls things.
_SAYS_NOTHING = frozenset(
    _STEMMER.stemWords(
        re.findall(
            r"\w+",
            "ainsi apres aussi autre autres avec avoir cela cette ceux comme dans depuis deux dont elle elles entre"
            " etre fait faut leur leurs mais meme moins parfois pour peut plus quand sans selon sera soit sont sous"
            " souvent tout toute tous toutes tres vers votre metier fiche question proche exercer exemple quelques mots"
            " voici",
        )
    )
)


@dataclass(frozen=True)
class Evidence:
    """What one citation offers: the text of its passage, and the names and headings over it."""

    text: str
    names: str


@dataclass(frozen=True)
class Statement:
    """One thing that an answer says, and the numbers of the citations that it bears."""

    text: str
    marks: tuple[int, ...]


def citation_scores(
    answer: Answer, evidence: Mapping[int, Evidence], given: Collection[str]
) -> tuple[float | None, float | None]:
    """Recall and precision of an answer's citations; None without a statement, or without a mark."""
    recalled: list[bool] = []
    precise: list[bool] = []
    for statement in statements(answer.answer):
        found = supported(statement.text, _of(statement.marks, evidence), given)
        recalled.append(found)
        for mark in statement.marks:
            others = [other for other in statement.marks if other != mark]
            needed = supported(statement.text, _of([mark], evidence), given) or not supported(
                statement.text, _of(others, evidence), given
            )
            precise.append(found and needed)
    return _mean(recalled), _mean(precise)


def statements(text: str) -> Iterator[Statement]:
    """The statements of an answer, in reading order."""
    for piece in _pieces(text):
        marks = tuple(dict.fromkeys(int(mark) for mark in MARK.findall(piece)))
        words = _PLACE.sub("", MARK.sub("", piece)).strip()
        if marks or _BEARS_FIGURE.search(words):
            yield Statement(words, marks)


def supported(statement: str, evidence: Iterable[Evidence], given: Collection[str]) -> bool:
    """Whether passages hold a statement's figures and enough of its words."""
    held = list(evidence)
    if not held:
        return False
    everything = " ".join(f"{one.text} {one.names}" for one in held)
    known = {*figures_of(everything), *given}
    if not known.issuperset(figures_of(statement)):
        return False
    said, offered = _stems(statement), _stems(everything)
    return not said or len(said & offered) / len(said) >= COVERED


def figures_of(text: str) -> tuple[str, ...]:
    """The figures of a text in reading order, without the spaces inside them."""
    return tuple(re.sub(r"\s", "", figure) for figure in _FIGURE.findall(text))


def _of(marks: Iterable[int], evidence: Mapping[int, Evidence]) -> list[Evidence]:
    return [evidence[mark] for mark in marks if mark in evidence]


def _pieces(text: str) -> Iterator[str]:
    """Cells of tables, but for their heads, and sentences of the other lines."""
    in_table = False
    for line in text.split("\n"):
        if line.lstrip().startswith("|"):
            if in_table and "---" not in line:
                yield from line.strip().strip("|").split(" | ")
            in_table = True
            continue
        in_table = False
        yield from _SENTENCE_END.split(_PLACE.sub("", line))


@lru_cache(maxsize=4096)
def _stems(text: str) -> frozenset[str]:
    return frozenset(_STEMMER.stemWords(_WORD.findall(fold(text)))) - _SAYS_NOTHING


def _mean(values: list[bool]) -> float | None:
    return sum(values) / len(values) if values else None
