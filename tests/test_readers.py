"""Reading fiches: every trap of the published files, in fiches written for these tests."""

from __future__ import annotations

import codecs
import unicodedata

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.fiche import Appellation, Domaine, FicheMetier, FormationLink, RomeLabel
from ingest.readers import IndexEntry, ReadFiche, Record, Rejection, Source, read
from tests.rendering import XML_TAGS, as_markdown, as_xml, fiches

TOP = "# testeur/euse de lecteurs\n**ID:** MET.1\n"


def records(content: str | bytes) -> list[Record]:
    data = content.encode() if isinstance(content, str) else content
    return list(read(Source("fiche", data)))


def fiche(content: str | bytes) -> FicheMetier:
    [record] = records(content)
    assert isinstance(record, ReadFiche), record
    return record.fiche


def rejection(content: str | bytes) -> Rejection:
    [record] = records(content)
    assert isinstance(record, Rejection), record
    return record


def xml(inside: str = "", identity: str = "<identifiant>MET.1</identifiant><nom_metier>testeur</nom_metier>") -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<metiers>\n<metier>{identity}{inside}</metier>\n</metiers>'


def blocks_of(content: str | bytes) -> list[tuple[str, str]]:
    """Heading path and text of the only section's blocks."""
    [section] = fiche(content).sections
    return [(block.heading, block.text) for block in section.blocks]


# --- bodies: one table, both formats ---

