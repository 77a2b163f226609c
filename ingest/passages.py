"""Splits a fiche into passages: one leaf heading's text within one section, with a stable id and the text to embed."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ingest.fiche import Block, Facts, Fiche, SectionName
from ingest.formation import FORMATION_PROSE, Formation
from ingest.text import slug

#: A passage's text stays below this many characters, so that with its prefix it fits the model's 512 tokens: the
#: longest of the 1,043 fiches then counts 497 tokens (measured with the model's own tokenizer). Counting characters
#: and not tokens keeps the ids of passages independent of the embedding model.
MAX_CHARS = 1400
#: Names in front of a passage help a question that names its métier; beyond this length they drown its text.
MAX_NAMES_CHARS = 160

_SEARCHED: frozenset[SectionName] = frozenset((*FORMATION_PROSE, "Métiers associés"))

_PARAGRAPH = re.compile(r"\n+")
_SENTENCE = re.compile(r"(?<=[.!?…;])[ \n]+")
_SPACE = re.compile(r"[ \n]\s*")  # never a no-break space alone


@dataclass(frozen=True)
class Passage:
    """The smallest citable piece of a fiche.

    `id` is stable across editions (`MET.228/vie-professionnelle/salaire-du-debutant`), `text` is verbatim, and
    `embedded_text` is what the model sees: names, section, heading path, text. `facts` are its fiche's.
    """

    id: str
    fiche_id: str
    section: SectionName
    heading: str
    text: str
    embedded_text: str
    facts: Facts = field(default_factory=dict, compare=False)

    @property
    def content_hash(self) -> str:
        """Identifies everything of the passage that the index holds."""
        held = (self.id, self.heading, self.text, self.embedded_text, json.dumps(self.facts, sort_keys=True))
        return hashlib.sha256("\0".join(held).encode()).hexdigest()[:16]

    @property
    def metadata(self) -> dict[str, Any]:
        """Its place and its fiche's facts; Chroma refuses empty lists and None, so absent facts are left out."""
        present = {key: value for key, value in self.facts.items() if value not in (None, [])}
        return {"fiche_id": self.fiche_id, "section": self.section, "heading": self.heading, **present}


def passages_of(fiche: Fiche) -> tuple[Passage, ...]:
    """The passages of a fiche in reading order, facts included; section by section, their texts are the fiche's."""
    names, facts = _names(fiche), fiche.facts
    taken: dict[str, int] = {}
    passages = []
    for section in fiche.citable_sections():
        for block in section.blocks:
            for text in split_text(block.text):
                passage_id = _passage_id(fiche.id, section.name, block, taken)
                place = f"{section.name} › {block.heading}" if block.heading else section.name
                embedded = f"{names}\n{place}\n{text}"
                passages.append(Passage(passage_id, fiche.id, section.name, block.heading, text, embedded, facts))
    return tuple(passages)


def searched_passages(formation: Formation) -> tuple[Passage, ...]:
    """The passages of a formation that dense search can find: its names, its prose, its métiers.

    The facts of one line (durée, niveau, code…) are looked up by whoever knows the formation, never searched: a
    vector of "Durée: 2 ans" is near to nothing but 848 others.
    """
    return tuple(p for p in passages_of(formation) if p.section in _SEARCHED or p.heading == "Appellations")


def _names(fiche: Fiche) -> str:
    first, *others = fiche.searched_names
    names = first
    for name in others:
        if len(names) + len(name) > MAX_NAMES_CHARS:
            break
        names += f", {name}"
    return names


def _passage_id(fiche_id: str, section: SectionName, block: Block, taken: dict[str, int]) -> str:
    """Section and leaf heading as slugs, with a counter for parts of one block and for headings that repeat."""
    leaf = slug(block.path[-1]) if block.path else ""
    base = "/".join(part for part in (fiche_id, slug(section), leaf) if part)
    passage_id = base
    while passage_id in taken:
        taken[base] += 1
        passage_id = f"{base}-{taken[base]}"
    taken[passage_id] = 1
    return passage_id


def split_text(text: str, limit: int = MAX_CHARS) -> Iterator[str]:
    """Cut a text into pieces of at most `limit` characters: at paragraphs, else at sentences, else at spaces.

    Nothing is lost or repeated but the white space at the cuts. A single word longer than `limit` stays whole.
    """
    start = 0
    while len(text) - start > limit and (cut := _cut(text, start, limit)):
        yield text[start : cut[0]]
        start = cut[1]
    if start < len(text):
        yield text[start:]


def _cut(text: str, start: int, limit: int) -> tuple[int, int] | None:
    """Where to cut the text that begins at `start`, as (end of the piece, start of the rest)."""
    for separator in (_PARAGRAPH, _SENTENCE, _SPACE):
        places = [match.start() for match in separator.finditer(text, start + 1, start + limit + 1)]
        if places:
            break
    space = _SPACE.search(text, places[-1] if places else start + limit)
    return space.span() if space else None
