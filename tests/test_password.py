"""The shared password: who does not have it sees the page that asks for it, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from bot.phrases import load_phrases
from bot.web.password import COOKIE, PasswordGate
from bot.web.templates import Templates

PHRASES = load_phrases("page")
PASSWORD = "sésame 2026"
BROWSER = {"accept": "text/html"}


def client(root_path: str = "", **options: Any) -> TestClient:
    async def inside(_: Request) -> PlainTextResponse:
        return PlainTextResponse("inside")

    app = Starlette(routes=[Route("/{path:path}", inside, methods=["GET", "POST"])])
    gate = PasswordGate(app, PASSWORD, root_path, PHRASES, Templates(PHRASES))
    return TestClient(gate, follow_redirects=False, **options)


@pytest.mark.parametrize("path", ["/", "/vue?vue=explorer", "/fiche/MET.228", "/gradio_api/queue/data", "/config"])
def test_without_the_password_nothing_is_served(path: str) -> None:
    asked = client().get(path, headers=BROWSER)
    assert asked.status_code == 401
    assert PHRASES.say("password_label") in asked.text
    assert 'lang="fr"' in asked.text
    assert client().get(path).text == PHRASES.say("password_needed")


def test_the_state_of_the_server_is_open() -> None:
    assert client().get("/healthz").text == "inside"


def test_the_password_opens_and_is_remembered() -> None:
    visitor = client()
    entered = visitor.post("/", data={"password": PASSWORD})
    assert (entered.status_code, entered.headers["location"]) == (303, "/")
    assert PASSWORD not in entered.headers["set-cookie"]
    assert "HttpOnly" in entered.headers["set-cookie"]
    assert visitor.get("/", headers=BROWSER).text == "inside"


@pytest.mark.parametrize("given", ["", "sesame", PASSWORD + " ", "a" * 5000])
def test_another_password_does_not(given: str) -> None:
    visitor = client()
    assert visitor.post("/", data={"password": given}).status_code == 401
    assert visitor.get("/").status_code == 401


def test_a_forged_cookie_does_not() -> None:
    visitor = client(cookies={COOKIE: "1"})
    assert visitor.get("/").status_code == 401


def test_programs_send_it_in_a_header() -> None:
    given = {"authorization": f"Bearer {PASSWORD}".encode()}
    assert client().get("/config", headers=given).text == "inside"  # type: ignore[arg-type]
    assert client().get("/config", headers={"authorization": "Bearer x"}).status_code == 401


def test_behind_a_proxy_it_leads_back_under_its_path() -> None:
    entered = client("/oriane").post("/", data={"password": PASSWORD})
    assert entered.headers["location"] == "/oriane/"


def test_over_https_the_cookie_also_serves_in_the_frame_of_a_school() -> None:
    entered = client().post("/", data={"password": PASSWORD}, headers={"x-forwarded-proto": "https"})
    assert "samesite=none" in entered.headers["set-cookie"].lower()
    assert "secure" in entered.headers["set-cookie"].lower()
