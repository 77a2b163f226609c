"""Ways into a métier on the page, over the seeds: every step says where it stands, what is unsaid is told."""

from __future__ import annotations

import html
import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from bot.answer import PathStep, StudyPath, Understood
from bot.catalogue import Catalogue
from bot.phrases import load_phrases
from bot.web.paths import EXAMPLES, QUICK_STARTS, STARTS, find_path
from bot.web.sources import SourcesPanel
from bot.web.templates import Templates
from tests.seed_tables import seed_tables
from tests.test_page import FakeGuide, answer
from tests.test_views import client_of, text_of

PHRASES, STUDIES = load_phrases("page"), load_phrases("studies")
CATALOGUE = Catalogue(seed_tables())


@pytest.fixture
def client(tmp_path: Path) -> TestClient:
    return client_of(FakeGuide(), tmp_path / "feedback.sqlite")


def read(client: TestClient, address: str) -> str:
    return html.unescape(text_of(client.get(f"/{address}").text))


def path_from(metier: str, start: str) -> StudyPath:
    place = CATALOGUE.place_called(start)
    assert place
    return find_path(CATALOGUE.version.fiches[metier], place, CATALOGUE)[0]


@pytest.mark.parametrize("address", ["vue?chemin=MET.17&depuis=3e", "chemin?chemin=MET.17", "chemin.md?chemin=MET.17"])
def test_every_step_of_every_way_is_shown_with_its_facts(client: TestClient, address: str) -> None:
    shown = read(client, address)
    path = path_from("MET.17", "3e")
    assert len(path.alternatives) > 1
    for step in (step for way in (path, *path.alternatives) for step in way.steps[1:]):
        assert step.title in shown
        assert step.id is None or step.id in shown
        assert step.level is None or step.level in shown
    for expected in ("2 ans de formation, à partir de « 3e »", "5 ans de formation", "Parcoursup", "FOR.9796"):
        assert expected in shown


@pytest.mark.parametrize("address", ["vue?chemin=MET.17", "vue?chemin=MET.228&depuis=CAP", "chemin?chemin=MET.171"])
def test_boxes_and_marks_lead_to_passages_word_for_word(client: TestClient, address: str) -> None:
    page = client.get(f"/{address}").text
    wanted, held = set(re.findall(r'href="#cited-(\d+)"', page)), set(re.findall(r'<li id="cited-(\d+)"', page))
    assert wanted <= held
    formations = re.findall(r'<div class="box (?:formation|metier)[^"]*">.*?</div>', page, re.DOTALL)
    assert formations
    assert all(re.search(r'class="name"><a href="#cited-\d+"', box) for box in formations)


def test_a_table_stands_behind_the_drawing(client: TestClient) -> None:
    page = client.get("/vue?chemin=MET.17").text
    (table,) = re.findall(r"<table.*?</table>", page, re.DOTALL)
    path = path_from("MET.17", "3e")
    ways = (path, *path.alternatives)
    assert table.count("<tbody>") == len(ways)
    assert table.count("<td>") == 5 * sum(len(way.steps) for way in ways)
    assert "<caption" in table


def test_what_no_fiche_says_is_told_as_unsaid(client: TestClient) -> None:
    shown = read(client, "vue?chemin=MET.228&depuis=CAP")
    assert PHRASES.say("way_class_unsaid") in shown
    assert "3 ans de formation, à partir de « bac + 2 »" in shown
    assert PHRASES.say("ways_unsaid", start="CAP") in shown


def test_where_the_fiches_say_no_way_there_is_none(client: TestClient) -> None:
    silent = [
        (fiche, path)
        for fiche in CATALOGUE.version.fiches.values()
        if not (path := path_from(fiche.id, "master")).is_said
    ]
    assert silent
    for fiche, path in silent[:3]:
        shown = read(client, f"vue?chemin={fiche.id}&depuis=master")
        phrase = "path_no_way" if fiche.formations else "path_no_formation"
        assert STUDIES.say(phrase, start="master", title=fiche.title) in shown
        assert all(step.title in shown for step in path.unsaid)
        assert 'class="steps' not in client.get(f"/vue?chemin={fiche.id}&depuis=master").text


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("vue?chemin=boulangere&depuis=cap patissier", "De « CAP pâtissier » au métier : boulanger/ère"),
        ("vue?chemin=MET.17&depuis=licorne", PHRASES.say("path_unknown_start", start="licorne")),
        ("vue?chemin=xyzzy", PHRASES.say("compare_unknown", name="xyzzy")),
        ("vue?vue=chemins", PHRASES.say("path_hint")),
        ("vue?metier=MET.17", PHRASES.say("path_open")),
    ],
)
def test_a_path_is_asked_for_by_names(client: TestClient, address: str, said: str) -> None:
    assert said in read(client, address)


def test_the_address_says_which_metier_was_meant(client: TestClient) -> None:
    page = client.get("/vue?vue=chemins&chemin=boulangere&depuis=CAP pâtissier").text
    assert 'data-address="?chemin=MET.17&amp;depuis=CAP+p%C3%A2tissier"' in page


@pytest.mark.parametrize("name", [*STARTS, *QUICK_STARTS, *(start for _, start in EXAMPLES)])
def test_every_start_that_is_offered_is_understood_and_can_be_named_again(name: str) -> None:
    start = CATALOGUE.place_called(name)
    assert start
    assert CATALOGUE.place_called(start.label) == start


def test_the_drawing_is_a_picture_to_keep(client: TestClient) -> None:
    answered = client.get("/chemin.svg?chemin=MET.17&depuis=3e")
    assert answered.headers["content-type"].startswith("image/svg+xml")
    assert "attachment" in answered.headers["content-disposition"]
    assert ElementTree.fromstring(answered.text).tag.endswith("svg")


def test_an_answer_that_compares_leads_to_the_comparison() -> None:
    compared = Understood(kind="comparison", fiches=("MET.17", "MET.171"))
    shown = SourcesPanel(Templates(PHRASES)).show(answer(understood=compared, table=[["a"]]), 0, None)
    assert 'href="?vue=comparer&amp;m=MET.17&amp;m=MET.171"' in shown


def test_an_answer_that_traces_a_way_leads_to_its_drawing() -> None:
    step = PathStep(kind="class", id=None, title="terminale STMG")
    path = StudyPath(start="terminale STMG", to="MET.17", steps=(step,))
    panel = SourcesPanel(Templates(PHRASES))
    assert 'href="?chemin=MET.17&amp;depuis=terminale+STMG"' in panel.show(answer(path=path), 0, None)
    assert PHRASES.say("path_link") not in panel.show(answer(), 0, None)
