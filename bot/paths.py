"""Ways from a class or a diploma to a métier: chains of arrows of the graph of studies, each said by a fiche.

A way ends with a formation that the métier's fiche names. What opens a formation is what its own "Accès" names, or what
the "Poursuite d'études" of an earlier one does. Where no fiche says how one gets in, there is no way: the formation is
kept apart in `Ways.unsaid`, for the answer to say so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from bot.bacs import bacs_named
from bot.ways import Said, Stage, Start, Way, Ways
from ingest.fiche import LEVEL_RANKS, FicheMetier
from ingest.formation import Formation
from ingest.graph import Step, StudyGraph
from ingest.kinds import Kind, keys_of_title, kind_of
from ingest.text import fold

BAC = LEVEL_RANKS["bac ou équivalent"]
#: Formations between the start and the métier.
_MOST_FORMATIONS = 3
#: Of these the fiche describes the last class alone: its duration is not how long they take.
_LAST_CLASS = frozenset({"bac général", "bac techno"})
_BACS = frozenset({"bac", "bac général", "bac techno", "bac pro"})
#: "de même niveau que le bac" names no way in.
_SAME_LEVEL = "meme niveau que le "
_NO_RANK = 99
#: Words are the same when they begin alike.
_STEM = 6
_NO_SUBJECT = frozenset(
    word[:_STEM]
    for word in [
        "mention",
        "metier",
        "option",
        "parcours",
        "diplome",
        "national",
        "ecole",
        "superieure",
        "superieur",
        "specialite",
        "technologies",
        "sciences",
        "technique",
        "techniques",
        "technicien",
        "licence",
        "master",
        "professionnel",
        "bachelor",
        "universite",
        "domaine",
        "services",
        "responsable",
        "gestion",
        "certificat",
        "programme",
        "ingenieur",
    ]
)


@dataclass(frozen=True)
class PathFinder:
    """Looks for ways in one version of the library."""

    formations: Mapping[str, Formation]
    graph: StudyGraph
    _by_title: Mapping[str, str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_title", {fold(f.title): f.id for f in self.formations.values()})

    def find(self, metier: FicheMetier, start: Start) -> Ways:
        """Every formation that the métier's fiche names, with the shortest way to it that fiches say."""
        named = tuple(dict.fromkeys(link.id for link in metier.formations))
        found = {end: way for end in named if (way := self._best(end, metier, start, named))}
        ranked = sorted(found.values(), key=lambda way: self._length(way, metier))
        low = metier.level_rank or 0
        unsaid = (end for end in named if end not in found)
        return Ways(
            metier,
            start,
            tuple(ranked),
            tuple(sorted(unsaid, key=lambda end: self._distance(end, start, low))),
            below=bool(ranked) and all(way.rank is not None and way.rank < low for way in ranked),
        )

    def unsaid_way(self, ways: Ways) -> Way:
        """What is left where no fiche says a way: the métier, behind the nearest formation that its fiche names."""
        ends = ways.unsaid[:1]
        stages = [Stage("class", ways.start.label)]
        stages += [Stage("formation", self.graph.titles[end], end) for end in ends]
        last = Stage("metier", ways.metier.title, ways.metier.id, recommended(ways.metier, *ends))
        return Way((*stages, last), None, ways.start.label, None, is_said=False)

    def _distance(self, end: str, start: Start, low: int) -> tuple[bool, bool, int]:
        """Formations above the start and at the métier's minimum level come first, the lowest before the others."""
        rank = self.rank(end)
        if rank is None:
            return (False, True, _NO_RANK)
        return (rank <= start.rank and start.rank > BAC - 2, rank < low, rank)

    def rank(self, formation_id: str) -> int | None:
        """The level of a formation, None where its fiche states none."""
        formation = self.formations.get(formation_id)
        return formation.level_rank if formation else None

    def _best(self, end: str, metier: FicheMetier, start: Start, named: tuple[str, ...]) -> Way | None:
        if end in start.formations:
            chains: list[tuple[Stage, ...]] = [()]
        else:
            chains = list(self._chains(end, start, named, _MOST_FORMATIONS, frozenset()))
        ways = [self._way(chain, end, metier, start) for chain in chains]
        return min(ways, key=lambda way: (self._hours(way), len(way.stages)), default=None)

    def _chains(
        self, end: str, start: Start, named: tuple[str, ...], left: int, seen: frozenset[str]
    ) -> Iterator[tuple[Stage, ...]]:
        """The stages from just after the start up to a formation, in every way that fiches say."""
        if not left or end in seen or not self._goes_up(end, start):
            return
        direct = self._opened_to(end, start, named)
        if direct:
            yield (self._formation(end, direct),)
            return
        found = False
        for other, said in self._before(end, named):
            for chain in self._chains(other, start, named, left - 1, seen | {end}):
                found = True
                yield (*chain, self._formation(end, said))
        if not found:
            yield from self._through_a_kind(end, start)

    def _goes_up(self, end: str, start: Start) -> bool:
        """Whether a formation is of a higher level than the start's, or opened to it by name."""
        rank = self.rank(end)
        if rank is None or rank > start.rank:
            return end in self.formations
        return rank == start.rank and next(self._by_name(end, start), None) is not None

    def _opened_to(self, end: str, start: Start, named: tuple[str, ...]) -> Said | None:
        """What opens a formation to whoever stands at the start: its title, then its kind."""
        entered = (said for step in self.graph.entries.get(end, ()) if (said := self._entry(step, start, end, named)))
        left = (
            _said(step)
            for source in start.formations
            for step in self.graph.onward.get(source, ())
            if step.target is None and self._is_of(end, step.mention.kind) and self._goes_with(end, start, named)
        )
        return next(self._by_name(end, start), None) or next(entered, None) or next(left, None)

    def _by_name(self, end: str, start: Start) -> Iterator[Said]:
        """Arrows between a formation of the start and this one, that write its whole title."""
        for step in self.graph.entries.get(end, ()):
            if step.target in start.formations:
                yield _said(step)
        for source in start.formations:
            for step in self.graph.onward.get(source, ()):
                if step.target == end:
                    yield _said(step)

    def _entry(self, step: Step, start: Start, end: str, named: tuple[str, ...]) -> Said | None:
        """What an "Accès" says to whoever stands at the start, None where it names another diploma."""
        text = self._text(step)
        if self._is_same_level(step):
            return None
        if step.mention.kind in _BACS:
            suits = start.bac is not None and start.bac.is_among(bacs_named(text))
            return (
                Said(step.source, step.section, start.bac.words_in(text, step.words)) if suits and start.bac else None
            )
        suits = step.mention.kind in start.kinds and step.target is None and self._goes_with(end, start, named)
        return _said(step) if suits else None

    def _goes_with(self, end: str, start: Start, named: tuple[str, ...]) -> bool:
        """Whether a kind alone is enough to go from what the start names to a formation.

        A CAP of cooking is no way into a BP of hairdressing, though it asks for "un CAP": either the métier's fiche
        names both, or their titles share a word.
        """
        if not start.formations:
            return True
        subject = _subject(self.graph.titles[end])
        return any(
            source in named or subject & _subject(self.graph.titles.get(source, "")) for source in start.formations
        )

    def _before(self, end: str, named: tuple[str, ...]) -> list[tuple[str, Said]]:
        """The formations that lead to another, by the title that one of the two fiches writes.

        Among those that the métier names, a kind is enough: its "CAP" is the CAP that the "Accès" of its BP asks for.
        """
        found: dict[str, Said] = {}
        for step in self.graph.entries.get(end, ()):
            if step.target and not self._is_same_level(step):
                found.setdefault(step.target, _said(step))
            for other in named if step.target is None and not self._is_same_level(step) else ():
                if self._is_of(other, step.mention.kind) and self._is_below(other, end):
                    found.setdefault(other, _said(step))
        for other in named:
            for step in self.graph.onward.get(other, ()):
                by_kind = step.target is None and self._is_of(end, step.mention.kind) and self._is_below(other, end)
                if step.target == end or by_kind:
                    found.setdefault(other, _said(step))
        return list(found.items())

    def _is_below(self, other: str, end: str) -> bool:
        """Whether a formation is another, and of no higher level."""
        before, after = self.rank(other), self.rank(end)
        return other != end and (before is None or after is None or before <= after)

    def _through_a_kind(self, end: str, start: Start) -> Iterator[tuple[Stage, ...]]:
        """Through a diploma of which the fiche names the kind alone: "le bac", "un bac + 2"."""
        for step in self.graph.entries.get(end, ()):
            rank = step.mention.rank
            if rank is not None and rank > start.rank and not self._is_same_level(step):
                kind = step.mention.kind or step.words
                yield Stage("class", kind), self._formation(end, _said(step))
                return

    def _is_same_level(self, step: Step) -> bool:
        return f"{_SAME_LEVEL}{fold(step.words)}" in fold(self._text(step))

    def _text(self, step: Step) -> str:
        section = self.formations[step.source].section(step.section)
        return section.text if section else ""

    def _is_of(self, formation_id: str, kind: str | None) -> bool:
        own: Kind | None = kind_of(self.graph.titles[formation_id])
        return own is not None and own.name == kind

    def _formation(self, formation_id: str, by: Said | None) -> Stage:
        return Stage("formation", self.graph.titles[formation_id], formation_id, by)

    def _way(self, chain: tuple[Stage, ...], end: str, metier: FicheMetier, start: Start) -> Way:
        stages = (
            Stage("class", start.label),
            *chain,
            Stage("metier", metier.title, metier.id, recommended(metier, end)),
        )
        counted_from, months = start.label, 0 if chain else None
        for stage in chain:
            own = kind_of(stage.title)
            if stage.kind == "class" or (own and own.name in _LAST_CLASS):
                counted_from, months = stage.title, 0
            else:
                lasts = self.formations[stage.id or ""].duration_months
                months = None if months is None or lasts is None else months + lasts
        return Way(stages, months or None, counted_from, self.rank(end))

    def _hours(self, way: Way) -> int:
        """How long a way is, to compare those to one end: what is not counted is longer than what is."""
        if not way.formations:
            return 0
        return _NO_RANK * 12 if way.months is None else way.months + 12 * (way.counted_from != way.stages[0].title)

    def _length(self, way: Way, metier: FicheMetier) -> tuple[bool, int, int, int, str]:
        """Ways that reach the métier's minimum level first, then by the level of their end, then by months."""
        rank, low = way.rank, metier.level_rank
        too_low = rank is not None and low is not None and rank < low
        return (too_low, rank or self._assumed(way), self._hours(way), len(way.stages), fold(way.stages[-2].title))

    def _assumed(self, way: Way) -> int:
        """Where a formation without a level stands in the order of ways: where its months after the bac end."""
        return _NO_RANK if way.months is None else BAC + way.months // 12


def _subject(title: str) -> set[str]:
    """What a title is about: the beginnings of its long words, so that "boulanger" is "boulangerie"."""
    return {key[:_STEM] for key in keys_of_title(title) if len(key) >= _STEM} - _NO_SUBJECT


def _said(step: Step) -> Said:
    return Said(step.source, step.section, step.words)


def recommended(metier: FicheMetier, *ends: str) -> Said | None:
    """The line of the métier's fiche that names a formation."""
    lines: Iterable[str] = (f"{link.label} (ID: {link.id})" for link in metier.formations if link.id in ends)
    line = next(iter(lines), None)
    return Said(metier.id, "Formations recommandées", line) if line else None