SALARY = "## Salaire\n            ### Salaire du débutant\n            "
BODIES = {
    "an opening text has no heading": ("Un texte.", "<p>Un texte.</p>", [("", "Un texte.")]),
    "paragraphs stay apart": (
        "Un.\n\n            Deux.",
        "<p>Un.</p>\n            <p>Deux.</p>",
        [("", "Un.\n\nDeux.")],
    ),
    "a wrapped paragraph is one text": ("Un\n            deux.", "<p>Un\n            deux.</p>", [("", "Un deux.")]),
    "text follows its heading without a blank line": (
        "### Titre\n            Texte.",
        "<h5>Titre</h5><p>Texte.</p>",
        [("Titre", "Texte.")],
    ),
    "two indented headings": (
        "### Un\n            A.\n\n            ### Deux\n            B.",
        "<h5>Un</h5><p>A.</p><h5>Deux</h5><p>B.</p>",
        [("Un", "A."), ("Deux", "B.")],
    ),
    "a flush-left heading of another name stays inside the section": (
        SALARY + "Variable",
        "<h3>Salaire</h3><h5>Salaire du débutant</h5><p>Variable</p>",
        [("Salaire › Salaire du débutant", "Variable")],
    ),
    "an indented ## closes the group before it": (
        SALARY + "Cachet\n\n            ## Emploi\n            ### Rare\n            Peu.",
        "<h3>Salaire</h3><h5>Salaire du débutant</h5><p>Cachet</p><h3>Emploi</h3><h5>Rare</h5><p>Peu.</p>",
        [("Salaire › Salaire du débutant", "Cachet"), ("Emploi › Rare", "Peu.")],
    ),
    "an inverted level is contained": (
        "Court.\n\n            ### Durée\n            ## Après le bac\n            2 ans.",
        "<p>Court.</p><h5>Durée</h5><h3>Après le bac</h3><p>2 ans.</p>",
        [("", "Court."), ("Durée › Après le bac", "2 ans.")],
    ),
    "an inverted level contains all that follows at that level": (
        "### Durée\n            ## Après le bac\n            2 ans.\n            ## Après la 3e\n            3 ans.",
        "<h5>Durée</h5><h3>Après le bac</h3><p>2 ans.</p><h3>Après la 3e</h3><p>3 ans.</p>",
        [("Durée › Après le bac", "2 ans."), ("Durée › Après la 3e", "3 ans.")],
    ),
    "a heading with text is closed by a higher one": (
        "### Durée\n            Longue.\n            ## Après le bac\n            2 ans.",
        "<h5>Durée</h5><p>Longue.</p><h3>Après le bac</h3><p>2 ans.</p>",
        [("Durée", "Longue."), ("Après le bac", "2 ans.")],
    ),
    "a bare heading keeps its place": (
        "### Vide\n            ### Pleine\n            Texte.",
        "<h5>Vide</h5><h5>Pleine</h5><p>Texte.</p>",
        [("Vide", ""), ("Pleine", "Texte.")],
    ),
    "a bare heading at the end": (
        "Texte.\n\n            ### Fin",
        "<p>Texte.</p><h5>Fin</h5>",
        [("", "Texte."), ("Fin", "")],
    ),
    "two headings of one name": (
        "### Titre\n            A.\n            ### Titre\n            B.",
        "<h5>Titre</h5><p>A.</p><h5>Titre</h5><p>B.</p>",
        [("Titre", "A."), ("Titre", "B.")],
    ),
    "list items": (
        "Deux :\n            - un\n            - deux",
        "<p>Deux :</p><ul><li>un</li><li>deux</li></ul>",
        [("", "Deux :\n\n- un\n\n- deux")],
    ),
    "<br/> breaks the line, not the paragraph": ("Un.<br/>Deux.", "<p>Un.<br/>Deux.</p>", [("", "Un.\nDeux.")]),
    "<BR >, in capitals and without a slash": ("Un.<BR >Deux.", "<p>Un.<BR >Deux.</p>", [("", "Un.\nDeux.")]),
    "two <br/> leave no empty line": ("Un.<br/><br/>Deux.", "<p>Un.<br/><br/>Deux.</p>", [("", "Un.\nDeux.")]),
    "<p> begins a paragraph": ("Un.<p>Deux.</p>", "Un.<p>Deux.</p>", [("", "Un.\n\nDeux.")]),
    "a tag inside a heading becomes a space": (
        "### Un<br/>deux\n            A.",
        "<h5>Un<br/>deux</h5><p>A.</p>",
        [("Un deux", "A.")],
    ),
    "no-break and thin spaces stay": (
        "bac\u00a0+\u00a05, 1\u202f900 à 2\u2009000 €",
        "<p>bac\u00a0+\u00a05, 1\u202f900 à 2\u2009000 €</p>",
        [("", "bac\u00a0+\u00a05, 1\u202f900 à 2\u2009000 €")],
    ),
    "a line of no-break spaces is blank": (
        "Un.\n            \u00a0\n            Deux.",
        "<p>Un.</p><p>\u00a0</p><p>Deux.</p>",
        [("", "Un.\n\nDeux.")],
    ),
    "a soft hyphen stays": ("infor\u00admatique", "<p>infor\u00admatique</p>", [("", "infor\u00admatique")]),
    "both apostrophes and ligatures stay": (
        "l'œuvre, l’oeuvre",
        "<p>l'œuvre, l’oeuvre</p>",
        [("", "l'œuvre, l’oeuvre")],
    ),
    "an ampersand and a less-than": ("R&D < 5 ans", "<p>R&amp;D &lt; 5 ans</p>", [("", "R&D < 5 ans")]),
    "NFD becomes NFC": (
        unicodedata.normalize("NFD", "Été à Étel"),
        unicodedata.normalize("NFD", "<p>Été à Étel</p>"),
        [("", "Été à Étel")],
    ),
    "a hash without a space is text": ("#métier", "<p>#métier</p>", [("", "#métier")]),
}


@pytest.mark.parametrize(("markdown", "html", "expected"), BODIES.values(), ids=BODIES)
def test_a_body_in_markdown(markdown: str, html: str, expected: list[tuple[str, str]]) -> None:
    assert blocks_of(f"{TOP}\n## Vie professionnelle\n\n{markdown}\n") == expected


@pytest.mark.parametrize(("markdown", "html", "expected"), BODIES.values(), ids=BODIES)
def test_the_same_body_in_xml(markdown: str, html: str, expected: list[tuple[str, str]]) -> None:
    body = f"<vie_professionnelle><![CDATA[{html}]]></vie_professionnelle>"
    assert blocks_of(xml(body)) == expected


# --- Markdown: titles, sections, keys ---


