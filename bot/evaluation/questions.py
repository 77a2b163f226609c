"""Question sets: what one line of a set holds, and how files of lines are read and checked.

A set is JSONL (one object a line) or a YAML list, written by people who may not program: every problem names the file,
the line, what is wrong and how to mend it, and all problems are found in one reading.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, field_validator

from bot.answer import Outcome, Question, Turn
from bot.evaluation.predicates import level_rank
from ingest.fiche import LEVEL_RANKS, SectionName

_SUFFIXES = (".jsonl", ".yaml", ".yml")
_YAML = (".yaml", ".yml")


def _as_list(value: Any) -> Any:
    """One string stands for a list of one; null for an empty list."""
    if value is None:
        return ()
    return (value,) if isinstance(value, str) else value


Strings = Annotated[tuple[str, ...], BeforeValidator(_as_list)]
FicheId = Annotated[str, Field(pattern=r"^(MET|FOR)\.\d+$")]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class HistoryTurn(Turn):
    """One message that went before the question."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Gold(_Strict):
    """The fiches that answer, and the sections where the answer may stand; no section means that any will do.

    With `match: any` each fiche is right by itself; with `all` the answer must speak of every one of them.
    """

    fiches: tuple[FicheId, ...] = ()
    match: Literal["any", "all"] = "any"
    sections: tuple[SectionName, ...] = ()


class Predicate(_Strict):
    """What every métier of a list must satisfy; several statuses mean any of them."""

    level_max: str | None = None
    level_min: str | None = None
    status: Strings = ()
    interest: str | None = None
    domaine: str | None = None

    @field_validator("level_max", "level_min")
    @classmethod
    def _level_is_known(cls, value: str | None) -> str | None:
        if value is not None and level_rank(value) is None:
            raise ValueError(f"niveau inconnu : « {value} » ; niveaux possibles : {', '.join(LEVEL_RANKS)}")
        return value

    @property
    def is_empty(self) -> bool:
        """Whether it constrains nothing: a list on a free topic."""
        return not (self.level_max or self.level_min or self.status or self.interest or self.domaine)


class GoldQuestion(_Strict):
    """A question with what a right answer is. `pair` is shared by two questions that must get the same métiers."""

    id: str = Field(min_length=1)
    kind: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    question: str = Field(pattern=r"\S")
    history: tuple[HistoryTurn, ...] = ()
    gold: Gold = Gold()
    must_include: tuple[Strings, ...] = ()
    must_not: Strings = ()
    outcome: Annotated[tuple[Outcome, ...], BeforeValidator(_as_list)] = ()
    predicate: Predicate | None = None
    total: int | None = Field(default=None, ge=0)
    pair: str | None = None
    note: str = ""

    @property
    def lists_everything(self) -> bool:
        """Whether the gold fiches are the whole of a list: any other métier in it is wrong."""
        return Outcome.LIST in self.outcome and self.predicate is None and self.total == len(self.gold.fiches) > 0

    def to_question(self) -> Question:
        """The question as Oriane gets it."""
        return Question(text=self.question, history=self.history)


@dataclass(frozen=True)
class Problem:
    """Something wrong in a set, in French, with its place."""

    path: Path
    line: int | None
    message: str

    def __str__(self) -> str:
        place = f"{self.path}, ligne {self.line}" if self.line else str(self.path)
        return f"{place} : {self.message}"


@dataclass(frozen=True)
class Placed:
    """A question and where it was read."""

    question: GoldQuestion
    path: Path
    line: int


@dataclass(frozen=True)
class QuestionSet:
    """All that was read: the questions that are well formed, in reading order, and the problems."""

    placed: tuple[Placed, ...]
    problems: tuple[Problem, ...]

    @property
    def questions(self) -> tuple[GoldQuestion, ...]:
        """The questions alone."""
        return tuple(placed.question for placed in self.placed)


def load_sets(paths: Sequence[Path]) -> QuestionSet:
    """Read sets, or folders of sets; ids are unique over all of them and a pair has exactly two questions."""
    placed: list[Placed] = []
    problems: list[Problem] = []
    for path in _files(paths):
        for record in _read_file(path):
            (problems if isinstance(record, Problem) else placed).append(record)  # type: ignore[arg-type]
    problems += [*_repeated_ids(placed), *_broken_pairs(placed)]
    if paths and not placed and not problems:
        problems.append(Problem(paths[0], None, "aucune question : attendu des fichiers .jsonl ou .yaml"))
    return QuestionSet(tuple(placed), tuple(problems))


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    for path in dict.fromkeys(paths):
        if path.is_dir():
            yield from sorted(child for child in path.iterdir() if child.suffix in _SUFFIXES)
        else:
            yield path


