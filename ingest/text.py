"""Small text operations shared by readers, passages and retrieval."""

from __future__ import annotations

import re
import unicodedata

_WORD = re.compile(r"[^\W_]+")


class _Plain(dict[int, str | int | None]):
    """What stands for each character of a decomposed text: nothing for accents. Asked of Unicode once a character."""

    def __missing__(self, code: int) -> int | None:
        plain = None if unicodedata.combining(chr(code)) else code
        self[code] = plain
        return plain


_PLAIN = _Plain(dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"), None))
_PLAIN.update({ord("œ"): "oe", ord("Œ"): "OE", ord("æ"): "ae", ord("Æ"): "AE"})


def fold(text: str) -> str:
    """Lower case, without accents, ligatures, invisible characters; white space of any kind folded to one space."""
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text).translate(_PLAIN)
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
