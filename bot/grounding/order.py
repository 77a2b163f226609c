"""Order: a sentence names who acts, what comes first and what is compared as the passage it rests on does."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from itertools import combinations

from bot.grounding.evidence import Evidence, Stretch
from bot.grounding.vocabulary import load_vocabulary, stem
from ingest.text import words

_PART = re.compile(r"[,;:.()!?…\n]+|\b(?:et|ou|mais)\b")
_PARTICIPLE = (
    r"\b(?:est|sont|ete|etre|soit|sera|seront|fut) (?:\w+ )?\w+(?:e|es|ee|ees|i|ie|ies|is|it|ite|us?|ues?|ts?|tes?)"
)
_BY_SOMEONE = re.compile(rf"{_PARTICIPLE} (?:par|a|au|aux)\b")
#: The passive turns a sentence round and says the same; a definition may begin with what it defines.
_TURNING = re.compile(rf"{_PARTICIPLE}\b|\bconsist")
_IN_TURN = re.compile(r"\b(?:puis|ensuite|avant|apres|d abord|enfin)\b")
_COMPARED = re.compile(
    r"^(.*\b(?:plus|moins|mieux|davantage|autant|aussi|meilleure?s?|pires?) (?:\w+ ){0,5}?)qu[e]? (.*)$"
)
#: Words that stand anywhere in a sentence.
_ANYWHERE = frozenset(map(stem, ("brut", "net", "france", "salaire", "debut", "euro", "possible", "anglais")))
#: Stands for the métier itself, which passages often leave unsaid.
_THE_METIER = "*"


def turned(sentence: str, evidence: Evidence) -> str:
    """Actors whose order the sentence turns round; empty when it keeps it, or is passive."""
    if _BY_SOMEONE.search(" ".join(words(sentence))):
        return ""
    own = {stem(words(name)[0]) for name in evidence.names if words(name)}
    ours = _actors(sentence, own)
    if len(ours) < 2:
        return ""
    for near in evidence.nearest(Stretch(sentence).stems):
        theirs = _actors(near.text, own)
        theirs = theirs if _THE_METIER in theirs else [_THE_METIER, *theirs]
        shared = [actor for actor in ours if actor in theirs]
        if shared == sorted(shared, key=theirs.index):
            return ""
    return " / ".join(ours)


def _actors(text: str, own: Collection[str]) -> list[str]:
    """The actors of a text, each once."""
    known, stems = load_vocabulary().actors, [stem(word) for word in words(text)]
    return list(dict.fromkeys(_THE_METIER if one in own else one for one in stems if one in own or one in known))


def moved(sentence: str, evidence: Evidence) -> str:
    """Two words of a clause that the passage says in the other order; empty when there are none.

    Where a sentence tells what comes first, its clauses must keep their order too.
    """
    in_turn = bool(_IN_TURN.search(" ".join(words(sentence))))
    resting = [evidence.whole] if in_turn else evidence.nearest(Stretch(sentence).stems)
    parts = [sentence] if in_turn else _PART.split(sentence)
    for part in parts:
        spoken = " ".join(words(part))
        if _TURNING.search(spoken) or "€" in part or "euros" in spoken:
            continue
        stems = [one for one in dict.fromkeys(Stretch(part).stems) if one not in _ANYWHERE]
        found = [_turned_pair(stems, near.stems, evidence.acronyms) for near in resting]
        if found and all(found):
            return found[0]
    return ""


def _turned_pair(stems: Sequence[str], said: Sequence[str], acronyms: Collection[str]) -> str:
    """Two stems said the other way round; neighbours may be (`de courtes formations`), unless one of them acts."""
    placed = [(one, places) for one in stems if (places := _places(one, said))]
    for (place, (one, first)), (after, (other, second)) in combinations(enumerate(placed), 2):
        fixed = {one, other} & load_vocabulary().actors or {one, other} & set(acronyms)
        neighbours = after == place + 1 and min(first) - max(second) == 1 and not fixed
        if max(second) < min(first) and not neighbours:
            return f"{one} / {other}"
    return ""


def _places(word: str, said: Sequence[str]) -> list[int]:
    exact = [place for place, other in enumerate(said) if other == word]
    return exact or [place for place, other in enumerate(said) if load_vocabulary().says(word, (other,))]


def crossed(sentence: str, evidence: Evidence) -> str:
    """What a comparison puts on the wrong side of its `que`; empty when there is no comparison, or a right one."""
    ours = _sides(sentence)
    if ours is None:
        return ""
    for each in evidence.sentences:
        sides = _sides(each.text)
        if sides and not ours[0] & (sides[1] - sides[0]) and not ours[1] & (sides[0] - sides[1]):
            return ""
    return " / ".join(sorted(ours[0] | ours[1]))


def _sides(text: str) -> tuple[set[str], set[str]] | None:
    found = _COMPARED.search(" ".join(words(text)))
    return (set(Stretch(found[1]).stems), set(Stretch(found[2]).stems)) if found else None
