"""Headings and paragraphs in reading order become blocks with heading paths: the part that both readers share."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from ingest.fiche import Block


@dataclass(frozen=True)
class Heading:
    """A heading inside a section; a smaller level stands higher (`##` is 2, `###` is 3)."""

    level: int
    text: str


@dataclass(frozen=True)
class Paragraph:
    """A paragraph, a list item (`- …`), or the lines of one paragraph separated by line breaks."""

    text: str


Event = Heading | Paragraph


@dataclass
class _Open:
    """A heading (or a section's opening, level 0) whose text is being read."""

    level: float
    path: tuple[str, ...]
    paragraphs: list[str] = field(default_factory=list)
    has_children: bool = False

    @property
    def is_bare(self) -> bool:
        return not self.paragraphs and not self.has_children


def build_blocks(events: Iterable[Event]) -> tuple[Block, ...]:
    """One block for the opening text and one for each heading that has text of its own or nothing under it.

    Levels can be inverted in the source: a bare `### Durée des études` followed by `## Après le bac` contains it,
    and every `##` after it until the section ends, since that is how the published page reads.
    """
    opening = _Open(level=0, path=())
    entries, ancestors = [opening], [opening]
    for event in events:
        if isinstance(event, Paragraph):
            entries[-1].paragraphs.append(event.text)
            continue
        if ancestors[-1].level > event.level and ancestors[-1].is_bare:
            ancestors[-1].level = event.level - 0.5
        while ancestors[-1].level >= event.level:
            ancestors.pop()
        parent = ancestors[-1]
        parent.has_children = True
        entries.append(_Open(level=event.level, path=(*parent.path, event.text)))
        ancestors.append(entries[-1])
    return tuple(
        Block(path=entry.path, text="\n\n".join(entry.paragraphs))
        for entry in entries
        if entry.paragraphs or (entry.path and not entry.has_children)
    )