def test_a_whole_fiche_in_markdown() -> None:
    read_back = fiche(
        "# testeur/euse de lecteurs\n**ID:** MET.42\n\n"
        "**Appellations:**\n- Féminin: testeuse de lecteurs\n- Masculin: testeur de lecteurs\n\n"
        "## Autres appellations\n\n### vérificateur/trice\n- Féminin: vérificatrice\n- Masculin: vérificateur\n\n"
        "### testeur tout court\n\n"
        "**Codes ROME:**\n- M1805\n- A15\n\n"
        "## Présentation\n\nIl teste.\n\n"
        "**Niveau d'accès minimum:** bac\u00a0+\u00a05\n\n"
        "## Formations recommandées\n\n- master tests (parcours A) (ID: FOR.12)\n\n"
        "**Statuts possibles:**\n- salarié\n\n## Centres d'intérêt\n\n- je veux tester\n"
    )
    assert read_back.id == "MET.42"
    assert read_back.name == Appellation(
        title="testeur/euse de lecteurs", feminine="testeuse de lecteurs", masculine="testeur de lecteurs"
    )
    assert [name.forms for name in read_back.other_names] == [
        ("vérificateur/trice", "vérificatrice", "vérificateur"),
        ("testeur tout court",),
    ]
    assert read_back.rome == ("M1805", "A15")
    assert (read_back.level, read_back.level_rank) == ("bac\u00a0+\u00a05", 10)
    assert read_back.formations == (FormationLink(id="FOR.12", label="master tests (parcours A)"),)
    assert (read_back.statuses, read_back.interests) == (("salarié",), ("je veux tester",))
    assert [section.name for section in read_back.sections] == ["Présentation"]


TIGHT = {
    "nothing but a title and an id": (TOP, ()),
    "no blank line before the ROME codes": (
        TOP + "**Appellations:**\n- Féminin: x\n**Codes ROME:**\n- A1101\n",
        ("A1101",),
    ),
    "no ROME codes at all": (TOP + "\n## Présentation\n\nTexte.\n", ()),
    "ROME codes announced, none given": (TOP + "**Codes ROME:**\n\n## Présentation\n\nTexte.\n", ()),
    "a no-break space before the colon": (TOP + "**Codes ROME\u00a0:** \n- A1101\n", ("A1101",)),
    "blank lines before the title": ("\n\n" + TOP + "**Codes ROME:**\n- A1101", ("A1101",)),
}


@pytest.mark.parametrize(("content", "rome"), TIGHT.values(), ids=TIGHT)
def test_a_sparse_fiche_is_read(content: str, rome: tuple[str, ...]) -> None:
    read_back = fiche(content)
    assert (read_back.id, read_back.title, read_back.rome) == ("MET.1", "testeur/euse de lecteurs", rome)


def test_the_level_ends_the_section_before_it_and_the_statuses_end_the_formations() -> None:
    read_back = fiche(
        TOP + "\n## Accès au métier\n\nAvec un diplôme.\n**Niveau d'accès minimum:** 3E\n"
        "## Formations recommandées\n- CAP (ID: FOR.1)\n**Statuts possibles:**\n- salarié\n"
    )
    assert read_back.sections[0].text == "Avec un diplôme."
    assert (read_back.level, read_back.statuses, len(read_back.formations)) == ("3E", ("salarié",), 1)


def test_section_names_are_recognised_whatever_their_case_and_accents() -> None:
    read_back = fiche(TOP + "\n## ACCES AU METIER\n\nPar concours.\n\n## Présentation\n\nTexte.\n")
    assert [section.name for section in read_back.sections] == ["Présentation", "Accès au métier"]


def test_an_indented_heading_never_opens_a_section() -> None:
    read_back = fiche(TOP + "\n## En bref\n\nCourt.\n\n            ## Présentation\n            Dedans.\n")
    assert [section.name for section in read_back.sections] == ["En bref"]
    assert read_back.sections[0].blocks[1].path == ("Présentation",)


SALARIES = [
    "A partir de 3080 euros brut par mois",
    "Entre 1900 et 2\u202f500 euros brut par mois",
    "Variable",
    "Au cachet.",
]


@pytest.mark.parametrize("salary", SALARIES)
def test_a_salary_is_read_as_published(salary: str) -> None:
    assert blocks_of(f"{TOP}\n## Vie professionnelle\n\n{SALARY}{salary}\n") == [
        ("Salaire › Salaire du débutant", salary)
    ]


ENCODINGS = {
    "unix": lambda text: text.encode(),
    "windows line ends": lambda text: text.replace("\n", "\r\n").encode(),
    "old mac line ends": lambda text: text.replace("\n", "\r").encode(),
    "a byte order mark": lambda text: codecs.BOM_UTF8 + text.encode(),
    "decomposed accents": lambda text: unicodedata.normalize("NFD", text).encode(),
}


