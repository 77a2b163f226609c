"""Makes Gradio forget: as it comes, it holds the last conversation of 10,000 visitors in memory.

Gradio copies the value of every component into its session, so that a "deep link" can show it to somebody else, and
accepts files from anyone. Oriane's visitors are pupils and its page has neither links nor files: the copies are not
made, and the addresses that would write something to the disk are closed. It also prints its accidents, whose messages
may quote a question, and after each answer sums up the last 10,000 in a table, which takes longer than most answers.
"""

from __future__ import annotations

import logging
import sys
from typing import Any

import gradio as gr
from fastapi import FastAPI, HTTPException, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from gradio import queueing, route_utils, routes, utils
from gradio.blocks import Blocks
from gradio.route_utils import FnIndexInferError
from gradio.routes import App as GradioApp
from gradio.state_holder import SessionState, StateHolder
from starlette.routing import Mount

logger = logging.getLogger(__name__)

#: Gradio's own, kept before anything takes its place.
_error_payload = utils.error_payload

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


def tell_accidents(app: FastAPI, sentence: str) -> None:
    """Have the log say what Gradio would print, without the message, and the visitor read a sentence.

    Gradio and FastAPI would send back what they could not read, or fail when it is no Unicode.
    """

    def unreadable(_: Request, error: Exception) -> Response:
        if not isinstance(error, RequestValidationError):
            logger.warning("Gradio could not read a request.", exc_info=error)
        return JSONResponse({"detail": sentence, "error": sentence}, status_code=422)

    def payload(error: BaseException | None, show_error: bool) -> dict[str, Any]:
        return _error_payload(error, show_error) if isinstance(error, gr.Error) else {"error": sentence}

    for module in (queueing, route_utils, routes, utils):
        module.traceback = _Accidents  # type: ignore[attr-defined]
    queueing.error_payload = utils.error_payload = payload  # type: ignore[attr-defined]
    app.add_exception_handler(RequestValidationError, unreadable)
    for gradio in _gradio_in(app):
        # What Gradio's own addresses raise, before any function of ours runs: no such function, no such argument.
        for kind in (RequestValidationError, FnIndexInferError, LookupError, TypeError, ValueError, AttributeError):
            gradio.add_exception_handler(kind, unreadable)


class _Accidents:
    """Stands for the module `traceback` in Gradio's modules, as far as they use it."""

    @staticmethod
    def print_exc() -> None:
        logger.exception("Gradio met an accident.")


def _gradio_in(app: FastAPI) -> list[GradioApp]:
    return [route.app for route in app.routes if isinstance(route, Mount) and isinstance(route.app, GradioApp)]


def _closed() -> None:
    raise HTTPException(status_code=404)
