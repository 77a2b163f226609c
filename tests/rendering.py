"""Fiches that never existed, and both published layouts written anew: what a reader must undo.

Nothing here uses the readers. `fiches()` draws `FicheMetier` objects; `as_markdown` and `as_xml` lay them out as
Onisep's files are laid out, quirks included (a body's first line flush left, the others indented by 12 spaces).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator

from hypothesis import strategies as st

from ingest.fiche import PROSE_SECTIONS, Appellation, Block, FicheMetier, FormationLink, Section, SectionName

INDENT = " " * 12
XML_TAGS = {
    "Présentation": "accroche_metier",
    "En bref": "format_court",
    "Nature du travail": "nature_travail",
    "Compétences requises": "competences",
    "Conditions de travail": "condition_travail",
    "Vie professionnelle": "vie_professionnelle",
    "Accès au métier": "acces_metier",
}

# --- fiches drawn at random ---

_SYNTAX = "#*<>-–"
_LETTERS = st.sampled_from("aeéèêçœŒàùïABZ0159'’.,;:!?()«»/&%€²½" + "\u00ad\u200b")
_ANY = st.characters(codec="utf-8", exclude_categories=("C", "Z"), exclude_characters=_SYNTAX)
_SPACE = st.sampled_from([" ", " ", " ", "\u00a0", "\u202f", "\u2009"])


@st.composite
def phrases(draw: st.DrawFn) -> str:
    """Some words on one line: NFC, no markup, no-break spaces inside but not at the ends."""
    word = st.text(_LETTERS | _ANY, min_size=1, max_size=8)
    phrase = draw(word)
    for _ in range(draw(st.integers(0, 4))):
        phrase += draw(_SPACE) + draw(word)
    return unicodedata.normalize("NFC", phrase)


def _paragraphs() -> st.SearchStrategy[str]:
    lines = st.lists(phrases(), min_size=1, max_size=3).map("\n".join)
    return lines | phrases().map(lambda text: f"- {text}")


_texts = st.lists(_paragraphs(), min_size=1, max_size=3).map("\n\n".join)
_headings = phrases().map(lambda text: f"Titre {text}")  # never the name of a section


@st.composite
def _bodies(draw: st.DrawFn) -> tuple[Block, ...]:
    """An opening text, then `##` groups of `###`, or `###` alone; some headings have no text of their own.

    A bare `###` before a `##` would be an inverted level: those have tests of their own.
    """
    blocks = [Block(text=text) for text in draw(st.lists(_texts, max_size=1))]
    if draw(st.booleans()):
        for heading in draw(st.lists(_headings, min_size=not blocks, max_size=3)):
            blocks.append(Block(path=(heading,), text=draw(st.just("") | _texts)))
        return tuple(blocks)
    for heading in draw(st.lists(_headings, min_size=not blocks, max_size=2, unique=True)):
        children = draw(st.lists(st.tuples(_headings, st.just("") | _texts), max_size=2))
        children += [(draw(_headings), draw(_texts))] if children else []
        text = draw(st.just("") | _texts)
        if text or not children:
            blocks.append(Block(path=(heading,), text=text))
        blocks += [Block(path=(heading, child), text=text) for child, text in children]
    return tuple(blocks)


@st.composite
def _appellations(draw: st.DrawFn) -> Appellation:
    gender = st.none() | phrases()
    return Appellation(title=draw(phrases()), feminine=draw(gender), masculine=draw(gender))


@st.composite
def sections(draw: st.DrawFn, among: tuple[SectionName, ...]) -> tuple[Section, ...]:
    """Some of these sections, in their order, with any body."""
    names = draw(st.sets(st.sampled_from(among)))
    return tuple(Section(name=name, blocks=draw(_bodies())) for name in among if name in names)


def fiches() -> st.SearchStrategy[FicheMetier]:
    """Any fiche métier that Onisep's files can express."""
    links = st.builds(FormationLink, id=st.integers(1, 99999).map("FOR.{}".format), label=phrases())
    return st.builds(
        FicheMetier,
        id=st.integers(0, 99999).map("MET.{}".format),
        name=_appellations(),
        other_names=st.lists(_appellations(), max_size=2).map(tuple),
        rome=st.lists(st.from_regex(r"[A-N][0-9]{4}", fullmatch=True), max_size=2).map(tuple),
        level=st.none() | phrases(),
        formations=st.lists(links, max_size=2).map(tuple),
        statuses=st.lists(phrases(), max_size=2).map(tuple),
        interests=st.lists(phrases(), max_size=2).map(tuple),
        sections=sections(PROSE_SECTIONS),
    )


# --- the Markdown layout ---


