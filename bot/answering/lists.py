"""Lists of métiers: numbered, each with the facts that put it there and their citations, the total where exact."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.answer import Computed, Outcome
from bot.answering.citations import CitationBook
from bot.answering.sentences import split_sentences
from bot.answering.written import Voice, Written
from bot.understanding.constraints import NO_CONSTRAINTS, Constraints
from ingest.fiche import LEVEL_KEY, FicheMetier, SectionName
from ingest.library import Version
from ingest.passages import Passage

#: Métiers shown at a time; "montre la suite" shows the next ones.
PAGE = 6


@dataclass(frozen=True)
class Listing:
    """What a list shows: every métier that answers, in order, and what each is there for.

    `formations` and `rome` are the ids and codes that a reverse question asked about. `exact` says that the list is
    complete, so that its total means something; `start` is the place of the first métier to show.
    """

    fiches: tuple[FicheMetier, ...]
    constraints: Constraints = NO_CONSTRAINTS
    formations: tuple[str, ...] = ()
    rome: tuple[str, ...] = ()
    exact: bool = True
    start: int = 0
    lead: str | None = None


def write_list(listing: Listing, version: Version, voice: Voice) -> Written:
    """The next page of a list."""
    say = voice.lists.say
    shown = listing.fiches[listing.start : listing.start + PAGE]
    if not shown:
        return Written(Outcome.NOT_FOUND, say("list_over" if listing.fiches else "no_match"))
    book = CitationBook(version)
    lines = [
        f"{place}. {say('item', title=fiche.title, reasons=', '.join(_reasons(fiche, listing, version, voice, book)))}"
        for place, fiche in enumerate(shown, start=listing.start + 1)
    ]
    total = len(listing.fiches)
    computed = [Computed(value=total, what="total")] if listing.exact else []
    computed += [Computed(value=place, what="place") for place in (listing.start + 1, listing.start + len(shown))]
    suggestions = (say("more"),) if listing.start + PAGE < total else ()
    return Written(
        Outcome.LIST,
        "\n".join((_lead(listing, len(shown), voice), *lines)),
        book.entries(),
        tuple(computed),
        suggestions,
        total=total if listing.exact else None,
    )


def _lead(listing: Listing, shown: int, voice: Voice) -> str:
    say, total = voice.lists.say, len(listing.fiches)
    if listing.lead is not None:
        return listing.lead
    if not listing.exact:
        return say("lead_near") if listing.constraints else say("lead_topic")
    if listing.start:
        return say("lead_next", first=listing.start + 1, last=listing.start + shown, total=total)
    if total == 1:
        return say("lead_one")
    return say("lead_all", total=total) if total == shown else say("lead_first", total=total, shown=shown)


def _reasons(fiche: FicheMetier, listing: Listing, version: Version, voice: Voice, book: CitationBook) -> Iterator[str]:
    """What each constraint finds in the fiche, with its citation; where there is none, what the métier is."""
    say, asked = voice.lists.say, listing.constraints
    facts: tuple[tuple[SectionName, str, str, list[str]], ...] = (
        ("Formations recommandées", "reason_formation", "label", _labels(fiche, listing.formations)),
        ("Identité", "reason_rome", "code", [code for code in fiche.rome if code.upper() in listing.rome]),
        ("Centres d'intérêt", "reason_interest", "interest", [i for i in fiche.interests if i in asked.interests]),
        ("Statuts possibles", "reason_status", "status", [s for s in fiche.statuses if s in asked.statuses]),
        ("Accès au métier", "reason_level", "level", [fiche.level] if asked.levels and fiche.level else []),
    )
    given = False
    for section, name, key, items in facts:
        for item in items[:1]:
            passage, line = _line(version.by_fiche[fiche.id], section, item)
            yield say(name, **{key: item, "n": book.cite(passage, line)})
            given = True
    if not given:
        yield from _portrait(fiche, version, voice, book)


def _labels(fiche: FicheMetier, formations: Sequence[str]) -> list[str]:
    return [link.label for link in fiche.formations if link.id in formations]


def _line(passages: Sequence[Passage], section: SectionName, item: str) -> tuple[Passage, str]:
    """The passage of a section that holds a fact, and the line of it."""
    return next(
        (passage, line)
        for passage in passages
        if passage.section == section
        for line in passage.text.splitlines()
        if line in (f"- {item}", f"{LEVEL_KEY}: {item}") or line.startswith(f"- {item} (ID: ")
    )


def _portrait(fiche: FicheMetier, version: Version, voice: Voice, book: CitationBook) -> Iterator[str]:
    passage = next(
        (p for p in version.by_fiche[fiche.id] if p.section == "Présentation"), version.by_fiche[fiche.id][0]
    )
    sentence = split_sentences(passage.text)[0]
    yield voice.lists.say("reason_portrait", sentence=sentence.rstrip(" ."), n=book.cite(passage, sentence))
