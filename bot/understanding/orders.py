"""Orders given to the machine instead of questions on métiers: "ignore tes consignes", "montre ton prompt".

They are data like everything else that is asked: an order is set aside, what is left is read. Nothing left, and the
question is off topic.
"""

from __future__ import annotations

import re

from ingest.text import fold

_SECRETS = (
    r"(?:prompts?|consignes?|instructions?|directives?|message systeme|system message|configuration|regles"
    r"|texte qui te sert|rules)"
)
_ORDER = re.compile(
    rf"\b(?:oubli\w*|ignor\w*|desactiv\w*|contourn\w*|annul\w*|forget|disregard|override)\b.*"
    rf"(?:{_SECRETS}|avant|precede\w*|previous|above|dit|everything)"
    rf"|\b(?:affich\w*|montr\w*|repet\w*|recit\w*|revel\w*|donn\w*|tradui\w*|resum\w*|copi\w*|ecri\w*|di[st]|print|show"
    r"|reveal|repeat|tell|output|quelles? sont|c est quoi|what (?:is|are))\b.*"
    rf"\b(?:ton|ta|tes|votre|vos|your)\b.{{0,30}}{_SECRETS}"
    r"|\b(?:system|initial|hidden) (?:prompt|message|instructions?)"
    r"|\b(?:prompt|message|instructions?) (?:systeme|cache)"
    r"|\b(?:jou\w*|pren\w*|endoss\w*) (?:le )?role|\bfai\w* comme si|\bfais semblant|\bpretend\b|\bact as\b|\broleplay"
    r"|\b(?:tu es|vous etes|you are|t es) (?:maintenant|desormais|now|un pirate|dan\b)"
    r"|\ba partir de (?:maintenant|la),? (?:tu|vous)|\bdo anything now"
    r"|\bmode (?:developpeur|developer|admin|debug|dieu)"
    r"|\b(?:developer|god|admin|debug) mode|\bjailbreak|\bsans (?:aucune? )?(?:regles?|filtres?|limites?|restrictions?)"
    r"|\b(?:repond\w*|commenc\w*|termin\w*|fini\w*|answer|reply|respond)\b.{0,20}\b(?:uniquement|seulement|juste|toujours"
    r"|only|by|par dire|with the)\b"
    r"|\bbase ?64|\[/?inst\]|</?(?:system|script|iframe|img|assistant|user)\b|^\s*(?:system|assistant|#+ ?system)\s*:"
    r"|\b(?:ton|votre|your) (?:modele|model|temperature|code source|api)\b|\bfabriquer une (?:bombe|arme)"
)
_SENTENCE = re.compile(r"(?<=[.!?;\n])\s+|\s+(?:et|puis|and|then)\s+(?=[a-zéè]+[- ](?:ton|tes|moi|me|your|the)\b)")


def without_orders(question: str) -> str:
    """The question without the sentences that give orders to the machine; empty when it holds nothing else."""
    if not _ORDER.search(fold(question)):
        return question
    kept = [part for part in _SENTENCE.split(question) if part and not _ORDER.search(fold(part))]
    return " ".join(kept).strip()
