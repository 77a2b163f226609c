"""What every request passes first: its id, the limits, what is counted and what is logged of it."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI, Request
from prometheus_client.parser import text_string_to_metric_families
from starlette.testclient import TestClient

from bot.answer import Outcome, Question, Understood
from bot.phrases import load_phrases
from bot.web import gate
from bot.web.budgets import Budgets, address_key
from bot.web.gate import MOST_BYTES, Gate
from bot.web.metrics import Metrics
from bot.web.observed import ObservedGuide
from bot.web.settings import WebSettings
from tests.test_page import FakeGuide, answer

PHRASES = load_phrases("page")
JOIN = "/gradio_api/queue/join"


class Clock:
    """Time as the test tells it."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def values(metrics: Metrics) -> dict[str, float]:
    """What Prometheus would read, by name and labels."""
    families = text_string_to_metric_families(metrics.exposition().decode())
    return {
        sample.name + "".join(f" {value}" for value in sample.labels.values()): sample.value
        for family in families
        for sample in family.samples
    }


# --- budgets ---


def test_a_quarter_of_a_minute_at_once_then_as_time_goes() -> None:
    clock = Clock()
    budgets = Budgets(40, clock)
    assert [budgets.take("a") for _ in range(12)] == [True] * 10 + [False] * 2
    clock.now = 1.5  # seconds for one question of forty a minute
    assert [budgets.take("a"), budgets.take("a")] == [True, False]
    assert budgets.take("b"), "another one has a budget of their own"


def test_what_is_refused_costs_nothing() -> None:
    clock = Clock()
    budgets = Budgets(4, clock)
    assert budgets.take("a")
    for _ in range(50):
        assert not budgets.take("a")
    clock.now = 15
    assert budgets.take("a")


@pytest.mark.parametrize(("per_minute", "key"), [(0, "a"), (1, "")])
def test_no_limit_or_no_key_is_never_refused(per_minute: int, key: str) -> None:
    budgets = Budgets(per_minute)
    assert all(budgets.take(key) for _ in range(100))
    assert len(budgets) == 0


