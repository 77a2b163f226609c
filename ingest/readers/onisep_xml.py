"""Reads Onisep's XML: fiches métiers (today's schema and older dumps) and the métier index that goes with them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any
from xml.etree.ElementTree import Element, ParseError, TreeBuilder, tostring

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import XMLParser
from pydantic import ValidationError

from ingest.fiche import (
    PROSE_SECTIONS,
    Appellation,
    Domaine,
    FicheMetier,
    FormationLink,
    RomeLabel,
    Section,
    SectionName,
)
from ingest.readers.blocks import Event, Heading, Paragraph, build_blocks
from ingest.readers.records import IndexEntry, ReadFiche, Record, Rejection, Source, UnreadableFicheError
from ingest.text import squeeze

#: Where each prose section of a fiche stands in the schema.
_PROSE_TAGS: dict[SectionName, str] = {
    "Présentation": "accroche_metier",
    "En bref": "format_court",
    "Nature du travail": "nature_travail",
    "Compétences requises": "competences",
    "Conditions de travail": "condition_travail",
    "Vie professionnelle": "vie_professionnelle",
    "Accès au métier": "acces_metier",
}
#: Older dumps hold several short texts a fiche; this type is the one that became `format_court`.
_SHORT_TEXT_TYPE = "Dico des métiers"
#: `h3` and `h4` stand for the Markdown's `##`, `h5` for `###`.
_HEADING_LEVELS = {"h1": 2, "h2": 2, "h3": 2, "h4": 2, "h5": 3, "h6": 3}
_BLOCK_TAGS = frozenset(
    ("p", "li", "ul", "ol", "div", "table", "tr", "th", "td", "dl", "dt", "dd", "blockquote", *_HEADING_LEVELS)
)
#: Onisep's HTML has no declaration and no instruction; `HTMLParser` would drop what follows these, or raise. A tag that
#: does not end before the next begins is text; the parser would look for its end again and again, to the end.
_NO_TAG = re.compile(r"<(?=[!?]|[^<>]*(?:<|\Z))")
_LINE = "{oriane}line"
_METIER_LINK = re.compile(r"/metier/slug/(MET\.\d+)")


def read_xml(source: Source) -> Iterator[Record]:
    """Yield the fiches or the index entries of an XML file, whichever its root announces.

    A broken fiche inside a sound file gives one rejection and the rest is read; a file that is not well-formed, or that
    declares entities, is rejected whole, since nobody can tell what the missing part held.
    """
    try:
        root = _parse(source.data)
    except DefusedXmlException:
        reason = "XML refusé : il déclare une DTD, ce que les fiches n'ont jamais : ôter tout le « <!DOCTYPE … > »"
        yield Rejection(source.name, None, reason)
        return
    except ParseError as error:
        line, column = error.position
        reason = f"XML tronqué, mal formé ou mal encodé (colonne {column}) : télécharger à nouveau le fichier"
        yield Rejection(source.name, line, reason)
        return
    except (LookupError, ValueError):  # the encoding that the first line announces
        yield Rejection(source.name, 1, "encodage d'XML inconnu : enregistrer à nouveau le fichier en UTF-8")
        return
    metiers = [root] if root.tag == "metier" else root.findall("metier")
    items = root.findall("item")
    if metiers:
        yield from (_read_metier(element, source.name) for element in metiers)
    elif any(item.find("lien_site_onisepfr") is not None for item in items):
        yield from _read_index(items)
    else:
        reason = f"XML d'un schéma inconnu (racine <{root.tag}>) : attendu <metiers> ou l'index des métiers d'Onisep"
        yield Rejection(source.name, 1, reason)


class _LineBuilder(TreeBuilder):
    """Notes on each `metier` element the line where it starts, for the report."""

    def __init__(self) -> None:
        super().__init__()
        self.parser: Any = None  # the expat parser, known only once the XMLParser around this builder exists

    def start(self, tag: str, attrs: dict[Any, Any]) -> Element:
        if tag == "metier":
            attrs = {**attrs, _LINE: str(self.parser.CurrentLineNumber)}
        return super().start(tag, attrs)


def _parse(data: bytes) -> Element:
    builder = _LineBuilder()
    parser = XMLParser(target=builder, forbid_dtd=True)
    builder.parser = parser.parser
    parser.feed(data)
    root: Element = parser.close()
    return root


def _read_metier(element: Element, source: str) -> Record:
    line = int(element.get(_LINE, "1"))
    try:
        return ReadFiche(_fiche(element), source, line)
    except UnreadableFicheError as error:
        return Rejection(source, line, error.reason)
    except ValidationError as error:
        return Rejection(source, line, f"fiche invalide : {error.errors()[0]['msg']}")
    except RecursionError:
        return Rejection(source, line, "balises imbriquées par milliers : télécharger à nouveau le fichier")


def _fiche(element: Element) -> FicheMetier:
    identifier, title = _text(element, "identifiant"), _text(element, "nom_metier")
    if not identifier:
        raise UnreadableFicheError(
            f"identifiant manquant dans la fiche « {title or 'sans titre'} » : remplir <identifiant>"
        )
    if not FicheMetier.ID_PATTERN.fullmatch(identifier):
        raise UnreadableFicheError(f"identifiant mal formé : « {identifier} » (attendu : MET.123)")
    if not title:
        raise UnreadableFicheError(f"titre manquant dans la fiche {identifier} : remplir <nom_metier>")
    prose = {name: build_blocks(html_events(_body(element, tag))) for name, tag in _PROSE_TAGS.items()}
    return FicheMetier(
        id=identifier,
        name=_appellation(element),
        other_names=tuple(
            _appellation(synonym) for synonym in element.iterfind("synonymes/synonyme") if _name(synonym)
        ),
        rome=tuple(_texts(element, "romesV3/romeV3")),
        level=_text(element, "niveau_acces_min/libelle") or None,
        formations=tuple(_formations(element)),
        statuses=tuple(_texts(element, "statuts/statut/libelle")),
        interests=tuple(_texts(element, "centres_interet/centre_interet/libelle")),
        sections=tuple(Section(name=name, blocks=prose[name]) for name in PROSE_SECTIONS if prose[name]),
    )


def _formations(element: Element) -> Iterator[FormationLink]:
    for link in element.iterfind("formations_min_requise/formation_min_requise"):
        identifier, label = _text(link, "id"), _text(link, "libelle")
        if not identifier or not label:
            raise UnreadableFicheError(
                f"formation sans identifiant ou sans libellé (« {identifier or label} ») : remplir <id> et <libelle>"
            )
        yield FormationLink(id=identifier, label=label)


def _appellation(element: Element) -> Appellation:
    feminine, masculine = _text(element, "libelle_feminin"), _text(element, "libelle_masculin")
    return Appellation(title=_name(element), feminine=feminine or None, masculine=masculine or None)


def _name(element: Element) -> str:
    """A métier's or a synonym's title: a record of three labels today, bare text in older dumps."""
    return _text(element, "nom_metier") or squeeze(element.text or "")


def _body(element: Element, tag: str) -> str:
    if tag == "format_court" and element.find(tag) is None:
        for short in element.iterfind("formats_courts/format_court"):
            if _text(short, "type") == _SHORT_TEXT_TYPE:
                return _html(short.find("descriptif"))
    return _html(element.find(tag))


def _html(body: Element | None) -> str:
    """The HTML of a body, which Onisep writes in CDATA; as plain elements it is read as well."""
    if body is None:
        return ""
    return "".join((body.text or "", *(tostring(child, encoding="unicode") for child in body)))


def _text(element: Element, path: str) -> str:
    return squeeze(element.findtext(path) or "")


def _texts(element: Element, path: str) -> Iterator[str]:
    yield from (text for found in element.iterfind(path) if (text := squeeze(found.text or "")))


def _read_index(items: list[Element]) -> Iterator[IndexEntry]:
    """One entry a métier: the index repeats a métier for each of Onisep's publications about it."""
    domaines: dict[str, dict[Domaine, None]] = {}
    labels: dict[str, dict[RomeLabel, None]] = {}
    for item in items:
        link = _METIER_LINK.search(_text(item, "lien_site_onisepfr"))
        if link is None:
            continue
        own_domaines, own_labels = domaines.setdefault(link[1], {}), labels.setdefault(link[1], {})
        for branch in _text(item, "domainesous-domaine").split("|"):
            name, _, sub = (squeeze(part) for part in branch.partition("/"))
            if name:
                own_domaines[Domaine(name=name, sub=sub or None)] = None
        code, label = _text(item, "code_rome"), _text(item, "libelle_rome")
        if code and label:
            own_labels[RomeLabel(code=code, label=label)] = None
    for fiche_id in domaines:
        yield IndexEntry(fiche_id, tuple(domaines[fiche_id]), tuple(labels[fiche_id]))


