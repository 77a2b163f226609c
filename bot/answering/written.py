"""What every writer of answers shares: what Oriane can say, and what comes out."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.answer import Citation, Computed, Grounding, Outcome, StudyPath
from bot.phrases import Phrases, load_phrases
from bot.understanding.intents import Intents, load_intents

_OPEN_QUESTIONS = ("open_level", "open_interest", "open_domaine")


@dataclass(frozen=True)
class Voice:
    """Everything Oriane can say: sentences by file of `prompts/`, and the intents they answer."""

    answers: Phrases
    lists: Phrases
    outcomes: Phrases
    suggestions: Phrases
    off_topic: Phrases
    studies: Phrases
    intents: Intents

    def open_questions(self) -> tuple[str, ...]:
        """Questions for whoever does not know where to begin."""
        return tuple(self.suggestions.say(name) for name in _OPEN_QUESTIONS)


@dataclass(frozen=True)
class Written:
    """The text of an answer and what stands behind it."""

    outcome: Outcome
    text: str
    citations: tuple[Citation, ...] = ()
    computed: tuple[Computed, ...] = ()
    suggestions: tuple[str, ...] = ()
    table: list[list[str]] | None = None
    total: int | None = None
    grounding: Grounding = field(default_factory=Grounding)
    path: StudyPath | None = None


def load_voice() -> Voice:
    """The French of `prompts/` and the intents.

    :raises PhraseError: naming the file and the phrase that is missing or malformed.
    """
    return Voice(
        answers=load_phrases("answers"),
        lists=load_phrases("lists"),
        outcomes=load_phrases("outcomes"),
        suggestions=load_phrases("suggestions"),
        off_topic=load_phrases("off_topic"),
        studies=load_phrases("studies"),
        intents=load_intents(),
    )
