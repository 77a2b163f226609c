"""A run against a baseline: what was mended, what broke, what changed, and whether a difference could be chance."""

from __future__ import annotations

import difflib
import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import product

import numpy as np
from numpy.typing import NDArray

from bot.evaluation.metrics import METRICS, Record
from bot.evaluation.results import Result, RunFile

#: Up to so many differing questions every swap is tried; beyond, so many swaps are drawn.
_EXACT, _DRAWN = 12, 20_000
_SEED = 20251021
#: Below this likeness a diff word by word is harder to read than both texts.
_ALIKE = 0.6
_WORD = re.compile(r"\s+|[^\s]+")


class Status(StrEnum):
    """What became of a question since the baseline."""

    BROKEN = "broken"
    FIXED = "fixed"
    CHANGED = "changed"
    SAME = "same"
    NEW = "new"


@dataclass(frozen=True)
class Piece:
    """A stretch of a diff: kept in both answers, removed from the former, or added by the latter."""

    kind: str
    text: str


@dataclass(frozen=True)
class Change:
    """One question in both runs; the diff is empty where the answers are equal."""

    id: str
    status: Status
    before: Result | None = None
    diff: tuple[Piece, ...] = ()


@dataclass(frozen=True)
class Difference:
    """A metric's means over the questions where it applies in both runs, and the p-value of their difference.

    `adjusted` is p after Holm's correction over all the metrics compared together.
    """

    metric: str
    before: float
    now: float
    n: int
    p: float
    adjusted: float = 1.0


@dataclass(frozen=True)
class Comparison:
    """A run against a baseline. `same_library` and `same_questions` say what the two have in common."""

    changes: Mapping[str, Change]
    differences: tuple[Difference, ...]
    gone: tuple[str, ...]
    same_library: bool
    same_questions: bool

    def with_status(self, status: Status) -> tuple[str, ...]:
        """The ids of the questions of that status, in order."""
        return tuple(change.id for change in self.changes.values() if change.status == status)

    @property
    def passed(self) -> Difference | None:
        """The difference in questions that pass: the one that decides."""
        return next((difference for difference in self.differences if difference.metric == "passed"), None)


def compare(run: RunFile, baseline: RunFile) -> Comparison:
    """Compare question by question, by id."""
    before = baseline.by_id
    changes = {result.record.id: _change(result, before.get(result.record.id)) for result in run.results}
    return Comparison(
        changes,
        differences(baseline.records, run.records),
        gone=tuple(question_id for question_id in before if question_id not in changes),
        same_library=run.measured.library == baseline.measured.library,
        same_questions=run.measured.questions == baseline.measured.questions,
    )


def differences(before: Sequence[Record], now: Sequence[Record]) -> tuple[Difference, ...]:
    """Every metric that applies to questions of both, Holm's correction made (Holm 1979)."""
    known = {record.id: record.metrics for record in before}
    found = []
    for metric in METRICS:
        pairs = [
            (old, new)
            for record in now
            if (old := known.get(record.id, {}).get(metric)) is not None
            and (new := record.metrics.get(metric)) is not None
        ]
        if pairs:
            old_values, new_values = map(np.asarray, zip(*pairs, strict=True))
            p = paired_p(new_values - old_values)
            found.append(Difference(metric, float(old_values.mean()), float(new_values.mean()), len(pairs), p))
    return tuple(_corrected(found))


def paired_p(differences_of_each: NDArray[np.float64]) -> float:
    """Two-sided p of a paired randomization test on the mean (Fisher; Smucker et al. 2007).

    Under the null hypothesis either run could have given either value: signs are swapped, all ways where at most 12
    questions differ (for 0 and 1 that is McNemar's exact test), else 20,000 drawn from a fixed seed.
    """
    differing = np.sort(differences_of_each[differences_of_each != 0])
    if not len(differing):
        return 1.0
    seen = abs(differing.sum()) - 1e-12
    if len(differing) <= _EXACT:
        signs = np.array(list(product((-1.0, 1.0), repeat=len(differing))))
        return float((abs(signs @ differing) >= seen).mean())
    seed = int.from_bytes(hashlib.sha256(differing.tobytes()).digest()[:4]) ^ _SEED
    signs = np.random.default_rng(seed).choice((-1.0, 1.0), size=(_DRAWN, len(differing)))
    return float(((abs(signs @ differing) >= seen).sum() + 1) / (_DRAWN + 1))


def diff_words(before: str, now: str) -> tuple[Piece, ...]:
    """What changed between two texts, word by word; texts that share little are shown one after the other."""
    old, new = _WORD.findall(before), _WORD.findall(now)
    matcher = difflib.SequenceMatcher(a=old, b=new, autojunk=False)
    if matcher.ratio() < _ALIKE:
        whole = (Piece("removed", before), Piece("kept", "\n\n"), Piece("added", now))
        return tuple(piece for piece in whole if piece.text)
    return tuple(_pieces(matcher, old, new))


def _pieces(matcher: difflib.SequenceMatcher[str], old: Sequence[str], new: Sequence[str]) -> Iterator[Piece]:
    for tag, a_start, a_end, b_start, b_end in matcher.get_opcodes():
        if tag == "equal":
            yield Piece("kept", "".join(new[b_start:b_end]))
            continue
        if a_end > a_start:
            yield Piece("removed", "".join(old[a_start:a_end]))
        if b_end > b_start:
            yield Piece("added", "".join(new[b_start:b_end]))


def _change(now: Result, before: Result | None) -> Change:
    question_id = now.record.id
    if before is None:
        return Change(question_id, Status.NEW)
    diff = () if now.answer == before.answer else diff_words(before.answer, now.answer)
    if now.passed != before.passed:
        return Change(question_id, Status.FIXED if now.passed else Status.BROKEN, before, diff)
    return Change(question_id, Status.CHANGED if diff or _moved(now, before) else Status.SAME, before, diff)


def _moved(now: Result, before: Result) -> bool:
    """Whether an answer of the same words differs in its outcome, its sources or its metrics."""
    return (now.record.outcome, now.citations, now.record.metrics) != (
        before.record.outcome,
        before.citations,
        before.record.metrics,
    )


def _corrected(found: Iterable[Difference]) -> list[Difference]:
    """Each with its p-value corrected for how many are tested, in the order given."""
    listed = list(found)
    adjusted: dict[str, float] = {}
    highest = 0.0
    for rank, one in enumerate(sorted(listed, key=lambda one: one.p)):
        highest = max(highest, min(1.0, one.p * (len(listed) - rank)))
        adjusted[one.metric] = highest
    return [Difference(d.metric, d.before, d.now, d.n, d.p, adjusted[d.metric]) for d in listed]
