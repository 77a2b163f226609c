"""Between Oriane's turns of plain text and what Gradio's chat holds.

Gradio renders messages as Markdown and sends them back as the history. So a text is escaped on its way to the chat
and comes back exactly as it was: `plain_text(shown_question(text)) == text`, and the same for an answer.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

from bot.answer import Citation, Turn
from bot.phrases import Phrases

#: A message as Gradio's chat takes it: `{"role": …, "content": [{"type": "text", "text": …}]}`.
Message = dict[str, Any]

#: Nothing of a question is Markdown or HTML; an answer keeps its Markdown, but fiches bring no tags, links or images.
_QUESTION_ESCAPES = {ord(char): f"&#{ord(char)};" for char in "&<>[]*_`#~|\\"}
_ANSWER_ESCAPES = {ord(char): f"&#{ord(char)};" for char in "&<[]"}

_MARK = re.compile(r"\[(\d+)\]")
_LINKED_MARK = re.compile(r'<a class="mark"[^>]*>(\[\d+\])</a>')


def source_anchor(n: int) -> str:
    """The id, in the panel, of the source that the mark `[n]` points to."""
    return f"source-{n}"


def message(role: Literal["user", "assistant"], shown: str) -> Message:
    """A message of already escaped text. A block rather than a string: Gradio re-indents plain strings."""
    return {"role": role, "content": [{"type": "text", "text": shown}]}


def shown_question(text: str) -> str:
    """A question as data: what was typed is what is seen."""
    return text.translate(_QUESTION_ESCAPES)


def shown_answer(text: str, citations: Iterable[Citation], phrases: Phrases) -> str:
    """An answer whose marks are links to the sources panel; a number that cites nothing stays text."""
    by_number = {citation.n: citation for citation in citations}
    shown, end = [], 0
    for found in _MARK.finditer(text):
        citation = by_number.get(int(found[1]))
        if citation:
            shown += [text[end : found.start()].translate(_ANSWER_ESCAPES), _link(citation, phrases)]
            end = found.end()
    return "".join([*shown, text[end:].translate(_ANSWER_ESCAPES)])


def unlinked(messages: Iterable[Message]) -> list[Message]:
    """Messages with plain marks: the panel shows the last answer's sources only, an older mark would lead astray."""
    return [message(item["role"], _LINKED_MARK.sub(r"\1", _text(item))) for item in messages]


def plain_text(shown: str) -> str:
    """What was said, without the page's links and escapes."""
    return html.unescape(_LINKED_MARK.sub(r"\1", shown))


def turns_of(history: Sequence[Mapping[str, Any]]) -> tuple[Turn, ...]:
    """The conversation so far as plain text; empty messages, files and components are left out."""
    turns = ((item["role"], plain_text(_text(item))) for item in history if item["role"] in ("user", "assistant"))
    return tuple(Turn(role=role, content=text) for role, text in turns if text.strip())


def _link(citation: Citation, phrases: Phrases) -> str:
    name = phrases.say("mark_name", n=citation.n, title=citation.title, section=citation.section)
    anchor = source_anchor(citation.n)
    return f'<a class="mark" href="#{anchor}" title="{html.escape(name)}">[{citation.n}]</a>'


def _text(item: Mapping[str, Any]) -> str:
    content = item["content"]
    if isinstance(content, str):
        return content
    return "\n\n".join(block["text"] for block in content if block.get("type") == "text")
