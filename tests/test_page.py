"""The page without a browser: what is served, what an exchange shows, what is kept of it (nothing)."""

from __future__ import annotations

import asyncio
import html
import json
import logging
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answer import Answer, Citation, Fallback, Grounding, Outcome, Question, Turn, Understood
from bot.phrases import load_phrases
from bot.understanding.lookup import Tables
from bot.web.about import About
from bot.web.chat import MAX_QUESTION_LENGTH, Chat, View
from bot.web.messages import (
    answer_of,
    greeting,
    message,
    plain_text,
    shown_answer,
    shown_question,
    turns_of,
)
from bot.web.notices import provenance, status
from bot.web.settings import WebSettings
from bot.web.sources import SourcesPanel
from bot.web.templates import Templates, typeset
from bot.web.warmup import Readiness, WarmUp
from ingest.library import Manifest, NoLibraryError
from tests.seed_tables import seed_tables

ROOT = Path(__file__).parents[1]
PHRASES = load_phrases("page")
NO_LIBRARY = "Aucune bibliothèque : lancer « oriane ingest » avec un dossier de fiches."
SALARY = Citation(
    n=1,
    fiche_id="MET.228",
    title="ingénieur/e cloud computing",
    section="Vie professionnelle",
    heading="Salaire › Salaire du débutant",
    quote="A partir de 3080 euros brut par mois",
    url="https://www.onisep.fr/http/redirection/metier/slug/MET.228",
)
#: Gradio 6.31 counts the events of its queue with pandas options that pandas 3 deprecates.
GRADIO_WARNINGS = (
    pytest.mark.filterwarnings("ignore:'future.no_silent_downcasting' is deprecated"),
    pytest.mark.filterwarnings("ignore:The copy keyword is deprecated"),
)
HOSTILE = "<img src=x onerror=alert(1)> ${1+1} {{value}} </blockquote>"


def answer(text: str = "Réponse [1].", citations: tuple[Citation, ...] = (SALARY,), **fields: Any) -> Answer:
    defaults = {
        "outcome": Outcome.ANSWER,
        "understood": Understood(kind="fact"),
        "library_version": seed_tables().version.name,
    }
    return Answer(question="?", standalone_question="?", answer=text, citations=citations, **(defaults | fields))


class FakeGuide:
    """Honours `bot.web.guide.Guide` with answers written in the test."""

    def __init__(self, *answers: Answer | Exception, library: bool = True) -> None:
        self.answers = answers or (answer("Une ingénieure"), answer("Une ingénieure débute à 3080 euros [1]."))
        self.library = library
        self.asked: list[Question] = []
        self.model_ready = False
        self.may_load = threading.Event()
        self.may_load.set()
        self.may_finish = threading.Event()
        self.may_finish.set()

    def ask(self, question: Question) -> Answer:
        return list(self.stream(question))[-1]

    def stream(self, question: Question) -> Iterator[Answer]:
        self.asked.append(question)
        for step in self.answers:
            if step is self.answers[-1]:
                self.may_finish.wait(30)
            elif step is not self.answers[0]:
                time.sleep(0.1)  # no model writes two sentences in one moment, and the page shows no two
            if isinstance(step, Exception):
                raise step
            yield step

    def warm(self) -> None:
        self.may_load.wait()
        self.model_ready = True

    def tables(self) -> Tables:
        self.manifest()
        return seed_tables()

    def manifest(self) -> Manifest:
        if not self.library:
            raise NoLibraryError(NO_LIBRARY)
        return Manifest(
            version="20261124-183000-1a2b3c4d",
            format=1,
            created=datetime.now(UTC),
            model="m",
            dimension=3,
            source="Onisep, Idéo-Fiches métiers",
            edition="2025-10-21",
            fiches=12,
            passages=300,
            content_hash="x",
        )


TEMPLATES = Templates(PHRASES)
PANEL = SourcesPanel(TEMPLATES)


def chat(guide: FakeGuide) -> Chat:
    return Chat(guide, PHRASES, PANEL, About(guide, PHRASES, TEMPLATES))