@pytest.mark.parametrize("encode", ENCODINGS.values(), ids=ENCODINGS)
@pytest.mark.parametrize("layout", [as_markdown, as_xml])
def test_line_ends_marks_and_decomposed_accents_change_nothing(layout, encode) -> None:
    original = fiche(
        TOP + "\n## Présentation\n\nÉté.\n\n            ### Où ?\n            À Étel.\n\n## Centres d'intérêt\n\n- né\n"
    )
    assert fiche(encode(layout(original))) == original


# --- Markdown: what breaks the layout ---

BROKEN = {
    "no title": ("**ID:** MET.1\n\n# \n", 1, "ni fiche en Markdown ni XML"),
    "no id": (
        "# testeur\n\n**Appellations:**\n- Féminin: testeuse\n",
        1,
        "identifiant manquant : ajouter « **ID:** MET.123 »",
    ),
    "an id of another shape": ("# testeur\n**ID:** FOR.12\n", 2, "identifiant mal formé : « FOR.12 »"),
    "an id of foreign digits": ("# testeur\n**ID:** MET.\u0661\n", 2, "identifiant mal formé"),
    "two ids": (TOP + "\n**ID:** MET.2\n", 4, "un fichier Markdown contient une seule fiche"),
    "two fiches in one file": (TOP + "\n" + TOP, 4, "ligne inattendue"),
    "text under a list": (TOP + "\n## Centres d'intérêt\n\nla mer\n", 6, "ligne inattendue sous « Centres d'intérêt »"),
    "text before the first section": ("# testeur\nbonjour\n**ID:** MET.1\n", 2, "avant la première section"),
    "a formation without an id": (
        TOP + "\n## Formations recommandées\n\n- CAP\n",
        6,
        "sous « Formations recommandées »",
    ),
    "a list written on the line of its key": (TOP + "**Codes ROME:** A1101\n", 3, "Codes ROME"),
    "statuses on the line of their key": (TOP + "**Statuts possibles:** salarié\n", 3, "Statuts possibles"),
    "two levels": (
        TOP + "**Niveau d'accès minimum:** bac\n**Niveau d'accès minimum:** 3E\n",
        4,
        "Niveau d'accès minimum",
    ),
}


@pytest.mark.parametrize(("content", "line", "words"), BROKEN.values(), ids=BROKEN)
def test_a_broken_layout_is_rejected_with_the_line_and_the_reason(content: str, line: int, words: str) -> None:
    refused = rejection(content)
    assert (refused.path, refused.line) == ("fiche", line)
    assert words in refused.reason
    assert "\n" not in refused.reason


# --- XML: the schema's ways ---


def test_a_whole_fiche_in_xml() -> None:
    read_back = fiche(
        xml(
            "<libelle_feminin>testeuse</libelle_feminin><libelle_masculin>testeur</libelle_masculin>"
            "<synonymes><synonyme><nom_metier>essayeur/euse</nom_metier><libelle_feminin>essayeuse</libelle_feminin>"
            "<libelle_masculin>essayeur</libelle_masculin></synonyme></synonymes>"
            "<romesV3><romeV3>M1805</romeV3><romeV3>K15</romeV3></romesV3>"
            "<accroche_metier><![CDATA[<p>Il teste.</p>]]></accroche_metier>"
            "<niveau_acces_min><id>REF.410</id><libelle>Bac + 5</libelle></niveau_acces_min>"
            "<formations_min_requise><formation_min_requise><id>FOR.12</id><libelle>master R&amp;D</libelle>"
            "</formation_min_requise></formations_min_requise>"
            "<statuts><statut><id>T.1</id><libelle>salarié</libelle></statut></statuts>"
            "<centres_interet><centre_interet><libelle>je veux tester</libelle></centre_interet></centres_interet>"
        )
    )
    assert read_back.name == Appellation(title="testeur", feminine="testeuse", masculine="testeur")
    assert read_back.other_names == (Appellation(title="essayeur/euse", feminine="essayeuse", masculine="essayeur"),)
    assert read_back.rome == ("M1805", "K15")
    assert (read_back.level, read_back.level_rank) == ("Bac + 5", 10)
    assert read_back.formations == (FormationLink(id="FOR.12", label="master R&D"),)
    assert (read_back.statuses, read_back.interests) == (("salarié",), ("je veux tester",))


