"""What the server counts, as Prometheus reads it: questions, stages, refusals, the version in service. Never who asks.

Help in distress is not counted: in a small school, one more at a known minute would be somebody.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from bot.answer import Answer, Outcome
from ingest.library import LibraryError

if TYPE_CHECKING:
    from bot.web.guide import Guide

#: Seconds; named métiers take milliseconds, a language model takes seconds.
_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
_FAILED = "error"
_UNCOUNTED = Outcome.SUPPORT


class Metrics:
    """The counters of one application, in a registry of their own."""

    def __init__(self, guide: Guide) -> None:
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        self._registry.register(_Library(guide))
        self._questions = Counter("oriane_questions", "Questions by outcome.", ["outcome"], registry=self._registry)
        self._stages = Histogram(
            "oriane_stage_seconds", "Time by stage.", ["stage"], buckets=_BUCKETS, registry=self._registry
        )
        self._refused = Counter(
            "oriane_refused", "Requests refused, by the limit they met.", ["limit"], registry=self._registry
        )
        self._responses = Counter(
            "oriane_http_responses", "HTTP responses by class of status.", ["status"], registry=self._registry
        )
        self._under_way = Gauge("oriane_questions_under_way", "Questions being answered.", registry=self._registry)
        for outcome in (*(o for o in Outcome if o is not _UNCOUNTED), _FAILED):
            self._questions.labels(outcome)

    def answered(self, answer: Answer, seconds: float) -> None:
        """Count an answer, the time of each of its stages, and `total`."""
        if answer.outcome is _UNCOUNTED:
            return
        self._questions.labels(answer.outcome).inc()
        for stage, milliseconds in answer.timings_ms.items():
            self._stages.labels(stage).observe(milliseconds / 1000)
        self._stages.labels("total").observe(seconds)

    @contextmanager
    def questions_under_way(self) -> Iterator[None]:
        """Count a question as under way, and as failed when it ends with an error."""
        with self._under_way.track_inprogress():
            try:
                yield
            except Exception:
                self._questions.labels(_FAILED).inc()
                raise

    def refused(self, limit: str) -> None:
        """Count what a limit refused: `address`, `session`, `queue`, `body`."""
        self._refused.labels(limit).inc()

    def responded(self, status: int) -> None:
        """Count a response."""
        self._responses.labels(f"{status // 100}xx").inc()

    def exposition(self) -> bytes:
        """All of it, in Prometheus' text format."""
        return generate_latest(self._registry)


class _Library(Collector):
    """Read when Prometheus asks: the version may have changed since."""

    def __init__(self, guide: Guide) -> None:
        self._guide = guide

    def describe(self) -> list[Metric]:
        """Nothing: describing would open the library before the page is up."""
        return []

    def collect(self) -> Iterator[Metric]:
        """The version in service, its size, and whether the model is loaded."""
        yield GaugeMetricFamily("oriane_model_ready", "Whether described métiers can be searched.", self._model_ready)
        version = GaugeMetricFamily("oriane_library", "The version in service.", labels=["version", "edition"])
        try:
            manifest = self._guide.manifest()
        except LibraryError:
            yield version
            return
        version.add_metric([manifest.version, manifest.edition], 1)
        yield version
        yield GaugeMetricFamily("oriane_library_fiches", "Fiches métiers in service.", manifest.fiches)

    @property
    def _model_ready(self) -> int:
        return int(self._guide.model_ready)