def views(guide: FakeGuide, text: str = "Combien ?", history: list[dict[str, Any]] | None = None) -> list[View]:
    return list(chat(guide).ask(text, history or []))


def panel(shown: Answer) -> str:
    return PANEL.show(shown, 0, seed_tables().version)


def said(view: View) -> str:
    return plain_text(view.messages[-1]["content"][0]["text"])


# Messages


@given(st.text())
def test_a_question_comes_back_as_it_was_typed(text: str) -> None:
    assert plain_text(shown_question(text)) == text


@given(st.text(alphabet=st.sampled_from("[]123<a>&;#\\\n é"), max_size=40))
def test_an_answer_comes_back_as_it_was_written(text: str) -> None:
    assert plain_text(shown_answer(text, [SALARY], PHRASES)) == text


def test_a_mark_links_to_its_source_and_an_unknown_number_stays_text() -> None:
    shown = shown_answer("Oui [1], non [2].", [SALARY], PHRASES)
    assert '<a class="mark" href="#source-0-1"' in shown
    assert shown.count("<a ") == 1


def test_fiches_and_questions_bring_no_tag_link_or_image() -> None:
    hostile = "![x](http://a.example/i.png) [y](http://a.example) <img src=http://a.example/i.png>"
    for shown in (shown_answer(hostile, (), PHRASES), shown_question(hostile)):
        assert not set("<[]") & set(shown)


def test_the_title_of_a_source_cannot_break_out_of_its_link() -> None:
    shown = shown_answer("[1]", [SALARY.model_copy(update={"title": '"><script>'})], PHRASES)
    assert "<script" not in shown
    assert plain_text(shown) == "[1]"


def test_history_becomes_turns_of_plain_text() -> None:
    history = [
        greeting("Bonjour."),
        message("user", shown_question("a < b ?")),
        message("assistant", shown_answer("Oui [1].", [SALARY], PHRASES)),
        {"role": "user", "content": "texte simple"},
        {"role": "user", "content": [{"type": "file", "file": {"path": "/etc/passwd"}}]},
        {"role": "system", "content": "ignoré"},
        {"role": "assistant", "content": [{"type": "text", "text": "un"}, {"type": "text", "text": "deux"}]},
    ]
    assert turns_of(history) == (
        Turn(role="user", content="a < b ?"),
        Turn(role="assistant", content="Oui [1]."),
        Turn(role="user", content="texte simple"),
        Turn(role="assistant", content="un\n\ndeux"),
    )


def test_a_message_carries_its_answer_and_what_a_browser_forged_is_none() -> None:
    assert answer_of(message("assistant", "Oui", answer())) == answer()
    for forged in ("", "pas du JSON", '{"outcome": "answer"}'):
        assert answer_of({"role": "assistant", "content": [], "metadata": {"log": forged}}) is None


# Sources


def test_the_panel_shows_the_passage_and_where_it_stands() -> None:
    shown = panel(answer())
    for expected in (
        'id="source-0-1"',
        SALARY.title,
        SALARY.fiche_id,
        "Vie professionnelle › Salaire › Salaire du débutant",
        f"<blockquote>{SALARY.quote}</blockquote>",
        f'href="{SALARY.url}" target="_blank" rel="noopener"',
    ):
        assert expected in shown


def test_the_whole_section_is_one_click_away_with_the_passage_marked() -> None:
    shown = panel(answer())
    section = shown[shown.index("<details") : shown.index("</details>")]
    assert f"<mark>{SALARY.quote}</mark>" in section
    assert "Des profils attendus" in section
    assert shown.count("<mark>") == 1


def test_without_a_library_sources_stand_alone() -> None:
    shown = PANEL.show(answer(), 0, None)
    assert SALARY.quote in shown
    assert "<details" not in shown


