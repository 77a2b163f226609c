"""The rule that decides whether a run passes: floors, and what may be lost against a baseline.

A run fails when a figure is below its floor, when more questions broke than `max_broken` allows, or when fewer pass
than in the baseline and that is unlikely to be chance (p < `alpha`). Nothing else makes it fail.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.evaluation.aggregate import OVERALL, in_percent
from bot.evaluation.comparison import Comparison, Status
from bot.evaluation.metrics import METRICS
from bot.evaluation.results import RunFile

Share = Annotated[float, Field(ge=0, le=1)]


class ThresholdsError(ValueError):
    """A file of thresholds that cannot be used; the message, in French, says where and why."""


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class AgainstBaseline(_Strict):
    """What may be lost: `max_broken` is None when only significance decides."""

    alpha: Share = 0.05
    max_broken: int | None = Field(default=None, ge=0)


class Thresholds(_Strict):
    """Floors of the figures over all questions and by kind, by the metrics' names, and what a baseline demands."""

    overall: dict[str, Share] = {}
    kinds: dict[str, dict[str, Share]] = {}
    baseline: AgainstBaseline = AgainstBaseline()


@dataclass(frozen=True)
class Check:
    """One condition, in French: what is asked, what was found, whether it holds."""

    name: str
    wanted: str
    found: str
    holds: bool


def load_thresholds(path: Path) -> Thresholds:
    """Read a YAML file of thresholds.

    :raises ThresholdsError: when it is unreadable or names what does not exist.
    """
    try:
        value = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise ThresholdsError(f"{path} : illisible ; vérifier le chemin, et que le fichier est en UTF-8.") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f", ligne {mark.line + 1}" if mark else ""
        raise ThresholdsError(f"{path}{place} : YAML mal formé, vérifier les retraits et les deux-points.") from error
    try:
        thresholds = Thresholds.model_validate(value or {})
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(map(str, first["loc"])) or "le fichier"
        raise ThresholdsError(
            f"{path} : « {field} » refusé (valeur {first['input']!r}) ; attendu overall, kinds, baseline, et des seuils"
            " de 0 à 1."
        ) from error
    unknown = {name for row in (thresholds.overall, *thresholds.kinds.values()) for name in row} - set(METRICS)
    if unknown:
        raise ThresholdsError(
            f"{path} : mesure inconnue « {min(unknown)} » ; mesures possibles : {', '.join(METRICS)}."
        )
    return thresholds


def verdict(run: RunFile, thresholds: Thresholds, comparison: Comparison | None) -> tuple[Check, ...]:
    """Every condition that the thresholds set; the run passes when all hold."""
    rows = {OVERALL: thresholds.overall, **thresholds.kinds}
    floors = [_floor(run, kind, metric, floor) for kind, row in rows.items() for metric, floor in row.items()]
    return (*floors, *(_against(comparison, thresholds.baseline) if comparison else ()))


def _floor(run: RunFile, kind: str, metric: str, floor: float) -> Check:
    """A floor that nothing was measured for is not reached: a set must not pass by losing its questions."""
    figure = run.figures.get(kind, {}).get(metric)
    mean = figure["mean"] if figure else None
    return Check(
        name=f"{kind} : {METRICS[metric]}",
        wanted=f"au moins {in_percent(floor)}",
        found="aucune question" if mean is None else in_percent(mean),
        holds=mean is not None and mean >= floor - 1e-9,
    )


def _against(comparison: Comparison, rule: AgainstBaseline) -> Iterator[Check]:
    broken = len(comparison.with_status(Status.BROKEN))
    if rule.max_broken is not None:
        yield Check("questions cassées", f"au plus {rule.max_broken}", str(broken), broken <= rule.max_broken)
    passed = comparison.passed
    if passed is None:
        yield Check("référence", "des questions en commun", "aucune", holds=False)
        return
    lost = passed.now < passed.before and passed.p < rule.alpha
    found = f"{in_percent(passed.before)} → {in_percent(passed.now)} (p = {passed.p:.2g})"
    yield Check("réussite face à la référence", f"pas de baisse significative (p < {rule.alpha:g})", found, not lost)
