"""From records to figures: means with intervals, per kind and overall, and latencies by stage."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from bot.evaluation.metrics import METRICS, Record

OVERALL = "ensemble"
_RESAMPLES = 2000
_SEED = 20251021


@dataclass(frozen=True)
class Figure:
    """A mean over `n` questions, with its 95 % interval."""

    mean: float
    low: float
    high: float
    n: int

    def __str__(self) -> str:
        return f"{_percent(self.mean)} % [{_percent(self.low)}–{_percent(self.high)}] n={self.n}"


@dataclass(frozen=True)
class Latency:
    """Milliseconds of one stage over `n` questions."""

    p50: float
    p95: float
    longest: float
    n: int


def figure(values: Sequence[float]) -> Figure | None:
    """The mean of values with a percentile bootstrap interval (Efron & Tibshirani 1993), None without a value.

    2,000 resamples of the questions from a fixed seed: the same values give the same interval. Where all values are
    equal the interval is empty, which says nothing of other questions: read `n` beside it.
    """
    if not values:
        return None
    data = np.sort(np.asarray(values, dtype=float))  # sorted: the order of questions must not move the interval
    seed = int.from_bytes(hashlib.sha256(data.tobytes()).digest()[:4]) ^ _SEED
    picks = np.random.default_rng(seed).integers(0, len(data), size=(_RESAMPLES, len(data)))
    low, high = np.percentile(data[picks].mean(axis=1), (2.5, 97.5))
    return Figure(float(data.mean()), float(low), float(high), len(data))


def values_of(records: Iterable[Record], metric: str) -> list[float]:
    """The values of a metric where it applies."""
    return [value for record in records if (value := record.metrics.get(metric)) is not None]


def figures(records: Sequence[Record]) -> dict[str, Figure]:
    """Every metric that applies to one of the records at least."""
    found = {metric: figure(values_of(records, metric)) for metric in METRICS}
    return {metric: value for metric, value in found.items() if value is not None}


def by_kind(records: Sequence[Record], overall: str = OVERALL) -> dict[str, dict[str, Figure]]:
    """The figures of each kind, in order of first appearance, then overall under the name given."""
    kinds = dict.fromkeys(record.kind for record in records)
    table = {kind: figures([record for record in records if record.kind == kind]) for kind in kinds}
    return {**table, overall: figures(records)}


def latencies(timings: Iterable[Mapping[str, float]]) -> dict[str, Latency]:
    """The median, 95th percentile and longest time of each stage that was timed."""
    stages: dict[str, list[float]] = {}
    for timing in timings:
        for stage, elapsed in timing.items():
            stages.setdefault(stage, []).append(elapsed)
    return {stage: _latency(times) for stage, times in stages.items()}


def _latency(times: Sequence[float]) -> Latency:
    p50, p95 = np.percentile(times, (50, 95))
    return Latency(float(p50), float(p95), max(times), len(times))


def in_percent(share: float) -> str:
    """A share as a person reads it in French: `87,4 %`."""
    return f"{_percent(share)} %".replace(".", ",")


def _percent(share: float) -> str:
    """A share in per cent that never rounds up to 100: 100 means all."""
    value = round(share * 100, 1)
    value = 99.9 if value == 100 and share < 1 else value
    return f"{value:g}"
