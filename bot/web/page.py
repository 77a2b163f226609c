"""The page as Gradio components: what is where, and which event does what."""

from __future__ import annotations

import time
from collections.abc import Iterator
from html import escape
from typing import Any

import gradio as gr

from bot.phrases import Phrases
from bot.web import notices
from bot.web.about import About
from bot.web.api import Api
from bot.web.blocks import DiscreetBlocks
from bot.web.chat import MAX_QUESTION_LENGTH, Chat, View
from bot.web.guide import Guide
from bot.web.logs import steps_named
from bot.web.messages import Message
from bot.web.sessions import ANSWERS, Sessions, id_of
from bot.web.templates import Templates, unbroken
from bot.web.warmup import Readiness, WarmUp

#: Answers at the same time. Gradio's default is one: a class of thirty would queue behind each other. One answer is
#: mostly CPU work (or waiting for a language model), so more than a few cores' worth would only slow each other down.
CONCURRENT_ANSWERS = 8

#: Questions waiting: seven seconds of answers at thirty a second. Beyond, a refusal at once is kinder.
QUEUED_QUESTIONS = 200

#: Seconds between two looks at the search engine's state, until it is ready.
STATUS_PERIOD = 1.0

#: Seconds in which nobody reads a sentence. Each view costs the server as much as finding the answer.
UNSEEN = 0.05

#: What an event looks like from outside: not at all. It is no part of the API, and shows no progress bars of Gradio's.
_QUIET: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}

_CLICK_SEND = "() => document.querySelector('#send').click()"
#: What `unbroken` puts in for the eye is not asked.
_TYPED = "(idea) => idea.replaceAll('\\u2060', '')"
_FOCUS_SEND = "() => document.querySelector('#send').focus()"


def build_page(
    guide: Guide,
    warm_up: WarmUp,
    chat: Chat,
    about: About,
    api: Api,
    sessions: Sessions,
    phrases: Phrases,
    templates: Templates,
) -> gr.Blocks:
    """Lay out the page and wire it."""
    page = DiscreetBlocks(phrases.say("unexpected_error"), title=phrases.say("title"), analytics_enabled=False)
    with page:
        api.offer()  # before the events, which would take its names
        layout = _Layout(chat.opening(), phrases, templates)
        layout.wire(chat, sessions)
        layout.wire_browser(page, chat, about)
        _keep_informed(page, layout, guide, warm_up, phrases)
    page.queue(default_concurrency_limit=CONCURRENT_ANSWERS, api_open=False)
    return page


