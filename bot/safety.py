"""What is decided before any search: deterministic, static, and nothing of it is kept or logged."""

from __future__ import annotations

import re

from ingest.text import words

#: Distress in folded words. Each pattern speaks of the person, which is what tells it from the subject of a métier
#: ("prévention du suicide", "thanatopracteur") and from turns of phrase ("mourir de rire", "mort de fatigue").
_DISTRESS = re.compile(
    r"\b(?:"
    r"(?:me|m) suicid\w*|envie de (?:suicide|mourir|crever|disparaitre)(?! de (?:rire|faim|soif|honte|froid|chaud))"
    r"|(?:j?veux|j?veu|j?vais|voudrais|aimerais|envie de|pense a) (?:me|m) (?:tuer|flinguer|pendre|foutre en l air)"
    r"|(?:j?veux|j?veu|j?vais|voudrais|aimerais) (?:mourir|crever|en finir|disparaitre)(?! de (?:rire|faim|soif|honte))"
    r"|(?:plus|pas) envie de vivre|en finir avec (?:la|ma) vie|envie de me faire (?:du )?mal"
    r"|je me (?:scarifie|mutile|coupe les veines)|(?:idees|pensees) suicidaires"
    r"|(?<!ca )(?:me|m) (?:frappe|frappent|bat|battent|tape|tapent|viole|violent|harcele\w*|rackette\w*)"
    r"(?! (?:sur|a l oeil))"
    r"|(?:suis|etre) (?:harcele|harcelee|battue?|frappee?|violee?)"
    r"|(?:me|m) (?:menacent?|insultent?) (?:tous les jours|au college|au lycee|sur (?:insta\w*|snap\w*|tiktok))"
    r")\b"
)


def needs_support(text: str) -> bool:
    """Whether a message shows distress: the answer is then the help numbers and nothing else."""
    return bool(_DISTRESS.search(" ".join(words(text))))
