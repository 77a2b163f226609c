"""What stands around the chat: who speaks, where the fiches come from, how far the search engine is."""

from __future__ import annotations

from datetime import date
from html import escape

from bot.phrases import Phrases
from bot.web.guide import Guide
from bot.web.warmup import Readiness
from ingest.library import LibraryError, Manifest


def header(phrases: Phrases) -> str:
    """The page's title, and that an automatic assistant speaks (EU AI Act, article 50)."""
    title, tagline, notice = (escape(phrases.say(name)) for name in ("title", "tagline", "notice"))
    return f'<div class="title"><h1>{title}</h1><p class="tagline">{tagline}</p></div><p class="notice">{notice}</p>'


def provenance(guide: Guide, phrases: Phrases) -> str:
    """The source and edition of the fiches (ODbL asks for both), or what to run when there are none."""
    try:
        manifest = guide.manifest()
    except LibraryError as error:
        return f'<p class="alert" role="alert">{escape(phrases.say("no_library", reason=error))}</p>'
    source = manifest.source or phrases.say("source_unknown")
    sentence = phrases.say("provenance", source=source, edition=_edition(manifest, phrases), fiches=manifest.fiches)
    return f'<p class="provenance">{escape(sentence)}</p>'


def status(readiness: Readiness, phrases: Phrases) -> str:
    """The state line of the search engine."""
    return f'<p class="status {readiness.name.lower()}" role="status">{escape(phrases.say(readiness))}</p>'


def _edition(manifest: Manifest, phrases: Phrases) -> str:
    try:
        return phrases.say("edition_dated", date=f"{date.fromisoformat(manifest.edition):%d/%m/%Y}")
    except ValueError:  # "édition non précisée", or a name that is not a date: shown as given
        return manifest.edition
