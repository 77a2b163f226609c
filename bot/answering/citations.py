"""The citations of one answer: one entry for each passage, numbered in the order in which the text uses them."""

from __future__ import annotations

from bot.answer import Citation
from ingest.library import Version
from ingest.passages import Passage


class CitationBook:
    """Collects citations while an answer is written."""

    def __init__(self, version: Version) -> None:
        self._version = version
        self._citations: dict[str, Citation] = {}

    def cite(self, passage: Passage, quote: str | None = None) -> int:
        """The number of the citation of `passage`; `quote` is the part meant, the whole text when not given.

        A passage cited again for another part is quoted whole.

        :raises ValueError: when the passage is of another version.
        """
        quote = quote or passage.text
        known = self._citations.get(passage.id)
        if known is None:
            fiche = self._version.fiche(passage.fiche_id)
            if fiche is None:
                raise ValueError(f"passage of a fiche that the version does not hold: {passage.id}")
            known = Citation.of(len(self._citations) + 1, fiche, passage, quote)
        elif quote not in known.quote:
            known = known.model_copy(update={"quote": passage.text})
        self._citations[passage.id] = known
        return known.n

    def __len__(self) -> int:
        return len(self._citations)

    def entries(self) -> tuple[Citation, ...]:
        """Every citation, by number."""
        return tuple(self._citations.values())
