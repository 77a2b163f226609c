"""The body of a section in Markdown, line by line, as headings and paragraphs: what both Markdown readers share."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ingest.readers.blocks import Event, Heading, Paragraph
from ingest.text import squeeze

HEADING = re.compile(r"(?P<marks>#{1,6})\s+(?P<text>.+)")
_BLOCK_TAG = re.compile(r"</?p\s*/?>", re.IGNORECASE)
_BREAK_TAG = re.compile(r"<br\s*/?>", re.IGNORECASE)
_TAG = re.compile(f"{_BLOCK_TAG.pattern}|{_BREAK_TAG.pattern}", re.IGNORECASE)


@dataclass
class Body:
    """What has been read of one section's body.

    Wrapped lines are one paragraph; `<p>` and a list item begin another, `<br/>` breaks a line. The dash of an item
    may stand on a line of its own, before its text.
    """

    events: list[Event] = field(default_factory=list)
    _wrapped: list[str] = field(default_factory=list)

    def take(self, line: str) -> None:
        """Add a line, which is squeezed and not empty."""
        heading = HEADING.fullmatch(line)
        if heading:
            self.end_paragraph()
            text = squeeze(_TAG.sub(" ", heading["text"]))
            self.events.append(Heading(len(heading["marks"]), text))
            return
        if line == "-" or line.startswith("- "):
            self.end_paragraph()
        first, *others = _BLOCK_TAG.split(line)
        self._wrapped.append(first)
        for piece in others:
            self.end_paragraph()
            self._wrapped.append(piece)

    def end_paragraph(self) -> None:
        """Close the paragraph being read, as an empty line does."""
        lines = [squeeze(part) for part in _BREAK_TAG.split(" ".join(self._wrapped))]
        self._wrapped.clear()
        paragraph = "\n".join(part for part in lines if part)
        if paragraph and paragraph != "-":
            self.events.append(Paragraph(paragraph))
