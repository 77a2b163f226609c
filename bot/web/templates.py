"""Renders `templates/`: HTML, all that is filled in escaped, and Markdown to download; French from `prompts/`."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup, escape

from bot.phrases import Phrases

_BEFORE, _AFTER = re.compile(r" (?=[:;!?»€])"), re.compile(r"(?<=«) ")
_BOTH_GENDERS = re.compile(r"(?<=[^\W\d_])/(?=[^\W\d_])")
_PARAGRAPH = re.compile(r"\n{2,}")


class Templates:
    """The templates, with `say` for the sentences of the page."""

    def __init__(self, phrases: Phrases) -> None:
        self._environment = Environment(
            loader=PackageLoader("bot.web"),
            autoescape=select_autoescape(["html"]),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,  # templates do not change under a running server: looking costs a tenth of an answer
        )
        self._environment.globals.update(say=self._say, style=stylesheet)
        self._environment.filters.update(prose=prose, marked=marked, typeset=typeset)
        self._phrases = phrases

    def _say(self, phrase_name: str, **values: object) -> str:
        return typeset(self._phrases.say(phrase_name, **values))

    def render(self, template: str, /, **values: object) -> str:
        """Fill in `templates/<template>.html`.

        :raises jinja2.UndefinedError: when it uses a value that is not given.
        """
        return self._environment.get_template(f"{template}.html").render(**values)

    def markdown(self, template: str, /, **values: object) -> str:
        """Fill in `templates/<template>.md`.

        :raises jinja2.UndefinedError: when it uses a value that is not given.
        """
        return self._environment.get_template(f"{template}.md").render(**values)


@cache
def stylesheet(*names: str) -> Markup:
    """Style sheets of `static/`, as the content of a `<style>` element."""
    return Markup("\n".join(_static(f"{name}.css") for name in names))


@cache
def script(*names: str) -> str:
    """Scripts of `static/`, one after the other."""
    return "\n".join(_static(f"{name}.js") for name in names)


def prose(text: str) -> Markup:
    """A fiche's text as paragraphs and lists; it holds no markup of its own."""
    return Markup("").join(_paragraph(part) for part in _PARAGRAPH.split(text) if part.strip())


def marked(text: str, quote: str) -> Markup:
    """A text with the first occurrence of `quote` marked; without it, the text as it is."""
    if not quote or quote not in text:
        return escape(text)
    before, _, after = text.partition(quote)
    return Markup("{}<mark>{}</mark>{}").format(before, quote, after)


def typeset(text: str) -> str:
    """A sentence of the page with the no-break spaces that French puts before high punctuation and inside « »."""
    return _BEFORE.sub("\u00a0", _AFTER.sub("\u00a0", text))


def unbroken(text: str) -> str:
    """Both genders of a name on one line: "boulanger/ère" is not broken after its slash."""
    return _BOTH_GENDERS.sub("/\u2060", text)


def _paragraph(text: str) -> Markup:
    lines = text.splitlines()
    if all(line.startswith("- ") for line in lines):
        items = Markup("").join(Markup("<li>{}</li>").format(line.removeprefix("- ")) for line in lines)
        return Markup("<ul>{}</ul>").format(items)
    return Markup("<p>{}</p>").format(Markup("<br>").join(lines))


def _static(name: str) -> str:
    return files("bot.web").joinpath("static", name).read_text(encoding="utf-8")
