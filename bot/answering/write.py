"""Picks the writer that answers what was understood."""

from __future__ import annotations

from collections.abc import Callable

from bot.answer import Outcome
from bot.answering.beyond import write_beyond
from bot.answering.citations import CitationBook
from bot.answering.extract import write_about_named, write_about_nearest
from bot.answering.lists import PAGE, Listing, write_list
from bot.answering.off_topic import write_off_topic
from bot.answering.tables import write_comparison
from bot.answering.written import Voice, Written
from bot.retrieval import Found, Ranked
from bot.scope import speaks_of_studies
from bot.understanding.limits import DECISION, GENDER, Limit
from bot.understanding.reading import Reading
from ingest.library import Version

#: Below this cosine nothing in the library is near a description. Calibrated on questions, see docs/decisions.md.
NEAR_ENOUGH = 0.80
#: Kinds of readings that name métiers, and those that a search answers.
_NAMED, _SEARCHED = ("fact", "portrait", "comparison"), ("described", "unknown_name")
#: What nobody asks but of a métier.
_OF_METIERS_ALONE = ("salary", "access", "formations", "prospects", "statuses")
#: Métiers named beside a "not found".
_NEAREST_SHOWN = 3


def write_answer(
    reading: Reading, found: Found, version: Version, voice: Voice, listing: Callable[[], Listing]
) -> Written:
    """The answer to what was understood, from what retrieval found; `listing` is asked only for lists."""
    ranked = found.ranked
    if reading.beyond and _goes_beyond(reading, reading.beyond):
        return write_beyond(reading, reading.beyond, ranked, version, voice)
    if found.scope.is_off_topic and _may_be_off_topic(reading):
        return write_off_topic(found.scope.subject, voice)
    match reading.kind:
        case "order":
            return write_off_topic("instructions", voice)
        case "unknown_code":
            return Written(Outcome.NOT_FOUND, voice.outcomes.say("unknown_code", code=reading.unknown[0]))
        case "clarify":
            return _clarify(reading, version, voice)
        case "list" | "reverse":
            return _list(reading, listing(), version, voice)
        case "comparison":
            return write_comparison(reading.fiches, reading.intents, version, voice)
        case "fact" | "portrait":
            return write_about_named(reading, ranked, version, voice)
        case "described" if ranked and ranked[0][1] >= NEAR_ENOUGH:
            return write_about_nearest(reading, ranked, version, voice)
        case _:
            return _not_found(reading, ranked, version, voice)


def _may_be_off_topic(reading: Reading) -> bool:
    """Not a list, and not what asks for the salary or the studies of a métier that no fiche is about."""
    asks = any(intent.name in _OF_METIERS_ALONE for intent in reading.intents)
    return reading.kind in (*_NAMED, "described") or (reading.kind == "unknown_name" and not asks)


def _goes_beyond(reading: Reading, limit: Limit) -> bool:
    """Whether a question asks for more than fiches say; in a description the same words may be chance."""
    if limit.name in (DECISION, GENDER):
        return reading.kind in (*_SEARCHED, *_NAMED)
    return reading.kind in _NAMED or (reading.kind == "described" and speaks_of_studies(reading))


def _list(reading: Reading, listing: Listing, version: Version, voice: Voice) -> Written:
    if not listing.fiches and reading.kind == "reverse":
        name = ", ".join((*reading.formations, *reading.rome))
        return Written(Outcome.NOT_FOUND, voice.lists.say("no_bearer", name=name))
    return write_list(listing, version, voice)


def _clarify(reading: Reading, version: Version, voice: Voice) -> Written:
    book = CitationBook(version)
    items = [
        voice.lists.say("clarify_item", title=fiche.title, n=book.cite(version.by_fiche[fiche.id][0], fiche.title))
        for fiche in reading.fiches[:PAGE]
    ]
    text = voice.lists.say("clarify", name=reading.shared_name, items=", ".join(items))
    suggestions = tuple(
        voice.suggestions.say("portrait", title=fiche.title) for fiche in reading.fiches[:_NEAREST_SHOWN]
    )
    return Written(Outcome.CLARIFY, text, book.entries(), suggestions=suggestions)


def _not_found(reading: Reading, ranked: Ranked, version: Version, voice: Voice) -> Written:
    """Says so, and names the nearest métiers: they are offered, not given as the answer.

    Those that share the ROME code of the name asked are near by France Travail's account, the others by the model's.
    """
    text = voice.outcomes.say("not_found")
    book = CitationBook(version)
    nearest = (reading.nearby or tuple(dict.fromkeys(passage.fiche_id for passage, _ in ranked)))[:_NEAREST_SHOWN]
    items = [
        voice.lists.say("clarify_item", title=fiche.title, n=book.cite(version.by_fiche[fiche.id][0], fiche.title))
        for fiche in (version.fiches[fiche_id] for fiche_id in nearest)
    ]
    if items:
        phrase = "not_found_same_code" if reading.nearby else "not_found_nearest"
        text += " " + voice.outcomes.say(phrase, items=", ".join(items))
    return Written(Outcome.NOT_FOUND, text, book.entries())
