"""What a sentence claims beside its words: figures, codes, names, and the little words that bend a meaning.

Each check gives what it found wrong, or nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.grounding.binding import figure_pieces
from bot.grounding.cues import cues_of, meets
from bot.grounding.evidence import Evidence, Stretch, clauses_of
from bot.grounding.figures import Figure, folded
from bot.grounding.vocabulary import load_vocabulary, stem
from ingest.text import fold, words

#: What must not be left out when money is told.
_OF_MONEY = ("gross", "net", "per_month", "per_year", "per_week", "per_day", "per_hour")
#: What is said of a figure must be said of it in the passage: its bound, its period, gross or net.
_OF_FIGURES = (
    "lower",
    "upper",
    "only",
    "often",
    "gross",
    "net",
    "per_month",
    "per_year",
    "per_week",
    "per_day",
    "per_hour",
)
#: What must not be left out when money is told.
_OF_MONEY = ("gross", "net", "per_month", "per_year", "per_week", "per_day", "per_hour")
#: Cues that call for no support: each has a check of its own, or weakens what is said.
_UNCALLED = frozenset({"negation", "hedge", "need", "past", "included"})
#: Cues that a denial does not support: "no diploma is required" says of no other thing that it is.
_AFFIRMED = frozenset({"duty", "promise", "universal"})
#: Sections where a requirement is said as one, or is none.
_REQUIRING = frozenset({"Accès au métier"})
_LEVEL = re.compile(r"\bbac ?\+ ?\d")
_LABEL = re.compile(r"(?:niveau )?bac(?: ?\+ ?\d)?|apres .{0,12}|niveau .{0,20}")
_LEVEL_STEMS = frozenset(map(stem, ("bac", "acces", "acceder", "accessible", "minimum", "ouvert", "reconnu")))
_CODE = re.compile(r"\b(?:FOR|MET)\.?\s?\d+|\b[A-Z]\d{4}\b", re.IGNORECASE)
_MIXED = re.compile(r"\b(?=\w*\d)(?=\w*[^\W\d])\w+\b")
_UNIT = re.compile(r"\d+(?:h|e|er|re|eme|ere|kg|km|m)|bac\d", re.IGNORECASE)
_NAME = re.compile(r"(?<![.!?…:«\"] )(?<!^)\b[A-ZÀÂÇÉÈÊËÎÏÔÛÜŒ][\w'’&+#-]*|\b[A-Z][A-Z]+\b|\w\+\+|\w#")


def wrong_figure(sentence: str, evidence: Evidence) -> str:
    """A figure that the passages do not hold, count other things by, or say with other bounds, period or tax."""
    says, counted = load_vocabulary().says, list(_counted(evidence.whole))
    for figure, noun in _counted(Stretch(sentence)):
        same = [other for told, other in counted if figure.agrees_with(told)]
        if not same or (noun and all(other and not says(noun, [other]) for other in same)):
            return f"{figure.value:g} {figure.unit or noun}"
    told = [Stretch(piece) for each in evidence.sentences for piece in figure_pieces(each.text)]
    for piece in map(Stretch, figure_pieces(sentence)):
        for figure in piece.figures:
            homes = [f"{home.text} {evidence.heading}" for home in told if home.tells(figure)]
            kind = _unmeasured(piece, figure, homes, sentence)
            if kind:
                return f"{figure.value:g} {kind}"
    return ""


def _unmeasured(piece: Stretch, figure: Figure, homes: list[str], sentence: str) -> str:
    called = cues_of(piece.text)
    for kind in _OF_FIGURES:
        if kind in called and homes and not any(meets(kind, home) for home in homes):
            return kind
    for kind in _OF_MONEY if figure.unit == "euro" else ():
        if homes and all(kind in cues_of(home) for home in homes) and not meets(kind, sentence):
            return f"not {kind}"
    return ""


def _counted(stretch: Stretch) -> Iterator[tuple[Figure, str]]:
    """The figures of a text, those without unit with the noun that they count, where it follows at once."""
    plain = folded(stretch.text)
    for figure in stretch.figures:
        after = words(plain[figure.end : figure.end + 40])[:2]
        if after[:1] in (["de"], ["d"]):
            after = after[1:]
        noun = load_vocabulary().content(" ".join(after[:1])) if figure.unit is None else []
        yield figure, noun[0] if noun else ""


def wrong_level(sentence: str, evidence: Evidence) -> str:
    """A level (bac + 3) said of something that the passages give another level, or of the métier without ground.

    `Niveau bac + 5` announces the diplomas after it: it says their level, not that of the métier.
    """
    for piece in figure_pieces(sentence):
        if not _LEVEL.search(folded(piece)):
            continue
        claim = Stretch(piece)
        said_of = {one for one in claim.stems if one not in _LEVEL_STEMS and one not in evidence.frame.stems}
        homes = [home for home in _levels(evidence) if all(home.tells(figure) for figure in claim.figures)]
        for home in homes:
            if said_of and home.share(said_of) == len(said_of):
                break
            if not said_of and _is_level_of_the_metier(piece, home.text):
                break
        else:
            return piece.strip()
    return ""


def _is_level_of_the_metier(piece: str, home: str) -> bool:
    """Whether a level is told of the métier itself: as the minimum, or as what is usual where the passage says so."""
    called = cues_of(piece) & {"often", "hedge"}
    return meets("lower", home) or meets("need", home) or (bool(called) and all(meets(kind, home) for kind in called))


def _levels(evidence: Evidence) -> Iterator[Stretch]:
    """What is said of each level: a piece of a sentence, or the lines that a label announces."""
    label = ""
    for sentence in evidence.sentences:
        if _LABEL.fullmatch(folded(sentence.text)):
            label = sentence.text
        elif label and sentence.text.rstrip()[-1:] not in ".!?":
            yield Stretch(f"{label} {sentence.text}")
        else:
            yield from map(Stretch, figure_pieces(sentence.text))


def unknown_code(sentence: str, evidence: Evidence) -> str:
    """A code (FOR.12, MET.3, M1802), or a word with digits in it (`L3`, but also `l84O`), that no passage holds."""
    known = fold(f"{evidence.whole.text} {evidence.fiche.id}")
    for found in (*_CODE.finditer(sentence), *_MIXED.finditer(sentence)):
        if fold(found[0]) not in known and not _UNIT.fullmatch(found[0]):
            return found[0]
    return ""


def unknown_name(sentence: str, evidence: Evidence) -> str:
    """A capitalised word or an acronym that no passage holds."""
    for found in _NAME.finditer(sentence):
        for word in words(found[0]):
            if len(word) > 1 and not word.isdigit() and word not in evidence.words:
                return found[0]
    return ""


def wrong_negation(sentence: str, evidence: Evidence) -> str:
    """A clause that denies what the passages affirm, or the other way round."""
    for clause in clauses_of(sentence):
        nearest = evidence.nearest_clauses(clause.stems)
        if nearest and all(other.denies != clause.denies for other in nearest):
            return clause.text
    return ""


def unsupported_cue(sentence: str, evidence: Evidence) -> str:
    """A word of quantity, frequency, duty, promise or comparison that the passages do not say there."""
    for clause in clauses_of(sentence):
        kind = _unsupported(clause, sentence, evidence)
        if kind:
            return kind
    return ""


def _unsupported(clause: Stretch, sentence: str, evidence: Evidence) -> str:
    called = cues_of(clause.text)
    nearest = [near.text for near in evidence.nearest(clause.stems or Stretch(sentence).stems)]
    clauses = [near.text for near in evidence.nearest_clauses(clause.stems)]
    alike = [part.text for text in nearest for part in clauses_of(text) if part.denies is clause.denies]
    for kind in sorted(called - _UNCALLED):
        if kind == "duty" and clause.denies:  # "not demanded" is less than "not required"
            continue
        if not any(meets(kind, text) for text in (*(alike if kind in _AFFIRMED else nearest), evidence.heading)):
            return kind
    if "need" in called and (
        (evidence.sections & _REQUIRING and not any(meets("need", text) for text in nearest))
        or (any("hedge" in cues_of(text) for text in clauses) and not any(meets("need", text) for text in clauses))
    ):
        return "need"
    if "included" in called and any("without" in cues_of(text) for text in nearest):
        return "included"
    for kind in ("past", "without"):
        if clauses and not meets(kind, clause.text) and all(kind in cues_of(text) for text in clauses):
            return f"not {kind}"
    return ""
