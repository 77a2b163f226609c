"""Names of métiers that no fiche bears, told by their shape and place: "Fauconnier : …", "devenir coutelier"."""

from __future__ import annotations

import re
from collections.abc import Callable

from ingest.text import fold, words

#: How French and English name who does something.
_DOER = re.compile(
    r"\w{2,}(?:eurs?|euses?|trices?|(?<!f)iers?|ieres?|istes?|logues?|peutes?|graphes?|ogers?|ppers?|managers?)$"
)
#: A few words before a colon or a comma, at the beginning of a question.
_HEAD = re.compile(r"^\s*(?:bonjour,? )?(?P<head>[\w'’ -]{4,40}?)\s*[:,]\s")
_MEANT = re.compile(
    r"\b(?:devenir|devien[st]|etre|etr|passer|metier de|un|une|d'un|d'une|quand on est|quelqu'un qui est) "
    r"(?P<name>[a-z-]{5,})"
)
#: Doers of nothing in particular, and words that only look like one.
_NO_METIER = frozenset(
    words(
        "professeur professionnel premier premiere dernier derniere particulier entrepreneur employeur majeur mineur"
        " meilleur interieur exterieur superieur ailleurs plusieurs secteur honneur couleur metier millier quartier"
        " dossier papier entier chantier atelier auteur acteur docteur ordinateur moteur heure heures cahier calendrier"
    )
)


def stranger_in(question: str, is_known: Callable[[str], bool]) -> str | None:
    """The name of a doer that nobody knows, where a question gives one as its subject.

    `is_known` tells whether a folded word is one of a métier's name or of a fiche's text.
    """
    folded = fold(question)
    found = _HEAD.match(folded)
    heads = found["head"].split()[:1] if found and len(found["head"].split()) <= 4 else []
    for word in (*heads, *(meant["name"] for meant in _MEANT.finditer(folded))):
        bare = word.removeprefix("l'").removeprefix("d'")
        if _DOER.fullmatch(bare) and bare not in _NO_METIER and not is_known(bare):
            return str(bare)
    return None
