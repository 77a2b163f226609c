"""How Oriane does not speak: in another language, as a person, to a person, in orders, with addresses or markup."""

from __future__ import annotations

import re

from bot.grounding.evidence import Evidence
from bot.grounding.vocabulary import load_vocabulary
from ingest.text import words

_LONGEST = 400
_IMPERATIVE = re.compile(r"\b(?!chez|assez|nez|rez)\w{2,}ez\b")
_ABOUT_ITSELF = re.compile(
    r"\b(?:instructions?|prompt|consignes?|assistante?|utilisateur|utilisatrice|modele de langage|oriane"
    r"|intelligence artificielle|chatbot|hacked|entre nous|d apres moi|a mon avis|on estime|mdr|lol)\b"
)
_ADDRESS = re.compile(
    r"https?:|www\.|\S@\S|javascript:|data:|\b[\w-]+\.(?:fr|com|org|net|eu|io|info|example)\b|(?:\d{2}[ .-]){4}\d{2}",
    re.IGNORECASE,
)
_MARKUP = re.compile(r"[<>{}\[\]|\\`~*_=^]|#(?!\w?\b)")
#: The place of a passage as the prompt gives it, "(notaire ; Accès au métier)", said again as if it were a sentence.
_SCAFFOLDING = re.compile(r"^\s*\([^)]*;[^)]*\)|›")
_LETTER = re.compile(r"[^\W\d_]")


def out_of_manner(sentence: str, evidence: Evidence) -> str:
    """What makes a sentence one that Oriane does not say; empty when it could be hers."""
    if sentence.rstrip().endswith("?") or len(sentence) > _LONGEST:
        return "a question, or too long"
    if not load_vocabulary().content(sentence) and not any(char.isdigit() for char in sentence):
        return "states nothing"
    if not _LETTER.search(sentence) or _SCAFFOLDING.search(sentence):
        return "no sentence"
    if _MARKUP.search(sentence) or _ADDRESS.search(sentence):
        return "markup or address"
    return _language(sentence) or _person(sentence, evidence)


def _language(sentence: str) -> str:
    if any(not _is_latin(letter) for letter in _LETTER.findall(sentence)):
        return "another script"
    vocabulary, spoken = load_vocabulary(), words(sentence)
    foreign, french = (sum(word in known for word in spoken) for known in (vocabulary.foreign, vocabulary.french))
    return "another language" if foreign > french else ""


def _person(sentence: str, evidence: Evidence) -> str:
    spoken = words(sentence)
    plain, passages = " ".join(spoken), " ".join(words(evidence.whole.text))
    speakers = (set(spoken) & load_vocabulary().speakers) - evidence.words
    imperative, itself = _IMPERATIVE.search(plain), _ABOUT_ITSELF.search(plain)
    if speakers:
        return ", ".join(sorted(speakers))
    if imperative and imperative[0] not in evidence.words:
        return imperative[0]
    return itself[0] if itself and itself[0] not in passages else ""


def _is_latin(letter: str) -> bool:
    return ord(letter) < 0x250 or 0x1E00 <= ord(letter) < 0x1F00
