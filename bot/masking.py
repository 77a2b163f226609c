"""Hides what identifies a person in a text that is about to be kept: addresses, numbers of telephones and persons."""

from __future__ import annotations

import re

_EMAIL = re.compile(r"[\w.+-]+\s?@\s?[\w-]+(?:\.[\w-]+)+")
_LINK = re.compile(r"\b(?:https?://|www\.)\S+", re.IGNORECASE)
_HANDLE = re.compile(r"(?<!\w)@\w{3,}")
#: NIR: sex, year, month, department, commune, order, and the key that is often left out.
_NIR = re.compile(r"\b[1-478]\s?\d{2}\s?(?:\d{2})\s?(?:\d{2}|2[ab])\s?\d{3}\s?\d{3}(?:\s?\d{2})?\b", re.IGNORECASE)
#: A run of digits as telephones are written; salaries ("2 500 euros") and codes (MET.228, M1802) are shorter.
_PHONE = re.compile(r"(?<![\w.])(?:\+|00)?\d(?:[\s.\-/]?\d){8,13}(?!\w)")
#: The INE of a pupil: ten or eleven characters that mix digits and letters.
_INE = re.compile(r"\b(?=\w*[a-z])\d{9}[a-z\d]{1,2}\b", re.IGNORECASE)

_KINDS = ((_EMAIL, "[adresse]"), (_LINK, "[lien]"), (_HANDLE, "[compte]"), (_INE, "[numéro]"), (_NIR, "[numéro]"))


def mask(text: str) -> str:
    """The text with what is recognised replaced by its kind in brackets. Names of persons are not recognised."""
    for pattern, kind in _KINDS:
        text = pattern.sub(kind, text)
    return _PHONE.sub("[téléphone]", text)