def html_events(html: str) -> list[Event]:
    """The headings and paragraphs of a section's HTML, in reading order; inline tags vanish, their text stays."""
    parser = _BodyParser()
    parser.feed(_NO_TAG.sub("&lt;", _without_comments(html)))
    parser.close()
    parser.end_block()
    return parser.events


def _without_comments(html: str) -> str:
    first, *others = html.split("<!--")
    return first + "".join(after if end else f"<!--{text}" for text, end, after in (o.partition("-->") for o in others))


class _BodyParser(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.events: list[Event] = []
        self._text: list[str] = []
        self._level: int | None = None
        self._prefix = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "br":
            self._text.append("\0")
        elif tag in _BLOCK_TAGS:
            opens_item = tag == "li" or (tag == "p" and self._prefix and not "".join(self._text).strip())
            self.end_block()
            self._level = _HEADING_LEVELS.get(tag)
            self._prefix = "- " if opens_item else ""

    def handle_endtag(self, tag: str) -> None:
        if tag in _BLOCK_TAGS:
            self.end_block()

    def handle_data(self, data: str) -> None:
        self._text.append(data.replace("\0", ""))

    def end_block(self) -> None:
        """File the text read since the last block boundary as a heading or a paragraph."""
        lines = [line for part in "".join(self._text).split("\0") if (line := squeeze(part))]
        if lines and self._level:
            self.events.append(Heading(self._level, " ".join(lines)))
        elif lines:
            self.events.append(Paragraph(self._prefix + "\n".join(lines)))
        self._text, self._level, self._prefix = [], None, ""
