"""Aims: the figure that is wanted of a metric on some of the questions, and whether records reach it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bot.evaluation.aggregate import Figure, figure, values_of
from bot.evaluation.metrics import Record
from bot.evaluation.questions import GoldQuestion


def _any_question(question: GoldQuestion) -> bool:
    return True


@dataclass(frozen=True)
class Aim:
    """At least `wanted` as the mean of a metric over questions of some kinds (all when none is named).

    `wanted` is None for what is only reported; `where` narrows the questions further.
    """

    label: str
    metric: str
    wanted: float | None = None
    kinds: tuple[str, ...] = ()
    where: Callable[[GoldQuestion], bool] = _any_question

    def concerned(self, records: Sequence[Record], questions: Mapping[str, GoldQuestion]) -> list[Record]:
        """The records that the aim is about, where its metric applies."""
        return [
            record
            for record in records
            if (not self.kinds or record.kind in self.kinds)
            and record.metrics.get(self.metric) is not None
            and self.where(questions[record.id])
        ]

    def figure(self, records: Sequence[Record], questions: Mapping[str, GoldQuestion]) -> Figure | None:
        """The mean and its interval, None where no question is concerned."""
        return figure(values_of(self.concerned(records, questions), self.metric))

    def failing(self, records: Sequence[Record], questions: Mapping[str, GoldQuestion]) -> list[str]:
        """The ids of the questions that hold the figure down."""
        return [r.id for r in self.concerned(records, questions) if (r.metrics[self.metric] or 0.0) < 1]

    def is_reached(self, found: Figure | None) -> bool | None:
        """Whether the figure is what is wanted; None when nothing is wanted or nothing was measured."""
        return None if self.wanted is None or found is None else found.mean >= self.wanted