def test_a_synonym_is_bare_text_in_older_dumps() -> None:
    read_back = fiche(xml("<synonymes><synonyme>\n essayeur/euse\n</synonyme><synonyme> </synonyme></synonymes>"))
    assert read_back.other_names == (Appellation(title="essayeur/euse"),)


@pytest.mark.parametrize("empty", ["", "<romesV3/>", "<romesV3></romesV3>", "<romesV3><romeV3/></romesV3>"])
def test_a_list_that_is_absent_or_empty_holds_nothing(empty: str) -> None:
    assert fiche(xml(empty)).rome == ()


@pytest.mark.parametrize("empty", ["", "<competences/>", "<competences><![CDATA[]]></competences>"])
def test_a_body_that_is_absent_or_empty_gives_no_section(empty: str) -> None:
    assert fiche(xml(empty)).sections == ()


SHORT = "<format_court><type>{type}</type><descriptif><![CDATA[<p>{text}</p>]]></descriptif></format_court>"
DICO, OTHER = SHORT.format(type="Dico des métiers", text="Bon."), SHORT.format(type="Autre", text="Mauvais.")
SHORT_TEXTS = {
    "today's single element": ("<format_court><![CDATA[<p>Bon.</p>]]></format_court>", "Bon."),
    "among several types": (f"<formats_courts>{OTHER}{DICO}</formats_courts>", "Bon."),
    "a list of one": (f"<formats_courts>{DICO}</formats_courts>", "Bon."),
    "no text of that type": (f"<formats_courts>{OTHER}</formats_courts>", None),
    "an empty list": ("<formats_courts/>", None),
}


@pytest.mark.parametrize(("inside", "text"), SHORT_TEXTS.values(), ids=SHORT_TEXTS)
def test_the_short_text_of_each_generation_of_dumps(inside: str, text: str | None) -> None:
    section = fiche(xml(inside)).section("En bref")
    assert (section and section.text) == text


HTML = {
    "h4 stands as h3": ("<h4>Titre</h4><h5>Sous</h5><p>A.</p>", [("Titre › Sous", "A.")]),
    "inline tags vanish": ("<p>Un <strong>mot</strong> et un <a href='x'>lien</a>.</p>", [("", "Un mot et un lien.")]),
    "entities": ("<p>&eacute;t&#233; &amp; caf&#xe9; &nbsp;: &laquo;</p>", [("", "été & café \u00a0: «")]),
    "text outside any tag": ("Seul.", [("", "Seul.")]),
    "a tag that never closes": ("<p>Un.<p>Deux.", [("", "Un.\n\nDeux.")]),
    "an item around a paragraph": ("<ul><li><p>un</p></li><li>deux</li></ul>", [("", "- un\n\n- deux")]),
    "cells of a table": ("<table><tr><td>a</td><td>b</td></tr></table>", [("", "a\n\nb")]),
    "a comment is not text": ("<p>Un<!-- note -->e.</p>", [("", "Une.")]),
    "what looks like a declaration is text": ("<p>a <![foo[ b</p>", [("", "a <![foo[ b")]),
    "what looks like an instruction is text": ("<p>a <? b</p>", [("", "a <? b")]),
    "comparisons": ("<p>a < 5 et b > 3</p>", [("", "a < 5 et b > 3")]),
}


@pytest.mark.parametrize(("html", "expected"), HTML.values(), ids=HTML)
def test_the_html_of_a_body(html: str, expected: list[tuple[str, str]]) -> None:
    assert blocks_of(xml(f"<nature_travail><![CDATA[{html}]]></nature_travail>")) == expected


def test_html_that_stands_outside_cdata_is_not_lost() -> None:
    body = "<nature_travail>Un.<h5>Titre</h5><p>Deux &amp; <b>trois</b>.</p></nature_travail>"
    assert blocks_of(xml(body)) == [("", "Un."), ("Titre", "Deux & trois.")]


def test_endlessly_nested_html_outside_cdata_is_rejected() -> None:
    body = f"<nature_travail>{'<b>' * 50_000}{'</b>' * 50_000}</nature_travail>"
    assert "imbriquées" in rejection(xml(body)).reason