class _Layout:
    """The components, from top to bottom; then what the browser's script speaks through, which nobody sees."""

    def __init__(self, opening: View, phrases: Phrases, templates: Templates) -> None:
        self._phrases = phrases
        _html(notices.header(templates), elem_id="header")
        _html('<div id="main" tabindex="-1"></div>', elem_id="view")
        with gr.Row(elem_id="columns"):
            with gr.Column(scale=3, elem_id="conversation"):
                self.chatbot = _chatbot(opening, phrases)
                self.progress = _html(elem_id="progress")
                _html(notices.opinion(templates), elem_id="after")
                with gr.Row(elem_id="ideas"):
                    self.ideas = [
                        gr.Button(unbroken(idea), size="sm", elem_classes="idea") for idea in opening.ideas or ()
                    ]
                self.chip = _html(elem_id="chip")
                with gr.Row(elem_id="composer"):
                    self.question = _question_box(phrases)
                    self.send = gr.Button(phrases.say("send"), variant="primary", elem_id="send", scale=0)
                    self.stop = gr.Button(phrases.say("stop"), visible=False, elem_id="stop", scale=0)
                    self.clear = gr.Button(phrases.say("clear"), elem_id="clear", scale=0)
                with gr.Row(elem_id="foot"):
                    self.status = _html(notices.status(Readiness.PREPARING, phrases), elem_id="status")
                    _html(notices.tools(templates), elem_id="keeping")
            with gr.Column(scale=2, elem_id="panel"):
                self.sources = _html(opening.sources, elem_id="sources")
        self.provenance = _html(elem_id="provenance")
        self.about = gr.Textbox(visible="hidden", elem_id="about")
        self.kept = gr.JSON(visible="hidden")
        self.place = gr.Number(visible="hidden", precision=0)
        self.set_about = gr.Button(visible="hidden", elem_id="set-about")
        self.show_sources = gr.Button(visible="hidden", elem_id="show-sources")

    @property
    def _outputs(self) -> list[gr.components.Component]:
        return [self.chatbot, self.progress, self.sources, self.stop, *self.ideas]

    def wire(self, chat: Chat, sessions: Sessions) -> None:
        """Say which event of the chat does what."""

        def ask(text: str, history: list[Message], about: str, request: gr.Request) -> Iterator[tuple[Any, ...]]:
            if refusal := sessions.refusal(request):
                yield text, about, gr.skip(), *self._shown(chat.refused(history, refusal))
                return
            for update in self._growing(steps_named(chat.ask(text, history, about or ""), id_of(request))):
                yield "", "", "", *update

        def again(history: list[Message], request: gr.Request) -> Iterator[tuple[Any, ...]]:
            if refusal := sessions.refusal(request):
                yield self._shown(chat.refused(history, refusal))
                return
            yield from self._growing(steps_named(chat.again(history), id_of(request)))

        def stop(history: list[Message]) -> tuple[Any, ...]:
            return self._shown(chat.stopped(history))

        def clear() -> tuple[Any, ...]:
            return "", "", "", *self._shown(chat.opening())

        composed = [self.question, self.about, self.chip]
        asking = gr.on(
            [self.question.submit, self.send.click],
            ask,
            [self.question, self.chatbot, self.about],
            [*composed, *self._outputs],
            trigger_mode="once",  # a second question waits in its box until the first is answered
            concurrency_id=ANSWERS,
            **_QUIET,
        )
        retrying = self.chatbot.retry(
            again, self.chatbot, self._outputs, trigger_mode="once", concurrency_id=ANSWERS, **_QUIET
        )
        for idea in self.ideas:  # an idea is typed and sent like any question: one listener, never two answers at once
            typed = idea.click(None, idea, self.question, js=_TYPED, **_QUIET)
            typed.then(None, js=_CLICK_SEND, **_QUIET)
        under_way = [asking, retrying]
        self.stop.click(stop, self.chatbot, self._outputs, cancels=under_way, queue=False, **_QUIET).then(
            None, js=_FOCUS_SEND, **_QUIET
        )
        self.clear.click(clear, None, [*composed, *self._outputs], cancels=under_way, queue=False, **_QUIET)

    def wire_browser(self, page: gr.Blocks, chat: Chat, about: About) -> None:
        """What `static/chat.js` asks for: the kept conversation, the sources of an older answer, a métier to ask on."""

        def restore(kept: Any) -> tuple[Any, ...]:
            return self._shown(chat.restored(kept))

        def show(place: int, history: list[Message]) -> str:
            return chat.sources_at(place, history)

        def set_about(fiche_id: str) -> tuple[Any, ...]:
            chip, ideas = about.chip(fiche_id), about.ideas(fiche_id)
            return fiche_id if chip else "", chip, *(self._idea_updates(ideas) if chip else self._idea_updates(None))

        page.load(restore, self.kept, self._outputs, js="() => [oriane.kept()]", queue=False, **_QUIET).then(
            None, js="() => oriane.ready()", **_QUIET
        )
        self.chatbot.change(None, self.chatbot, None, js="(messages) => oriane.keep(messages)", **_QUIET)
        self.show_sources.click(
            show,
            [self.place, self.chatbot],
            self.sources,
            js="(_, messages) => [oriane.wanted.place, messages]",
            queue=False,
            **_QUIET,
        ).then(None, js="() => oriane.reach()", **_QUIET)
        self.set_about.click(
            set_about,
            self.about,
            [self.about, self.chip, *self.ideas],
            js="() => oriane.about",
            queue=False,
            **_QUIET,
        )

    def _growing(self, views: Iterator[View]) -> Iterator[tuple[Any, ...]]:
        """What changes from one view to the next; of sentences that come all at once, only the first and the last."""
        before, shown_at = None, 0.0
        for view in views:
            now = time.monotonic()
            is_first = before is None or before.sources == ""
            if is_first or not view.busy or now - shown_at > UNSEEN:
                yield self._shown(view, before)
                before, shown_at = view, now

    def _shown(self, view: View, before: View | None = None) -> tuple[Any, ...]:
        """A view; after `before`, only what differs: Gradio makes a component anew for each update."""
        sources = gr.skip() if view.sources is None else view.sources
        if before and before.busy == view.busy:
            progress, stop = gr.skip(), gr.skip()
        else:
            progress, stop = notices.progress(view.busy, self._phrases), gr.update(visible=view.busy)
        ideas = None if before and before.ideas == view.ideas else view.ideas
        return view.messages, progress, sources, stop, *self._idea_updates(ideas)

    def _idea_updates(self, ideas: tuple[str, ...] | None) -> list[Any]:
        if ideas is None:
            return [gr.skip() for _ in self.ideas]
        labels = [*ideas, *[None] * len(self.ideas)][: len(self.ideas)]
        return [
            gr.update(value=unbroken(label), visible=True) if label else gr.update(visible=False) for label in labels
        ]


def _html(value: str | None = None, *, elem_id: str) -> gr.HTML:
    """A place for HTML with the page's own style: Gradio's for prose draws lists and links of its own."""
    return gr.HTML(value, elem_id=elem_id, apply_default_css=False, js_on_load=None)


def _chatbot(opening: View, phrases: Phrases) -> gr.Chatbot:
    return gr.Chatbot(
        opening.messages,  # type: ignore[arg-type]  # what Gradio takes, which it does not spell for a plain dict
        elem_id="chat",
        label=phrases.say("chat_label"),
        show_label=False,
        placeholder=f'<p class="placeholder">{escape(phrases.say("chat_placeholder"))}</p>',
        height="calc(100dvh - 30rem)",
        min_height="17rem",
        buttons=["copy"],
        layout="bubble",
        feedback_options=None,
        latex_delimiters=[],  # "de 2000 $ à 3000 $" is no formula
        allow_tags=False,
        group_consecutive_messages=False,
        autoscroll=False,  # to the end of an answer: `static/chat.js` shows where it begins
    )


def _question_box(phrases: Phrases) -> gr.Textbox:
    return gr.Textbox(
        elem_id="question",
        label=phrases.say("question_label"),
        placeholder=phrases.say("question_placeholder"),
        lines=1,
        max_lines=4,
        max_length=MAX_QUESTION_LENGTH,
        show_label=False,
        container=False,
    )


def _keep_informed(page: gr.Blocks, layout: _Layout, guide: Guide, warm_up: WarmUp, phrases: Phrases) -> None:
    """Refresh the state line until the model is ready, and the provenance at each visit: a new edition may be out."""
    timer = gr.Timer(STATUS_PERIOD)

    def state() -> tuple[Any, ...]:
        readiness = warm_up.readiness
        return notices.status(readiness, phrases), gr.Timer(active=readiness is Readiness.PREPARING)

    def provenance() -> str:
        return notices.provenance(guide, phrases)

    gr.on([page.load, timer.tick], state, None, [layout.status, timer], queue=False, **_QUIET)
    page.load(provenance, None, layout.provenance, queue=False, **_QUIET)
