"""`report.html`: one file that opens anywhere, for whoever must know in half a minute what broke and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from bot.answer import Outcome
from bot.evaluation.aggregate import OVERALL, in_percent
from bot.evaluation.comparison import Change, Comparison, Difference, Status
from bot.evaluation.metrics import DECISIVE, METRICS
from bot.evaluation.plots import histogram, intervals
from bot.evaluation.report import reasons
from bot.evaluation.results import Result, RunFile
from bot.evaluation.runs import WHOLE
from bot.evaluation.thresholds import Check

#: How many questions the first table shows; the others are in the list below it.
_SHOWN_FIRST = 40
_CITED = 3
_STATUS = {
    Status.BROKEN: "cassée",
    Status.FIXED: "réparée",
    Status.CHANGED: "réponse changée",
    Status.SAME: "inchangée",
    Status.NEW: "nouvelle",
}


@dataclass(frozen=True)
class Row:
    """One question as the report shows it."""

    result: Result
    change: Change | None

    @property
    def id(self) -> str:
        """The question's id, also its anchor."""
        return self.result.record.id

    @property
    def status(self) -> str:
        """What became of it since the baseline: a CSS class and a filter's value."""
        return self.change.status.value if self.change else ""

    @property
    def status_label(self) -> str:
        """The same in French; empty without a baseline or a change."""
        return _STATUS[self.change.status] if self.change and self.change.status is not Status.SAME else ""

    @property
    def outcome(self) -> str:
        """The outcome that came, or the error in its place."""
        return self.result.record.outcome or "erreur"

    @property
    def cited(self) -> tuple[str, ...]:
        """The first métiers cited, with their titles."""
        return tuple(dict.fromkeys(f"{c.fiche_id} {c.title}" for c in self.result.citations))[:_CITED]

    @cached_property
    def reasons(self) -> tuple[str, ...]:
        """Why it failed."""
        return tuple(reasons(self.result.record))


@dataclass(frozen=True)
class Report:
    """What the template reads."""

    run: RunFile
    checks: Sequence[Check]
    comparison: Comparison | None
    baseline: RunFile | None

    @property
    def holds(self) -> bool:
        """Whether the run passes."""
        return all(check.holds for check in self.checks)

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """Every question: broken ones first, then those that fail, then those that changed, then the rest."""
        rows = [Row(result, self._change(result)) for result in self.run.results]
        return tuple(
            sorted(rows, key=lambda row: (row.status != Status.BROKEN, row.result.passed, row.status == "same"))
        )

    @cached_property
    def first(self) -> tuple[Row, ...]:
        """What to look at first: what broke since the baseline; without one, or where nothing broke, what fails."""
        broken = [row for row in self.rows if row.status == Status.BROKEN]
        return tuple(broken or self.failing)

    @property
    def shown_first(self) -> tuple[Row, ...]:
        """As many of these as a page holds."""
        return self.first[:_SHOWN_FIRST]

    @cached_property
    def failing(self) -> tuple[Row, ...]:
        """Every question that fails."""
        return tuple(row for row in self.rows if not row.result.passed)

    @property
    def first_by_kind(self) -> dict[str, int]:
        """How many of the first are of each kind, most first: the pattern, if there is one."""
        counts = Counter(row.result.record.kind for row in self.first)
        return dict(counts.most_common())

    def count(self, status: str) -> int:
        """How many questions have that status."""
        return sum(row.status == status for row in self.rows)

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of questions, in order."""
        return tuple(kind for kind in self.run.figures if kind != OVERALL)

    @property
    def outcomes(self) -> tuple[str, ...]:
        """The outcomes that came."""
        return tuple(sorted({row.outcome for row in self.rows}))

    @property
    def metrics(self) -> dict[str, str]:
        """The metrics that apply to a question at least, with their labels."""
        return {name: label for name, label in METRICS.items() if name in self.run.figures.get(OVERALL, {})}

    @property
    def decisive(self) -> tuple[str, ...]:
        """The metrics that make a question fail."""
        return DECISIVE

    @property
    def differences(self) -> tuple[Difference, ...]:
        """The metrics against the baseline."""
        return self.comparison.differences if self.comparison else ()

    @property
    def kinds_plot(self) -> Markup:
        """The share of questions passed, by kind."""
        before = self.baseline.figures if self.baseline else {}
        return intervals(
            {kind: row["passed"] for kind, row in self.run.figures.items() if "passed" in row},
            {kind: row["passed"] for kind, row in before.items() if "passed" in row},
        )

    @property
    def latency_plot(self) -> Markup:
        """The time of the whole trip."""
        times = [stages[WHOLE] for stages in self.run.timings["questions_ms"].values() if WHOLE in stages]
        return histogram(times, "Nombre de questions par durée de réponse")

    @cached_property
    def confusion(self) -> dict[str, dict[str, int]]:
        """How many questions of each expected outcome got which; one of several accepted counts as expected."""
        names = [outcome.value for outcome in Outcome]
        table = {name: dict.fromkeys([*names, "erreur"], 0) for name in names}
        for row in self.rows:
            accepted = row.result.accepted
            if accepted:
                got = row.result.record.outcome
                table[got if got in accepted else accepted[0]][row.outcome] += 1
        return {name: cells for name, cells in table.items() if any(cells.values())}

    @property
    def notes(self) -> Iterator[str]:
        """What a comparison must be read with."""
        if self.comparison and self.baseline:
            if not self.comparison.same_library:
                yield "La bibliothèque n'est pas celle de la référence (fiches, édition ou modèle)."
            if not self.comparison.same_questions:
                yield "Le jeu de questions n'est pas celui de la référence : seules les questions communes comptent."
            if self.comparison.gone:
                yield f"{len(self.comparison.gone)} questions de la référence n'ont pas été posées."

    def _change(self, result: Result) -> Change | None:
        return self.comparison.changes[result.record.id] if self.comparison else None


def write_report(report: Report, path: Path) -> None:
    """Write the file; it refers to nothing outside itself but the fiches' pages, as links."""
    environment = Environment(
        loader=PackageLoader("bot.evaluation", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["percent"] = in_percent
    page = environment.get_template("report.html.j2").render(report=report, overall=OVERALL)
    path.write_text(page, encoding="utf-8", errors="backslashreplace")
