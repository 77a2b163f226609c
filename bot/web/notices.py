"""What stands around the chat: who speaks, where the fiches come from, how far the search engine is."""

from __future__ import annotations

import logging
from datetime import date
from html import escape
from typing import get_args

from bot.feedback import Reason
from bot.phrases import Phrases
from bot.web.guide import Guide
from bot.web.templates import Templates
from bot.web.warmup import Readiness
from ingest.library import LibraryError, Manifest, SearchError, UnreachableError

logger = logging.getLogger(__name__)


def trouble(error: LibraryError, phrases: Phrases) -> str:
    """What is said to those who ask while the library cannot be read; an operator finds more in the log."""
    if isinstance(error, UnreachableError):
        logger.warning("%s", error)
        return phrases.say("search_away" if isinstance(error, SearchError) else "library_away")
    return phrases.say("no_library", reason=error)


def header(templates: Templates) -> str:
    """The page's title, its views, and that an automatic assistant speaks (EU AI Act, article 50)."""
    return templates.render("header")


def opinion(templates: Templates) -> str:
    """Whether the last answer was of use."""
    return templates.render("opinion", reasons=get_args(Reason))


def tools(templates: Templates) -> str:
    """What can be done with the conversation."""
    return templates.render("tools")


def provenance(guide: Guide, phrases: Phrases) -> str:
    """The source and edition of the fiches (ODbL asks for both), or what to run when there are none."""
    try:
        manifest = guide.manifest()
    except LibraryError as error:
        return f'<p class="alert" role="alert">{escape(trouble(error, phrases))}</p>'
    return f'<p class="provenance">{escape(provenance_sentence(manifest, phrases))}</p>'


def provenance_sentence(manifest: Manifest, phrases: Phrases) -> str:
    """The source, the edition and the number of fiches, in one sentence."""
    source = manifest.source or phrases.say("source_unknown")
    return phrases.say("provenance", source=source, edition=_edition(manifest, phrases), fiches=manifest.fiches)


def status(readiness: Readiness, phrases: Phrases) -> str:
    """The state line of the search engine."""
    return f'<p class="status {readiness.name.lower()}" role="status">{escape(phrases.say(readiness))}</p>'


def progress(busy: bool, phrases: Phrases) -> str:
    """What is seen and heard while an answer is on its way."""
    return f'<p class="searching" role="status">{escape(phrases.say("searching"))}</p>' if busy else ""


def _edition(manifest: Manifest, phrases: Phrases) -> str:
    try:
        return phrases.say("edition_dated", date=f"{date.fromisoformat(manifest.edition):%d/%m/%Y}")
    except ValueError:  # "édition non précisée", or a name that is not a date: shown as given
        return manifest.edition