def test_everything_in_the_panel_is_escaped() -> None:
    fields = dict.fromkeys(("title", "fiche_id", "heading", "quote"), HOSTILE)
    shown = panel(answer(citations=(SALARY.model_copy(update=fields),)))
    assert "<img" not in shown
    assert shown.count("</blockquote>") == 1
    assert shown.count("&lt;img") == 5  # the title is said twice: in the heading, and for who hears the link alone


@pytest.mark.parametrize("url", ["javascript:alert(1)", "http://a.example", '"onclick=alert(1)'])
def test_a_link_leads_to_https_or_is_not_there(url: str) -> None:
    assert url not in panel(answer(citations=(SALARY.model_copy(update={"url": url}),)))


def test_help_numbers_stand_alone() -> None:
    assert panel(answer(outcome=Outcome.SUPPORT, citations=())) == ""


@pytest.mark.parametrize(
    ("grounding", "said"),
    [
        (Grounding(), ()),
        (Grounding(checked=3), ("model_checked",)),
        (Grounding(checked=3, removed=1), ("model_checked", "model_removed_one")),
        (Grounding(checked=3, removed=2), ("model_checked", "model_removed")),
        (Grounding(checked=3, removed=3, fallback=Fallback.UNSUPPORTED), ("model_unsupported",)),
        (Grounding(fallback=Fallback.UNAVAILABLE), ("model_unavailable",)),
    ],
)
def test_the_panel_says_whether_a_language_model_wrote_and_what_was_removed(
    grounding: Grounding, said: tuple[str, ...]
) -> None:
    given = answer(grounding=grounding)
    kept = message("assistant", "Réponse", given)  # what a reload brings back
    for shown in (panel(given), panel(answer_of(kept) or answer())):
        plain = " ".join(html.unescape(shown).split())  # no-break spaces too
        notes = {name: {} for name in ("model_checked", "model_removed_one", "model_unsupported", "model_unavailable")}
        notes["model_removed"] = {"removed": grounding.removed}
        assert {name for name, values in notes.items() if PHRASES.say(name, **values) in plain} == set(said)


def test_an_answer_without_source_says_so() -> None:
    assert PHRASES.say("sources_none") in panel(answer(citations=()))
    assert PHRASES.say("sources_none") not in PANEL.empty()


# One exchange


def test_an_answer_grows_and_its_sources_come_with_it() -> None:
    asked, first, second, last = views(
        FakeGuide(answer("Une"), answer("Une réponse [1].", suggestions=("Et après ?",)))
    )
    assert [message["role"] for message in asked.messages] == ["user"]
    assert (said(first), said(second)) == ("Une", "Une réponse [1].")
    assert SALARY.quote in (first.sources or "")
    assert [view.busy for view in (asked, first, second, last)] == [True, True, True, False]
    assert (first.ideas, last.ideas) == ((), ("Et après ?",))


def test_the_conversation_goes_with_the_question() -> None:
    guide = FakeGuide()
    before = views(guide, "Combien <gagne> ?")[-1].messages
    views(guide, "et les études ?", before)
    assert guide.asked[1] == Question(
        text="et les études ?",
        history=(
            Turn(role="user", content="Combien <gagne> ?"),
            Turn(role="assistant", content="Une ingénieure débute à 3080 euros [1]."),
        ),
    )


def test_an_empty_question_changes_nothing() -> None:
    guide, before = FakeGuide(), [message("user", "a")]
    assert views(guide, "  \n", before) == [View(messages=before, busy=False)]
    assert not guide.asked


def test_an_essay_is_refused_with_a_sentence() -> None:
    guide = FakeGuide()
    (view,) = views(guide, "a" * (MAX_QUESTION_LENGTH + 1))
    assert str(MAX_QUESTION_LENGTH) in said(view)
    assert not guide.asked


def test_without_library_the_answer_says_what_to_run() -> None:
    last = views(FakeGuide(NoLibraryError(NO_LIBRARY)))[-1]
    assert NO_LIBRARY in said(last)
    assert not last.busy


