"""A run of everything, in a home of its own, a sentence and a telephone in every question; then every file is read.

The sentence may stand in one place, the question that somebody joined to an opinion; the telephone in none.
"""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import httpx
import pytest

from tests.bare_page import Page
from tests.watched_home import WatchedHome

pytestmark = [pytest.mark.server, pytest.mark.slow]

PHONE = "06 12 34 56 78"
#: Words that stand in no fiche, one for each thing that is done.
SAID, JOINED, BROKEN = "zarbiquoxelle", "mirlifoutain", "crabouillasse"
QUESTION = f"Combien gagne un boulanger, {SAID} ? Mon numéro : {PHONE}"
OPINION = {"outcome": "answer", "library_version": None, "fiches": ["MET.17"]}


def use_the_page(page: Page) -> None:
    """Everything that a person, or a program that errs, does on the page."""
    (messages,) = page.ask(QUESTION)
    page.ask(f"et les études, {SAID} ?", messages)
    assert "erreur" in str(page.ask(f"{BROKEN} {QUESTION}"))
    page.ask(QUESTION, [{"role": "user", "content": QUESTION, "options": QUESTION}, QUESTION])
    page.ask([QUESTION])
    page.ask(QUESTION * 50)
    assert page.api("ask", QUESTION, None)[0]["outcome"] == "answer"
    page.api("ask", QUESTION, [{"role": QUESTION}])
    page.api("ask", {"text": QUESTION}, QUESTION)
    page.api("ask", f"{BROKEN} {QUESTION}", None)
    page.api("search", QUESTION, *[""] * 6)
    page.api("compare", [QUESTION, QUESTION])
    page.api("metier", QUESTION)


def use_the_addresses(page: Page) -> None:
    """The views, the sheets to keep, the opinions; right and wrong ones."""
    asked = page.api("ask", QUESTION, None)[0]
    exchanges = json.dumps([{"question": QUESTION, "answer": asked}])
    for form in ({"exchanges": exchanges}, {"exchanges": exchanges, "format": "md"}):
        assert SAID in page.http.post("/conversation", data=form).raise_for_status().text
    assert page.http.post("/conversation", data={"exchanges": f"[{QUESTION}"}).status_code == 422
    for address in ("/vue?vue=explorer&q={}", "/vue?metier={}", "/fiche/{}", "/comparaison?m={}&m=MET.17", "/{}"):
        page.http.get(address.format(QUESTION))
    for number, (verdict, question) in enumerate((("up", None), ("down", f"{QUESTION} {JOINED}".replace(SAID, "")))):
        opinion = {"id": f"{number:032x}", "verdict": verdict, "question": question, **OPINION}
        assert page.http.post("/avis", json=opinion).status_code == 204
    assert page.http.post("/avis", json={"id": "1", "verdict": QUESTION, "name": QUESTION}).status_code == 422
    page.http.post("/avis", content=QUESTION.encode())
    page.http.post("/gradio_api/upload", files={"files": ("cv.txt", QUESTION.encode())})
    page.http.post("/gradio_api/queue/join", content=f'{{"data": "{QUESTION}'.encode())


def use_the_command_line(home: WatchedHome) -> None:
    """Questions one by one, and a lot of them from a file that somebody else wrote."""
    home.run("ask", "ask", QUESTION)
    home.run("wrong", "ask", QUESTION, "--section", "Salaire", exit_code=2)
    batch = home.folder.parent / "asked.jsonl"
    lines = [
        json.dumps({"id": 1, "question": QUESTION}),
        json.dumps({"id": 2, "question": f"{BROKEN} {QUESTION}"}),
        QUESTION,
    ]
    batch.write_text("\n".join(lines), encoding="utf-8")
    home.run("batch", "ask", "--batch", str(batch), "--out", str(batch.with_name("answered.jsonl")))


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> WatchedHome:
    """The home after everything was done in it, with the fake model."""
    folder = tmp_path_factory.mktemp("kept")
    home = WatchedHome(folder / "everything", ("--fake", "--fail", BROKEN, "--calls", str(folder / "calls")))
    home.run("ingest", "ingest", "--starter")
    with home.chat() as address, httpx.Client(base_url=address, timeout=60) as http:
        page = Page(http)
        use_the_page(page)
        use_the_addresses(page)
    use_the_command_line(home)
    return home


def holding(home: WatchedHome, word: str) -> list[str]:
    """The files that hold a word, in UTF-8 or as some programs write it, whatever the case."""
    forms = [form.lower() for form in (word.encode(), word.encode("utf-16-le"), word.replace(" ", "%20").encode())]
    found = [path for path in home.files() if any(form in path.read_bytes().lower() for form in forms)]
    return sorted(str(path.relative_to(home.folder)) for path in found)


def test_what_was_asked_is_in_no_file(home: WatchedHome) -> None:
    assert holding(home, SAID) == []
    assert holding(home, BROKEN) == []


@pytest.mark.parametrize("written", [PHONE, PHONE.replace(" ", ""), PHONE.replace(" ", "+"), "12 34 56"])
def test_the_telephone_is_in_no_file(home: WatchedHome, written: str) -> None:
    assert holding(home, written) == []


def test_the_joined_question_is_where_opinions_are_and_nowhere_else(home: WatchedHome) -> None:
    (where,) = holding(home, JOINED)
    assert Path(where).name == "feedback.sqlite"
    with sqlite3.connect(home.folder / where) as database:
        kept = database.execute("SELECT verdict, question FROM opinion ORDER BY id").fetchall()
    database.close()
    assert [verdict for verdict, _ in kept] == ["up", "down"]
    assert kept[0][1] is None
    assert "[téléphone]" in kept[1][1]


def test_the_files_of_a_batch_hold_the_question_masked(home: WatchedHome) -> None:
    answered = (home.folder.parent / "answered.jsonl").read_text(encoding="utf-8")
    assert SAID in answered  # whoever names a file for the answers wants the questions in it
    assert "12 34 56" not in answered


def test_an_accident_is_told_without_the_question(home: WatchedHome) -> None:
    told = (home.folder / "printed" / "chat.err").read_text(encoding="utf-8")
    assert "A question could not be answered: RuntimeError" in told  # by the chat
    assert '"event": "A question could not be answered."' in told  # through the API
    assert "An event of the page failed: ValidationError" in told  # input of a wrong shape
    assert "no answer to" not in told


def test_the_page_leaves_no_file_but_the_opinions(home: WatchedHome) -> None:
    """So that `oriane privacy` names every place: the library, the cache, the opinions."""
    places = {
        "home/.cache/oriane",
        "home/.local/share/oriane/library",
        "home/.local/share/oriane/feedback.sqlite",
        "printed",
    }
    written = {str(path.relative_to(home.folder)) for path in home.files()}
    assert [path for path in sorted(written) if not any(path.startswith(place) for place in places)] == []
    assert not [path for path in written if path.startswith("home/.cache/oriane/page")]


def test_no_other_machine_was_asked_for_anything(home: WatchedHome) -> None:
    assert (home.folder.parent / "calls").read_text(encoding="utf-8") == ""


def test_privacy_tells_and_deletes_what_the_run_left(home: WatchedHome) -> None:
    told = json.loads(home.run("privacy", "privacy", "--json"))
    assert told["opinions"]["with_question"] == 1
    home.run("delete", "privacy", "--delete", "--yes")
    assert holding(home, JOINED) == []
