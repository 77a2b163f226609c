"""Formations and ROME codes in a question: names looked up in the labels that the fiches give."""

from __future__ import annotations

import pytest

from bot.answer import Question
from bot.understanding.formations import FormationIndex
from bot.understanding.reader import QuestionReader
from ingest.fiche import Appellation, FicheMetier, FormationLink
from ingest.library import Version
from tests.fakes import reader_over, version_of

LABELS = {
    "FOR.1": "BTS tourisme",
    "FOR.2": "CAP accompagnant éducatif petite enfance",
    "FOR.3": "BTS négociation et digitalisation de la relation client",
    "FOR.4": "diplôme d'État d'auxiliaire de puériculture",
    "FOR.5": "bac pro métiers de l'électricité et de ses environnements connectés",
    "FOR.6": "BUT informatique parcours réalisation d'applications",
    "FOR.7": "BUT informatique parcours déploiement d'applications",
    "FOR.8": "BUT information-communication parcours journalisme",
    "FOR.9": "CAP cuisine",
    "FOR.10": "BP arts de la cuisine",
    "FOR.11": "licence pro mention métiers du design",
    "FOR.12": "BTS management en hôtellerie restauration option A management d'unité de restauration",
    "FOR.13": "BTS management en hôtellerie restauration option B management d'unité de production culinaire",
    "FOR.14": "master mention droit des affaires",
    "FOR.15": "master mention droit",
    "FOR.16": "diplôme d'État d'infirmier",
    "FOR.17": "CAP boulanger",
    "FOR.18": "architecte d'intérieur (école)",
}


def metier(fiche_id: str, title: str, *formations: str, rome: tuple[str, ...] = ()) -> FicheMetier:
    links = tuple(FormationLink(id=code, label=LABELS[code]) for code in formations)
    return FicheMetier(id=fiche_id, name=Appellation(title=title), formations=links, rome=rome)


FICHES = (
    metier("MET.1", "essayeur de tests", *LABELS, rome=("M1802",)),
    metier("MET.2", "goûteuse de tests", "FOR.9", "FOR.6", rome=("M1802", "G1602")),
    metier("MET.3", "architecte d'intérieur", "FOR.18"),
)


@pytest.fixture(scope="module")
def formations() -> FormationIndex:
    return FormationIndex({fiche.id: fiche for fiche in FICHES})


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        # the label, whole or in part
        ("que faire avec un BTS tourisme ?", {"FOR.1"}),
        ("le bts TOURISME mène à quoi", {"FOR.1"}),
        ("un CAP petite enfance", {"FOR.2"}),
        ("le CAP cuisine", {"FOR.9"}),
        ("le BP arts de la cuisine", {"FOR.10"}),
        ("après un BTS négociation relation client", {"FOR.3"}),
        ("le diplôme d'État d'auxiliaire de puériculture", {"FOR.4"}),
        ("diplôme d'infirmier", {"FOR.16"}),
        ("licence pro métiers du design", {"FOR.11"}),
        # initials
        ("un BTS NDRC", {"FOR.3"}),
        ("BTS ndrc", {"FOR.3"}),
        ("le CAP AEPE", {"FOR.2"}),
        ("le DEAP", {"FOR.4"}),
        # what people say
        ("bac pro MELEC", {"FOR.5"}),
        ("un BUT infocom", {"FOR.8"}),
        ("BTS hôtellerie", {"FOR.12", "FOR.13"}),
        # variants of one formation answer together, unless one is named
        ("que faire avec un BUT informatique ?", {"FOR.6", "FOR.7"}),
        ("BUT informatique déploiement d'applications", {"FOR.7"}),
        ("BTS management hôtellerie restauration option B", {"FOR.13"}),
        # mentions that hold the word answer together
        ("master droit", {"FOR.14", "FOR.15"}),
        ("master droit des affaires", {"FOR.14"}),
        # none
        ("un BTS", None),
        ("un master", None),
        ("avec un bac pro", None),
        ("un diplôme d'État", None),
        ("le BTS couture", None),
        ("combien gagne un boulanger ?", None),
        ("le tourisme", None),
        ("", None),
    ],
)
def test_a_formation_is_found_by_what_people_say(formations: FormationIndex, text: str, ids: set[str] | None) -> None:
    found = formations.find(text)
    assert (set(found.ids) if found else None) == ids


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("M1802", ("M1802",)),
        ("m1802", ("M1802",)),
        ("le code ROME m 1802 ?", ("M1802",)),
        ("A1408 et M1802, et A1408", ("A1408", "M1802")),
        ("Z9999", ()),
        ("M18021", ()),
        ("MET.1802", ()),
        ("FOR.1802", ()),
        ("en 2024", ()),
        ("il y a 1500 places", ()),
        ("plus de 2000 euros, pas moins d' 1800", ()),
        ("le code ROME a 1408", ("A1408",)),
    ],
)
def test_rome_codes_are_read(formations: FormationIndex, text: str, codes: tuple[str, ...]) -> None:
    assert formations.rome_codes(text) == codes


