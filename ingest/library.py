"""The seam between those who build the library and those who read it.

A *version* is immutable: fiches in memory, passages, a Chroma collection, a manifest. Publishing makes a new version
visible in one step. `ingest.local_library` keeps versions in a folder; another keeper only has to honour `Library`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, Protocol, runtime_checkable

from pydantic import BaseModel, ConfigDict

from ingest.embedding_cache import Vectors
from ingest.fiche import FicheMetier
from ingest.formation import Formation
from ingest.passages import Passage, passages_of
from ingest.text import fold

#: Raised by one when what a version holds changes shape; a library of another format is refused with a sentence.
FORMAT = 1
UNKNOWN_EDITION = "édition non précisée"


class LibraryError(RuntimeError):
    """A library that cannot be read or written. The message is one French sentence saying what to do."""


class DamagedError(LibraryError):
    """A version that is incomplete, or whose files are not those that were published."""


class OtherFormatError(LibraryError):
    """A sound library that another release of Oriane wrote: never to be overwritten."""


class UnreachableError(LibraryError):
    """A library that is out of reach for the moment: the same question may be answered in an instant."""


class SearchError(UnreachableError):
    """An index that is out of reach, of a version whose fiches are at hand: named métiers are still answered for."""


class NoLibraryError(LibraryError):
    """There is nothing to read yet."""


class Manifest(BaseModel):
    """What a version is made of: enough to refuse it, to name its source on the page, and to compare it."""

    model_config = ConfigDict(frozen=True)

    version: str
    format: int
    created: datetime
    model: str
    dimension: int
    source: str | None
    edition: str
    fiches: int
    passages: int
    expressions: int = 0
    formations: int = 0
    formation_passages: int = 0
    content_hash: str


@dataclass(frozen=True)
class Hit:
    """An entry that a dense search found, with the cosine of its vector to the question's."""

    id: str
    cosine: float


@runtime_checkable  # pydantic asks for it: a retriever holds a version, and a version a collection
class Collection(Protocol):
    """A dense index of one version."""

    def search(self, vector: Sequence[float], k: int, among: Sequence[str] | None = None) -> list[Hit]:
        """The `k` nearest entries, best first; of those with the ids `among`, where given."""
        ...


class NoCollection:
    """The index of what a version does not hold: nothing is found in it."""

    def search(self, vector: Sequence[float], k: int, among: Sequence[str] | None = None) -> list[Hit]:
        """Nothing, whatever is asked."""
        return []


class Indexed(Protocol):
    """What an index holds one entry of: a passage, or a description in everyday words."""

    @property
    def id(self) -> str:
        """Its key in the index."""
        ...

    @property
    def text(self) -> str:
        """Its words, as the index keeps them."""
        ...

    @property
    def embedded_text(self) -> str:
        """What the model sees of it."""
        ...

    @property
    def content_hash(self) -> str:
        """Identifies everything that the index holds of it."""
        ...

    @property
    def metadata(self) -> Mapping[str, Any]:
        """What stands beside its vector; no None, no empty list."""
        ...


