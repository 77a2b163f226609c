"""The graph of studies: what links, by which words, and what is left unlinked."""

from __future__ import annotations

import pytest

from ingest.fiche import Appellation, Block, FicheMetier, FormationLink, Section
from ingest.formation import Formation
from ingest.graph import Link, LinkCounts, StudyGraph, Unlinked, evidence
from ingest.kinds import MentionFinder, kind_of
from ingest.passages import passages_of

# --- kinds ---

KINDS = {
    "CAP boulanger": "CAP",
    "bac pro cuisine": "bac pro",
    "bac techno STHR sciences de l'hôtellerie": "bac techno",
    "BTS tourisme": "BTS",
    "BTSA aquaculture": "BTSA",
    "licence mention droit": "licence",
    "licence pro mention métiers du son": "licence pro",
    "CS (ex MC) sommellerie": "CS",
    "diplôme d'ingénieur du CNAM": "diplôme d'ingénieur",
    "diplôme d'État d'infirmier": "diplôme d'État",
    "DN MADE mention graphisme": "DN MADE",
    "designer": None,
    "": None,
}


@pytest.mark.parametrize(("title", "kind"), KINDS.items())
def test_the_kind_of_a_title(title: str, kind: str | None) -> None:
    found = kind_of(title)
    assert (found.name if found else None) == kind


TITLES = {
    "FOR.1": "CAP boulanger",
    "FOR.2": "BP boulanger",
    "FOR.3": "bac pro boulanger-pâtissier",
    "FOR.4": "BTS audiovisuel option son",
    "FOR.5": "designer",
    "FOR.6": "diplôme d'État d'infirmier",
    "FOR.7": "CS (ex MC) boulangerie spécialisée",
    "FOR.8": "licence mention droit",
    "FOR.9": "licence mention droit",  # two of one title: nobody's
}

MENTIONS = {
    "a kind": ("On peut préparer un bac pro.", [("bac pro", "bac pro", None)]),
    "a kind written out": ("en baccalauréat professionnel", [("baccalauréat professionnel", "bac pro", None)]),
    "kinds in the plural": ("les bacheliers professionnels", [("bacheliers professionnels", "bac pro", None)]),
    "the longest kind": ("une licence professionnelle", [("licence professionnelle", "licence pro", None)]),
    "kinds in their order, each once": (
        "un BTS, un BUT ou un BTS",
        [("BTS", "BTS", None), ("BUT", "BUT", None)],
    ),
    "a level": ("à bac + 2 au moins", [("bac + 2", "bac + 2", None)]),
    "a class": ("après la classe de troisième", [("troisième", "3e", None)]),
    "a year of a course is no class": ("en 3e année", []),
    "a whole title": ("le BP boulanger ensuite", [("BP boulanger", "BP", "FOR.2")]),
    "a title with its kind written out": (
        "un brevet professionnel boulanger",
        [("brevet professionnel boulanger", "BP", "FOR.2")],
    ),
    "… whatever the accents, hyphens and case": (
        "un Bac pro Boulanger Pâtissier",
        [("Bac pro Boulanger Pâtissier", "bac pro", "FOR.3")],
    ),
    "the sigle DE": ("le DE d’infirmier", [("DE d’infirmier", "diplôme d'État", "FOR.6")]),
    "the word de": ("de boulanger, du pain, mais but", []),
    "a mention complémentaire": (
        "une mention complémentaire boulangerie spécialisée",
        [("mention complémentaire boulangerie spécialisée", "CS", "FOR.7")],
    ),
    "half a title is its kind alone": ("un BTS audiovisuel", [("BTS", "BTS", None)]),
    "a title that is a plain word": ("devenir designer", []),
    "a title that two formations bear": ("une licence mention droit", [("licence", "licence", None)]),
    "the sigle of a kind's specialty": ("Le BUT CS (carrières sociales)", [("BUT", "BUT", None)]),
    "the formation itself": ("Le CAP boulanger mène à l'emploi.", []),
    "its kind": ("Ce CAP mène à l'emploi ; le CAP se prépare en deux ans.", []),
    "another of its kind": ("ou un autre CAP", [("CAP", "CAP", None)]),
    "nothing": ("L'insertion est rapide.", []),
}


@pytest.mark.parametrize(("text", "expected"), MENTIONS.values(), ids=MENTIONS)
def test_what_a_text_names(text: str, expected: list[tuple[str, str | None, str | None]]) -> None:
    found = MentionFinder(TITLES).find(text, "FOR.1", "CAP boulanger")
    assert [(mention.words, mention.kind, mention.formation) for mention in found] == expected
    assert all(mention.words in text for mention in found)


# --- links ---


def metier(number: int, title: str, *links: tuple[str, str], **names: str) -> FicheMetier:
    others = tuple(Appellation(title=name) for name in names.values())
    formations = tuple(FormationLink(id=i, label=label) for i, label in links)
    return FicheMetier(id=f"MET.{number}", name=Appellation(title=title), other_names=others, formations=formations)


