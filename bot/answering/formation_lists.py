"""Lists of formations of a kind or a level that lead to some métiers: exact, each with the métiers that name it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.answer import Computed, Outcome
from bot.answering.formations import FormationTeller
from bot.answering.written import Written
from bot.understanding.keys import keys_of
from bot.understanding.reading import Reading
from bot.understanding.studies import Study
from ingest.fiche import FicheMetier
from ingest.graph import Link
from ingest.kinds import kind_of
from ingest.text import fold

#: Formations shown, and métiers named behind each.
_SHOWN, _METIERS_SHOWN = 12, 3
#: Words that begin alike are of one family: "bijouterie", "bijoutier".
_STEM = 5
_SHORTEST_TOPIC = 3


@dataclass(frozen=True)
class Listed:
    """A formation of a list, and the lines of métier fiches that put it there."""

    id: str
    links: tuple[Link, ...]


def write_formation_list(study: Study, reading: Reading, teller: FormationTeller) -> Written:
    """Every formation that satisfies, those of most métiers first; the total is exact."""
    say = teller.voice.studies.say
    fiches = reading.fiches or tuple(_group(study, teller))
    found = _listed(study, fiches, teller, by_title=not reading.fiches)
    if not found:
        return Written(Outcome.NOT_FOUND, say("list_none"))
    shown, total = found[:_SHOWN], len(found)
    lead = say("list_one") if total == 1 else say("list_all", total=total)
    if len(shown) < total:
        lead = say("list_first", total=total, shown=len(shown))
    lines = [f"- {_line(listed, teller)}" for listed in shown]
    computed = (Computed(value=total, what="total"), Computed(value=len(shown), what="place"))
    return Written(Outcome.LIST, "\n".join([lead, *lines]), teller.book.entries(), computed, total=total)


def _group(study: Study, teller: FormationTeller) -> Iterator[FicheMetier]:
    """The métiers of the domaines wished, and those whose names hold a word of the topic or whose first lines all."""
    for fiche in teller.version.fiches.values():
        if (
            any({domaine.name, domaine.sub} & set(study.wished.domaines) for domaine in fiche.domaines)
            or any(_alike(word, key) for name in fiche.searched_names for key in keys_of(name) for word in study.topic)
            or (study.topic and set(study.topic) <= _first_lines(fiche))
        ):
            yield fiche


def _first_lines(fiche: FicheMetier) -> set[str]:
    section = fiche.section("Présentation")
    return set(keys_of(section.text)) if section else set()


def _listed(study: Study, fiches: Iterable[FicheMetier], teller: FormationTeller, by_title: bool) -> list[Listed]:
    """The formations that suit and that fiches of the group name, or whose own title holds a word of the topic."""
    group, found = {fiche.id for fiche in fiches}, dict[str, list[Link]]()
    for formation_id, links in teller.graph.by_formation.items():
        if not _suits(formation_id, study, teller):
            continue
        named = [link for link in links if link.source == link.metier]
        told = by_title and _tells(teller.graph.titles[formation_id], study)
        kept = named if told else [link for link in named if link.metier in group]
        if kept:
            found[formation_id] = kept
    listed = [Listed(formation_id, tuple(links)) for formation_id, links in found.items()]
    return sorted(listed, key=lambda one: (-len(one.links), fold(teller.graph.titles[one.id])))


def _tells(title: str, study: Study) -> bool:
    return any(word in study.topic for word in keys_of(title) if len(word) >= _SHORTEST_TOPIC)


def _suits(formation_id: str, study: Study, teller: FormationTeller) -> bool:
    formation, kind = teller.version.formations.get(formation_id), kind_of(teller.graph.titles[formation_id])
    if study.kinds:
        return kind is not None and kind.name in study.kinds
    rank = formation.level_rank if formation else None
    return rank is not None and study.wished.levels.accept(rank)


def _line(listed: Listed, teller: FormationTeller) -> str:
    say, version = teller.voice.studies.say, teller.version
    items = []
    for link in listed.links[:_METIERS_SHOWN]:
        passage = next(p for p in version.by_fiche[link.metier] if link.words in p.text)
        n = teller.book.cite(passage, f"- {link.words}")
        items.append(say("named_item", title=version.fiches[link.metier].title, n=n))
    title, metiers = teller.graph.titles[listed.id], ", ".join(items)
    formation = version.formations.get(listed.id)
    facts = [text for name in ("duration", "level") if formation and (text := teller.fact(formation, name))]
    if not facts:
        return say("list_item_plain", title=title, id=listed.id, metiers=metiers)
    return say("list_item", title=title, id=listed.id, facts=", ".join(facts), metiers=metiers)


def _alike(word: str, key: str) -> bool:
    if min(len(word), len(key)) < _STEM:
        return word == key
    return word[:_STEM] == key[:_STEM]
