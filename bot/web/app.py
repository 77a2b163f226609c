"""The web application: the page, and what machines ask of it."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI, Response

from bot.phrases import Phrases, load_phrases
from bot.web.french import FrenchPage
from bot.web.guide import Guide
from bot.web.head import page_head
from bot.web.warmup import WarmUp
from ingest.library import LibraryError


def build_app(guide: Guide) -> FastAPI:
    """Make the application. The model begins to load when it starts, not here."""
    phrases = load_phrases("page")
    warm_up = WarmUp(guide)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        warm_up.start()
        yield

    # No generated API pages: they load their scripts from another host.
    app = FastAPI(title=phrases.say("title"), lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None)
    _add_health(app, guide, phrases)
    _mount_page(app, guide, warm_up, phrases)
    app.add_middleware(FrenchPage, head=page_head(phrases))
    return app


def _add_health(app: FastAPI, guide: Guide, phrases: Phrases) -> None:
    @app.get("/healthz")
    def healthz(response: Response) -> dict[str, Any]:
        model_ready = guide.model_ready
        try:
            return {"status": "ok", "library_version": guide.manifest().version, "model_ready": model_ready}
        except LibraryError as error:
            response.status_code = 503
            detail = phrases.say("no_library", reason=error)
            return {"status": "unavailable", "detail": detail, "library_version": None, "model_ready": model_ready}


def _mount_page(app: FastAPI, guide: Guide, warm_up: WarmUp, phrases: Phrases) -> None:
    # Gradio reads this when imported and when it builds a page. Its import takes two seconds: only those who show the
    # page pay for it, and a port that is taken is said before.
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    import gradio as gr

    from bot.web import forgetful
    from bot.web.page import build_page
    from bot.web.theme import theme

    page = build_page(guide, warm_up, phrases)
    forgetful.close_writing_paths(app)
    gr.mount_gradio_app(
        app,
        page,
        path="/",
        theme=theme(),
        footer_links=[],
        run_history=False,
        show_error=False,
        ssr_mode=False,
        pwa=False,
        mcp_server=False,
        enable_monitoring=False,
    )
    forgetful.forget_sessions(app, page)