def as_markdown(fiche: FicheMetier) -> str:
    """The fiche as Onisep's Markdown lays it out."""
    lines = [f"# {fiche.title}", f"**ID:** {fiche.id}", "", "**Appellations:**", *_genders(fiche.name)]
    if fiche.other_names:
        lines += ["", "## Autres appellations"]
        for name in fiche.other_names:
            lines += ["", f"### {name.title}", *_genders(name)]
        lines.append("")
    if fiche.rome:
        lines += ["**Codes ROME:**", *(f"- {code}" for code in fiche.rome)]
    for section in fiche.sections:
        lines += ["", f"## {section.name}", "", *markdown_body(section.blocks)]
    if fiche.level:
        lines += ["", f"**Niveau d'accès minimum:** {fiche.level}"]
    if fiche.formations:
        lines += ["", "## Formations recommandées", "", *(f"- {f.label} (ID: {f.id})" for f in fiche.formations)]
    if fiche.statuses:
        lines += ["", "**Statuts possibles:**", *(f"- {status}" for status in fiche.statuses)]
    if fiche.interests:
        lines += ["", "## Centres d'intérêt", "", *(f"- {interest}" for interest in fiche.interests)]
    return "\n".join(lines) + "\n"


def _genders(name: Appellation) -> Iterator[str]:
    if name.feminine:
        yield f"- Féminin: {name.feminine}"
    if name.masculine:
        yield f"- Masculin: {name.masculine}"


def markdown_body(blocks: tuple[Block, ...]) -> list[str]:
    """A section's body: its first line flush left, the others indented."""
    lines = []
    for kind, text in _parts(blocks):
        mark = "" if kind == "p" else "#" * (int(kind) + 1) + " "
        lines += ["", INDENT + mark + text.replace("\n", "<br/>")]
    return [line.removeprefix(INDENT) if at == 1 else line for at, line in enumerate(lines)]


# --- the XML layout ---


def as_xml(*fiches: FicheMetier) -> str:
    """The fiches as Onisep's XML dump lays them out."""
    metiers = "\n".join(f"<metier>{''.join(_metier(fiche))}</metier>" for fiche in fiches)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<metiers>\n{metiers}\n</metiers>\n'


def _metier(fiche: FicheMetier) -> Iterator[str]:
    yield f"<identifiant>{fiche.id}</identifiant>{_labels(fiche.name)}"
    yield from _list("synonymes", "synonyme", [_labels(name) for name in fiche.other_names])
    yield from _list("romesV3", "romeV3", map(escaped, fiche.rome))
    for section in fiche.sections:
        body = "\n".join(_html(kind, text) for kind, text in _parts(section.blocks))
        yield f"<{XML_TAGS[section.name]}><![CDATA[{body}]]></{XML_TAGS[section.name]}>"
    yield f"<niveau_acces_min><libelle>{escaped(fiche.level or '')}</libelle></niveau_acces_min>"
    links = [f"<id>{f.id}</id><libelle>{escaped(f.label)}</libelle>" for f in fiche.formations]
    yield from _list("formations_min_requise", "formation_min_requise", links)
    yield from _list("statuts", "statut", [f"<libelle>{escaped(status)}</libelle>" for status in fiche.statuses])
    interests = [f"<libelle>{escaped(interest)}</libelle>" for interest in fiche.interests]
    yield from _list("centres_interet", "centre_interet", interests)


def _labels(name: Appellation) -> str:
    return (
        f"<nom_metier>{escaped(name.title)}</nom_metier>"
        f"<libelle_feminin>{escaped(name.feminine or '')}</libelle_feminin>"
        f"<libelle_masculin>{escaped(name.masculine or '')}</libelle_masculin>"
    )


def _list(outer: str, inner: str, items: Iterable[str]) -> Iterator[str]:
    yield f"<{outer}>" + "".join(f"<{inner}>{item}</{inner}>" for item in items) + f"</{outer}>"


def _html(kind: str, text: str) -> str:
    tag = {"1": "h3", "2": "h5", "p": "p"}[kind]
    if kind == "p" and text.startswith("- "):
        tag, text = "li", text[2:]
    return f"{INDENT}<{tag}>{escaped(text).replace(chr(10), '<br/>')}</{tag}>"


def escaped(text: str) -> str:
    """The text with XML's two special characters as entities."""
    return text.replace("&", "&amp;").replace("<", "&lt;")


# --- both ---


def _parts(blocks: tuple[Block, ...]) -> Iterator[tuple[str, str]]:
    """Headings (by depth, from 1) and paragraphs ("p") in reading order; a path's first headings are said once."""
    before: tuple[str, ...] = ()
    for block in blocks:
        known = 0
        while known < len(block.path) - 1 and before[known : known + 1] == block.path[known : known + 1]:
            known += 1
        for depth in range(known, len(block.path)):
            yield str(depth + 1), block.path[depth]
        before = block.path
        for paragraph in filter(None, block.text.split("\n\n")):
            yield "p", paragraph