@pytest.mark.parametrize(("section", "tag"), XML_TAGS.items())
def test_each_section_has_its_tag(section: str, tag: str) -> None:
    [found] = fiche(xml(f"<{tag}><![CDATA[<p>Texte.</p>]]></{tag}>")).sections
    assert (found.name, found.text) == (section, "Texte.")


def test_a_dump_may_hold_one_fiche_as_its_root() -> None:
    assert fiche("<metier><identifiant>MET.1</identifiant><nom_metier>testeur</nom_metier></metier>").id == "MET.1"


def test_a_broken_fiche_of_a_dump_is_rejected_alone_with_its_line() -> None:
    sound = "<metier><identifiant>MET.{}</identifiant><nom_metier>testeur</nom_metier></metier>"
    dump = (
        f"<metiers>\n{sound.format(1)}\n<metier>\n<nom_metier>perdu</nom_metier></metier>\n{sound.format(2)}</metiers>"
    )
    first, broken, last = records(dump)
    assert (first.fiche.id, first.line, last.fiche.id, last.line) == ("MET.1", 2, "MET.2", 5)
    assert (broken.line, "identifiant manquant dans la fiche « perdu »" in broken.reason) == (3, True)


LINK = "<formations_min_requise><formation_min_requise>{}</formation_min_requise></formations_min_requise>"
BROKEN_XML = {
    "no title": (xml(identity="<identifiant>MET.1</identifiant>"), 3, "titre manquant dans la fiche MET.1"),
    "a malformed id": (
        xml(identity="<identifiant>MET.x</identifiant><nom_metier>a</nom_metier>"),
        3,
        "mal formé : « MET.x »",
    ),
    "a formation without id": (xml(LINK.format("<libelle>CAP</libelle>")), 3, "« CAP »"),
    "a formation without label": (xml(LINK.format("<id>FOR.1</id>")), 3, "« FOR.1 »"),
    "truncated": (xml()[:-12], 3, "XML tronqué"),
    "another schema": ("<?xml version='1.0'?><formations/>", 1, "schéma inconnu (racine <formations>)"),
    "latin-1 without saying so": (xml().replace("testeur", "né").encode("latin-1"), 3, "mal encodé"),
    "an encoding that nobody knows": (
        xml().replace("UTF-8", "klingon"),
        1,
        "enregistrer à nouveau le fichier en UTF-8",
    ),
    "an encoding that expat does not read": (
        xml().replace("UTF-8", "shift_jis"),
        1,
        "enregistrer à nouveau le fichier en UTF-8",
    ),
    "a document type": ("<!DOCTYPE metiers><metiers/>", None, "ôter"),
}


@pytest.mark.parametrize(("content", "line", "words"), BROKEN_XML.values(), ids=BROKEN_XML)
def test_broken_xml_is_rejected_with_the_line_and_the_reason(content: str | bytes, line: int, words: str) -> None:
    refused = rejection(content)
    assert (refused.path, refused.line) == ("fiche", line)
    assert words in refused.reason
    assert "\n" not in refused.reason


def test_latin_1_that_says_so_is_read() -> None:
    content = xml().replace("UTF-8", "ISO-8859-1").replace("testeur", "né")
    assert fiche(content.encode("latin-1")).title == "né"


def test_the_metier_index_gives_domaines_and_rome_labels_once_per_metier() -> None:
    item = (
        "<item><libelle_metier>x</libelle_metier>"
        "<lien_site_onisepfr>https://www.onisep.fr/http/redirection/metier/slug/MET.{id}</lien_site_onisepfr>"
        "<code_rome>{code}</code_rome><libelle_rome>{label}</libelle_rome>"
        "<domainesous-domaine>{domaines}</domainesous-domaine></item>"
    )
    first = item.format(id=1, code="A1101", label="Conduite", domaines="arts/danse| sport")
    again = item.format(id=1, code="A1101", label="Conduite", domaines="arts/danse")
    other = item.format(id=2, code="", label="", domaines="")
    stray = "<item><libelle_metier>sans lien</libelle_metier></item>"
    assert records(f"<root>{first}{again}{stray}{other}</root>") == [
        IndexEntry(
            "MET.1",
            (Domaine(name="arts", sub="danse"), Domaine(name="sport")),
            (RomeLabel(code="A1101", label="Conduite"),),
        ),
        IndexEntry("MET.2", (), ()),
    ]


# --- which format a file is in ---