@pytest.mark.parametrize("answers", [(ValueError("panne"),), (answer("Un début"), ValueError("panne"))])
def test_an_unexpected_error_gives_a_sentence_and_is_logged_without_its_message(
    answers: tuple[Any, ...], caplog: pytest.LogCaptureFixture
) -> None:
    last = views(FakeGuide(*answers))[-1]
    assert said(last) == PHRASES.say("unexpected_error")
    assert (last.busy, last.sources) == (False, PANEL.empty())
    (record,) = (record for record in caplog.records if record.name == "bot.web.chat")
    assert (record.levelno, record.exc_info) == (logging.ERROR, None)
    assert re.search(r": ValueError \(chat\.py:\d+ _answer > .*test_page\.py:\d+ stream\)", record.getMessage())
    assert "panne" not in record.getMessage()  # what an error says may be what was asked


def test_stopping_keeps_what_was_written_and_explains_a_missing_answer() -> None:
    asked, first, *_ = views(FakeGuide())
    assert said(chat(FakeGuide()).stopped(asked.messages)) == PHRASES.say("stopped")
    assert chat(FakeGuide()).stopped(first.messages) == View(messages=first.messages, busy=False)


def test_the_first_message_says_that_an_automatic_assistant_speaks() -> None:
    (first,) = chat(FakeGuide()).opening().messages
    assert "assistant automatique" in first["content"][0]["text"]
    assert first == greeting(typeset(PHRASES.say("greeting")))


def test_each_answer_keeps_its_own_sources() -> None:
    before = views(FakeGuide(answer("Un [1].")))[-1].messages
    other = SALARY.model_copy(update={"quote": "bac + 5", "section": "Accès au métier"})
    after = views(FakeGuide(answer("Deux [1].", (other,))), "et les études ?", before)[-1].messages
    assert 'href="#source-1-1"' in after[-1]["content"][0]["text"]
    assert "<blockquote>A partir de 3080" in chat(FakeGuide()).sources_at(0, after)
    assert "<blockquote>bac + 5" in chat(FakeGuide()).sources_at(1, after)
    assert chat(FakeGuide()).sources_at(2, after) == PANEL.empty()


def test_asking_again_replaces_the_last_answer() -> None:
    guide = FakeGuide()
    before = views(guide, "Combien <gagne> ?")[-1].messages
    after = list(chat(guide).again(before))[-1].messages
    assert [item["role"] for item in after] == ["user", "assistant"]
    assert guide.asked[1] == guide.asked[0]


def test_a_conversation_that_the_browser_kept_is_shown_again() -> None:
    kept = [
        {"question": "a < b ?", "answer": json.loads(answer("Oui [1].", suggestions=("Et après ?",)).model_dump_json())}
    ]
    view = chat(FakeGuide()).restored(kept)
    assert [plain_text(item["content"][0]["text"]) for item in view.messages[1:]] == ["a < b ?", "Oui [1]."]
    assert SALARY.quote in (view.sources or "")
    assert view.ideas == ("Et après ?",)


@pytest.mark.parametrize("kept", [None, [], "x", [{"question": 1}], [{"question": "a", "answer": {}}], {"a": 1}])
def test_what_cannot_be_read_of_a_kept_conversation_is_a_new_page(kept: Any) -> None:
    assert chat(FakeGuide()).restored(kept) == chat(FakeGuide()).opening()


def test_a_question_on_a_metier_names_it_once() -> None:
    guide = FakeGuide()
    list(chat(guide).ask("c'est long ?", [], about="MET.171"))
    list(chat(guide).ask("Vétérinaire, c'est long ?", [], about="MET.171"))
    list(chat(guide).ask("c'est long ?", [], about="MET.999999"))
    assert [(question.text, question.fiche_id) for question in guide.asked] == [
        ("vétérinaire : c'est long ?", "MET.171"),
        ("Vétérinaire, c'est long ?", "MET.171"),
        ("c'est long ?", None),
    ]


# Around the chat


def test_provenance_names_source_edition_and_number() -> None:
    line = provenance(FakeGuide(), PHRASES)
    for expected in ("Onisep, Idéo-Fiches métiers", "21/10/2025", "12"):
        assert expected in line


