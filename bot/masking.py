"""Hides what identifies a person in a text: one table of patterns for all that is read, sent or kept.

Names of persons and towns are not recognised: they are words of questions too ("Marin", "Nancy"). What looks like
money, a date or a code of fiches (`30 000 euros`, `01/09/2025`, `M1802`, `RNCP35339`) is never touched.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

#: What stands for something masked in a question that is read on: no word that the search could take for the pupil's.
MASK = "•••"


class Use(Enum):
    """What becomes of a text, which decides how much of it is masked, and by what.

    `READ`: Oriane answers it. Only what can be nothing else is masked, by signs without meaning: a link may be the way
    a métier is named (`…/slug/MET.228`), and over-masking would cost the answer.

    `HAND_ON`: it is kept, or sent to a language model. All patterns count, and brackets say what stood there, for who
    reads an opinion later: masking too much costs nobody an answer.
    """

    READ = 1
    HAND_ON = 2


@dataclass(frozen=True)
class _Kind:
    """One kind of personal data: how it is written, what is written instead, and whether only in texts handed on."""

    pattern: re.Pattern[str]
    mark: str
    handed_on_only: bool = False


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.IGNORECASE | re.VERBOSE)


#: A date has the figures of a telephone when others follow it ("01/09/2025 30 élèves", "01/09/25-31/08/26"): it is read
#: first, and left.
_DATE = r"""(?<!\d) (?P<date> (?:0?[1-9]|[12]\d|3[01]) [\s./-] (?:0[1-9]|1[0-2])
    (?: [\s./-] (?:19|20)\d\d | (?P<stroke>[./-])\d\d \s?[-–]\s? \d\d(?P=stroke)\d\d(?P=stroke)\d\d ) (?!\d) )"""

_STREET = r"rue|avenue|av\.|boulevard|bo?u?ld?\.|bd|all[ée]e|impasse|chemin|quai|square|faubourg|lotissement"
#: Where the name of a street ends when nobody wrote a comma: at what begins a question.
_ASKS = r"(?:combien|quels?|quelles?|comment|est-ce|je|j['’]|qui|que|pour|et|mais)\b"

#: In this order: what holds digits of another kind comes before it.
_KINDS = (
    _Kind(
        _pattern(
            r"""(?<![\w.+-]) [\w.+-]{1,64} (?:@ | \s@\s | \s?[(\[]at[)\]]\s? | \sarobase\s)
            [\w-]+ (?:(?:\.|\s(?:point|dot)\s)[\w-]+)+"""
        ),
        "[adresse]",
    ),
    _Kind(_pattern(r"\b(?:https?://|www\.)\S+"), "[lien]", handed_on_only=True),
    _Kind(_pattern(r"(?<![\w@]) @[\w.]{2,}\w"), "[compte]", handed_on_only=True),
    _Kind(
        _pattern(
            rf"""(?<!\d) \d{{1,4}} \s?(?:bis|ter|quater)? ,?\s+ (?:{_STREET})(?!\w)
            (?: \s+ (?!{_ASKS}) [\w'’.-]+ ){{1,6}} (?: ,?\s* \d{{5}} (?:\s+[^\W\d][\w'’-]*)? )?"""
        ),
        "[adresse]",
        handed_on_only=True,
    ),
    # INE of pupils: ten digits and a letter, or nine digits and two characters of which one is a letter
    _Kind(_pattern(r"\b \d{9} (?: \d[a-z] | [a-z][a-z\d]? ) \b"), "[numéro]"),
    # NIR: sex, year, month (with the fictitious ones), department, commune, order, and the key that is often left out
    _Kind(
        _pattern(
            r"""(?<!\d) [1-478][\s.-]? \d\d[\s.-]? (?:0[1-9]|1[0-2]|[2-9]\d)[\s.-]? (?:\d\d|2[ab])[\s.-]?
            \d{3}[\s.-]? \d{3} (?:[\s.-]?\d\d)? (?!\d)"""
        ),
        "[numéro]",
    ),
    # +33, 0033, of France; other countries by a plus and a code of two digits at least: "bac +5" is none
    _Kind(
        _pattern(
            r"""\(?(?: \+\s?33 | (?<!\d)00\s?33 )\)? [\s.-]? (?:\(0\)|0)? [\s.-]? [1-9] (?:[\s./–-]{0,2}\d){8} (?!\d)
            | (?!\+\s?\d{1,3}(?:\s000)) \+\s?[1-9] (?=(?:[\s./()–-]{0,2}\d){8,13}(?!\d))
              \d{1,2} (?:[\s./()–-]{0,2}\d{1,9}){1,5} (?!\d)"""
        ),
        "[téléphone]",
    ),
    # 06 12 34 56 78 in any grouping, (0)6…, and what begins with the 6 or 7 of a mobile, in pairs or in one piece
    _Kind(
        _pattern(
            rf"""{_DATE} | (?<!\d) (?:\(0\)|0) [\s./–-]{{0,2}} [1-9] (?:[\s./–-]{{0,2}}\d){{8}} (?!\d)
            | (?<![\d.,]) (?<!\d\s) [67] (?: (?P<sep>[\s.-]) \d\d (?:(?P=sep)\d\d){{3}} | \d{{8}} ) (?!\d)
              (?!\s?(?:€|euros?))"""
        ),
        "[téléphone]",
    ),
    # longer than any figure or code of a fiche that is written in one piece: cards of pupils, accounts
    _Kind(_pattern(r"(?<![\w.,]) \d{9,34} (?!\w)"), "[numéro]", handed_on_only=True),
)


def mask(text: str, use: Use) -> str:
    """The text without e-mail addresses, telephones, NIR and INE; when handed on, without links, accounts, streets."""
    for kind in _KINDS:
        if use is Use.HAND_ON:
            text = _replace(kind, kind.mark, text)
        elif not kind.handed_on_only:
            text = _replace(kind, MASK, text)
    return text


def _replace(kind: _Kind, mark: str, text: str) -> str:
    return kind.pattern.sub(lambda found: found["date"] if found.groupdict().get("date") else mark, text)
