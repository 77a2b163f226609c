"""Between Oriane's turns of plain text and what Gradio's chat holds.

Gradio renders messages as Markdown and sends them back as the history. So a text is escaped on its way to the chat
and comes back exactly as it was: `plain_text(shown_question(text)) == text`, and the same for an answer. What stands
behind an answer travels with its message, as a record: the server keeps nothing, and every message its own citations.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.answer import Answer, Citation, Turn
from bot.phrases import Phrases

#: A message as Gradio's chat takes it: `{"role": …, "content": [{"type": "text", "text": …}], "metadata": …}`.
Message = dict[str, Any]

#: Nothing of a question is Markdown or HTML; an answer keeps its Markdown, but fiches bring no tags, links or images.
_QUESTION_ESCAPES = {ord(char): f"&#{ord(char)};" for char in "&<>[]*_`#~|\\"}
_ANSWER_ESCAPES = {ord(char): f"&#{ord(char)};" for char in "&<[]"}

#: Spaces at which French breaks no line. Their entity is in no escaped text: on the way back it is a space again.
_UNBROKEN, _ENTITY = re.compile(r"(?<=«) | (?=[:;!?»€%])"), "&nbsp;"

_MARK = re.compile(r"\[(\d+)\]")
_LINKED_MARK = re.compile(r'<a class="mark"[^>]*>(\[\d+\])</a>')

#: Says of a message that the page speaks, not Oriane's chain: it is no turn of the conversation.
_GREETING = "greeting"
#: What is not needed again once an answer is shown.
_FORGOTTEN = {"passages", "timings_ms"}


class Exchange(BaseModel):
    """A question and its answer, as the browser keeps them and hands them back."""

    model_config = ConfigDict(frozen=True)

    question: str = Field(max_length=1200)
    answer: Answer


def source_anchor(place: int, n: int) -> str:
    """The id, in the panel, of the source that the mark `[n]` of the answer at `place` points to."""
    return f"source-{place}-{n}"


def message(role: Literal["user", "assistant"], shown: str, answer: Answer | None = None) -> Message:
    """A message of already escaped text. A block rather than a string: Gradio re-indents plain strings.

    With `answer` it carries its record in `metadata.log`, which Gradio shows only beside a title.
    """
    said: Message = {"role": role, "content": [{"type": "text", "text": shown}]}
    if answer is not None:
        said["metadata"] = {"log": answer.model_dump_json(exclude=_FORGOTTEN)}
    return said


def greeting(shown: str) -> Message:
    """The first message of the page, which is no part of the conversation."""
    return message("assistant", shown) | {"metadata": {"id": _GREETING}}


def is_greeting(item: Mapping[str, Any]) -> bool:
    """Whether a message is the page's own."""
    return (item.get("metadata") or {}).get("id") == _GREETING


def answer_of(item: Mapping[str, Any]) -> Answer | None:
    """The answer that a message carries; None when it carries none, or nothing readable: it comes from a browser."""
    record = (item.get("metadata") or {}).get("log")
    try:
        return Answer.model_validate_json(record) if record else None
    except ValidationError:
        return None


def answers_in(history: Iterable[Mapping[str, Any]]) -> list[Answer]:
    """The answers of a conversation, whose places are their marks'."""
    return [answer for item in history if (answer := answer_of(item))]


def shown_question(text: str) -> str:
    """A question as data: what was typed is what is seen."""
    return text.translate(_QUESTION_ESCAPES)


def shown_answer(text: str, citations: Iterable[Citation], phrases: Phrases, place: int = 0) -> str:
    """An answer whose marks are links to the sources panel; a number that cites nothing stays text."""
    by_number = {citation.n: citation for citation in citations}
    shown, end = [], 0
    for found in _MARK.finditer(text):
        citation = by_number.get(int(found[1]))
        if citation:
            shown += [_escaped(text[end : found.start()]), _link(citation, place, phrases)]
            end = found.end()
    return "".join([*shown, _escaped(text[end:])])


def messages_of(exchanges: Iterable[Exchange], phrases: Phrases) -> Iterator[Message]:
    """A kept conversation, shown again."""
    for place, exchange in enumerate(exchanges):
        answer = exchange.answer
        yield message("user", shown_question(exchange.question))
        yield message("assistant", shown_answer(answer.answer, answer.citations, phrases, place), answer)


def plain_text(shown: str) -> str:
    """What was said, without the page's links and escapes."""
    return html.unescape(_LINKED_MARK.sub(r"\1", shown).replace(_ENTITY, " "))


def turns_of(history: Sequence[Mapping[str, Any]]) -> tuple[Turn, ...]:
    """The conversation so far as plain text; empty messages, files, components and the greeting are left out."""
    turns = (
        (item["role"], plain_text(text_of(item)))
        for item in history
        if item["role"] in ("user", "assistant") and not is_greeting(item)
    )
    return tuple(Turn(role=role, content=text) for role, text in turns if text.strip())


def text_of(item: Mapping[str, Any]) -> str:
    """The text of a message, as it is shown."""
    content = item["content"]
    if isinstance(content, str):
        return content
    return "\n\n".join(block["text"] for block in content if block.get("type") == "text")


def _escaped(text: str) -> str:
    return _UNBROKEN.sub(_ENTITY, text.translate(_ANSWER_ESCAPES))


def _link(citation: Citation, place: int, phrases: Phrases) -> str:
    name = phrases.say("mark_name", n=citation.n, title=citation.title, section=citation.section)
    anchor = source_anchor(place, citation.n)
    return f'<a class="mark" href="#{anchor}" title="{html.escape(name)}">[{citation.n}]</a>'