def test_nobody_is_remembered_longer_than_a_bucket_takes_to_fill(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    budgets = Budgets(40, clock)
    for number in range(100):
        budgets.take(str(number))
    assert len(budgets) == 100
    clock.now = 16
    budgets.take("late")
    assert len(budgets) == 1
    monkeypatch.setattr("bot.web.budgets._MOST_BUCKETS", 10)
    for number in range(100):
        budgets.take(str(number))
    assert len(budgets) == 10


@pytest.mark.parametrize(
    ("host", "key"),
    [
        ("192.168.1.7", "192.168.1.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:db8:1:2::9", "2001:db8:1:2::"),
        ("::ffff:10.0.0.1", "10.0.0.1"),
        ("testclient", "testclient"),
        (None, ""),
    ],
)
def test_an_address_is_a_subscriber(host: str | None, key: str) -> None:
    assert address_key(host) == key


def test_a_class_of_35_behind_one_address_is_never_refused() -> None:
    """For ten minutes each asks as fast as a session may; a program that never stops is."""
    settings, clock = WebSettings(), Clock()
    sessions, addresses = Budgets(settings.rate_session, clock), Budgets(settings.rate_address, clock)
    for _ in range(300):
        clock.now += 60 / settings.rate_session
        assert all(sessions.take(f"pupil {n}") and addresses.take("school") for n in range(35))
    assert not all(addresses.take("program") for _ in range(1000))


# --- the gate ---


class Doors:
    """A small application behind the gate; `full` says whether the queue is."""

    def __init__(self, per_minute: int = 40) -> None:
        self.full = False
        self.metrics = Metrics(FakeGuide())
        self.bodies: list[bytes] = []
        app = FastAPI()

        async def read(request: Request) -> str:
            self.bodies.append(await request.body())
            return request.headers[gate.REQUEST_ID]

        def fail(word: str) -> None:
            raise RuntimeError(word)

        app.post(JOIN)(read)
        app.get("/vue")(read)
        app.get("/style.css")(read)
        app.get("/oops/{word}")(fail)
        app.add_middleware(
            Gate,
            addresses=Budgets(per_minute, Clock()),
            queue_full=lambda: self.full,
            metrics=self.metrics,
            phrases=PHRASES,
        )
        self.client = TestClient(app, raise_server_exceptions=False)


@pytest.fixture
def doors() -> Doors:
    return Doors()


def test_every_response_bears_an_id_that_handlers_know_and_visitors_do_not_choose(doors: Doors) -> None:
    first, second = (doors.client.get("/style.css", headers={"X-Request-ID": "mine"}) for _ in range(2))
    assert first.json() == first.headers["x-request-id"]
    assert first.headers["x-request-id"] not in ("mine", second.headers["x-request-id"])


def test_the_address_that_asks_too_much_is_asked_to_wait(doors: Doors) -> None:
    answered = [doors.client.post(JOIN, json={}) for _ in range(11)]
    assert [response.status_code for response in answered] == [200] * 10 + [429]
    assert answered[-1].json()["detail"] == PHRASES.say("refused_address")
    assert "Réessayez dans un instant" in answered[-1].json()["detail"]
    assert answered[-1].headers["retry-after"] == "5"
    assert doors.client.get("/style.css").status_code == 200, "what costs nothing is never refused"
    assert values(doors.metrics)["oriane_refused_total address"] == 1


def test_a_view_costs_a_tenth_of_a_question(doors: Doors) -> None:
    statuses = [doors.client.get("/vue").status_code for _ in range(101)]
    assert statuses == [200] * 100 + [429]


def test_a_full_queue_is_said_in_french(doors: Doors) -> None:
    doors.full = True
    refused = doors.client.post(JOIN, json={})
    assert (refused.status_code, refused.json()["detail"]) == (429, PHRASES.say("refused_queue"))
    assert doors.client.get("/vue").status_code == 200
    assert values(doors.metrics)["oriane_refused_total queue"] == 1


def test_a_body_past_the_limit_is_refused_before_it_is_read(doors: Doors) -> None:
    refused = doors.client.post(JOIN, content=b"x" * (MOST_BYTES + 1))
    assert (refused.status_code, refused.json()["detail"]) == (413, PHRASES.say("refused_body"))
    assert doors.bodies == []
    assert doors.client.post(JOIN, content=b"x" * MOST_BYTES).status_code == 200


def test_a_body_that_does_not_say_its_length_is_cut_at_the_limit(doors: Doors) -> None:
    def pieces() -> Iterator[bytes]:
        for _ in range(MOST_BYTES // 1024 + 2):
            yield b"x" * 1024

    assert doors.client.post(JOIN, content=pieces()).status_code == 413
    assert doors.bodies == []
    assert values(doors.metrics)["oriane_refused_total body"] == 1


def test_an_accident_is_a_sentence_and_a_log_line_without_what_was_typed(
    doors: Doors, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "bot.web.gate"):
        response = doors.client.get("/oops/0612345678")
    assert (response.status_code, response.json()["detail"]) == (500, PHRASES.say("unexpected_error"))
    assert values(doors.metrics)["oriane_http_responses_total 5xx"] == 1
    accident, request = caplog.records
    assert accident.exc_info
    assert (request.route, request.status) == ("/oops/{word}", 500)  # type: ignore[attr-defined]
    assert "0612345678" not in json.dumps(request.__dict__, default=str)


# --- what is counted ---


def test_questions_are_counted_by_outcome_and_timed_by_stage() -> None:
    guide = FakeGuide(answer(timings_ms={"understand": 2.0, "retrieve": 30.0}))
    metrics = Metrics(guide)
    observed = ObservedGuide(guide, metrics)
    observed.ask(Question(text="?"))
    list(observed.stream(Question(text="?")))
    read = values(metrics)
    assert read["oriane_questions_total answer"] == 2
    assert read["oriane_questions_total not_found"] == 0
    assert (read["oriane_stage_seconds_count retrieve"], read["oriane_stage_seconds_sum retrieve"]) == (2, 0.06)
    assert read["oriane_stage_seconds_count total"] == 2
    assert read["oriane_questions_under_way"] == 0


def test_a_question_that_fails_is_counted_as_an_error() -> None:
    guide = FakeGuide(RuntimeError("?"))
    metrics = Metrics(guide)
    for ask in (ObservedGuide(guide, metrics).ask, lambda q: list(ObservedGuide(guide, metrics).stream(q))):
        with pytest.raises(RuntimeError):
            ask(Question(text="?"))
    assert values(metrics)["oriane_questions_total error"] == 2


def test_an_answer_that_is_stopped_is_not_counted() -> None:
    guide = FakeGuide()
    metrics = Metrics(guide)
    growing = ObservedGuide(guide, metrics).stream(Question(text="?"))
    next(growing)
    assert values(metrics)["oriane_questions_under_way"] == 1
    growing.close()  # type: ignore[attr-defined]
    read = values(metrics)
    assert (read["oriane_questions_under_way"], read["oriane_questions_total answer"]) == (0, 0)


def test_help_in_distress_leaves_no_trace() -> None:
    guide = FakeGuide(answer(outcome=Outcome.SUPPORT, understood=Understood(kind="support")))
    metrics = Metrics(guide)
    before = metrics.exposition()
    ObservedGuide(guide, metrics).ask(Question(text="?"))
    counted = [line for line in metrics.exposition().splitlines() if line.startswith(b"oriane")]
    assert counted == [line for line in before.splitlines() if line.startswith(b"oriane")]


@pytest.mark.parametrize(("library", "served"), [(True, 1), (False, 0)])
def test_the_version_in_service_is_read_when_asked(library: bool, served: int) -> None:
    read = values(Metrics(FakeGuide(library=library)))
    assert sum(value for name, value in read.items() if name.startswith("oriane_library ")) == served
    assert read["oriane_model_ready"] == 0


# --- the whole application ---


@pytest.fixture
def page(tmp_path: Path) -> Iterator[Any]:
    from bot.web import build_app

    guide = FakeGuide()
    guide.may_load.clear()

    async def build() -> Any:  # without a running loop, Gradio opens one for its locks and never closes it
        return build_app(guide, WebSettings(feedback=tmp_path / "f.sqlite"))

    with TestClient(asyncio.run(build())) as client:
        client.guide = guide  # type: ignore[attr-defined]
        yield client
        guide.may_load.set()


@pytest.mark.server
def test_it_is_ready_once_warm_and_as_long_as_there_is_a_library(page: Any) -> None:
    assert page.get("/readyz").status_code == 503
    page.guide.may_load.set()
    for _ in range(200):
        if (ready := page.get("/readyz")).status_code == 200:
            break
    assert ready.json()["status"] == "ready"
    page.guide.library = False
    lost = page.get("/readyz")
    assert (lost.status_code, lost.json()["library_version"]) == (503, None)


@pytest.mark.server
def test_metrics_are_served(page: Any) -> None:
    page.get("/vue?vue=explorer")
    read = page.get("/metrics")
    assert read.headers["content-type"].startswith("text/plain")
    assert "oriane_library{" in read.text
    assert 'oriane_http_responses_total{status="2xx"}' in read.text


@pytest.mark.server
def test_gradio_sums_up_nothing(page: Any) -> None:
    from gradio.routes import App

    gradio = next(r.app for r in page.app.routes if isinstance(getattr(r, "app", None), App))
    queue = gradio.get_blocks()._queue
    queue.event_analytics = {"a": {"function": "ask", "status": "success", "process_time": 1.0}}
    assert queue.compute_analytics_summary(list(queue.event_analytics.values())) == {"functions": {}}
