"""The page as Gradio components: what is where, and which event does what."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Any

import gradio as gr

from bot.phrases import Phrases
from bot.web import notices
from bot.web.chat import MAX_QUESTION_LENGTH, Chat, View
from bot.web.guide import Guide
from bot.web.messages import Message
from bot.web.warmup import Readiness, WarmUp

#: Answers at the same time. Gradio's default is one: a class of thirty would queue behind each other. One answer is
#: mostly CPU work (or waiting for a language model), so more than a few cores' worth would only slow each other down.
CONCURRENT_ANSWERS = 8

#: Questions waiting. Two full classes; beyond, a refusal at once is kinder than a minute of silence.
QUEUED_QUESTIONS = 64

#: Seconds between two looks at the search engine's state, until it is ready.
STATUS_PERIOD = 1.0

#: What an event looks like from outside: not at all. The page is not an API, and shows no progress bars of Gradio's.
_QUIET: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}

_CLICK_SEND = "() => document.querySelector('#send').click()"
_FOCUS_SEND = "() => document.querySelector('#send').focus()"


def build_page(guide: Guide, warm_up: WarmUp, phrases: Phrases) -> gr.Blocks:
    """Lay out the page and wire it."""
    chat = Chat(guide, phrases)
    page = gr.Blocks(title=phrases.say("title"), analytics_enabled=False)
    with page:
        layout = _Layout(chat.opening(), phrases)
        layout.wire(chat)
        _keep_informed(page, layout, guide, warm_up, phrases)
    page.queue(default_concurrency_limit=CONCURRENT_ANSWERS, max_size=QUEUED_QUESTIONS)
    return page


class _Layout:
    """The components, from top to bottom."""

    def __init__(self, opening: View, phrases: Phrases) -> None:
        gr.HTML(notices.header(phrases), elem_id="header")
        with gr.Row(elem_id="columns"):
            with gr.Column(scale=3, elem_id="conversation"):
                self.chatbot = _chatbot(phrases)
                with gr.Row(elem_id="ideas"):
                    self.ideas = [gr.Button(idea, size="sm", elem_classes="idea") for idea in opening.ideas or ()]
                with gr.Row(elem_id="composer"):
                    self.question = _question_box(phrases)
                    self.send = gr.Button(phrases.say("send"), variant="primary", elem_id="send", scale=0)
                    self.stop = gr.Button(phrases.say("stop"), visible=False, elem_id="stop", scale=0)
                    self.clear = gr.Button(phrases.say("clear"), elem_id="clear", scale=0)
                self.status = gr.HTML(notices.status(Readiness.PREPARING, phrases), elem_id="status")
            with gr.Column(scale=2, elem_id="panel"):
                self.sources = gr.HTML(opening.sources, elem_id="sources")
        self.provenance = gr.HTML(elem_id="provenance")

    @property
    def _outputs(self) -> list[gr.components.Component]:
        return [self.chatbot, self.sources, self.stop, *self.ideas]

    def wire(self, chat: Chat) -> None:
        """Say which event does what."""

        def ask(text: str, history: list[Message]) -> Iterator[tuple[Any, ...]]:
            for view in chat.ask(text, history):
                yield "", *self._shown(view)

        def stop(history: list[Message]) -> tuple[Any, ...]:
            return self._shown(chat.stopped(history))

        def clear() -> tuple[Any, ...]:
            return "", *self._shown(chat.opening())

        asking = gr.on(
            [self.question.submit, self.send.click],
            ask,
            [self.question, self.chatbot],
            [self.question, *self._outputs],
            trigger_mode="once",  # a second question waits in its box until the first is answered
            **_QUIET,
        )
        for idea in self.ideas:  # an idea is typed and sent like any question: one listener, never two answers at once
            typed = idea.click(None, idea, self.question, js="(idea) => idea", **_QUIET)
            typed.then(None, js=_CLICK_SEND, **_QUIET)
        self.stop.click(stop, self.chatbot, self._outputs, cancels=asking, queue=False, **_QUIET).then(
            None, js=_FOCUS_SEND, **_QUIET
        )
        self.clear.click(clear, None, [self.question, *self._outputs], cancels=asking, queue=False, **_QUIET)

    def _shown(self, view: View) -> tuple[Any, ...]:
        sources = gr.skip() if view.sources is None else view.sources
        return view.messages, sources, gr.Button(visible=view.busy), *self._idea_updates(view)

    def _idea_updates(self, view: View) -> list[Any]:
        if view.ideas is None:
            return [gr.skip() for _ in self.ideas]
        labels = [*view.ideas, *[None] * len(self.ideas)][: len(self.ideas)]
        return [gr.Button(label, visible=True) if label else gr.Button(visible=False) for label in labels]


def _chatbot(phrases: Phrases) -> gr.Chatbot:
    return gr.Chatbot(
        elem_id="chat",
        label=phrases.say("chat_label"),
        show_label=False,
        placeholder=f'<p class="placeholder">{escape(phrases.say("chat_placeholder"))}</p>',
        height="calc(100dvh - 27.5rem)",
        min_height="19rem",
        buttons=["copy"],
        layout="bubble",
        feedback_options=None,
        latex_delimiters=[],  # "de 2000 $ à 3000 $" is no formula
        allow_tags=False,
        group_consecutive_messages=False,
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
