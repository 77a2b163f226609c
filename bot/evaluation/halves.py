"""The two halves of a set: rules are tuned on one, figures are reported on the other."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from enum import StrEnum

from bot.evaluation.questions import GoldQuestion

HELD_OUT, TUNED_ON = "heldout", "tune"


class Half(StrEnum):
    """`tune` may be looked at question by question; `report` is only counted."""

    TUNE = "tune"
    REPORT = "report"


def half_of(question: GoldQuestion) -> Half:
    """The half of a question, from a hash of its id: the same on every machine, whatever else the set holds.

    The two questions of a pair share a half: their pair's name is hashed instead. A set written afterwards by other
    hands, its ids beginning with `heldout`, is reported whole: nobody tuned on any of it. One whose ids begin with
    `tune` was written to tune on.
    """
    if question.id.startswith(HELD_OUT):
        return Half.REPORT
    if question.id.startswith(TUNED_ON):
        return Half.TUNE
    digest = hashlib.sha256((question.pair or question.id).encode()).digest()
    return Half.REPORT if digest[0] % 2 else Half.TUNE


def in_half(questions: Iterable[GoldQuestion], half: Half | None) -> tuple[GoldQuestion, ...]:
    """The questions of one half, in order; all of them for None."""
    return tuple(question for question in questions if half is None or half_of(question) == half)
