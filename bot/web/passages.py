"""The sources of an answer, each with the section that it stands in: what the panel, the comparison and sheets show."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bot.answer import Citation
from ingest.fiche import Block
from ingest.library import Version


@dataclass(frozen=True)
class Source:
    """A citation in its place.

    `blocks` is the whole section as the library holds it now, empty when it no longer does. `is_whole` says that the
    quote is all of it. `url` is empty when the fiche's address is not one that a link may lead to.
    """

    citation: Citation
    blocks: tuple[Block, ...]
    url: str

    @property
    def place(self) -> str:
        """Section and heading: `Vie professionnelle › Salaire › Salaire du débutant`."""
        return " › ".join(part for part in (self.citation.section, self.citation.heading) if part)

    @property
    def is_whole(self) -> bool:
        """Whether there is nothing more to show of the section."""
        return "\n\n".join(block.text for block in self.blocks if block.text) == self.citation.quote

    def quote_in(self, block: Block) -> str:
        """The part of a block that is cited: nothing outside the heading that the citation names."""
        return self.citation.quote if block.heading == self.citation.heading else ""


def sources_of(citations: Iterable[Citation], version: Version | None) -> tuple[Source, ...]:
    """Find the sections of citations in a version; without one, citations stand alone."""
    return tuple(_source(citation, version) for citation in citations)


def _source(citation: Citation, version: Version | None) -> Source:
    fiche = version.fiche(citation.fiche_id) if version else None
    section = fiche.section(citation.section) if fiche else None
    url = citation.url if citation.url.startswith("https://") else ""  # a library is data: no link runs a script
    return Source(citation, section.blocks if section else (), url)
