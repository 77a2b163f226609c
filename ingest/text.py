"""Small text operations shared by readers, passages and retrieval."""

from __future__ import annotations

import re
import unicodedata

_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"), None)
_LIGATURES = str.maketrans({"œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE"})
_WORD = re.compile(r"[^\W_]+")


def fold(text: str) -> str:
    """Lower case, without accents, ligatures, invisible characters; white space of any kind folded to one space."""
    text = unicodedata.normalize("NFKD", text.translate(_LIGATURES).translate(_INVISIBLE))
    text = "".join(char for char in text if not unicodedata.combining(char))
    return " ".join(text.lower().split())


def words(text: str) -> list[str]:
    """The folded words of a text: runs of letters and digits, elided articles apart (`l'art` gives `l`, `art`)."""
    return _WORD.findall(fold(text))


def slug(text: str) -> str:
    """A readable identifier: `Salaire du débutant` gives `salaire-du-debutant`; empty without a letter or digit."""
    return "-".join(words(text))


def squeeze(text: str) -> str:
    """NFC, breakable white space collapsed to single spaces; no-break spaces inside stay, at the ends they go."""
    return re.sub(r"[ \t\r\n\f\v]+", " ", unicodedata.normalize("NFC", text)).strip()
