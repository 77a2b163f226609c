"""`run.json`: a whole run in one file, what a baseline is compared with and what the report shows.

Two runs of the same questions, library and code give the same file but for `timings`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from bot.answer import Citation, Outcome, Turn
from bot.evaluation.aggregate import by_kind, latencies
from bot.evaluation.metrics import Record
from bot.evaluation.questions import GoldQuestion
from bot.evaluation.report import expected
from bot.evaluation.runs import Answered
from ingest.fiche import FicheMetier
from ingest.library import Manifest

FORMAT = 1
#: What of an installation can change an answer: code, prompts, everyday words.
_PACKAGES, _SUFFIXES = ("bot", "ingest", "prompts", "seeds"), (".py", ".yaml", ".yml")


class ResultsError(ValueError):
    """A file that is no run; the message, in French, tells the evaluator what to do."""


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Measured(_Strict):
    """What was measured: Oriane's code, the library's content, the questions; equal hashes mean the same thing."""

    code: str
    questions: str
    library: str
    model: str
    edition: str
    fiches: int


class Result(_Strict):
    """One question of a run: what was asked and expected, what came, and what it was worth."""

    question: str
    history: tuple[Turn, ...] = ()
    expected: tuple[str, ...]
    accepted: tuple[Outcome, ...] = ()
    note: str = ""
    answer: str = ""
    citations: tuple[Citation, ...] = ()
    record: Record

    @property
    def passed(self) -> bool:
        """Whether nothing decisive failed."""
        return self.record.metrics.get("passed") == 1


class RunFile(_Strict):
    """A run as it is kept. `figures` are by kind, then by metric; `timings` alone differ from one run to the next."""

    format: int = FORMAT
    measured: Measured
    figures: dict[str, dict[str, dict[str, float]]]
    results: tuple[Result, ...]
    timings: dict[str, Any]

    @property
    def by_id(self) -> dict[str, Result]:
        """The results by question id, in order."""
        return {result.record.id: result for result in self.results}

    @property
    def records(self) -> tuple[Record, ...]:
        """The records alone, in order."""
        return tuple(result.record for result in self.results)


def run_file(
    answered: Iterable[Answered],
    records: Sequence[Record],
    fiches: Mapping[str, FicheMetier],
    measured: Measured,
    seconds: float,
    workers: int,
) -> RunFile:
    """Gather a run; `answered` and `records` are of the same questions in the same order."""
    stages = {name: vars(latency) for name, latency in latencies(record.timings_ms for record in records).items()}
    figures = {kind: {metric: vars(figure) for metric, figure in row.items()} for kind, row in by_kind(records).items()}
    return RunFile(
        measured=measured,
        figures=figures,
        results=tuple(_result(one, record, fiches) for one, record in zip(answered, records, strict=True)),
        timings={
            "seconds": round(seconds, 2),
            "workers": workers,
            "stages_ms": stages,
            "questions_ms": {record.id: record.timings_ms for record in records},
        },
    )


def write_run(run: RunFile, path: Path) -> None:
    """Write a run as JSON that a diff can read."""
    path.write_text(json.dumps(run.model_dump(mode="json"), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def read_run(path: Path) -> RunFile:
    """Read a run that was kept.

    :raises ResultsError: when it is not there, or no run, or one of another format.
    """
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ResultsError(f"{path} : illisible ({error.strerror}) ; attendu le run.json d'une mesure.") from error
    except ValueError as error:
        raise ResultsError(f"{path} : n'est pas du JSON ; attendu le run.json d'une mesure.") from error
    if not isinstance(value, dict) or value.get("format") != FORMAT:
        raise ResultsError(f"{path} : n'est pas un run.json de ce format ({FORMAT}) ; refaire la mesure de référence.")
    try:
        return RunFile.model_validate(value)
    except ValidationError as error:
        place = ".".join(map(str, error.errors()[0]["loc"]))
        raise ResultsError(f"{path} : abîmé ou d'une autre version (champ « {place} ») ; refaire la mesure.") from error


def measured_of(questions: Iterable[GoldQuestion], manifest: Manifest) -> Measured:
    """What a run over these questions and this library measures."""
    asked = "\n".join(question.model_dump_json() for question in questions)
    return Measured(
        code=code_hash(),
        questions=_short(asked.encode()),
        library=manifest.content_hash,
        model=manifest.model,
        edition=manifest.edition,
        fiches=manifest.fiches,
    )


def code_hash() -> str:
    """Identifies the code and the data beside it that can change an answer."""
    digest = hashlib.sha256()
    for package in _PACKAGES:
        for name, content in _contents(files(package), package):
            digest.update(name.encode() + b"\0" + content + b"\0")
    return digest.hexdigest()[:12]


def _contents(folder: Traversable, path: str) -> Iterable[tuple[str, bytes]]:
    for child in sorted(folder.iterdir(), key=lambda one: one.name):
        name = f"{path}/{child.name}"
        if child.is_dir():
            yield from _contents(child, name)
        elif child.name.endswith(_SUFFIXES) and "/questions/" not in name:
            yield name, child.read_bytes()


def _result(one: Answered, record: Record, fiches: Mapping[str, FicheMetier]) -> Result:
    answer, question = one.answer, one.question
    return Result(
        question=question.question,
        history=question.history,
        expected=tuple(expected(question, fiches)),
        accepted=question.outcome,
        note=question.note,
        answer=answer.answer if answer else "",
        citations=answer.citations if answer else (),
        record=record.model_copy(update={"timings_ms": {}}),
    )


def _short(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:12]
