"""What the served HTML says in its `<head>`: title, style, a few lines of script.

Gradio would add them late, by script, and rewrites style sheets on the way (a comma inside `:is()` breaks them). Here
they come as written, the style with the first paint and the script before Gradio's own.
"""

from __future__ import annotations

import json
from html import escape
from importlib.resources import files

from bot.phrases import Phrases

#: Words that Gradio does not translate, and the phrase to say instead.
_LABELS = {
    "Copy message": "copy_message",
    "Copied message": "copied_message",
    "chatbot conversation": "chat_label",
    "user's message: ": "user_message",
    "bot's message: ": "oriane_message",
}

_SCRIPT = """<script>
// Gradio takes the words it can translate from the browser's language; this page is French for everybody.
Object.defineProperty(navigator, "language", { get: () => "fr" });

// The words it cannot translate. Its message labels repeat the whole message, as Markdown: only the name stays,
// and a role that may have a name.
const labels = __LABELS__;
const relabel = (element) => {
  for (const name of ["aria-label", "title"]) {
    const said = element.getAttribute(name);
    const english = said && Object.keys(labels).find((label) => said.startsWith(label));
    if (!english) continue;
    element.setAttribute(name, labels[english]);
    if (element.tagName === "DIV" && !element.hasAttribute("role")) element.setAttribute("role", "group");
  }
};
new MutationObserver((changes) => {
  for (const { target } of changes) {
    relabel(target);
    target.querySelectorAll("[aria-label], [title]").forEach(relabel);
  }
}).observe(document.documentElement, { subtree: true, childList: true, attributeFilter: ["aria-label", "title"] });

// A mark leads to its source without the browser's help: against Gradio's <base>, "#source-1" would reload a page that
// has a query, and lose the conversation.
document.addEventListener("click", (event) => {
  const mark = event.target.closest("a.mark");
  if (!mark) return;
  event.preventDefault();
  const source = document.getElementById(mark.getAttribute("href").slice(1));
  source?.focus({ preventScroll: true });
  source?.scrollIntoView({ block: "nearest" });
});

// What is copied is what was said, without the escapes and links of `bot.web.messages`. Where the page is not served
// over https the browser has no clipboard object: Gradio then copies from a text area, put in the body for a moment.
const plain = (shown) => {
  const decoder = document.createElement("textarea");
  decoder.innerHTML = shown.replace(/<a class="mark"[^>]*>(\\[\\d+\\])<\\/a>/g, "$1");
  return decoder.value;
};
if (navigator.clipboard) {
  const write = navigator.clipboard.writeText.bind(navigator.clipboard);
  navigator.clipboard.writeText = (shown) => write(plain(shown));
}
document.addEventListener("copy", (event) => {
  if (event.target.tagName !== "TEXTAREA" || event.target.parentElement !== document.body) return;
  event.clipboardData.setData("text/plain", plain(event.target.value));
  event.preventDefault();
});
</script>"""


def page_head(phrases: Phrases) -> str:
    """Write what opens the `<head>` element."""
    title, description = escape(phrases.say("title")), escape(phrases.say("notice"))
    style = files("bot.web").joinpath("page.css").read_text(encoding="utf-8")
    meta = f'<title>{title}</title><meta name="description" content="{description}">'
    return f"{meta}<style>{style}</style>{_script(phrases)}"


def _script(phrases: Phrases) -> str:
    labels = {english: phrases.say(name) for english, name in _LABELS.items()}
    return _SCRIPT.replace("__LABELS__", json.dumps(labels, ensure_ascii=False).replace("<", "\\u003c"))
