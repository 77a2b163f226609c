"""What follows a run: the verdict, and the four files that tell it (run.json, report.html, junit.xml, summary.md)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.evaluation.aggregate import in_percent
from bot.evaluation.comparison import Comparison, Status, compare
from bot.evaluation.html_report import Report, write_report
from bot.evaluation.junit import write_junit
from bot.evaluation.metrics import METRICS
from bot.evaluation.report import markdown_table, reasons, summary
from bot.evaluation.results import RunFile, write_run
from bot.evaluation.thresholds import Check, Thresholds, verdict

#: How many broken questions a pull request is told of; the report has them all.
_SHOWN = 30


@dataclass(frozen=True)
class Conclusion:
    """A run, judged. `holds` is False on a regression."""

    run: RunFile
    checks: tuple[Check, ...]
    comparison: Comparison | None

    @property
    def holds(self) -> bool:
        """Whether every condition holds."""
        return all(check.holds for check in self.checks)


def conclude(run: RunFile, thresholds: Thresholds, baseline: RunFile | None, folder: Path) -> Conclusion:
    """Judge a run and write its four files.

    :raises OSError: when the folder cannot be written.
    """
    comparison = compare(run, baseline) if baseline else None
    done = Conclusion(run, verdict(run, thresholds, comparison), comparison)
    write_run(run, folder / "run.json")
    write_junit(run, done.checks, comparison, folder / "junit.xml")
    write_report(Report(run, done.checks, comparison, baseline), folder / "report.html")
    (folder / "summary.md").write_text("\n".join(_lines(done)), encoding="utf-8")
    return done


def _lines(done: Conclusion) -> Iterator[str]:
    """The summary for a pull request: verdict and changes first, then the tables of every run."""
    mark, word = ("✔", "conforme") if done.holds else ("✘", "régression")
    yield f"**{mark} Oriane, évaluation : {word}**"
    yield ""
    for check in done.checks:
        if not check.holds:
            yield f"- {check.name} : {check.found} ({check.wanted})"
    if done.comparison:
        yield from _against(done.run, done.comparison)
    yield ""
    yield summary(done.run.records, asked=len(done.run.results), timings=done.run.timings["questions_ms"])


def _against(run: RunFile, comparison: Comparison) -> Iterator[str]:
    counts = {status: comparison.with_status(status) for status in Status}
    yield ""
    yield (
        f"Depuis la référence : {len(counts[Status.BROKEN])} cassées, {len(counts[Status.FIXED])} réparées,"
        f" {len(counts[Status.CHANGED])} réponses changées, {len(counts[Status.SAME])} inchangées."
    )
    if not comparison.same_library:
        yield "La bibliothèque n'est pas celle de la référence."
    yield ""
    yield from _listed("Cassées", counts[Status.BROKEN], run)
    yield from _listed("Réparées", counts[Status.FIXED], run)
    cells = [
        [
            METRICS[d.metric],
            in_percent(d.before),
            in_percent(d.now),
            f"{(d.now - d.before) * 100:+.1f}{' ★' if d.adjusted < 0.05 else ''}",
            str(d.n),
            f"{d.p:.2g}",
        ]
        for d in comparison.differences
    ]
    yield from markdown_table(["", "avant", "maintenant", "écart", "n", "p"], cells)
    yield ""
    yield "★ : p < 0,05 après correction de Holm (permutation appariée)."


def _listed(title: str, ids: Sequence[str], run: RunFile) -> Iterator[str]:
    if not ids:
        return
    by_id = run.by_id
    yield f"{title} :"
    yield ""
    for question_id in ids[:_SHOWN]:
        result = by_id[question_id]
        why = "; ".join(reasons(result.record))
        yield f"- `{question_id}` {' '.join(result.question.split())}{f' : {why}' if why else ''}"
    if len(ids) > _SHOWN:
        yield f"- … et {len(ids) - _SHOWN} autres, voir report.html"
    yield ""
