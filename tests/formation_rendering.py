"""Formations that never existed, laid out as Onisep's Markdown lays them out: what their reader must undo."""

from __future__ import annotations

from hypothesis import strategies as st

from ingest.formation import FORMATION_PROSE, Formation
from tests.rendering import markdown_body, phrases, sections

KEYS = {
    "Code scolarité": "code",
    "Sigle": "sigle",
    "Durée": "duration",
    "Niveau de certification": "certification",
    "Type": "type",
}


def formations() -> st.SearchStrategy[Formation]:
    """Any fiche formation that Onisep's files can express."""
    facts = {fact: st.none() | phrases() for fact in KEYS.values()}
    return st.builds(
        Formation,
        id=st.integers(1, 99999).map("FOR.{}".format),
        name=phrases(),
        link=st.none() | st.from_regex(r"https?://[a-z]{1,9}\.fr/[a-z0-9/_-]{0,9}", fullmatch=True),
        metiers=st.lists(phrases(), max_size=3).map(tuple),
        sections=sections(FORMATION_PROSE),
        **facts,
    )


def formation_as_markdown(formation: Formation) -> str:
    """The fiche as Onisep's Markdown lays it out; the id is for the file's name."""
    lines = [f"# {formation.title}", "", "## Informations générales", ""]
    for key, fact in KEYS.items():
        if getattr(formation, fact):
            lines.append(f"**{key}:** {getattr(formation, fact)}")
    if formation.link:
        lines += ["", f"**Lien:** [{formation.link}]({formation.link})"]
    for section in formation.sections:
        lines += ["", f"## {section.name}", "", *markdown_body(section.blocks)]
    lines += ["", "## Métiers associés", "", *(f"- {metier}" for metier in formation.metiers)]
    return "\n".join(lines) + "\n"
