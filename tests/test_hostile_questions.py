"""Questions and conversations as somebody sends them who wants to see Oriane break: an answer, or one sentence."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from bot.answer import Outcome, Question, Turn
from bot.batch import answer_lines
from bot.chain import Oriane
from bot.cli import app
from bot.safety import LONGEST_QUESTION, QuestionTooLongError, bounded
from ingest.local_library import LocalLibrary

CLOUD = "Combien gagne une ingénieure cloud ?"
LIMIT = LONGEST_QUESTION
ODD = {
    "nothing": "",
    "NUL": "\0Combien gagne\0 une ingénieure cloud ?",
    "a lone surrogate": "Combien gagne \ud83d une ingénieure cloud ?",
    "right to left": "\u202e?duolc eruenégni enu engag neibmoC",
    "Arabic": "كم تكسب مهندسة؟",
    "emoji": "👩🏽\u200d🚀🧑\u200d⚕️" * 100,
    "accents upon accents": "e" + "\u0301" * (LIMIT - 1),
    "no-break spaces": "\u00a0" * LIMIT,
    "one letter": "a" * LIMIT,
    "one digit": "1" * LIMIT,
    "an address without end": "a@" * (LIMIT // 2),
    "dots and an at": "a." * (LIMIT // 2 - 1) + "@",
    "a phone number over and over": "06 12 34 " * (LIMIT // 9),
    "marks": "[1] " * (LIMIT // 4),
    "Markdown": "**_`~" * (LIMIT // 5),
    "braces": "{question} {0} {{x}} ${7*7} %s %(x)s",
    "SQL": "'; DROP TABLE opinion; --",
    "a path": "../../../../etc/passwd",
    "one word of a name, over and over": "ingénieure cloud " * (LIMIT // 17),
    "the beginning of a wish, over and over": "j'ai envie d" * (LIMIT // 12),
}


@pytest.mark.parametrize("text", ODD.values(), ids=ODD)
def test_an_odd_question_gets_an_answer(text: str, seed_oriane: Oriane) -> None:
    answered = seed_oriane.ask(Question(text=text))
    assert answered.outcome in Outcome
    assert answered.answer
    assert "\ud83d" not in answered.answer


@settings(max_examples=60, deadline=None)
@given(text=st.text(max_size=300))
def test_any_text_gets_an_answer(seed_oriane: Oriane, text: str) -> None:
    assert seed_oriane.ask(Question(text=text)).answer


# --- too long ---


@pytest.mark.parametrize("text", ["a" * (LIMIT + 1), "a" * 2**20, "notaire " * 2**17, "a@" * 2**19, "\0" * 2**20])
def test_a_question_that_is_too_long_is_not_read(text: str, seed_oriane: Oriane) -> None:
    with pytest.raises(QuestionTooLongError, match=str(LIMIT)):
        seed_oriane.ask(Question(text=text))


def test_distress_is_met_however_long_it_is_told(seed_oriane: Oriane) -> None:
    told = "Tout va de travers. " * 100 + "Je veux mourir. " + "Personne ne le sait. " * 5000
    assert seed_oriane.ask(Question(text=told)).outcome is Outcome.SUPPORT


def test_the_command_says_that_a_question_is_too_long(
    seed_library: LocalLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ORIANE_LIBRARY", str(seed_library.folder))
    result = CliRunner().invoke(app, ["ask", "a" * 100_000])
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == f"Question de plus de {LIMIT} caractères : la raccourcir.\n"


def test_a_batch_goes_on_after_a_question_that_is_too_long(seed_oriane: Oriane) -> None:
    lines = [json.dumps({"id": n, "question": q}) for n, q in enumerate((CLOUD, "a" * 2**20, CLOUD))]
    outcomes = [line.get("outcome", line.get("error")) for line in answer_lines(seed_oriane, lines)]
    assert outcomes == ["answer", f"ligne 2 : question de plus de {LIMIT} caractères : la raccourcir.", "answer"]


# --- conversations without end ---

CONVERSATIONS = {
    "ten thousand turns": [("user", "et le salaire d'un boulanger ?"), ("assistant", "Je ne sais pas.")] * 5000,
    "ten thousand lines": [("user", "quel salaire pour un boulanger ?\n" * 10_000)],
    "ten thousand lines of answer": [("assistant", "1. boulanger, boulangère\n" * 10_000)],
    "a megabyte of addresses": [("user", "a@" * 2**19)],
    "odd characters": [("user", text) for text in ODD.values()],
}


@pytest.mark.parametrize("turns", CONVERSATIONS.values(), ids=CONVERSATIONS)
def test_a_conversation_without_end_is_read_as_far_as_it_matters(
    turns: list[tuple[str, str]], seed_oriane: Oriane
) -> None:
    history = tuple(Turn.model_validate({"role": role, "content": content}) for role, content in turns)
    answered = seed_oriane.ask(Question(text=CLOUD, history=history))
    assert answered.understood.fiches == ("MET.228",)


def test_what_is_read_of_a_conversation_is_its_end() -> None:
    turns = tuple(Turn(role="user", content=str(number)) for number in range(1000))
    read = bounded(Question(text="?", history=turns)).history
    assert [turn.content for turn in read] == [str(number) for number in range(800, 1000)]


@pytest.mark.parametrize(
    "line", ["[1]", "null", '{"question": 1}', '{"question": "a", "history": [[]]}', "\ud83d", "{" * 5000]
)
def test_a_line_of_another_shape_is_an_error_of_that_line(line: str, seed_oriane: Oriane) -> None:
    wrong, right = answer_lines(seed_oriane, [line, json.dumps({"id": "b", "question": CLOUD})])
    assert set(wrong) == {"id", "error"}
    assert (right["id"], right["outcome"]) == ("b", "answer")
