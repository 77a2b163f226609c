"""The API as programs use it, and the page behind a proxy: a real server on the loopback over the real chain."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.request import urlopen

import pytest

from bot.answer import Question
from bot.chain import Oriane
from bot.web.settings import WebSettings
from tests.page_server import served
from tests.test_page import GRADIO_WARNINGS

pytestmark = [*GRADIO_WARNINGS, pytest.mark.server, pytest.mark.slow]


@pytest.fixture(scope="module")
def client(seed_oriane: Oriane) -> Iterator[Any]:
    from gradio_client import Client

    with served(seed_oriane) as address:
        yield Client(address, verbose=False, analytics_enabled=False)


def test_the_documented_names_are_all_there_is(client: Any) -> None:
    offered = set(client.view_api(return_format="dict")["named_endpoints"])
    assert offered == {"/ask", "/compare", "/metier", "/path", "/search"}


def test_a_question_is_answered_with_the_object_of_the_command_line(client: Any, seed_oriane: Oriane) -> None:
    answered = client.predict("Combien gagne une ingénieure cloud ?", api_name="/ask")
    assert answered["outcome"] == "answer"
    assert answered["citations"][0]["quote"] == "A partir de 3080 euros brut par mois"


def test_a_conversation_goes_along(client: Any) -> None:
    history = [
        {"role": "user", "content": "Combien gagne une ingénieure cloud ?"},
        {"role": "assistant", "content": "Elle débute à partir de 3080 euros."},
    ]
    answered = client.predict("et les études ?", history, api_name="/ask")
    assert answered["understood"]["fiches"] == ["MET.228"]


def test_metiers_are_compared_found_and_read(client: Any) -> None:
    compared = client.predict(["MET.228", "MET.171"], api_name="/compare")
    assert [metier["id"] for metier in compared["metiers"]] == ["MET.228", "MET.171"]
    assert compared["rows"][0]["fact"] == "level"
    assert client.predict("MET.228", api_name="/metier")["title"] == "ingénieur/e cloud computing"
    found = client.predict(text="veterinere", level_max="bac + 8", api_name="/search")
    assert found["metiers"][0]["id"] == "MET.171"
    assert found["near"] is False


def test_ways_into_a_metier_are_the_object_of_the_command_line(client: Any, seed_oriane: Oriane) -> None:
    given = client.predict("boulangère", "3e", api_name="/path")
    path, citations = seed_oriane.path(Question(text="MET.17"), "3e")
    assert given["path"] == path.model_dump(mode="json")
    assert given["citations"] == [citation.model_dump(mode="json") for citation in citations]


@pytest.mark.parametrize(
    ("name", "argument", "said"),
    [
        ("/ask", "a" * 1001, "1000 caractères"),
        ("/metier", "MET.999999", "MET.999999"),
        ("/compare", ["MET.228"], "deux métiers"),
        ("/path", "xyzzy", "xyzzy"),
    ],
)
def test_what_cannot_be_done_is_a_sentence(client: Any, name: str, argument: Any, said: str) -> None:
    from gradio_client.exceptions import AppError

    with pytest.raises(AppError, match=said):
        client.predict(argument, api_name=name)


def test_behind_a_proxy_the_page_the_views_and_the_api_work_under_its_path(seed_oriane: Oriane) -> None:
    from gradio_client import Client

    with served(seed_oriane, "/oriane", root_path="/oriane/") as address:
        for path in ("/", "/vue?metier=MET.228", "/fiche/MET.228", "/healthz"):
            with urlopen(address + path, timeout=30) as answered:
                assert answered.status == 200
        client = Client(f"{address}/", verbose=False, analytics_enabled=False)
        assert client.predict("MET.228", api_name="/metier")["id"] == "MET.228"


def test_a_school_may_show_the_page_in_a_frame(seed_oriane: Oriane) -> None:
    with served(seed_oriane, frame_ancestors="'self' https://ent.exemple.fr") as address, urlopen(address) as page:
        assert "frame-ancestors 'self' https://ent.exemple.fr" in page.headers["content-security-policy"]


@pytest.mark.parametrize("value", ["'self'; script-src *", "https://a.fr, https://b.fr", "x\r\ny"])
def test_frames_are_one_directive(value: str) -> None:
    with pytest.raises(ValueError, match="adresses"):
        WebSettings(frame_ancestors=value)


@pytest.mark.parametrize(("given", "kept"), [("", ""), ("/", ""), ("oriane", "/oriane"), ("/a/b/", "/a/b")])
def test_a_path_begins_with_a_slash_and_ends_without(given: str, kept: str) -> None:
    assert WebSettings(root_path=given).root_path == kept
