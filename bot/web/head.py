"""What the served HTML says in its `<head>`: title, style, script.

Gradio would add them late, by script, and rewrites style sheets on the way (a comma inside `:is()` breaks them). Here
they come as written, the style with the first paint and the script before Gradio's own.
"""

from __future__ import annotations

import json
from html import escape

from bot.phrases import Phrases
from bot.web.templates import script, stylesheet

#: Words that Gradio does not translate, and the phrase to say instead.
_LABELS = {
    "Copy message": "copy_message",
    "Copied message": "copied_message",
    "chatbot conversation": "chat_label",
    "user's message: ": "user_message",
    "bot's message: ": "oriane_message",
}
_STYLES = ("page", "sources", "fiche", "paths", "views", "explorer", "after")
_SCRIPTS = ("words", "chat", "views")
#: What the script itself says.
_SAID = (
    "title",
    "loading",
    "view_failed",
    "link_copied",
    "connection_lost",
    "compare_bar",
    "compare_go",
    "compare_empty",
)


def page_head(phrases: Phrases) -> str:
    """Write what opens the `<head>` element."""
    title, description = escape(phrases.say("title")), escape(phrases.say("notice"))
    meta = f'<title>{title}</title><meta name="description" content="{description}">'
    return f"{meta}<style>{stylesheet(*_STYLES)}</style><script>{_script(phrases)}</script>"


def _script(phrases: Phrases) -> str:
    words = {
        "labels": {english: phrases.say(name) for english, name in _LABELS.items()},
        "said": {name: phrases.say(name) for name in _SAID},
    }
    data = json.dumps(words, ensure_ascii=False).replace("<", "\\u003c")
    return f"const orianeWords = {data};\n{script(*_SCRIPTS)}"
