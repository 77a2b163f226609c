"""What every request passes first: it gets an id, it may be too large or one too many, its response is counted.

The limits of one session stand where sessions are known, in the page's handlers; those of an address stand here.
"""

from __future__ import annotations

import json
import logging
import time
import uuid
from collections.abc import Callable
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.phrases import Phrases
from bot.web.budgets import Budgets, address_key
from bot.web.logs import request_named
from bot.web.metrics import Metrics

logger = logging.getLogger(__name__)

REQUEST_ID = "x-request-id"
#: A conversation of a hundred answers with their records, as the page sends it, stays below.
MOST_BYTES = 4 * 2**20
#: What joins the queue of answers.
_QUESTIONS = ("/gradio_api/queue/join", "/gradio_api/call/", "/gradio_api/mcp")
#: What is computed without the queue; everything else (scripts, styles, streams) is free.
_VIEWS = ("/vue", "/fiche/", "/comparaison", "/conversation", "/avis", "/gradio_api/run/", "/gradio_api/api/")
_DIRECT = "/gradio_api/run/"
#: In questions. Views take a millisecond, and one follows every letter typed in the Explorer.
_COST_OF_A_VIEW = 0.1
#: Seconds after which trying again makes sense.
_RETRY_AFTER = 5


class Gate:
    """ASGI middleware around everything else; `queue_full` says whether no more questions can wait."""

    def __init__(
        self,
        app: ASGIApp,
        addresses: Budgets,
        queue_full: Callable[[], bool],
        metrics: Metrics,
        phrases: Phrases,
        root_path: str = "",
    ) -> None:
        self._app = app
        self._addresses = addresses
        self._queue_full = queue_full
        self._metrics = metrics
        self._phrases = phrases
        self._root = root_path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse, or pass on; then count and log. A visitor never sees more of an accident than a sentence."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = _Request(scope, receive, send, self._phrases.say("refused_body"))
        with request_named(request.id):
            refusal = self._refusal(request)
            try:
                await (self._refuse(request, *refusal) if refusal else self._app(scope, request.receive, request.send))
            except Exception:
                logger.exception("A request could not be served.")
                if not request.status:
                    await request.say(self._phrases.say("unexpected_error"), 500)
            if request.refused:
                self._metrics.refused(request.refused)
            if request.status:  # none when the visitor left before
                self._metrics.responded(request.status)
            logger.info("request", extra=request.record())

    def _refusal(self, request: _Request) -> tuple[str, int] | None:
        """The limit that a request meets, and the status that says so."""
        if request.declared_bytes > MOST_BYTES:
            return "body", 413
        path = request.path.removeprefix(self._root)
        asks = path.startswith(_QUESTIONS) and request.method == "POST"
        cost = 1.0 if asks else _COST_OF_A_VIEW if path.startswith(_VIEWS) else 0.0
        if cost and not self._addresses.take(request.address, cost):
            return "address", 429
        if asks and self._queue_full():
            return "queue", 429
        return None

    async def _refuse(self, request: _Request, limit: str, status: int) -> None:
        request.refused = limit
        await request.say(self._phrases.say(f"refused_{limit}"), status)


class _Request:
    """One request and what became of it."""

    def __init__(self, scope: Scope, receive: Receive, send: Send, too_large: str) -> None:
        # Always our own: an id that a visitor chose could say anything, and would be logged.
        self.id = uuid.uuid4().hex[:16]
        self.status = 0
        self.refused: str | None = None
        self.method: str = scope["method"]
        self.path: str = scope["path"]
        self.address = address_key(scope["client"][0] if scope.get("client") else None)
        MutableHeaders(scope=scope)[REQUEST_ID] = self.id  # where Gradio's handlers find it
        declared = Headers(scope=scope).get("content-length", "")
        self.declared_bytes = int(declared) if declared.isdecimal() and len(declared) < 20 else 0
        self._scope, self._receive, self._send = scope, receive, send
        self._received = 0
        self._too_large = too_large
        self._started = time.perf_counter()

    async def receive(self) -> Message:
        """The next piece of the body, as long as it does not pass the limit.

        :raises HTTPException: 413, the one error that FastAPI lets through while it reads a body.
        """
        message = await self._receive()
        self._received += len(message.get("body", b""))
        if self._received > MOST_BYTES:
            self.refused = "body"
            raise HTTPException(413, self._too_large)
        return message

    async def send(self, message: Message) -> None:
        """Pass on what is answered, with the request's id."""
        if message["type"] == "http.response.start":
            # Gradio calls 500 whatever it cannot read of a call that needs no queue; the log says what it was.
            if message["status"] == 500 and _DIRECT in self.path:
                message = {**message, "status": 422}
            self.status = message["status"]
            MutableHeaders(scope=message)[REQUEST_ID] = self.id
        await self._send(message)

    async def say(self, sentence: str, status: int) -> None:
        """Answer with a sentence, in the JSON from which Gradio's page takes it."""
        body = json.dumps({"detail": sentence, "error": sentence}, ensure_ascii=False).encode()
        headers = [(b"content-type", b"application/json; charset=utf-8"), (b"content-length", b"%d" % len(body))]
        if status == 429:
            headers.append((b"retry-after", b"%d" % _RETRY_AFTER))
        await self.send({"type": "http.response.start", "status": status, "headers": headers})
        await self.send({"type": "http.response.body", "body": body})

    def record(self) -> dict[str, Any]:
        """What is logged: the pattern of the address and not what was typed into it, nor who asked."""
        route = getattr(self._scope.get("route"), "path", "other")
        milliseconds = round((time.perf_counter() - self._started) * 1000, 1)
        return {
            "method": self.method,
            "route": route,
            "status": self.status,
            "ms": milliseconds,
            "refused": self.refused,
        }
