"""From a model's raw output, as it grows, to plain sentences with the numbers they cite."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

_BLOCK = r"script|style|iframe|svg|object|think|thinking|reasoning|system"
_CLOSED_BLOCKS = re.compile(rf"<({_BLOCK})\b[^>]*>.*?</\1\s*>|<!--.*?-->|```.*?```|~~.*?~~", re.I | re.S)
_OPEN_BLOCK = re.compile(rf"<(?:{_BLOCK})\b|<!--|```|~~", re.I)
_TAG = re.compile(r"<[^<>]*>")
_IMAGE = re.compile(r"!\[[^\]]*\](?:\([^)]*\))?")
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_NOTE = re.compile(r"^\s*\[[^\]]+\]:.*$", re.M)
_EMPHASIS = re.compile(r"(\*\*|__|\*|(?<!\w)_|_(?!\w)|`)")
_BULLET = re.compile(r"^\s*(?:[-*•–—]|\d+[.)])\s+")
#: Lines that are no sentences: headings, tables, rules, quotes.
_FURNITURE = re.compile(r"^\s*(?:#|\||>|-{3,}\s*$|={3,}\s*$)")
_ENDING = re.compile(r"[.!?…]+[\"»”)]*(?:\s*\[[^\]\n]*\])*(?=\s|$)")
_BEGINNING = re.compile(r"\s*[\"«“(]?\s*[A-ZÀÂÇÉÈÊËÎÏÔÛÜŒ\d¿]")
_MARK = re.compile(r"\[(\d{1,3}(?:\s*[,;]\s*\d{1,3})*)\]")
#: A sentence without end is no answer: reading stops there.
LONGEST_STRETCH = 600


@dataclass(frozen=True)
class Marked:
    """A sentence as it may be shown, without its marks, and the numbers that it cites."""

    text: str
    marks: tuple[int, ...]


class SentenceReader:
    """Cuts growing text into whole sentences; what may still change is held back."""

    def __init__(self) -> None:
        self._held = ""

    def feed(self, text: str) -> Iterator[Marked]:
        """Take more text, give the sentences that it completes."""
        self._held += text
        end = _safe_end(self._held)
        if end:
            head, self._held = self._held[:end], self._held[end:]
            yield from _sentences(head, ended=True)

    def close(self) -> Iterator[Marked]:
        """Give what is left, a sentence broken off excepted."""
        head, self._held = self._held, ""
        yield from _sentences(head, ended=False)

    @property
    def overflows(self) -> bool:
        """Whether far too much was held back."""
        return len(self._held) > LONGEST_STRETCH


def _safe_end(text: str) -> int:
    """Where what was read can be cut: after a line or a sentence, outside of anything that is still open."""
    rest = _CLOSED_BLOCKS.sub(lambda block: "\0" * len(block[0]), text)
    opened = _OPEN_BLOCK.search(rest)
    limit = opened.start() if opened else len(rest)
    for sign, closing in (("<", ">"), ("[", "]")):
        last = rest.rfind(sign, 0, limit)
        if last >= 0 and closing not in rest[last:limit] and "\n" not in rest[last:limit]:
            limit = last
    ends = [line + 1 for line in (rest.rfind("\n", 0, limit),) if line >= 0]
    for found in _ENDING.finditer(rest, 0, limit):
        if _BEGINNING.match(rest[found.end() : limit]) and rest[found.end() : found.end() + 1].isspace():
            ends.append(found.end())
    return max(ends, default=0)


def _sentences(raw: str, *, ended: bool) -> Iterator[Marked]:
    for line in _plain(raw).split("\n"):
        if _FURNITURE.match(line):
            continue
        yield from filter(None, (_marked(text) for text in _split(_BULLET.sub("", line), ended=ended)))


def _plain(raw: str) -> str:
    """The text without invisible characters, look-alikes, markup, code, thoughts or links."""
    text = "".join(
        char
        for char in unicodedata.normalize("NFKC", raw)
        if char in "\n\t" or unicodedata.category(char) not in ("Cc", "Cf", "Co", "Cs", "Cn")
    )
    for _ in range(3):
        text = html.unescape(text)
    text = _CLOSED_BLOCKS.sub(" ", text)
    opened = _OPEN_BLOCK.search(text)
    text = text[: opened.start()] if opened else text
    text = _NOTE.sub("", _TAG.sub(" ", text))
    text = _LINK.sub(lambda link: f"[{link[1]}]" if link[1].strip().isdigit() else link[1], _IMAGE.sub(" ", text))
    return _EMPHASIS.sub("", text)


def _split(line: str, *, ended: bool) -> Iterator[str]:
    start = 0
    for found in _ENDING.finditer(line):
        if found.end() == len(line.rstrip()) or _BEGINNING.match(line[found.end() :]):
            yield line[start : found.end()]
            start = found.end()
    rest = line[start:].strip()
    if rest and (ended or _MARK.search(rest[-8:])):
        yield rest


def _marked(text: str) -> Marked | None:
    marks = [int(n) for found in _MARK.finditer(text) for n in re.findall(r"\d+", found[1])]
    bare = re.sub(r"\s+([.,])", r"\1", " ".join(_MARK.sub("", text).split()))
    bare = re.sub(r"[\s,;:]+$", "", bare)
    if not any(char.isalnum() for char in bare):
        return None
    if bare[-1] not in ".!?…":
        bare += "."
    return Marked(bare[0].upper() + bare[1:], tuple(dict.fromkeys(marks)))
