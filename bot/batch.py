"""Answers a file of questions, one JSON object a line, in order; a bad line never stops the rest."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, ValidationError

from bot.answer import Question, Turn
from bot.discreet import anonymous
from bot.safety import QuestionTooLongError
from ingest.library import LibraryError

if TYPE_CHECKING:
    from bot.chain import Oriane

logger = logging.getLogger(__name__)


class _Line(BaseModel):
    model_config = ConfigDict(extra="ignore")

    id: str | int | None = None
    question: str
    history: tuple[Turn, ...] | None = None


def answer_lines(oriane: Oriane, lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    """Yield one object for each line that is not blank: an answer with the line's `id`, or `{"id", "error"}`.

    :raises LibraryError: when there is no library to answer from, which no other line would change.
    """
    for number, text in enumerate(lines, start=1):
        if text.strip():
            yield _answer_line(oriane, text, number)


def _answer_line(oriane: Oriane, text: str, number: int) -> dict[str, Any]:
    line_id: Any = None
    try:
        text.encode()
        raw = json.loads(text)
        line_id = raw.get("id") if isinstance(raw, dict) else None
        line = _Line.model_validate(raw)
        answer = oriane.ask(Question(text=line.question, history=line.history or ()))
    except LibraryError:
        raise
    except (ValidationError, json.JSONDecodeError, UnicodeEncodeError) as error:
        return {"id": line_id, "error": f"ligne {number} : {_reason(error)}"}
    except QuestionTooLongError as error:
        return {"id": line_id, "error": f"ligne {number} : {error}"}
    except Exception as error:  # one question must not lose the answers to the others
        logger.error("line %d could not be answered: %s", number, anonymous(error))
        return {"id": line_id, "error": f"ligne {number} : {error.__class__.__name__}"}
    return {"id": line_id, **answer.to_json()}


def _reason(error: ValidationError | json.JSONDecodeError | UnicodeEncodeError) -> str:
    if isinstance(error, UnicodeEncodeError):
        return "ce n'est pas de l'UTF-8."
    if isinstance(error, json.JSONDecodeError):
        return f"ce n'est pas du JSON (colonne {error.colno})."
    place = ".".join(map(str, error.errors()[0]["loc"]))
    return f"« {place} » manque ou est mal formé." if place else "ce n'est pas un objet JSON."
