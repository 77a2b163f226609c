"""Whether a lexicon is sound: its form, its coverage, its names, and that no fiche was copied into it.

A fault has to be mended. A notice says what is allowed on purpose, so that nobody does it unawares: a name that leads
to several métiers, or that another fiche bears beside its title.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from typing import Any

from pydantic import ValidationError

from ingest.fiche import PROSE_SECTIONS, FicheMetier
from ingest.lexicon import Entry, LexiconError, lexicon_files, raw_entries
from ingest.text import fold, squeeze, words

#: A run of so many words in common with a fiche is a copy of it.
RUN = 6
#: So many descriptions an entry has, and so many words at least each of them.
DESCRIPTIONS_WANTED = range(3, 7)
SHORTEST = 5

#: Blanks at an end, doubled, before a comma, or inside a word that a line break cut ("bloc- notes").
_STRAY = re.compile(r"^\s|\s$|\s\s|\s,|,[^\s\d]|\w-\s+\w")
_SCHEMA_FAULTS = {"missing": "champ obligatoire absent", "extra_forbidden": "champ inconnu"}

_Words = tuple[str, ...]


@dataclass(frozen=True)
class Finding:
    """Something to say of an entry (its id, or its rank in the file where it has none): a fault, or a notice."""

    file: str
    entry: str
    message: str
    notice: bool = False

    def __str__(self) -> str:
        place = ", ".join(part for part in (self.file, self.entry) if part)
        return f"{place} : {self.message}"


@dataclass(frozen=True)
class Filed:
    """An entry and the name of the file that holds it."""

    file: str
    entry: Entry

    def fault(self, message: str) -> Finding:
        """A fault of this entry."""
        return Finding(self.file, self.entry.id, message)

    def notice(self, message: str) -> Finding:
        """A notice about this entry."""
        return Finding(self.file, self.entry.id, message, notice=True)


@dataclass(frozen=True)
class Checked:
    """What a check found, faults first; `entries` counts the entries that could be read."""

    entries: int
    findings: tuple[Finding, ...]

    @property
    def faults(self) -> tuple[Finding, ...]:
        """What has to be mended."""
        return tuple(finding for finding in self.findings if not finding.notice)


def check_lexicon(folder: Traversable, fiches: Mapping[str, FicheMetier] | None = None) -> Checked:
    """Check the lexicon files of a folder, against the fiches that it speaks of where they are given."""
    read = [found for path in lexicon_files(folder) for found in _read(path)]
    filed = [found for found in read if isinstance(found, Filed)]
    findings = [found for found in read if isinstance(found, Finding)]
    for one in filed:
        findings += [*_form(one), *_spaces(one)]
    findings += [*_repeated(filed), *_shared(filed)]
    if fiches is not None:
        findings += [*_coverage(filed, fiches), *_clashes(filed, fiches), *_copies(filed, fiches)]
    return Checked(len(filed), tuple(sorted(findings, key=lambda finding: finding.notice)))


def _read(path: Traversable) -> Iterator[Filed | Finding]:
    try:
        raw = raw_entries(path)
    except LexiconError as error:
        yield Finding("", "", str(error))
        return
    for rank, item in enumerate(raw, start=1):
        try:
            yield Filed(path.name, Entry.model_validate(item))
        except ValidationError as error:
            yield Finding(path.name, _name(item, rank), _schema_fault(error))


def _name(item: Any, rank: int) -> str:
    given = item.get("id") if isinstance(item, dict) else None
    return given if isinstance(given, str) else f"entrée n° {rank}"


def _schema_fault(error: ValidationError) -> str:
    faults = (
        (".".join(map(str, fault["loc"])), _SCHEMA_FAULTS.get(fault["type"], f"valeur refusée ({fault['msg']})"))
        for fault in error.errors()
    )
    return " ; ".join(f"« {place} », {fault}" if place else fault for place, fault in faults)


def _form(filed: Filed) -> Iterator[Finding]:
    """Faults of one entry, whatever stands in the others."""
    entry = filed.entry
    if not FicheMetier.ID_PATTERN.fullmatch(entry.id):
        yield filed.fault("identifiant mal formé, « MET. » et un nombre sont attendus")
    if len(entry.descriptions) not in DESCRIPTIONS_WANTED:
        few, most = DESCRIPTIONS_WANTED[0], DESCRIPTIONS_WANTED[-1]
        yield filed.fault(f"{len(entry.descriptions)} descriptions, de {few} à {most} sont attendues")
    for description in entry.descriptions:
        if len(words(description)) < SHORTEST:
            yield filed.fault(f"description vide ou trop courte : « {description} » (au moins {SHORTEST} mots)")
    for name in entry.names:
        if not words(name):
            yield filed.fault(f"nom vide : « {name} »")
    for name in _twice(entry.names):
        yield filed.fault(f"nom donné deux fois : « {name} »")
    for word in _twice(entry.words.split(",")):
        yield filed.fault(f"mot associé donné deux fois : « {word} »")


def _spaces(filed: Filed) -> Iterator[Finding]:
    entry = filed.entry
    for text in (entry.title, *entry.names, *entry.descriptions, entry.words):
        if stray := _STRAY.search(text):
            around = text[max(stray.start() - 15, 0) : stray.end() + 15]
            yield filed.fault(f"espace ou virgule de trop : « {around} »")


def _twice(texts: Sequence[str]) -> list[str]:
    return [text for text, count in Counter(map(fold, texts)).items() if count > 1]


def _repeated(filed: Sequence[Filed]) -> Iterator[Finding]:
    """Entries of one id, and descriptions of one wording."""
    first: dict[str, Filed] = {}
    said: dict[str, Filed] = {}
    for one in filed:
        if other := first.get(one.entry.id):
            yield one.fault(f"déjà dans {other.file} : garder une seule des deux entrées")
        first.setdefault(one.entry.id, one)
        for description in one.entry.descriptions:
            if other := said.get(fold(description)):
                yield one.fault(f"description déjà donnée à {other.entry.id} : « {description} »")
            said.setdefault(fold(description), one)


def _shared(filed: Sequence[Filed]) -> Iterator[Finding]:
    """Names given to several métiers, said once, at the first of them."""
    bearers: dict[_Words, dict[str, tuple[Filed, str]]] = defaultdict(dict)
    for one in filed:
        for name in one.entry.names:
            bearers[tuple(words(name))].setdefault(one.entry.id, (one, name))
    for group in bearers.values():
        (first, name), *others = group.values()
        if others:
            several = ", ".join(f"{other.entry.id} ({other.entry.title})" for other, _ in others)
            yield first.notice(f"« {name} » mène aussi à {several}")


def _coverage(filed: Sequence[Filed], fiches: Mapping[str, FicheMetier]) -> Iterator[Finding]:
    """Fiches without an entry, entries without a fiche, entries that name their fiche otherwise."""
    known = {one.entry.id for one in filed}
    for fiche in fiches.values():
        if fiche.id not in known:
            yield Finding("", fiche.id, f"aucune entrée pour cette fiche ({fiche.title})")
    for one in filed:
        own = fiches.get(one.entry.id)
        if own is None:
            yield one.fault("aucune fiche ne porte cet identifiant")
        elif squeeze(own.title) != one.entry.title:
            yield one.fault(f"titre « {one.entry.title} », la fiche dit « {squeeze(own.title)} »")


def _clashes(filed: Sequence[Filed], fiches: Mapping[str, FicheMetier]) -> Iterator[Finding]:
    """Names that belong to another fiche: as its title, a fault; as another of its names, allowed on purpose."""
    titles, names = _bearers(fiches, titles=True), _bearers(fiches, titles=False)
    for one in filed:
        for name in one.entry.names:
            said = tuple(words(name))
            if one.entry.id in names.get(said, {}):
                continue
            for other in titles.get(said, {}):
                yield one.fault(f"« {name} » est le titre de {other} ({fiches[other].title})")
            for other in names.get(said, {}).keys() - titles.get(said, {}).keys():
                yield one.notice(f"« {name} » est aussi un nom de {other} ({fiches[other].title})")


def _bearers(fiches: Mapping[str, FicheMetier], titles: bool) -> dict[_Words, dict[str, None]]:
    bearers: dict[_Words, dict[str, None]] = defaultdict(dict)
    for fiche in fiches.values():
        for name in (fiche.name, *(() if titles else fiche.other_names)):
            for form in name.forms:
                bearers[tuple(words(form))][fiche.id] = None
    return bearers


def _copies(filed: Sequence[Filed], fiches: Mapping[str, FicheMetier]) -> Iterator[Finding]:
    """Runs of words that descriptions or words have in common with the prose of any fiche, each run said once."""
    runs: dict[_Words, Filed] = {}
    for one in filed:
        for text in (*one.entry.descriptions, one.entry.words):
            runs.update(dict.fromkeys(_runs(text), one))
    copied = {
        run: fiche.id
        for fiche in fiches.values()
        for text in _prose(fiche)
        for run in _runs(text)
        if run in runs
    }  # fmt: skip
    for run, fiche_id in copied.items():
        yield runs[run].fault(f"{RUN} mots de suite de la fiche {fiche_id} : « {' '.join(run)} »")


def _prose(fiche: FicheMetier) -> Iterator[str]:
    for section in fiche.citable_sections():
        if section.name in PROSE_SECTIONS:
            for block in section.blocks:
                yield from (*block.path, block.text)


def _runs(text: str) -> Iterable[_Words]:
    said = [word for word in words(text) if len(word) > 1]  # "d'une école" is two words, not three
    return (tuple(said[start : start + RUN]) for start in range(len(said) - RUN + 1))