@dataclass(frozen=True)
class Version:
    """One version of the library, open for reading. One answer reads one version, from its first step to its last.

    `collection` finds passages of métiers; `expressions` finds everyday descriptions, which lead to a métier and are
    never shown; `formation_collection` finds those passages of formations that are searched (`searched_passages`).
    `passages` and `by_fiche` hold the métiers', `formation_passages` and `by_formation` the formations'.
    """

    manifest: Manifest
    fiches: Mapping[str, FicheMetier]
    collection: Collection
    expressions: Collection
    rome_names: Mapping[str, str] = field(default_factory=dict)
    formations: Mapping[str, Formation] = field(default_factory=dict)
    formation_collection: Collection = field(default_factory=NoCollection)
    passages: Mapping[str, Passage] = field(init=False)
    by_fiche: Mapping[str, tuple[Passage, ...]] = field(init=False)
    formation_passages: Mapping[str, Passage] = field(init=False)
    by_formation: Mapping[str, tuple[Passage, ...]] = field(init=False)

    def __post_init__(self) -> None:
        by_fiche = {fiche_id: passages_of(fiche) for fiche_id, fiche in self.fiches.items()}
        by_formation = {formation_id: passages_of(formation) for formation_id, formation in self.formations.items()}
        object.__setattr__(self, "by_fiche", by_fiche)
        object.__setattr__(self, "passages", _by_id(by_fiche))
        object.__setattr__(self, "by_formation", by_formation)
        object.__setattr__(self, "formation_passages", _by_id(by_formation))

    @cached_property
    def title_places(self) -> Mapping[str, int]:
        """The place of each métier in the order of the alphabet, accents and case aside; equal titles share one."""
        folded = {fiche_id: fold(fiche.title) for fiche_id, fiche in self.fiches.items()}
        places = {title: place for place, title in enumerate(sorted(set(folded.values())))}
        return {fiche_id: places[title] for fiche_id, title in folded.items()}

    def fiche(self, fiche_id: str) -> FicheMetier | Formation | None:
        """The fiche of a métier or of a formation, None where the version has none of that id."""
        return self.fiches.get(fiche_id) or self.formations.get(fiche_id)

    def passages_of(self, fiche_id: str) -> tuple[Passage, ...]:
        """The passages of a métier's or a formation's fiche, none where there is no such fiche."""
        return self.by_fiche.get(fiche_id) or self.by_formation.get(fiche_id, ())

    @property
    def name(self) -> str:
        """The version's identifier, as answers quote it."""
        return self.manifest.version

    def require_model(self, model: str) -> None:
        """Refuse to mix vectors of two models.

        :raises LibraryError: when the library was built with another model than `model`.
        """
        if self.manifest.model != model:
            raise LibraryError(
                f"La bibliothèque a été construite avec le modèle « {self.manifest.model} », Oriane est réglée sur"
                f" « {model} » : relancer « oriane ingest » sur les mêmes sources, ou rétablir ORIANE_EMBEDDER."
            )


@dataclass(frozen=True)
class Contents:
    """What a version holds apart from its indexes: enough to build the next one.

    The hashes say what each index holds, by the entries' ids. `rome_names` gives the ROME code of France Travail's job
    names, where they were among the sources.
    """

    manifest: Manifest
    fiches: Mapping[str, FicheMetier]
    passage_hashes: Mapping[str, str]
    expression_hashes: Mapping[str, str] = field(default_factory=dict)
    rome_names: Mapping[str, str] = field(default_factory=dict)
    formations: Mapping[str, Formation] = field(default_factory=dict)
    formation_hashes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Change:
    """What an index loses, by id, and the entries that it gains."""

    deleted: tuple[str, ...] = ()
    added: tuple[Indexed, ...] = ()


@dataclass(frozen=True)
class Draft:
    """The next version, ready to publish.

    With a `base`, its indexes are the base's with the changes made; without one, what is added is everything.
    `vectors` has the vector of each added passage, by its embedded text; `expression_vectors` those of expressions.
    """

    contents: Contents
    base: str | None
    passages: Change
    expressions: Change
    vectors: Mapping[str, Vectors]
    expression_vectors: Mapping[str, Vectors] = field(default_factory=dict)
    formation_passages: Change = Change()

    @property
    def name(self) -> str:
        """The name of the version to be."""
        return self.contents.manifest.version


class Library(Protocol):
    """Keeps versions. One process writes at a time; any number read.

    Where it stands on another machine, every method may raise `UnreachableError`.
    """

    @property
    def place(self) -> str:
        """Where it is, as the operator who named it is told."""
        ...

    def current(self) -> str | None:
        """The version to read now, or None when nothing was ever published. Cheap: asked at every question."""
        ...

    def kept(self) -> Sequence[str]:
        """The versions that are still there, the last published first: where to go when the current one is damaged."""
        ...

    def manifest(self, version: str) -> Manifest:
        """A version's manifest.

        :raises DamagedError: when it is incomplete or altered; `OtherFormatError` when it is of another format.
        """
        ...

    def contents(self, version: str) -> Contents:
        """A version without its index.

        :raises DamagedError: when it is incomplete or altered; `OtherFormatError` when it is of another format.
        """
        ...

    def open(self, version: str) -> Version:
        """Open a version for reading.

        :raises DamagedError: when it is incomplete or altered; `OtherFormatError` when it is of another format.
        """
        ...

    def publish(self, draft: Draft) -> None:
        """Make a draft the current version, in one step that readers see whole or not at all.

        :raises LibraryError: when it cannot be written; the former version stays current.
        """
        ...

    def writing(self) -> AbstractContextManager[None]:
        """Hold the right to write.

        :raises LibraryError: when another process holds it, or the place is not writable.
        """
        ...


def _by_id(passages: Mapping[str, tuple[Passage, ...]]) -> dict[str, Passage]:
    return {passage.id: passage for each in passages.values() for passage in each}