def _read_file(path: Path) -> Iterator[Placed | Problem]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        yield Problem(path, None, "n'est pas en UTF-8 : enregistrer à nouveau le fichier en UTF-8")
        return
    except OSError as error:
        yield Problem(path, None, f"illisible ({error.strerror}) : vérifier le chemin et les droits")
        return
    for line, value in _yaml_items(text, path) if path.suffix in _YAML else _json_lines(text, path):
        yield value if isinstance(value, Problem) else _question(value, path, line)


def _json_lines(text: str, path: Path) -> Iterator[tuple[int, Any]]:
    for number, line in enumerate(text.split("\n"), start=1):  # splitlines would also cut at U+2028 inside a string
        if not line.strip():
            continue
        try:
            yield number, json.loads(line)
        except ValueError as error:
            where = f"colonne {error.colno}" if isinstance(error, json.JSONDecodeError) else "cette ligne"
            reason = f"JSON mal formé ({where}) : un objet par ligne, guillemets droits, pas de virgule finale"
            yield number, Problem(path, number, reason)


def _yaml_items(text: str, path: Path) -> Iterator[tuple[int, Any]]:
    try:
        loader = yaml.SafeLoader(text)
        root = loader.get_single_node()
        if not isinstance(root, yaml.SequenceNode):
            yield 1, Problem(path, 1, "attendu une liste : chaque question commence par « - id: … »")
            return
        for node in root.value:
            yield node.start_mark.line + 1, loader.construct_object(node, deep=True)
    except yaml.YAMLError as error:
        problem = _yaml_problem(error, path)
        yield problem.line or 1, problem


def _yaml_problem(error: yaml.YAMLError, path: Path) -> Problem:
    mark, start = getattr(error, "problem_mark", None), getattr(error, "context_mark", None)
    inside = f", dans ce qui commence ligne {start.line + 1}" if start else ""
    message = f"YAML mal formé{inside} : vérifier les retraits, les guillemets et les crochets"
    return Problem(path, mark.line + 1 if mark else None, message)


def _question(value: Any, path: Path, line: int) -> Placed | Problem:
    try:
        return Placed(GoldQuestion.model_validate(value), path, line)
    except ValidationError as error:
        return Problem(path, line, " ; ".join(dict.fromkeys(_in_french(detail) for detail in error.errors())))


def _in_french(detail: Any) -> str:
    """One pydantic error as a sentence: the field, what is wrong, how to mend."""
    where, kind, given = ".".join(map(str, detail["loc"])), detail["type"], detail["input"]
    match kind:
        case "missing":
            return f"champ « {where} » manquant : l'ajouter"
        case "extra_forbidden":
            return (
                f"champ « {where} » inconnu : l'ôter ou le corriger (champs : {', '.join(GoldQuestion.model_fields)})"
            )
        case "model_type" | "dict_type" | "model_attributes_type":
            return f"{_field(where)}attendu un objet {{…}}, reçu {given!r}"
        case "literal_error" | "enum":
            return (
                f"{_field(where)}valeur {given!r} refusée ; attendu {detail['ctx']['expected'].replace(' or ', ' ou ')}"
            )
        case "string_pattern_mismatch" | "string_too_short":
            return (
                f"{_field(where)}valeur {given!r} refusée : {_SHAPES.get(where.split('.')[0], 'écriture inattendue')}"
            )
        case "value_error":
            return f"{_field(where)}{detail['ctx']['error']}"
        case _:
            return f"{_field(where)}valeur {given!r} du mauvais type ({_TYPES.get(kind, detail['msg'])})"


def _field(where: str) -> str:
    return f"champ « {where} » : " if where else ""


_SHAPES = {
    "id": "un identifiant non vide",
    "kind": "un mot en minuscules sans accent, par exemple fact ou shared_name",
    "question": "une question non vide",
    "gold": "un identifiant de fiche comme MET.228",
}
_TYPES = {
    "string_type": "attendu un texte",
    "tuple_type": "attendu une liste [ … ]",
    "int_type": "attendu un nombre entier",
    "int_parsing": "attendu un nombre entier",
    "int_from_float": "attendu un nombre entier",
    "greater_than_equal": "attendu un nombre positif ou nul",
}


def _repeated_ids(placed: Iterable[Placed]) -> Iterator[Problem]:
    first: dict[str, Placed] = {}
    for item in placed:
        known = first.setdefault(item.question.id, item)
        if known is not item:
            message = f"id « {item.question.id} » déjà pris ({known.path}, ligne {known.line}) : en choisir un autre"
            yield Problem(item.path, item.line, message)


def _broken_pairs(placed: Iterable[Placed]) -> Iterator[Problem]:
    pairs: dict[str, list[Placed]] = defaultdict(list)
    for item in placed:
        if item.question.pair:
            pairs[item.question.pair].append(item)
    for pair, items in pairs.items():
        if len(items) != 2:
            message = f"paire « {pair} » : {len(items)} question(s) au lieu de 2, corriger le champ pair"
            yield Problem(items[-1].path, items[-1].line, message)