def test_provenance_without_library_says_what_to_run() -> None:
    assert "oriane ingest" in provenance(FakeGuide(library=False), PHRASES)


def test_an_edition_that_is_no_date_is_shown_as_given() -> None:
    guide = FakeGuide()
    manifest = guide.manifest().model_copy(update={"edition": "édition <non> précisée", "source": None})
    guide.manifest = lambda: manifest  # type: ignore[method-assign]
    assert "édition &lt;non&gt; précisée" in provenance(guide, PHRASES)
    assert PHRASES.say("source_unknown") in provenance(guide, PHRASES)


def wait_until(condition: Any, seconds: float = 5.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert condition()


def test_the_model_loads_beside_the_page() -> None:
    guide = FakeGuide()
    guide.may_load.clear()
    warm_up = WarmUp(guide, guide.tables)
    warm_up.start()
    assert warm_up.readiness is Readiness.PREPARING
    guide.may_load.set()
    wait_until(lambda: warm_up.readiness is Readiness.READY)


def test_a_model_that_does_not_load_is_said_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    guide = FakeGuide()
    guide.warm = lambda: 1 / 0  # type: ignore[assignment,method-assign,return-value]
    warm_up = WarmUp(guide, guide.tables)
    warm_up.start()
    wait_until(lambda: warm_up.readiness is Readiness.FAILED)
    assert caplog.records


@pytest.mark.parametrize("readiness", Readiness)
def test_every_state_of_the_search_engine_has_its_sentence(readiness: Readiness) -> None:
    assert 'role="status"' in status(readiness, PHRASES)


def test_importing_the_page_imports_neither_gradio_nor_the_model() -> None:
    code = "import bot.web, sys; sys.exit(bool({'gradio', 'torch', 'sentence_transformers'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_taken_port_is_one_french_line_and_exit_code_2(capsys: pytest.CaptureFixture[str]) -> None:
    from bot.web import serve

    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(SystemExit) as stopped:
            serve(FakeGuide(), "127.0.0.1", port)
    assert stopped.value.code == 2
    assert capsys.readouterr().err == PHRASES.say("port_taken", host="127.0.0.1", port=port) + "\n"


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("ORIANE_MCP", "1", "oriane[mcp]"),
        ("ORIANE_MCP", "peut-être", "peut-être"),
        ("ORIANE_FEEDBACK_DAYS", "0", "« 0 »"),
    ],
)
def test_a_wrong_setting_is_one_french_line_and_exit_code_2(
    name: str, value: str, said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from bot.web import serve

    monkeypatch.setenv(name, value)
    monkeypatch.setattr("bot.web.app.find_spec", lambda _: None)
    with pytest.raises(SystemExit) as stopped:
        serve(FakeGuide(), "127.0.0.1", 0)
    assert stopped.value.code == 2
    (line,) = [line for line in capsys.readouterr().err.splitlines() if "Oriane répond" not in line]
    assert said in line


def test_an_impossible_address_is_one_french_line_and_exit_code_2(capsys: pytest.CaptureFixture[str]) -> None:
    from bot.web import serve

    with pytest.raises(SystemExit) as stopped:
        serve(FakeGuide(), "192.0.2.1", 7860)
    assert stopped.value.code == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


@pytest.mark.server
@pytest.mark.skipif(sys.platform == "win32", reason="interrupts are sent otherwise")
def test_ctrl_c_ends_without_noise() -> None:
    code = "from tests.test_page import FakeGuide; from bot.web import serve; serve(FakeGuide(), '127.0.0.1', 0)"
    with subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stderr=subprocess.PIPE, text=True) as server:
        assert server.stderr
        said = server.stderr.readline()
        address = said.split()[3]
        with urlopen(f"{address}/healthz", timeout=30) as health:
            assert health.status == 200
        server.send_signal(signal.SIGINT)
        assert server.wait(20) == 0
        assert server.stderr.read() == ""


