"""A file of questions: one answer a line, in order; a bad line never stops the rest."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.batch import answer_lines
from bot.chain import Oriane
from ingest.library import NoLibraryError
from ingest.local_library import LocalLibrary
from tests.fakes import HashingEmbedder


@pytest.fixture(scope="module")
def oriane(seed_oriane: Oriane) -> Oriane:
    return seed_oriane


def answers(oriane: Oriane, *lines: str | dict[str, Any]) -> list[dict[str, Any]]:
    texts = (line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in lines)
    return list(answer_lines(oriane, texts))


def test_answers_come_in_the_order_of_the_questions_with_their_ids(oriane: Oriane) -> None:
    asked = [{"id": f"q-{n}", "question": text} for n, text in enumerate(["boulanger", "vétérinaire", "pompier"])]
    found = answers(oriane, *asked)
    assert [line["id"] for line in found] == ["q-0", "q-1", "q-2"]
    assert [line["understood"]["fiches"] for line in found] == [["MET.17"], ["MET.171"], ["MET.572"]]


@pytest.mark.parametrize("line_id", ["q", 7, 0, "", None])
def test_an_id_is_given_back_as_it_is(oriane: Oriane, line_id: str | int | None) -> None:
    assert answers(oriane, {"id": line_id, "question": "boulanger"})[0]["id"] == line_id


def test_a_line_without_id_is_answered(oriane: Oriane) -> None:
    (line,) = answers(oriane, {"question": "boulanger"})
    assert (line["id"], line["outcome"]) == (None, "answer")


def test_an_answer_is_the_object_of_ask_with_the_id_first(oriane: Oriane) -> None:
    (line,) = answers(oriane, {"id": "a", "question": "boulanger"})
    assert list(line)[:3] == ["id", "question", "standalone_question"]
    assert len(line) == 16


def test_other_keys_are_ignored(oriane: Oriane) -> None:
    (line,) = answers(oriane, {"id": "a", "question": "boulanger", "gold": {"fiches": ["MET.1"]}, "kind": "fact"})
    assert line["understood"]["fiches"] == ["MET.17"]
    assert not {"gold", "kind"} & set(line)


def test_a_history_is_used(oriane: Oriane) -> None:
    history = [{"role": "user", "content": "boulanger ?"}, {"role": "assistant", "content": "…", "metadata": {}}]
    (line,) = answers(oriane, {"id": "a", "question": "et le salaire ?", "history": history})
    assert line["understood"]["fiches"] == ["MET.17"]


@pytest.mark.parametrize("history", [None, []])
def test_a_history_can_be_empty(oriane: Oriane, history: list[Any] | None) -> None:
    assert answers(oriane, {"question": "boulanger", "history": history})[0]["outcome"] == "answer"


def test_blank_lines_are_passed_over(oriane: Oriane) -> None:
    assert len(answers(oriane, "", "\n", {"id": "a", "question": "boulanger"}, "  \n")) == 1


@pytest.mark.parametrize(
    ("line", "line_id", "reason"),
    [
        ("pas du json", None, "JSON"),
        ('{"id": "a", "question": ', None, "JSON"),
        ("[]", None, "objet"),
        ('"une question"', None, "objet"),
        ("null", None, "objet"),
        ('{"id": "a"}', "a", "question"),
        ('{"id": "a", "question": null}', "a", "question"),
        ('{"id": "a", "question": 7}', "a", "question"),
        ('{"id": "a", "question": ["x"]}', "a", "question"),
        ('{"id": "a", "question": "x", "history": "y"}', "a", "history"),
        ('{"id": "a", "question": "x", "history": [{"role": "system", "content": "y"}]}', "a", "history.0.role"),
        ('{"id": "a", "question": "x", "history": [{"role": "user"}]}', "a", "history.0.content"),
        ('{"id": "a", "question": "\udce9"}', None, "UTF-8"),
    ],
)
def test_a_bad_line_gives_an_error_in_french_and_the_rest_is_answered(
    oriane: Oriane, line: str, line_id: str | None, reason: str
) -> None:
    first, bad, last = answers(oriane, {"id": 1, "question": "boulanger"}, line, {"id": 3, "question": "pompier"})
    assert set(bad) == {"id", "error"}
    assert bad["id"] == line_id
    assert bad["error"].startswith("ligne 2 : ")
    assert reason in bad["error"]
    assert (first["outcome"], last["outcome"]) == ("answer", "answer")


def test_a_line_that_fails_gives_an_error_and_the_rest_is_answered(
    seed_library: LocalLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    class FailingEmbedder(HashingEmbedder):
        def embed_query(self, text: str) -> list[float]:
            raise ZeroDivisionError

    lines = ({"id": 1, "question": "une personne qui danse"}, {"id": 2, "question": "boulanger"})
    failed, answered = answers(Oriane(seed_library, FailingEmbedder()), *lines)
    assert failed == {"id": 1, "error": "ligne 1 : ZeroDivisionError"}
    assert answered["outcome"] == "answer"


def test_a_missing_library_stops_the_batch(library: LocalLibrary, embedder: HashingEmbedder) -> None:
    with pytest.raises(NoLibraryError):
        answers(Oriane(library, embedder), {"id": 1, "question": "boulanger"})


def test_answers_come_one_by_one(oriane: Oriane) -> None:
    def lines() -> Any:
        yield '{"id": 1, "question": "boulanger"}'
        raise AssertionError("the second line was read before the first was answered")

    assert next(answer_lines(oriane, lines()))["id"] == 1