def formation(number: int, title: str, *metiers: str, onward: str = "", entry: str = "") -> Formation:
    prose = {"Accès": entry, "Poursuite d'études": onward}
    sections = tuple(Section(name=name, blocks=(Block(text=text),)) for name, text in prose.items() if text)
    return Formation(id=f"FOR.{number}", name=title, metiers=metiers, sections=sections)


def graph_of(*fiches: FicheMetier | Formation) -> StudyGraph:
    return StudyGraph.of(
        {fiche.id: fiche for fiche in fiches if isinstance(fiche, FicheMetier)},
        {fiche.id: fiche for fiche in fiches if isinstance(fiche, Formation)},
    )


BAKER = metier(1, "boulanger/ère", ("FOR.1", "CAP boulanger"), ("FOR.99", "titre de boulanger"))
PASTRY = metier(2, "pâtissier/ère", other="tourier/ère", shared="artisan/e")
GROCER = metier(3, "épicier/ère", shared="artisan/e")
CAP = formation(1, "CAP boulanger", "boulanger/ère", onward="Un BP boulanger ou un bac pro.")
BP = formation(2, "BP boulanger", "Boulanger/ère", entry="Après un CAP boulanger.")


def test_both_fiches_can_link_a_metier_and_a_formation() -> None:
    graph = graph_of(BAKER, CAP)
    by_id = Link("MET.1", "FOR.1", "MET.1", "Formations recommandées", "CAP boulanger (ID: FOR.1)")
    by_title = Link("MET.1", "FOR.1", "FOR.1", "Métiers associés", "boulanger/ère")
    assert graph.by_formation["FOR.1"] == (by_id, by_title)
    assert set(graph.by_metier["MET.1"]) >= {by_id, by_title}
    assert (graph.metiers_of("FOR.1"), graph.formations_of("MET.1")) == (("MET.1",), ("FOR.1", "FOR.99"))
    assert (graph.metiers_of("FOR.0"), graph.formations_of("MET.0")) == ((), ())


def test_a_formation_without_a_fiche_has_its_label_and_nothing_more() -> None:
    graph = graph_of(BAKER, CAP)
    assert graph.without_fiche == {"FOR.99"}
    assert graph.titles["FOR.99"] == "titre de boulanger"
    assert "FOR.99" not in graph.onward


ASSOCIATED = {
    "the title": ("pâtissier/ère", "MET.2"),
    "the title in capitals and spaces": ("  Pâtissier/ère", "MET.2"),
    "another name that one métier bears": ("tourier/ère", "MET.2"),
}


@pytest.mark.parametrize(("title", "linked"), ASSOCIATED.values(), ids=ASSOCIATED)
def test_a_metier_is_linked_by_its_names(title: str, linked: str) -> None:
    graph = graph_of(PASTRY, GROCER, formation(7, "CAP", title))
    assert (graph.metiers_of("FOR.7"), graph.unlinked) == ((linked,), ())


UNLINKED = {
    "half a title": ("pâtissier", ()),
    "a near title": ("patissiers/ères", ()),
    "a name that two métiers bear": ("artisan/e", ("MET.2", "MET.3")),
}


@pytest.mark.parametrize(("title", "candidates"), UNLINKED.values(), ids=UNLINKED)
def test_what_does_not_link_is_kept_apart(title: str, candidates: tuple[str, ...]) -> None:
    graph = graph_of(PASTRY, GROCER, formation(7, "CAP", title))
    assert (graph.metiers_of("FOR.7"), graph.unlinked) == ((), (Unlinked("FOR.7", title, candidates),))


def test_further_studies_are_steps_by_title_and_by_kind() -> None:
    graph = graph_of(CAP, BP)
    steps = [(step.target, step.mention.kind, step.words) for step in graph.onward["FOR.1"]]
    assert steps == [("FOR.2", "BP", "BP boulanger"), (None, "bac pro", "bac pro")]
    [entry] = graph.entries["FOR.2"]
    assert (entry.source, entry.target, entry.section) == ("FOR.2", "FOR.1", "Accès")
    assert graph.reached["FOR.1"] == (entry,)


def test_every_arrow_is_found_in_the_passages_of_its_source() -> None:
    graph = graph_of(BAKER, CAP, BP)
    passages = {fiche.id: passages_of(fiche) for fiche in (BAKER, CAP, BP)}
    arrows = [*graph.by_formation["FOR.1"], *graph.onward["FOR.1"], *graph.entries["FOR.2"]]
    found = [evidence(arrow, passages[arrow.source]) for arrow in arrows]
    assert [passage.id for passage in found if passage] == [
        "MET.1/formations-recommandees",
        "FOR.1/metiers-associes",
        "FOR.1/poursuite-d-etudes",
        "FOR.1/poursuite-d-etudes",
        "FOR.2/acces",
    ]
    assert evidence(arrows[0], passages["FOR.1"]) is None


def test_counts() -> None:
    silent = formation(3, "BM", "meunier/ère", onward="L'emploi suit.")
    kinds = formation(4, "bac pro", onward="Un BTS.")
    assert graph_of(BAKER, CAP, BP, silent, kinds).counts() == LinkCounts(
        formations_named=2,
        without_fiche=1,
        metiers_linked=2,
        metiers_unlinked=1,
        named_steps=1,
        kind_steps=1,
        silent_steps=1,
    )
