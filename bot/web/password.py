"""One shared password before everything, for a school that wants one: a small page asks for it, a cookie remembers it.

It keeps passers-by out; it tells nobody from anybody. Programs send it as `Authorization: Bearer <password>`.
"""

from __future__ import annotations

import hashlib
import hmac
from urllib.parse import parse_qs

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.phrases import Phrases
from bot.web.templates import Templates

COOKIE = "oriane"
#: A school year.
_MAX_AGE = 300 * 24 * 3600
_MOST_BYTES = 4096
#: Asked by machines that watch the server, which have no password.
_OPEN = ("/healthz", "/readyz")


class PasswordGate:
    """ASGI middleware: who has not given the password gets the page that asks for it, and nothing else."""

    def __init__(self, app: ASGIApp, password: str, root_path: str, phrases: Phrases, templates: Templates) -> None:
        self._app = app
        self._password = password
        self._root = root_path
        self._phrases = phrases
        self._templates = templates
        self._token = hmac.new(password.encode(), b"oriane", hashlib.sha256).hexdigest()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let in, ask, or check an attempt."""
        if scope["type"] != "http" or scope["path"].removeprefix(self._root) in _OPEN or self._knows(scope):
            await self._app(scope, receive, send)
            return
        response = await self._attempt(Request(scope, receive)) if scope["method"] == "POST" else self._ask(scope)
        await response(scope, receive, send)

    def _knows(self, scope: Scope) -> bool:
        request = Request(scope)
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        return _same(request.cookies.get(COOKIE, ""), self._token) or (
            scheme.lower() == "bearer" and _same(_utf8(given), self._password)
        )

    async def _attempt(self, request: Request) -> Response:
        length = request.headers.get("content-length", "")
        if not length.isdecimal() or int(length) > _MOST_BYTES:
            return self._page(wrong=False)
        fields = parse_qs((await request.body()).decode(errors="replace"))
        if not _same(fields.get("password", [""])[0], self._password):
            return self._page(wrong=True)
        answer = RedirectResponse(f"{self._root}/", status_code=303)
        secure = request.url.scheme == "https" or request.headers.get("x-forwarded-proto") == "https"
        # In a school's frame the cookie is another site's: that asks for None, which asks for https.
        answer.set_cookie(
            COOKIE, self._token, max_age=_MAX_AGE, httponly=True, secure=secure, samesite="none" if secure else "lax"
        )
        return answer

    def _ask(self, scope: Scope) -> Response:
        if "text/html" not in Headers(scope=scope).get("accept", ""):
            return PlainTextResponse(self._phrases.say("password_needed"), 401)
        return self._page(wrong=False)

    def _page(self, wrong: bool) -> Response:
        return HTMLResponse(self._templates.render("password", wrong=wrong, action=f"{self._root}/"), 401)


def _utf8(header: str) -> str:
    """What was sent: headers are read as latin-1."""
    return header.encode("latin-1").decode("utf-8", "replace")


def _same(given: str, expected: str) -> bool:
    return hmac.compare_digest(given.encode(), expected.encode())