def test_the_format_is_told_by_the_content_never_by_the_name() -> None:
    [markdown] = read(Source("fiche.xml", TOP.encode()))
    [dump] = read(Source("fiche.md", b"\n  " + xml().split("\n", 1)[1].encode()))
    assert isinstance(markdown, ReadFiche)
    assert isinstance(dump, ReadFiche)


NOT_A_FICHE = {
    "empty": (b"", None, "fichier vide"),
    "blank": (b" \n\t\n", None, "fichier vide"),
    "a byte order mark alone": (codecs.BOM_UTF8, None, "fichier vide"),
    "binary": (b"\x89PNG\r\n\x1a\n\0\0", None, "fichier binaire"),
    "UTF-16": (TOP.encode("utf-16"), 1, "UTF-16 : enregistrer à nouveau le fichier en UTF-8"),
    "UTF-16 XML": (xml().encode("utf-16"), 1, "UTF-16 : enregistrer à nouveau le fichier en UTF-8"),
    "latin-1": ("# testeur\n**ID:** MET.1\n\n## Présentation\n\nÉté.\n".encode("latin-1"), 4, "n'est pas en UTF-8"),
    "prose": ("Bonjour à tous.\n".encode(), 1, "attendu « # titre » puis « **ID:** MET.123 »"),
}


@pytest.mark.parametrize(("content", "line", "words"), NOT_A_FICHE.values(), ids=NOT_A_FICHE)
def test_what_is_no_fiche_is_rejected(content: bytes, line: int | None, words: str) -> None:
    refused = rejection(content)
    assert (refused.line, words in refused.reason) == (line, True), refused


# --- properties ---


@given(fiches())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_both_layouts_of_any_fiche_are_read_back_equal(original: FicheMetier) -> None:
    assert fiche(as_markdown(original)) == original
    assert fiche(as_xml(original)) == original


def only_gives_records(data: bytes) -> None:
    for record in read(Source("hasard", data)):
        assert isinstance(record, Record)
        assert not isinstance(record, Rejection) or (record.reason and "\n" not in record.reason), record


@given(st.binary(max_size=200))
@settings(max_examples=200, deadline=None)
def test_no_bytes_whatever_make_the_reader_raise(data: bytes) -> None:
    only_gives_records(data)


LINES = ["# a", "## Présentation", "## Salaire", "**ID:** MET.1", "**ID:** x", "- b", "### c", "", "   # d", "texte",
         "**Codes ROME:** z", "**Niveau d'accès minimum:**", "<p>", "a<br/>b", "## Centres d'intérêt", "\u00a0", "\r",
         "## Autres appellations", "- Féminin: x", "## Formations recommandées", "- y (ID: FOR.1)"]  # fmt: skip


@given(st.lists(st.sampled_from(LINES) | st.text(max_size=8), max_size=20))
@settings(max_examples=200, deadline=None)
def test_no_shuffled_markdown_makes_the_reader_raise(lines: list[str]) -> None:
    only_gives_records(("# a\n**ID:** MET.1\n" + "\n".join(lines)).encode())


TAGS = ["<p>", "</p>", "<br/>", "<h5", "<![", "<!", "<!--", "-->", "<?", "?>", "&", "&#", "&#x110000;", "<li>",
        "<script>", "</", "<a b='", "\x00", "]]", ">", "a", "<textarea>", "<title>", "&#0;", "<![CDATA["]  # fmt: skip


@given(st.lists(st.sampled_from(TAGS) | st.text(max_size=4), max_size=15).map("".join))
@settings(max_examples=200, deadline=None)
def test_no_html_of_a_body_makes_the_reader_raise(html: str) -> None:
    body = html.replace("]]>", "").encode("utf-8", "replace").decode()
    only_gives_records(xml(f"<nature_travail><![CDATA[{body}]]></nature_travail>").encode())


@given(st.data())
@settings(max_examples=100, deadline=None)
def test_no_damage_to_an_xml_file_makes_the_reader_raise(data: st.DataObject) -> None:
    sound = xml("<romesV3><romeV3>A1101</romeV3></romesV3><en><![CDATA[<p>é</p>]]></en>").encode()
    start = data.draw(st.integers(0, len(sound)))
    stop = data.draw(st.integers(start, len(sound)))
    only_gives_records(sound[:start] + data.draw(st.binary(max_size=6)) + sound[stop:])
