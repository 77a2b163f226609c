"""What stands together in a passage: a figure and what it counts, a name and what is said of it, a season and its work.

A sentence made of a passage's own words can still be false, when it joins words that the passage keeps apart.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.grounding.evidence import Evidence, simple_clauses
from bot.grounding.figures import Figure, figures_of, folded
from bot.grounding.vocabulary import load_vocabulary, stem
from ingest.text import words

_STOP = re.compile(r"(?<!\d)\.(?!\d)|[;!?\n]+|…(?!\s*[),])")
#: What comes after these is said of something else.
_TURN = re.compile(r"[,\s]*(?:puis|ensuite|mais|même si|tandis que|alors que|contre)\b")
_PAUSE = re.compile(r",(?!\d)|(?<!\d )\b(?:et|ou)\b|\b(?:puis|mais|même si|tandis que|alors que|contre|dont|pour)\b")
#: Words of which a passage tells one thing each: what it says of one is not said of the others.
_RIVALS = (
    {"printemps": "", "ete": "etes", "automne": "", "hiver": "hivers"},
    {"matin": "matins matinee", "soir": "soirs soiree", "nuit": "nuits"},
    {"petit": "petite petits petites", "grand": "grande grands grandes"},
    {"public": "publique publics publiques", "prive": "privee prives privees"},
    {"civil": "civile", "armee": "militaire militaires armees"},
    {
        "salarie": "salariee salaries salariees salariat",
        "independant": "independante independants independantes liberal liberale",
        "fonctionnaire": "fonctionnaires",
    },
    {"cap": "", "bac": "bacs", "bts": "", "but": "", "licence": "licences", "master": "masters", "doctorat": ""},
    {"ville": "villes", "campagne": "campagnes", "montagne": ""},
    {"universite": "universites", "observatoire": "", "hopital": "hopitaux", "clinique": ""},
)


#: In a clause of so many words one may come from another sentence: a subject said before.
_STRAY_IN = 5
_ANYWHERE = frozenset(map(stem, ("france", "etat")))


@dataclass(frozen=True)
class Piece:
    """A stretch of text that holds at most one anchor of a kind, or a few that share everything."""

    anchors: tuple[object, ...]
    stems: frozenset[str]
    subject: frozenset[str]
    figures: tuple[Figure, ...]
    sentence: int
    clause: int


Finder = Callable[[str], tuple[object, ...]]


def mixed(sentence: str, evidence: Evidence) -> str:
    """A word or figure that a clause takes from another sentence of the passages than the rest; empty without any."""
    says = load_vocabulary().says
    for clause in simple_clauses(sentence):
        homes = [text for text in evidence.joined_lines if all(text.tells(figure) for figure in clause.figures)]
        if not homes:
            return clause.text
        stems = {one for one in clause.stems if says(one, evidence.stems) and not says(one, evidence.frame.stems)}
        stems -= _ANYWHERE
        strays = min(([one for one in stems if not says(one, home.stems)] for home in homes), key=len)
        if strays and (len(strays) > 1 or len(stems) < _STRAY_IN or strays[0] in evidence.acronyms):
            return ", ".join(strays)
    return ""


def figure_pieces(text: str) -> list[str]:
    """A text cut so that each figure stands with what is said of it."""
    return [piece for part in filter(str.strip, _STOP.split(text)) for piece in _cut(part, _figures)]


def torn(sentence: str, evidence: Evidence) -> str:
    """What the sentence joins although the passage keeps it apart; empty when it joins nothing of the kind."""
    for find in (_figures, *map(_rival_finder, _RIVALS)):
        if len(set(find(evidence.whole.text))) < 2:
            continue
        stated = list(_pieces([each.text for each in evidence.sentences], find))
        for piece in _pieces([sentence], find):
            for anchor in piece.anchors:
                reason = _conflict(anchor, piece, stated, evidence, find)
                if reason:
                    return reason
    return ""


def _conflict(anchor: object, piece: Piece, stated: Sequence[Piece], evidence: Evidence, find: Finder) -> str:
    says = load_vocabulary().says
    homes = [place for place, other in enumerate(stated) if _holds(other, anchor)]
    anchors = {stem(str(other)) for other in find(evidence.whole.text)}
    if not homes:
        return ""
    for word in piece.stems - anchors:
        owners = [place for place, other in enumerate(stated) if other.anchors and says(word, other.stems)]
        if (
            find is _figures and word not in evidence.acronyms
        ):  # a common noun is free to be said again in another sentence
            owners = [o for o in owners if any(stated[o].sentence == stated[home].sentence for home in homes)]
        if owners and not any(_reaches(word, owner, home, stated) for owner in owners for home in homes):
            return f"{anchor} / {word}"
    if find is not _figures:
        for figure in piece.figures:
            owners = [
                place
                for place, other in enumerate(stated)
                if other.anchors and any(figure.agrees_with(told) for told in other.figures)
            ]
            if owners and not set(owners) & set(homes):
                return f"{anchor} / {figure.value}"
    return ""


def _holds(piece: Piece, anchor: object) -> bool:
    if isinstance(anchor, Figure):
        return any(isinstance(other, Figure) and anchor.agrees_with(other) for other in piece.anchors)
    return anchor in piece.anchors


def _reaches(word: str, owner: int, home: int, stated: Sequence[Piece]) -> bool:
    """A subject said once holds for the figures that follow it in its sentence."""
    one, other = stated[owner], stated[home]
    return owner == home or (owner < home and one.clause == other.clause and load_vocabulary().says(word, one.subject))


def _pieces(sentences: Sequence[str], find: Finder) -> Iterator[Piece]:
    clause = 0
    for number, sentence in enumerate(sentences):
        for part in filter(str.strip, _STOP.split(sentence)):
            clause += 1
            for text in _cut(part, find):
                clause += bool(_TURN.match(text))
                stems = frozenset(load_vocabulary().content(text))
                subject = _subject(text) if find is _figures else frozenset()
                yield Piece(find(text), stems, subject, tuple(figures_of(text)), number, clause)


def _cut(part: str, find: Finder) -> list[str]:
    """Cut at pauses so that every piece has an anchor.

    A piece without one joins the next where anchors come last ("les bacs et le BP, trois ans"), else the one before.
    """
    starts = [0, *(pause.start() for pause in _PAUSE.finditer(part))]
    texts = [part[start:end] for start, end in zip(starts, [*starts[1:], len(part)], strict=True)]
    anchors_last = bool(find(texts[-1]))
    joined: list[str] = []
    for text in texts:
        open_end = joined and not find(joined[-1])
        if joined and (open_end or (not find(text) and not anchors_last)):
            joined[-1] += text
        else:
            joined.append(text)
    return joined


def _subject(text: str) -> frozenset[str]:
    """What stands before the first figure of a piece, and what its figures count: "une classe compte 30 élèves"."""
    plain, content = folded(text), load_vocabulary().content
    figures = figures_of(text)
    counted = [content(" ".join(words(plain[each.end :])[:1])) for each in figures if each.unit is None]
    before = content(plain[: figures[0].start]) if figures else []
    return frozenset((*before, *(stem for stems in counted for stem in stems)))


def _figures(text: str) -> tuple[object, ...]:
    return tuple(figure for figure in figures_of(text) if figure.unit != "rang")


def _rival_finder(rivals: Mapping[str, str]) -> Finder:
    canonical = {form: name for name, forms in rivals.items() for form in (name, *forms.split())}

    def find(text: str) -> tuple[object, ...]:
        return tuple(canonical[word] for word in words(text) if word in canonical)

    return find
