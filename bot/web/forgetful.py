"""Makes Gradio forget: as it comes, it holds the last conversation of 10,000 visitors in memory.

Gradio copies the value of every component into its session, so that a "deep link" can show it to somebody else, and
accepts files from anyone. Oriane's visitors are pupils and its page has neither links nor files: the copies are not
made, and the addresses that would write something to the disk are closed. After each answer it also sums up the last
10,000 in a table, which takes longer than most answers.
"""

from __future__ import annotations

import logging
import sys
from typing import Any

from fastapi import FastAPI, HTTPException, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from gradio.blocks import Blocks
from gradio.route_utils import FnIndexInferError
from gradio.routes import App as GradioApp
from gradio.state_holder import SessionState, StateHolder
from starlette.routing import Mount

logger = logging.getLogger(__name__)

CLOSED_PATHS = ("/gradio_api/deep_link", "/gradio_api/upload", "/gradio_api/runs", "/monitoring")


class _ForgetfulSession(SessionState):
    def _update_value_in_config(self, key: int, value: Any) -> None:
        """Drop what Gradio would keep."""


class _ForgetfulHolder(StateHolder):
    def __getitem__(self, session_id: str) -> SessionState:
        if session_id not in self.session_data:
            self.session_data[session_id] = _ForgetfulSession(self.blocks)
        return super().__getitem__(session_id)


def close_writing_paths(app: FastAPI) -> None:
    """Answer 404 where Gradio would store something. To be called before Gradio is mounted."""
    for path in CLOSED_PATHS:
        app.add_api_route(path, _closed, methods=["GET", "POST"], include_in_schema=False)


def forget_sessions(app: FastAPI, page: Blocks) -> None:
    """Give the page mounted in an application a session holder that keeps no conversation."""
    holder = _ForgetfulHolder()  # type: ignore[no-untyped-call]  # Gradio leaves its constructor untyped
    holder.set_blocks(page)
    for gradio in _gradio_in(app):
        gradio.state_holder = holder


def keep_no_statistics(page: Blocks) -> None:
    """Have Gradio sum up nothing of its events, nor hold which session asked when."""
    page._queue.ANALYTICS_MAX_EVENTS = 1
    page._queue.ANAYLTICS_CACHE_FREQUENCY = sys.maxsize


def answer_unreadable(app: FastAPI, sentence: str) -> None:
    """Have a visitor read a sentence where Gradio and FastAPI would send back what they could not read.

    They would fail besides when that is no Unicode. What events raise is told by `bot.web.blocks`.
    """

    def unreadable(_: Request, error: Exception) -> Response:
        if not isinstance(error, RequestValidationError):
            logger.warning("Gradio could not read a request.", exc_info=error)
        return JSONResponse({"detail": sentence, "error": sentence}, status_code=422)

    app.add_exception_handler(RequestValidationError, unreadable)
    for gradio in _gradio_in(app):
        # What Gradio's own addresses raise, before any function of ours runs: no such function, no such argument.
        for kind in (RequestValidationError, FnIndexInferError, LookupError, TypeError, ValueError, AttributeError):
            gradio.add_exception_handler(kind, unreadable)


def _gradio_in(app: FastAPI) -> list[GradioApp]:
    return [route.app for route in app.routes if isinstance(route, Mount) and isinstance(route.app, GradioApp)]


def _closed() -> None:
    raise HTTPException(status_code=404)
