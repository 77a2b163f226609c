"""The web application: the page, its views and sheets, and what machines ask of it."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from importlib.util import find_spec

from fastapi import FastAPI, HTTPException

from bot.feedback import FeedbackStore
from bot.phrases import Phrases, load_phrases
from bot.web.budgets import Budgets
from bot.web.forgetting import forget_daily
from bot.web.french import FrenchPage
from bot.web.gate import Gate
from bot.web.guide import Guide
from bot.web.head import page_head
from bot.web.metrics import Metrics
from bot.web.observed import ObservedGuide
from bot.web.password import PasswordGate
from bot.web.routes import Routes, sentence
from bot.web.sessions import Sessions
from bot.web.settings import PageError, WebSettings
from bot.web.templates import Templates
from bot.web.views import Shelf, Views
from bot.web.warmup import WarmUp
from ingest.telemetry import switch_off


def build_app(guide: Guide, settings: WebSettings | None = None) -> FastAPI:
    """Make the application. The model begins to load when it starts, not here.

    :raises PageError: when a setting asks for something that is not installed.
    """
    settings = settings or WebSettings()
    phrases = load_phrases("page")
    if settings.mcp and find_spec("mcp") is None:  # Gradio would leave it out without a word
        raise PageError(phrases.say("mcp_missing"))
    templates = Templates(phrases)
    metrics = Metrics(guide)
    guide = ObservedGuide(guide, metrics)
    shelf = Shelf(guide)
    warm_up = WarmUp(guide, shelf.catalogue)
    views = Views(guide, shelf, phrases, templates, settings.feedback_days)
    feedback = FeedbackStore(settings.feedback, settings.feedback_days)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        warm_up.start()
        forgetting = asyncio.create_task(forget_daily(feedback))
        yield
        warm_up.stop()
        forgetting.cancel()

    # No generated API pages: they load their scripts from another host.
    app = FastAPI(title=phrases.say("title"), lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None)
    app.include_router(Routes(guide, shelf, views, feedback, warm_up, metrics, phrases, templates).router())
    app.add_exception_handler(HTTPException, sentence)
    sessions = Sessions(Budgets(settings.rate_session), metrics, phrases)
    queue_full = _mount_page(app, guide, warm_up, shelf, sessions, settings, phrases, templates)
    app.add_middleware(FrenchPage, head=page_head(phrases), frame_ancestors=settings.frame_ancestors)
    password = settings.password.get_secret_value()
    if password:
        app.add_middleware(
            PasswordGate, password=password, root_path=settings.root_path, phrases=phrases, templates=templates
        )
    addresses = Budgets(settings.rate_address)
    app.add_middleware(  # the last one added is the first to see a request
        Gate,
        addresses=addresses,
        queue_full=queue_full,
        metrics=metrics,
        phrases=phrases,
        root_path=settings.root_path,
    )
    return app


def _mount_page(
    app: FastAPI,
    guide: Guide,
    warm_up: WarmUp,
    shelf: Shelf,
    sessions: Sessions,
    settings: WebSettings,
    phrases: Phrases,
    templates: Templates,
) -> Callable[[], bool]:
    """Put Gradio's page at the root; gives what says whether its queue is full."""
    # Gradio reads these when imported and when it builds a page. Its import takes two seconds: only those who show the
    # page pay for it, and a port that is taken is said before.
    switch_off()
    os.environ["GRADIO_TEMP_DIR"] = str(settings.page_files)
    os.environ["GRADIO_EXAMPLES_CACHE"] = str(settings.page_files / "examples")
    import gradio as gr

    from bot.web import forgetful
    from bot.web.about import About
    from bot.web.api import Api
    from bot.web.chat import Chat
    from bot.web.page import QUEUED_QUESTIONS, build_page
    from bot.web.sources import SourcesPanel
    from bot.web.theme import theme

    about = About(guide, phrases, templates)
    chat = Chat(guide, phrases, SourcesPanel(templates), about)
    api = Api(guide, shelf, sessions, phrases)
    page = build_page(guide, warm_up, chat, about, api, sessions, phrases, templates)
    forgetful.close_writing_paths(app)
    gr.mount_gradio_app(
        app,
        page,
        path="/",
        root_path=settings.root_path or None,
        theme=theme(),
        footer_links=[],
        run_history=False,
        show_error=False,
        ssr_mode=False,
        pwa=False,
        mcp_server=settings.mcp,
        enable_monitoring=False,
    )
    forgetful.forget_sessions(app, page)
    forgetful.keep_no_statistics(page)
    forgetful.answer_unreadable(app, phrases.say("unreadable_request"))
    return lambda: len(page._queue) >= QUEUED_QUESTIONS
