"""`oriane eval sweep`: the same questions under several settings of retrieval, as one table.

The first setting is what the others are compared with. A setting of another embedding model is asked over a library
built for it from the `sources`, beside the results, once.
"""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.chain import Oriane
from bot.evaluation.aggregate import in_percent
from bot.evaluation.comparison import differences
from bot.evaluation.conclusion import conclude
from bot.evaluation.console import build_library, contents_of
from bot.evaluation.embedders import embedder_named
from bot.evaluation.metrics import METRICS
from bot.evaluation.questions import GoldQuestion
from bot.evaluation.report import markdown_table
from bot.evaluation.results import RunFile, measured_of, run_file
from bot.evaluation.runs import run
from bot.evaluation.thresholds import Thresholds
from bot.weights import DEFAULT_WEIGHTS, Weights
from ingest.local_library import LocalLibrary
from ingest.settings import Settings
from ingest.text import slug

#: What the table shows; run.json has every metric.
COLUMNS = ("passed", "hit1", "hit4", "mrr", "ndcg", "section", "outcome", "pair")
_WEIGHTS = {field.name: field for field in dataclasses.fields(Weights)}


class SweepError(ValueError):
    """A file of settings that cannot be used; the message, in French, says why."""


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Setting(_Strict):
    """One way to search: a model, or None for that of the library in service, and the weights that differ."""

    name: str = Field(min_length=1)
    embedder: str | None = None
    weights: dict[str, float] = {}


class Plan(_Strict):
    """The settings to compare, and where fiches are read for a library of another model."""

    settings: tuple[Setting, ...] = Field(min_length=1)
    sources: tuple[Path, ...] = ()


def load_plan(path: Path) -> Plan:
    """Read a YAML file of settings; its sources are relative to the folder of the command.

    :raises SweepError: when it is unreadable, or names a weight that does not exist.
    """
    try:
        plan = Plan.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise SweepError(f"{path} : illisible ou mal formé ({error}).") from error
    except ValidationError as error:
        place = ".".join(map(str, error.errors()[0]["loc"])) or "le fichier"
        raise SweepError(
            f"{path} : « {place} » refusé ; attendu settings (name, embedder, weights), sources."
        ) from error
    unknown = {name for setting in plan.settings for name in setting.weights} - set(_WEIGHTS)
    if unknown:
        raise SweepError(f"{path} : poids inconnu « {min(unknown)} » ; possibles : {', '.join(_WEIGHTS)}.")
    names = [slug(setting.name) for setting in plan.settings]
    if len(set(names)) < len(names):
        raise SweepError(f"{path} : deux réglages ont le même nom.")
    return plan


def run_sweep(
    plan: Plan, questions: Sequence[GoldQuestion], settings: Settings, folder: Path, say: Callable[[str], None]
) -> str:
    """Ask every question under every setting; write a report for each and sweep.md, and return its table.

    :raises LibraryError: when there is no library. :raises EmbedderError: when a model cannot be loaded.
    :raises SweepError: when another model is asked for without sources. :raises OSError: when `folder` is read only.
    """
    runs: dict[str, RunFile] = {}
    for setting in plan.settings:
        say(f"{setting.name} …")
        result = _run(setting, plan, questions, settings, folder)
        conclude(result, Thresholds(), next(iter(runs.values()), None), folder / slug(setting.name))
        runs[setting.name] = result
    table = "\n".join(_table(runs))
    (folder / "sweep.md").write_text(table + "\n", encoding="utf-8")
    return table


def weights_of(setting: Setting) -> Weights:
    """The default weights but for those that the setting names."""
    changes = {name: int(value) if _WEIGHTS[name].type == "int" else value for name, value in setting.weights.items()}
    return dataclasses.replace(DEFAULT_WEIGHTS, **changes)  # type: ignore[arg-type]


def _run(setting: Setting, plan: Plan, questions: Sequence[GoldQuestion], settings: Settings, folder: Path) -> RunFile:
    embedder = embedder_named(setting.embedder or settings.embedder)
    chosen = settings
    if setting.embedder and contents_of(settings).manifest.model != embedder.name:
        if not plan.sources:
            raise SweepError(
                f"« {setting.name} » : nommer sous sources les fiches à lire pour le modèle {embedder.name}."
            )
        chosen = settings.model_copy(update={"library": folder / "libraries" / slug(embedder.name)})
        build_library(chosen.library, list(plan.sources), embedder, chosen)
    contents = contents_of(chosen)
    oriane = Oriane(LocalLibrary(chosen.library), embedder, weights=weights_of(setting))
    oriane.warm()
    oriane.ask(questions[0].to_question())
    started = time.perf_counter()
    place = folder / slug(setting.name)
    done = run(questions, oriane.ask, contents.fiches, place, formations=contents.formations)
    if not done.complete:
        raise SweepError("Interrompu : les réglages déjà mesurés ont leur run.json.")
    measured = measured_of(questions, contents.manifest)
    seconds = time.perf_counter() - started
    return run_file(done.answered, done.records, contents.fiches, measured, seconds, workers=1)


def _table(runs: dict[str, RunFile]) -> Iterator[str]:
    reference = next(iter(runs.values()))
    shown = [metric for metric in COLUMNS if metric in reference.figures["ensemble"]]
    head = ["réglage", *(METRICS[metric] for metric in shown), "ms (médiane)"]
    yield from markdown_table(head, [_cells(name, result, reference, shown) for name, result in runs.items()])
    yield ""
    yield (
        f"{len(reference.results)} questions. Écart au premier réglage entre parenthèses ; ★ : p < 0,05 (permutation"
        " appariée, correction de Holm sur toutes les mesures d'un réglage)."
    )


def _cells(name: str, result: RunFile, reference: RunFile, shown: Sequence[str]) -> list[str]:
    found = {d.metric: d for d in differences(reference.records, result.records)}
    cells = []
    for metric in shown:
        mean = result.figures["ensemble"].get(metric, {}).get("mean")
        difference = found.get(metric)
        beside = ""
        if result is not reference and difference:
            star = " ★" if difference.adjusted < 0.05 else ""
            beside = f" ({(difference.now - difference.before) * 100:+.1f}{star})"
        cells.append("" if mean is None else in_percent(mean) + beside)
    return [name, *cells, f"{result.timings['stages_ms']['whole']['p50']:.1f}"]
