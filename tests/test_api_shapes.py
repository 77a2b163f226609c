"""Requests of wrong shapes, to every address that takes any: 4xx or a sentence, never an accident shown."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from bot.chain import Oriane
from bot.phrases import load_phrases
from tests.page_server import served
from tests.test_page import GRADIO_WARNINGS

pytestmark = [*GRADIO_WARNINGS, pytest.mark.server, pytest.mark.slow]

JSON = {"content-type": "application/json"}
UNREADABLE = load_phrases("page").say("unreadable_request")
CLOUD = "Combien gagne une ingénieure cloud ?"
VALUES: list[Any] = [
    None, 1, -1, 1e300, True, "", "\0", "\ud800", [], [[]], [None], [1], {}, {"a": 1}, ["x"] * 50, [[[[[]]]]],
    [{"role": "user"}], [{"role": "system", "content": "x"}], [{"role": "user", "content": 1}],
]  # fmt: skip
BODIES = [
    b"", b"{", b"null", b"[]", b"{}", b'"x"', b"\xff\xfe", b"[" * 20_000, b'{"data": null}', b'{"data": {"a": 1}}',
    b'{"data": [], "fn_index": 0}', b'{"data": [], "fn_index": 9999, "session_hash": "x"}',
    b'{"data": [1], "fn_index": "x", "session_hash": []}', b'{"data": "\\ud800"}', b'{"question": 1}',
    b'{"question": "a", "history": 3}', b'{"data": [], "fn_index": -1, "session_hash": "x", "trigger_id": {}}',
]  # fmt: skip
POSTED = [
    *(f"/gradio_api/{p}" for p in ("queue/join", "run/predict", "run/ask", "run/nope", "api/ask", "cancel", "reset")),
    *(f"/gradio_api/call/{name}" for name in ("ask", "v2/ask", "compare", "metier", "search", "nope", "v2/nope")),
    *(f"/gradio_api/{p}" for p in ("component_server", "upload", "deep_link", "process_recording", "stream/a/b/c")),
    "/avis", "/conversation", "/login", "/vue", "/metrics", "/healthz",
]  # fmt: skip
FETCHED = [
    "/vue?metier=%00", "/vue?metier=" + "a" * 10_000, "/vue?vue=comparer&m=%ff&m=&m=MET.1", "/vue?vue=%00&p=-1",
    "/vue?p=99999999999", "/?vue=explorer&p=2",
    "/vue?vue=explorer&niveau_min=%00&interet=%3Cscript%3E", "/vue?q=" + "a" * 20_000,
    "/fiche/%00", "/fiche/..%2f..%2fetc%2fpasswd", "/fiche/%2e%2e/.md", "/comparaison", "/comparaison?m=",
    "/comparaison.md?m=%F0&m=%F0", "/gradio_api/file=/etc/passwd", "/gradio_api/file=../../etc/passwd",
    "/gradio_api/file=http://127.0.0.1:9/", "/gradio_api/proxy=http://127.0.0.1:9/", "/gradio_api/queue/data",
    "/static/%2e%2e/%2e%2e/app.py", "/assets/%2e%2e/%2e%2e/app.py", "/?metier=%00&vue=%ff",
]  # fmt: skip


@pytest.fixture(scope="module")
def client(seed_oriane: Oriane) -> Iterator[httpx.Client]:
    with served(seed_oriane, rate_address=0, rate_session=0) as address, httpx.Client(base_url=address) as client:
        yield client


def check(response: httpx.Response) -> None:
    assert response.status_code < 500, response.text
    assert "Traceback" not in response.text
    assert 'File "' not in response.text


@pytest.mark.parametrize("path", POSTED)
def test_a_body_of_another_shape_is_refused_or_answered(path: str, client: httpx.Client) -> None:
    for body in BODIES:
        for kind in ("application/json", "multipart/form-data; boundary=x"):
            response = client.post(path, content=body, headers={"content-type": kind})
            check(response)
            if response.status_code == 422 and response.headers["content-type"] == "application/json":
                assert response.json()["detail"] == UNREADABLE, "nothing of what was sent is sent back"


@pytest.mark.parametrize("path", FETCHED)
def test_an_odd_address_is_refused_or_answered(path: str, client: httpx.Client) -> None:
    response = client.get(path)
    check(response)
    assert "root:" not in response.text


@pytest.mark.parametrize(("name", "arguments"), [("ask", 2), ("compare", 1), ("metier", 1), ("search", 7)])
def test_arguments_of_other_types_get_a_sentence(name: str, arguments: int, client: httpx.Client) -> None:
    for value in VALUES:
        for data in ([value], [value] * arguments, [CLOUD, value]):
            event, said = call(client, name, data)
            assert event in ("complete", "error")
            assert event == "complete" or len(said["error"]) > 20, (data, said)


def test_what_a_browser_hands_back_may_be_anything(client: httpx.Client) -> None:
    for place in range(30):
        for value in VALUES[::4]:
            body = {"data": [value] * 3, "fn_index": place, "session_hash": "a browser"}
            check(client.post("/gradio_api/run/predict", content=json.dumps(body), headers=JSON))


def test_the_page_still_answers_after_all_that(client: httpx.Client) -> None:
    event, said = call(client, "ask", [CLOUD, []])
    assert (event, said[0]["outcome"]) == ("complete", "answer")


def call(client: httpx.Client, name: str, data: list[Any]) -> tuple[str, Any]:
    """What an API function says: the kind of its last event, and its data."""
    posted = client.post(f"/gradio_api/call/{name}", content=json.dumps({"data": data}), headers=JSON)
    posted.raise_for_status()
    event = ""
    with client.stream("GET", f"/gradio_api/call/{name}/{posted.json()['event_id']}") as stream:
        for line in stream.iter_lines():
            if line.startswith("event: "):
                event = line.removeprefix("event: ")
            elif line.startswith("data: ") and event in ("complete", "error"):
                return event, json.loads(line.removeprefix("data: "))
    raise AssertionError(f"no answer to {data!r}")
