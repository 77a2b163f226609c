"""What comes out of the chain: an answer, its citations, and the JSON that `oriane ask --json` prints."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, SerializerFunctionWrapHandler, model_serializer

from ingest.fiche import Fiche, SectionName
from ingest.passages import Passage


class Outcome(StrEnum):
    """How a question ended. Each one is worded and tested apart."""

    ANSWER = "answer"
    LIST = "list"
    ABSENT = "absent"
    NOT_FOUND = "not_found"
    CLARIFY = "clarify"
    OFF_TOPIC = "off_topic"
    SUPPORT = "support"


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True)


class Turn(_Record):
    """One message of the conversation so far."""

    role: Literal["user", "assistant"]
    content: str


class Question(_Record):
    """What a person asks, with the conversation that went before and the filters they set."""

    text: str
    history: tuple[Turn, ...] = ()
    fiche_id: str | None = None
    section: SectionName | None = None


class Understood(_Record):
    """Why the question went where it went."""

    kind: str
    fiches: tuple[str, ...] = ()
    sections: tuple[SectionName, ...] = ()
    constraints: dict[str, Any] = {}


class Citation(_Record):
    """Where a statement stands: verbatim text of one passage of one section of one fiche."""

    n: int
    fiche_id: str
    title: str
    section: SectionName
    heading: str
    quote: str
    url: str

    @classmethod
    def of(cls, n: int, fiche: Fiche, passage: Passage, quote: str) -> Citation:
        """Cite a passage of a fiche; `quote` is the part of its text that is meant."""
        return cls(
            n=n,
            fiche_id=fiche.id,
            title=fiche.title,
            section=passage.section,
            heading=passage.heading,
            quote=quote,
            url=fiche.url,
        )


class RankedPassage(_Record):
    """A passage that retrieval returned, best first; the score orders passages of one answer and means no more."""

    id: str
    fiche_id: str
    section: SectionName
    score: float


class Computed(_Record):
    """A figure of the answer that Oriane counted or added up itself: it stands in no fiche."""

    value: int
    what: str


class Fallback(StrEnum):
    """Why the fiche's own sentences are given although a language model is configured."""

    UNAVAILABLE = "unavailable"
    UNSUPPORTED = "unsupported"


class PathStep(_Record):
    """One step of a way into a métier: a class or a diploma that fiches do not name further has no id.

    `duration_months` is how long the formation's fiche says that it lasts, from where it begins; `level` is its level
    of certification, or the métier's minimum level, as published. `is_said` is False where no fiche says how one gets
    here from the step before. `citations` are the numbers of those that say what the step says.
    """

    kind: Literal["class", "formation", "metier"]
    id: str | None
    title: str
    duration_months: int | None = None
    level: str | None = None
    is_said: bool = True
    citations: tuple[int, ...] = ()


class StudyWay(_Record):
    """One way: its steps, and the months of its formations after the step called `counted_from`; None if unknown.

    `is_said` is False where no fiche says how its formation is entered: it is then no way that one could follow.
    """

    steps: tuple[PathStep, ...]
    total_months: int | None = None
    counted_from: str = ""
    is_said: bool = True


class StudyPath(StudyWay):
    """The shortest way from where somebody stands to a métier that fiches say, and the others. JSON says `from`.

    `below_minimum` says that every way ends under the métier's minimum level. `unsaid` are formations that the métier's
    fiche names and that no fiche says how to enter from there, the nearest ones.
    """

    start: str
    to: str
    alternatives: tuple[StudyWay, ...] = ()
    below_minimum: bool = False
    unsaid: tuple[PathStep, ...] = ()

    @model_serializer(mode="wrap")
    def _with_from(self, plain: SerializerFunctionWrapHandler) -> dict[str, Any]:
        said = plain(self)
        return {"from": said.pop("start"), "to": said.pop("to"), **said}


class Grounding(_Record):
    """How many of a model's sentences were checked against the passages they cite, and how many did not pass."""

    checked: int = 0
    removed: int = 0
    fallback: Fallback | None = None


class Answer(_Record):
    """An answer with all that is needed to verify it."""

    question: str
    standalone_question: str
    outcome: Outcome
    answer: str
    library_version: str | None
    understood: Understood
    citations: tuple[Citation, ...] = ()
    passages: tuple[RankedPassage, ...] = ()
    table: list[list[str]] | None = None
    total: int | None = None
    computed: tuple[Computed, ...] = ()
    path: StudyPath | None = None
    suggestions: tuple[str, ...] = ()
    grounding: Grounding = Grounding()
    timings_ms: dict[str, float] = {}

    def to_json(self) -> dict[str, Any]:
        """The object that `oriane ask --json` prints."""
        return self.model_dump(mode="json")
