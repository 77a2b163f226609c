"""Readers of fiches: one module per format, and the choice between them by content, never by file name."""

from __future__ import annotations

import codecs
from collections.abc import Iterator

from pydantic import ValidationError

from ingest.readers.formation_markdown import looks_like_formation, read_formation
from ingest.readers.markdown import looks_like_fiche, read_markdown
from ingest.readers.onisep_xml import read_xml
from ingest.readers.records import (
    IndexEntry,
    ReadFiche,
    Record,
    Rejection,
    RomeName,
    Source,
    UnreadableFicheError,
)
from ingest.readers.rome_csv import looks_like_rome, read_rome

__all__ = ["IndexEntry", "ReadFiche", "Record", "Rejection", "RomeName", "Source", "read"]

_UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def read(source: Source) -> Iterator[Record]:
    """Yield what a file holds: fiches, entries of a companion, or the reasons why it could not be read."""
    data = source.data.removeprefix(codecs.BOM_UTF8)
    if not data.strip():
        yield Rejection(source.name, None, "fichier vide : le supprimer ou le remplacer")
    elif data.lstrip().startswith(b"<"):
        yield from read_xml(source)
    else:
        yield from _read_text(source)


def _read_text(source: Source) -> Iterator[Record]:
    text = _decode(source)
    if isinstance(text, Rejection):
        yield text
    elif looks_like_rome(text):
        yield from read_rome(text)
    else:
        yield _read_fiche(source, text)


def _decode(source: Source) -> str | Rejection:
    if source.data.startswith(_UTF16_MARKS):
        return Rejection(source.name, 1, "encodé en UTF-16 : enregistrer à nouveau le fichier en UTF-8")
    if b"\0" in source.data:
        return Rejection(source.name, None, "fichier binaire : attendu une fiche en Markdown ou en XML")
    try:
        text = source.data.removeprefix(codecs.BOM_UTF8).decode("utf-8")
    except UnicodeDecodeError as error:
        line = source.data.count(b"\n", 0, error.start) + 1
        return Rejection(
            source.name, line, "n'est pas en UTF-8 (latin-1 ?) : enregistrer à nouveau le fichier en UTF-8"
        )
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _read_fiche(source: Source, text: str) -> Record:
    is_formation = looks_like_formation(text)
    if not is_formation and not looks_like_fiche(text):
        reason = (
            "ni fiche en Markdown ni XML : attendu « # titre » puis « **ID:** MET.123 » (voir seeds/metiers) ou"
            " « ## Informations générales » (voir seeds/formations)"
        )
        return Rejection(source.name, 1, reason)
    try:
        fiche = read_formation(text, source.name) if is_formation else read_markdown(text)
        return ReadFiche(fiche, source.name, 1)
    except UnreadableFicheError as error:
        return Rejection(source.name, error.line, error.reason)
    except ValidationError as error:
        return Rejection(source.name, None, f"fiche invalide : {error.errors()[0]['msg']}")
