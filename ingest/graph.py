"""The graph of studies: métiers, formations, levels, further studies, and where each arrow of it is written.

Métier fiches name formations by id; formation fiches name métiers by title, and other formations in the prose of
"Accès" and "Poursuite d'études", by their title or by their kind. Every arrow carries the words that say it, so that
it can be cited. A title that is nobody's or several's links nothing: it is kept in `unlinked`, never guessed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from ingest.fiche import FicheMetier, FormationSectionName, SectionName
from ingest.formation import Formation
from ingest.kinds import Mention, MentionFinder
from ingest.passages import Passage
from ingest.text import fold


@dataclass(frozen=True)
class Link:
    """A métier and a formation that one of the two fiches links: `source` says it, in `section`, in these `words`."""

    metier: str
    formation: str
    source: str
    section: SectionName
    words: str


@dataclass(frozen=True)
class Step:
    """A formation whose fiche (`source`) names another (`target`), or a kind of others when `target` is None."""

    source: str
    section: FormationSectionName
    mention: Mention

    @property
    def target(self) -> str | None:
        """The id of the formation whose whole title is written, None where the fiche names a kind alone."""
        return self.mention.formation

    @property
    def words(self) -> str:
        """The words as the section has them."""
        return self.mention.words


@dataclass(frozen=True)
class Unlinked:
    """A métier that a formation fiche names by a title that no métier fiche bears, or several do."""

    formation: str
    title: str
    candidates: tuple[str, ...] = ()


@dataclass(frozen=True)
class LinkCounts:
    """What linked and what did not, for the report.

    `without_fiche` counts the formations that métier fiches name and that have no fiche; `named_steps` the sections
    "Poursuite d'études" that name a formation by its whole title, `kind_steps` those that name kinds alone, and
    `silent_steps` those that name neither.
    """

    formations_named: int
    without_fiche: int
    metiers_linked: int
    metiers_unlinked: int
    named_steps: int
    kind_steps: int
    silent_steps: int


@dataclass(frozen=True)
class StudyGraph:
    """The arrows of a library, by id. A formation without a fiche has a title and the métiers that name it, no more.

    `onward` has what each formation's fiche says one can go on to, `entries` what it says one comes from, `reached`
    the entries of other formations that name a formation by its title. A formation is a key of `onward` when its
    fiche has that section, even if no step was found in it; likewise of `entries`.
    """

    titles: Mapping[str, str]
    without_fiche: frozenset[str]
    by_formation: Mapping[str, tuple[Link, ...]]
    by_metier: Mapping[str, tuple[Link, ...]]
    onward: Mapping[str, tuple[Step, ...]]
    entries: Mapping[str, tuple[Step, ...]]
    reached: Mapping[str, tuple[Step, ...]]
    unlinked: tuple[Unlinked, ...]

    @classmethod
    def of(cls, fiches: Mapping[str, FicheMetier], formations: Mapping[str, Formation]) -> StudyGraph:
        """Draw the graph of a library's fiches."""
        own_titles = {formation.id: formation.title for formation in formations.values()}
        labels = {link.id: link.label for fiche in fiches.values() for link in fiche.formations}
        found = list(_associated(formations.values(), fiches.values()))
        links = [*_recommended(fiches.values()), *(link for link in found if isinstance(link, Link))]
        finder = MentionFinder(own_titles)
        entries = _steps(formations.values(), "Accès", finder)
        return cls(
            titles={**labels, **own_titles},
            without_fiche=frozenset(labels.keys() - own_titles.keys()),
            by_formation=_grouped((link.formation, link) for link in links),
            by_metier=_grouped((link.metier, link) for link in links),
            onward=_steps(formations.values(), "Poursuite d'études", finder),
            entries=entries,
            reached=_grouped((step.target, step) for steps in entries.values() for step in steps if step.target),
            unlinked=tuple(link for link in found if isinstance(link, Unlinked)),
        )

    def metiers_of(self, formation_id: str) -> tuple[str, ...]:
        """The métiers that a formation leads to, each once: those that either fiche links."""
        return tuple(dict.fromkeys(link.metier for link in self.by_formation.get(formation_id, ())))

    def formations_of(self, metier_id: str) -> tuple[str, ...]:
        """The formations that lead to a métier, each once: those that either fiche links."""
        return tuple(dict.fromkeys(link.formation for link in self.by_metier.get(metier_id, ())))

    def counts(self) -> LinkCounts:
        """What linked and what did not."""
        links = [link for links in self.by_formation.values() for link in links]
        named = sum(any(step.target for step in steps) for steps in self.onward.values())
        silent = sum(not steps for steps in self.onward.values())
        return LinkCounts(
            formations_named=len({link.formation for link in links if link.source == link.metier}),
            without_fiche=len(self.without_fiche),
            metiers_linked=sum(link.source == link.formation for link in links),
            metiers_unlinked=len(self.unlinked),
            named_steps=named,
            kind_steps=len(self.onward) - named - silent,
            silent_steps=silent,
        )


def evidence(arrow: Link | Step, passages: Iterable[Passage]) -> Passage | None:
    """Of its source's passages, the one that says an arrow."""
    return next((p for p in passages if p.section == arrow.section and arrow.words in p.text), None)


def _recommended(fiches: Iterable[FicheMetier]) -> Iterator[Link]:
    for fiche in fiches:
        for link in fiche.formations:
            words = f"{link.label} (ID: {link.id})"
            yield Link(fiche.id, link.id, fiche.id, "Formations recommandées", words)


def _associated(formations: Iterable[Formation], fiches: Iterable[FicheMetier]) -> Iterator[Link | Unlinked]:
    """The métiers that formations name: by the title of one fiche, else by another name that one fiche alone bears."""
    titles, names = defaultdict[str, set[str]](set), defaultdict[str, set[str]](set)
    for fiche in fiches:
        titles[fold(fiche.title)].add(fiche.id)
        for name in (fiche.name, *fiche.other_names):
            for form in name.forms:
                names[fold(form)].add(fiche.id)
    for formation in formations:
        for title in formation.metiers:
            bearers = sorted(titles.get(fold(title)) or names.get(fold(title)) or ())
            if len(bearers) == 1:
                yield Link(bearers[0], formation.id, formation.id, "Métiers associés", title)
            else:
                yield Unlinked(formation.id, title, tuple(bearers))


def _steps(
    formations: Iterable[Formation], name: FormationSectionName, finder: MentionFinder
) -> dict[str, tuple[Step, ...]]:
    return {
        formation.id: tuple(
            Step(formation.id, name, mention) for mention in finder.find(section.text, formation.id, formation.title)
        )
        for formation in formations
        if (section := formation.section(name))
    }


_Arrow = TypeVar("_Arrow")


def _grouped(arrows: Iterable[tuple[str, _Arrow]]) -> dict[str, tuple[_Arrow, ...]]:
    groups: dict[str, list[_Arrow]] = defaultdict(list)
    for key, arrow in arrows:
        groups[key].append(arrow)
    return {key: tuple(group) for key, group in groups.items()}
