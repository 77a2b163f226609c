"""What was understood of a question: everything that decides where it goes, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bot.answer import Understood
from bot.understanding.constraints import NO_CONSTRAINTS, Constraints
from bot.understanding.intents import Intent
from bot.understanding.limits import Limit
from bot.understanding.studies import Study
from ingest.fiche import FicheMetier


@dataclass(frozen=True)
class Reading:
    """A question, read.

    `standalone` is the question as it reads without the conversation. `fiches` are the métiers it names, or that the
    conversation is about; `compared` says that it names several on purpose, `shared_name` is the name when several
    bear it and nothing tells them apart. `unknown` are codes that no fiche bears, `unnamed` the name of a métier that
    none bears, `nearby` the métiers that share the ROME code of that name. `formations` and `rome` are what a reverse
    question starts from. `hints` are métiers that a generic word speaks of: they come nearer, no more. `topic` is the
    free subject of a list, `said` the words that set its constraints, `start` the place in a list where to go on.
    `beyond` is what it asks that no fiche says.
    `is_open` says that it asks about the métiers it names something that no intent knows: "… le vertige ?".
    `is_borrowed` says that the métier was named by a word of every day that is none of its own.
    `is_order` says that it only gives orders to the machine. `study` is what it asks about formations: it then decides.
    """

    standalone: str
    fiches: tuple[FicheMetier, ...] = ()
    intents: tuple[Intent, ...] = ()
    unknown: tuple[str, ...] = ()
    constraints: Constraints = NO_CONSTRAINTS
    compared: bool = False
    shared_name: str | None = None
    unnamed: str | None = None
    formations: tuple[str, ...] = ()
    rome: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()
    nearby: tuple[str, ...] = ()
    topic: str = ""
    said: str = ""
    start: int = 0
    beyond: Limit | None = None
    is_open: bool = False
    is_borrowed: bool = False
    is_order: bool = False
    study: Study | None = None

    @property
    def kind(self) -> str:
        """Where the question goes."""
        if self.is_order:
            return "order"
        if self.study:
            return self.study.kind
        if self.unknown and not self.fiches:
            return "unknown_code"
        if self.shared_name:
            return "clarify"
        if self.formations or self.rome:
            return "reverse"
        if self.fiches:
            if self.compared:
                return "comparison"
            return "fact" if any(intent.name != "portrait" for intent in self.intents) else "portrait"
        if self.constraints or self.topic:
            return "list"
        return "unknown_name" if self.unnamed else "described"

    @property
    def needs_no_search(self) -> bool:
        """Whether the answer stands in the tables alone: no passage need be ranked, no model waited for."""
        kind = self.kind
        if self.study:
            return kind != "path"
        return kind in ("order", "unknown_code", "clarify", "reverse", "comparison") or (
            kind == "list" and not self.topic
        )

    def to_json(self) -> Understood:
        """The part of it that answers show."""
        study = self.study.to_json() if self.study else {}
        reverse: dict[str, Any] = {"formation": list(self.formations), "rome": list(self.rome)}
        return Understood(
            kind=self.kind,
            fiches=tuple(fiche.id for fiche in self.fiches),
            sections=tuple(dict.fromkeys(intent.section for intent in self.intents)),
            constraints={
                **self.constraints.to_json(),
                **{key: value for key, value in reverse.items() if value},
                **study,
            },
        )
