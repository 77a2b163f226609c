"""The check of a sentence against the passages that it cites: do they say it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from bot.grounding.binding import mixed, torn
from bot.grounding.claims import unknown_code, unknown_name, unsupported_cue, wrong_figure, wrong_level, wrong_negation
from bot.grounding.cleaning import Marked
from bot.grounding.evidence import Evidence, simple_clauses
from bot.grounding.manner import out_of_manner
from bot.grounding.order import crossed, moved, turned
from bot.grounding.vocabulary import load_vocabulary
from ingest.fiche import Fiche
from ingest.passages import Passage
from ingest.text import fold

#: The cosine of a sentence to the nearest one of some texts.
Similarity = Callable[[str, Sequence[str]], float]

#: The cosine that a sentence must reach: all its words being said, one being missing. More words missing: never.
NEAR_ENOUGH = (0.86, 0.915)
#: A word may be missing from a clause that states at least so many.
_LONG_ENOUGH = 4
#: In this order: the first that fails names the reason.
_CHECKS: Mapping[str, Callable[[str, Evidence], str]] = {
    "manner": out_of_manner,
    "code": unknown_code,
    "figure": wrong_figure,
    "level": wrong_level,
    "name": unknown_name,
    "negation": wrong_negation,
    "cue": unsupported_cue,
    "torn": torn,
    "mixed": mixed,
    "actors": turned,
    "order": moved,
    "comparison": crossed,
}


@dataclass(frozen=True)
class Verdict:
    """The marks under which a sentence stands; none when it falls, with the check it failed and on what."""

    marks: tuple[int, ...] = ()
    rule: str = ""
    detail: str = ""

    @property
    def stands(self) -> bool:
        """Whether the sentence may be said."""
        return bool(self.marks)


@dataclass
class Grounder:
    """Checks sentences against numbered passages. One for each answer: it keeps what it found of the passages."""

    passages: Mapping[int, tuple[Passage, Fiche]]
    similarity: Similarity
    _known: dict[tuple[int, ...], Evidence] = field(default_factory=dict)

    def check(self, sentence: Marked) -> Verdict:
        """Whether the passages cited say the sentence; one that says it alone is the only one kept."""
        if not sentence.marks:
            return Verdict(rule="no_mark")
        if unknown := [n for n in sentence.marks if n not in self.passages]:
            return Verdict(rule="unknown_mark", detail=str(unknown[0]))
        if len({self.passages[n][1].id for n in sentence.marks}) > 1:
            return Verdict(rule="several_fiches")
        for marks in dict.fromkeys((*((n,) for n in sentence.marks), sentence.marks)):
            rule, detail = self._fault(sentence.text, self._evidence(marks))
            if not rule:
                return Verdict(marks)
        return Verdict(rule=rule, detail=detail)

    def _fault(self, text: str, evidence: Evidence) -> tuple[str, str]:
        """The check that the sentence fails and on what; both empty when it stands, as a passage's own sentences do."""
        if not text.endswith("?") and any(_bare(text) == _bare(own.text) for own in evidence.sentences):
            return "", ""
        for rule, finds in _CHECKS.items():
            if detail := finds(text, evidence):
                return rule, detail
        vocabulary = load_vocabulary()
        stated = tuple(dict.fromkeys(vocabulary.content(text)))
        missing = [stem for stem in stated if not vocabulary.says(stem, evidence.stems)]
        if len(missing) >= len(NEAR_ENOUGH) or any(_stands_alone(stem, text) for stem in missing):
            return "words", ", ".join(missing)
        near = self.similarity(text, [sentence.text for sentence in evidence.sentences])
        return ("", "") if near >= NEAR_ENOUGH[len(missing)] else ("far", f"{near:.3f} {', '.join(missing)}")

    def _evidence(self, marks: tuple[int, ...]) -> Evidence:
        if marks not in self._known:
            passages = tuple(self.passages[n][0] for n in marks)
            self._known[marks] = Evidence(passages, self.passages[marks[0]][1])
        return self._known[marks]


def _stands_alone(missing: str, text: str) -> bool:
    """Whether the word that is missing makes up too much of its clause to be a mere wording."""
    return any(missing in part.stems and len(part.stems) < _LONG_ENOUGH for part in simple_clauses(text))


def _bare(text: str) -> str:
    return fold(text).rstrip(" .;,:")