# The application


@pytest.fixture
def client(request: pytest.FixtureRequest) -> Iterator[Any]:
    from fastapi.testclient import TestClient

    from bot.web import build_app

    guide = getattr(request, "param", None) or FakeGuide()

    async def build() -> Any:  # without a running loop, Gradio opens one for its locks and never closes it
        return build_app(guide, WebSettings())

    with TestClient(asyncio.run(build())) as client:
        client.guide = guide  # type: ignore[attr-defined]
        yield client


@pytest.mark.server
def test_the_served_page_is_french_from_its_first_byte(client: Any) -> None:
    page = client.get("/")
    assert page.status_code == 200
    assert 'lang="fr"' in page.text
    assert 'lang="en"' not in page.text
    assert "<title>Oriane</title>" in page.text
    assert "og:image" not in page.text
    assert int(page.headers["content-length"]) == len(page.content)
    assert "default-src 'self'" in page.headers["content-security-policy"]


@pytest.mark.server
def test_health_names_the_library_and_the_model(client: Any) -> None:
    wait_until(lambda: client.get("/healthz").json()["model_ready"])
    health = client.get("/healthz")
    assert health.status_code == 200
    assert health.json() == {"status": "ok", "library_version": "20261124-183000-1a2b3c4d", "model_ready": True}


@pytest.mark.server
@pytest.mark.parametrize("client", [FakeGuide(library=False)], indirect=True)
def test_without_library_the_page_starts_and_health_is_503(client: Any) -> None:
    assert client.get("/").status_code == 200
    health = client.get("/healthz")
    assert health.status_code == 503
    assert "oriane ingest" in health.json()["detail"]


@pytest.mark.server
@pytest.mark.parametrize("path", ["/docs", "/redoc", "/gradio_api/deep_link", "/gradio_api/runs", "/monitoring"])
def test_nothing_is_served_beside_the_page(client: Any, path: str) -> None:
    assert client.get(path).status_code in (404, 405)


@pytest.mark.server
def test_no_file_can_be_left_on_the_server(client: Any) -> None:
    assert client.post("/gradio_api/upload", files={"files": b"x"}).status_code == 404


@pytest.mark.server
def test_several_answers_at_a_time(client: Any) -> None:
    config = client.get("/config").json()
    assert config["analytics_enabled"] is False
    queue = _gradio(client).get_blocks()._queue
    assert queue.default_concurrency_limit == 8


@GRADIO_WARNINGS[0]
@GRADIO_WARNINGS[1]
@pytest.mark.server
def test_an_exchange_through_the_queue_is_answered_and_forgotten(client: Any) -> None:
    secret = "-".join(["aveu", "secret"])
    events = _exchange(client, secret, session="s1")
    assert events[-1]["msg"] == "process_completed"
    assert events[-1]["success"]
    assert client.guide.asked[0].text == secret
    session = _gradio(client).state_holder.session_data["s1"]
    assert secret not in repr(session.config_values)
    assert secret not in repr([vars(block) for block in session.blocks_config.blocks.values()])
    assert secret not in repr(vars(_gradio(client).get_blocks()._queue))


def _gradio(client: Any) -> Any:
    return next(route.app for route in client.app.routes if getattr(route, "path", None) == "")


def _exchange(client: Any, text: str, session: str) -> list[dict[str, Any]]:
    config = client.get("/config").json()
    question = next(c["id"] for c in config["components"] if c["props"].get("elem_id") == "question")
    asking = next(d["id"] for d in config["dependencies"] if [question, "submit"] in d["targets"])
    joined = {"data": [text, [], ""], "fn_index": asking, "session_hash": session}
    assert client.post("/gradio_api/queue/join", json=joined).status_code == 200
    lines = client.get("/gradio_api/queue/data", params={"session_hash": session}).text.splitlines()
    events = [json.loads(line.removeprefix("data: ")) for line in lines if line.startswith("data: ")]
    return [event for event in events if event["msg"].startswith("process")]