def test_who_bears_a_code(formations: FormationIndex) -> None:
    assert list(formations.bearers["M1802"]) == ["MET.1", "MET.2"]
    assert list(formations.bearers["FOR.9"]) == ["MET.1", "MET.2"]
    assert "FOR.99" not in formations.bearers


def test_an_empty_library_knows_no_formation() -> None:
    assert FormationIndex({}).find("le BTS tourisme mène à quoi ?") is None


# Reverse questions


@pytest.fixture(scope="module")
def reader() -> QuestionReader:
    return reader_over(version_of(*FICHES))


@pytest.mark.parametrize(
    ("text", "formations", "rome"),
    [
        ("FOR.9 mène à quels métiers ?", ("FOR.9",), ()),
        ("que faire après FOR 9", ("FOR.9",), ()),
        ("FOR.99 prépare à quoi ?", ("FOR.99",), ()),
        ("quels métiers avec un CAP cuisine ?", ("FOR.9",), ()),
        ("CAP cuisine", ("FOR.9",), ()),
        ("à quoi mène le BTS tourisme ?", ("FOR.1",), ()),
        ("M1802", (), ("M1802",)),
        ("quels métiers pour le code ROME M1802 ?", (), ("M1802",)),
        ("M9999 ça correspond à quoi ?", (), ("M9999",)),
        # a métier is what these ask about
        ("un essayeur de tests a-t-il un CAP cuisine ?", (), ()),
        ("faut-il un CAP cuisine pour devenir essayeur de tests ?", (), ()),
        ("architecte d'intérieur", (), ()),
        ("quelles études pour ce métier : architecte d'intérieur ?", (), ()),
        ("MET.1 et FOR.9", (), ()),
    ],
)
def test_a_reverse_question_is_read(
    reader: QuestionReader, text: str, formations: tuple[str, ...], rome: tuple[str, ...]
) -> None:
    reading = reader.read(Question(text=text))
    assert (reading.formations, reading.rome) == (formations, rome)
    assert (reading.kind == "reverse") is bool(formations or rome)


def test_formations_of_the_seeds_are_found_by_their_own_label(seed_version: Version) -> None:
    index = FormationIndex(seed_version.fiches)
    misses = [
        (code, label)
        for code, label in index.labels.items()
        if (found := index.find(label)) is None or code not in found.ids
    ]
    assert misses == []


@pytest.mark.parametrize(
    ("text", "fiches"),
    [
        ("le CAP boulanger mène à quoi ?", {"MET.17", "MET.152"}),
        ("que faire avec un diplôme d'État d'infirmier ?", {"MET.38", "MET.343"}),
        ("J1506", {"MET.38", "MET.343"}),
        ("le DNSEP option design, ça mène où ?", {"MET.5", "MET.258"}),
    ],
)
def test_formations_of_the_seeds_lead_to_their_metiers(
    seed_reader: QuestionReader, text: str, fiches: set[str]
) -> None:
    reading = seed_reader.read(Question(text=text))
    bearers = seed_reader.tables.formations.bearers
    assert {fiche for code in (*reading.formations, *reading.rome) for fiche in bearers[code]} == fiches
