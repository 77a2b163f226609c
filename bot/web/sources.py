"""The sources panel: every passage that the last answer cites, word for word, with a link to the fiche."""

from __future__ import annotations

from html import escape

from bot.answer import Answer, Citation, Outcome
from bot.phrases import Phrases
from bot.web.messages import source_anchor


def sources_panel(answer: Answer | None, phrases: Phrases) -> str:
    """The panel's HTML; a hint before the first answer, nothing at all beside help numbers."""
    if answer and answer.outcome is Outcome.SUPPORT:
        return ""
    if answer and answer.citations:
        content = f'<ol class="sources">{"".join(_source(citation, phrases) for citation in answer.citations)}</ol>'
    else:
        hint = phrases.say("sources_none" if answer else "sources_hint")
        content = f'<p class="hint">{escape(hint)}</p>'
    title, note = escape(phrases.say("sources_title")), _authorship(answer, phrases)
    return f'<section aria-labelledby="sources-title"><h2 id="sources-title">{title}</h2>{content}{note}</section>'


def _authorship(answer: Answer | None, phrases: Phrases) -> str:
    """Whether a language model wrote the answer, or why it did not; nothing where none is configured."""
    if answer is None or not (answer.grounding.checked or answer.grounding.fallback):
        return ""
    note = f"model_{answer.grounding.fallback or 'checked'}"
    return f'<p class="hint">{escape(phrases.say(note))}</p>'


def _source(citation: Citation, phrases: Phrases) -> str:
    place = " › ".join(part for part in (citation.section, citation.heading) if part)
    return (
        f'<li id="{source_anchor(citation.n)}" class="source" tabindex="-1">'
        f'<h3><span class="number">{citation.n}</span> {escape(citation.title)}'
        f' <span class="id">{escape(citation.fiche_id)}</span></h3>'
        f'<p class="place">{escape(place)}</p>'
        f"<blockquote>{escape(citation.quote)}</blockquote>"
        f"{_fiche_link(citation, phrases)}</li>"
    )


def _fiche_link(citation: Citation, phrases: Phrases) -> str:
    if not citation.url.startswith("https://"):  # a library is data: no link runs a script
        return ""
    text, which = phrases.say("fiche_link"), phrases.say("fiche_link_which", title=citation.title)
    return (
        f'<a class="fiche" href="{escape(citation.url)}" target="_blank" rel="noopener">{escape(text)}'
        f'<span class="visually-hidden"> {escape(which)}</span></a>'
    )
