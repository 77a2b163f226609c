"""How French words sound, roughly: a key that a name and its spellings in text messages share.

Letters of the key are sounds: capitals stand for what French writes with several letters (`A` an, `I` in, `O` on,
`U` ou, `S` ch; on the way `E` eu, `Q` an end that is mute or é). Accents are gone, so that é, è and e are one; what is
silent at the end of a word is left out.
"""

from __future__ import annotations

import re

#: After these a nasal vowel is none: `an` in "an-imal", "an-née".
_VOICED = "aeiouynmAEIOQUYw"
#: Applied in this order to a folded word.
_SOUNDS = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        # consonants
        (r"psych", "psik"),
        (r"chor(?=[aeio])", "kor"),
        (r"(?<=ar)ch(?=eo)|(?<=or)ch(?=[ei][sd])|(?<=e)ch(?=og)|ch(?=iro)|ch(?=[rln])", "k"),
        (r"tech", "tek"),
        (r"s?ch|sh", "S"),
        (r"ph", "f"),
        (r"h", ""),
        (r"cc(?=[eiy])|xc?(?=[ei])|x(?=[a-z])", "ks"),
        (r"sc?(?=c?[eiy])|c(?=[eiy])", "s"),
        (r"qu|[ckq]", "k"),
        (r"ge(?=[aou])|g(?=[eiy])", "j"),
        (r"gu(?=[eiy])", "g"),
        (r"gn", "ni"),
        (r"(?<!s)ti(?=on|el|eux|en|a[il])", "si"),
        (r"z", "s"),
        (r"mpt(?=[aei])", "nt"),
        # endings: what is not heard, and é in all its spellings, since accents are gone
        (r"(?<=..)(?:ert?s?|ez|ees?|es?|ais?|ait|ets?)$", "Q"),
        (r"(?<=..)(?:(?<![sk])ts?|[sxdp]+)$", ""),
        # vowels
        (r"(?<=[aeiou])ill(?=[aeiouQ])|(?<=[aeu])il$|(?<=[aeiou])y(?=[aeiouQ])", "Y"),
        (r"(?<=[bcdfgjklmnpqrstv])ill(?=[aeoQ])", "i"),
        (r"eaux?|au", "o"),
        (r"oeu|eu", "E"),
        (r"ou", "U"),
        (rf"oin(?![{_VOICED}])", "wI"),
        (r"oi|oy|Ua", "wa"),
        (rf"(?<=i)en(?![{_VOICED}])", "I"),
        (rf"(?:ai|ei|y|i)[nm](?![{_VOICED}])|un(?![{_VOICED}])", "I"),
        (rf"[ae][nm](?![{_VOICED}])", "A"),
        (rf"o[nm](?![{_VOICED}])", "O"),
        (r"[ae][iy]|E", "e"),
        (r"[yY]", "i"),
        (r"Q", ""),
        (r"(.)\1+", r"\1"),
    )
)
_UNSURE = str.maketrans("", "", "aeiouwAIOUr")


def sound_of(word: str) -> str:
    """How a folded French word sounds, roughly: words that sound alike share it."""
    for pattern, sound in _SOUNDS:
        word = pattern.sub(sound, word)
    return word


def sounds_of(word: str) -> tuple[str, ...]:
    """The sounds of a word of a name: an English `-er` ("skipper") is also said `-eur`."""
    said = (word, word[:-2] + "eur") if word.endswith("er") and len(word) > 4 else (word,)
    return tuple(dict.fromkeys(sound_of(form) for form in said))


def consonants_of(sound: str) -> str:
    """A sound without its vowels, nor the r that people leave out: what stays when they write by ear."""
    return sound.translate(_UNSURE)
