"""Views and sheets over the seeds, through the addresses that serve them; no Gradio, no browser."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI, HTTPException
from fastapi.testclient import TestClient

from bot.answer import Grounding, Outcome
from bot.feedback import FeedbackStore
from bot.phrases import load_phrases
from bot.web.messages import Exchange
from bot.web.metrics import Metrics
from bot.web.query import PAGE_SIZE
from bot.web.routes import Routes, sentence
from bot.web.templates import Templates, prose
from bot.web.views import Shelf, Views
from bot.web.warmup import WarmUp
from tests.seed_tables import seed_tables
from tests.test_page import HOSTILE, SALARY, FakeGuide, answer

PHRASES = load_phrases("page")
VOID = {"input", "br", "meta", "link", "img", "rect", "path", "option", "hr"}


def client_of(guide: FakeGuide, feedback: Path) -> TestClient:
    templates = Templates(PHRASES)
    shelf, store = Shelf(guide), FeedbackStore(feedback, 30)
    app = FastAPI()
    routes = Routes(
        guide,
        shelf,
        Views(guide, shelf, PHRASES, templates, 30),
        store,
        WarmUp(guide, shelf.catalogue),
        Metrics(guide),
        PHRASES,
        templates,
    )
    app.include_router(routes.router())
    app.add_exception_handler(HTTPException, sentence)
    return TestClient(app)


@pytest.fixture
def client(tmp_path: Path) -> TestClient:
    return client_of(FakeGuide(), tmp_path / "feedback.sqlite")


class Balance(HTMLParser):
    """Notes elements that are not closed in order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID and (not self.open or self.open.pop() != tag):
            self.wrong.append(tag)


def text_of(html: str) -> str:
    without_style = re.sub(r"<(style|script)>.*?</\1>", "", html, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", without_style).replace("\u00a0", " ").split())


VIEWS = [
    "vue?vue=explorer",
    "vue?vue=explorer&q=veterinere&niveau_max=bac+%2B+8&statut=salarié",
    "vue?vue=explorer&quoi=formations",
    "vue?vue=explorer&q=xyzzy",
    "vue?metier=MET.228",
    "vue?metier=MET.33",
    "vue?formation=FOR.427",
    "vue?vue=comparer",
    "vue?vue=comparer&m=MET.228",
    "vue?vue=comparer&m=MET.228&m=MET.171&m=MET.45&m=MET.70&m=MET.38",
    "vue?vue=chemins",
    "vue?chemin=MET.17",
    "vue?chemin=MET.228&depuis=CAP",
    "vue?chemin=MET.17&depuis=<script>",
    "vue?chemin=xyzzy",
    "vue?vue=a-propos",
    "vue?metier=MET.999999",
    "vue?metier=<script>",
    "vue",
    "fiche/MET.228",
    "fiche/FOR.427",
    "comparaison?m=MET.228&m=MET.171",
    "chemin?chemin=MET.17&depuis=3e",
]


@pytest.mark.parametrize("address", VIEWS)
def test_every_view_is_well_formed_and_has_one_heading_to_begin_with(client: TestClient, address: str) -> None:
    answered = client.get(f"/{address}")
    assert answered.status_code == 200
    balance = Balance()
    balance.feed(answered.text)
    assert (balance.wrong, balance.open) == ([], [])
    assert len(re.findall(r"<h2 tabindex|<h1>", answered.text)) == 1
    assert "{{" not in answered.text
    assert "<script>alert" not in answered.text


@pytest.mark.parametrize("address", VIEWS[:-4])
def test_without_library_every_view_is_a_sentence(tmp_path: Path, address: str) -> None:
    answered = client_of(FakeGuide(library=False), tmp_path / "f").get(f"/{address}")
    assert answered.status_code == 200
    assert "oriane ingest" in answered.text


SHEETS = ["fiche/MET.228", "comparaison?m=MET.228&m=MET.171", "chemin?chemin=MET.17"]


@pytest.mark.parametrize("address", [*SHEETS, "fiche/MET.1.md"])
def test_without_library_a_sheet_is_a_sentence(tmp_path: Path, address: str) -> None:
    answered = client_of(FakeGuide(library=False), tmp_path / "f").get(f"/{address}")
    assert answered.status_code == 503
    assert "oriane ingest" in answered.text


# Explorer


def test_the_explorer_counts_and_pages_all_metiers(client: TestClient) -> None:
    total = len(seed_tables().version.fiches)
    first, last = (client.get(f"/vue?vue=explorer&p={page}").text for page in (1, 99))
    assert f"{total} métiers" in text_of(first)
    assert first.count('class="card"') == PAGE_SIZE
    assert last.count('class="card"') == total - PAGE_SIZE
    assert "p=2" in first
    assert "rel=" in last


def test_filters_say_what_they_are_set_to(client: TestClient) -> None:
    view = client.get("/vue?vue=explorer&q=vet&niveau_max=bac+%2B+8").text
    assert 'value="vet"' in view
    assert '<option value="bac + 8" selected>' in view
    assert '<details class="more" open>' in view


def test_formations_are_filtered_by_what_they_have(client: TestClient) -> None:
    metiers, formations = (client.get(f"/vue?vue=explorer&quoi={what}").text for what in ("metiers", "formations"))
    for name in ("statut", "interet", "rome"):
        assert f'name="{name}"' in metiers
        assert f'name="{name}"' not in formations
    assert 'name="niveau_max"' in formations
    assert PHRASES.say("explorer_formations_title") in text_of(formations)


def test_the_results_alone_can_be_asked_for(client: TestClient) -> None:
    part = client.get("/vue?vue=explorer&q=apiculteur&partie=resultats").text
    assert "<form" not in part
    assert "1 métier" in text_of(part)


def test_what_no_name_holds_is_said(client: TestClient) -> None:
    assert "Aucun métier ne porte ce nom" in text_of(client.get("/vue?vue=explorer&q=ruches et abeilles").text)


# Sheets


@pytest.mark.parametrize("address", ["vue?metier=MET.228", "fiche/MET.228", "fiche/MET.228.md"])
def test_a_metier_is_shown_whole(client: TestClient, address: str) -> None:
    shown = client.get(f"/{address}").text
    shown = shown if address.endswith("md") else text_of(shown.replace("&#39;", "'"))
    fiche = seed_tables().version.fiches["MET.228"]
    for section in fiche.citable_sections():
        if section.name == "Identité":
            continue
        assert section.name in shown
        for block in section.blocks if section.name != "Formations recommandées" else ():
            for line in block.text.splitlines():
                assert " ".join(line.removeprefix("- ").split()) in " ".join(shown.split())
    for expected in ("ingénieure cloud computing", "ingénieur cloud computing", "M1802", "FOR.5574", "FOR.6167"):
        assert expected in shown


def test_the_level_is_a_picture_with_a_name(client: TestClient) -> None:
    view = client.get("/vue?metier=MET.228").text
    assert re.search(r'<svg class="ladder"[^>]*role="img" aria-label="[^"]*au moins bac \+ 5', view)
    assert view.count('class="reached"') == 10
    assert view.count('class="beyond"') == 3


def test_formations_lead_to_their_sheet_when_the_library_has_one(client: TestClient) -> None:
    view = client.get("/vue?metier=MET.228").text
    assert 'href="?formation=FOR.5574"' in view
    assert 'href="?formation=FOR.6167"' not in view
    assert 'href="?metier=MET.535"' in client.get("/vue?formation=FOR.427").text


@pytest.mark.parametrize("address", SHEETS)
def test_a_sheet_names_source_edition_date_and_that_it_informs_only(client: TestClient, address: str) -> None:
    markdown = address.replace("?", ".md?") if "?" in address else f"{address}.md"
    for shown in (text_of(client.get(f"/{address}").text), client.get(f"/{markdown}").text.replace("\u00a0", " ")):
        assert "Onisep, Idéo-Fiches métiers" in shown
        assert "21/10/2025" in shown
        assert "il ne remplace pas" in shown
        assert "assistant automatique" in shown


def test_a_sheet_asks_nothing_of_another_host(client: TestClient) -> None:
    page = client.get("/fiche/MET.228").text
    assert not re.findall(r'(?:src|href)="(?!https://www\.onisep\.fr)[a-z]+:', page)
    assert "<link" not in page


ABSENT = [
    "fiche/MET.999999",
    "fiche/..",
    "comparaison?m=MET.228",
    "comparaison.md?m=x",
    "chemin?chemin=xyzzy",
    "chemin.md?chemin=MET.17&depuis=licorne",
    "chemin.svg?chemin=xyzzy",
]


@pytest.mark.parametrize("address", ABSENT)
def test_what_does_not_exist_is_a_sentence(client: TestClient, address: str) -> None:
    answered = client.get(f"/{address}")
    assert answered.status_code == 404
    assert "Traceback" not in answered.text


# Comparison


def test_cells_are_cited_and_plots_say_their_figures(client: TestClient) -> None:
    view = client.get("/vue?vue=comparer&m=MET.228&m=MET.439").text
    cited = set(re.findall(r'href="#cited-(\d+)"', view))
    assert cited == set(re.findall(r'<li id="cited-(\d+)"', view))
    assert "à partir de 3080" in text_of(view)
    assert "de 1801 à 2083" in text_of(view)


def test_a_metier_is_added_by_name_even_misspelt(client: TestClient) -> None:
    view = client.get("/vue?vue=comparer&m=MET.228&ajout=veterinere").text
    assert 'data-address="?vue=comparer&amp;m=MET.228&amp;m=MET.171"' in view
    unknown = client.get("/vue?vue=comparer&m=MET.228&ajout=xyzzy").text
    assert "« xyzzy »" in text_of(unknown)


# Conversation


def conversation(*exchanges: Exchange) -> str:
    return json.dumps([exchange.model_dump(mode="json") for exchange in exchanges])


SAID = Exchange(question="Combien ?", answer=answer(f"Elle débute à **3080 euros** [1]. {HOSTILE}"))
DISTRESS = Exchange(question="je vais mal", answer=answer("3114", (), outcome=Outcome.SUPPORT))


@pytest.mark.parametrize("format", ["html", "md"])
def test_a_conversation_is_printed_with_its_sources_but_not_its_distress(client: TestClient, format: str) -> None:
    sent = {"exchanges": conversation(SAID, DISTRESS), "format": format}
    answered = client.post("/conversation", data=sent)
    assert answered.status_code == 200
    for expected in ("Combien ?", "3080 euros", SALARY.quote, SALARY.fiche_id, "Vie professionnelle", SALARY.url):
        assert expected in answered.text
    assert "je vais mal" not in answered.text
    if format == "html":
        assert "<strong>3080 euros</strong>" in answered.text
        assert "<img" not in answered.text
    else:
        assert "attachment" in answered.headers["content-disposition"]


@pytest.mark.parametrize("format", ["html", "md"])
def test_a_printed_conversation_says_that_a_model_wrote(client: TestClient, format: str) -> None:
    written = Exchange(question="?", answer=answer(grounding=Grounding(checked=2, removed=1)))
    said = client.post("/conversation", data={"exchanges": conversation(written), "format": format}).text
    assert PHRASES.say("model_removed_one") in text_of(said.replace("&#39;", "'"))


@pytest.mark.parametrize("sent", ["", "x", "{}", '[{"question": 1}]', "[" * 5000, "a" * 1_000_001])
def test_a_conversation_that_cannot_be_read_is_a_sentence(client: TestClient, sent: str) -> None:
    answered = client.post("/conversation", data={"exchanges": sent})
    assert answered.status_code in (413, 422)
    assert "Traceback" not in answered.text


# Opinions


def test_an_opinion_is_noted(client: TestClient, tmp_path: Path) -> None:
    opinion = {"id": "0" * 31 + "1", "verdict": "down", "reason": "faux", "outcome": "answer", "fiches": ["MET.228"]}
    assert client.post("/avis", json=opinion).status_code == 204
    (row,) = FeedbackStore(tmp_path / "feedback.sqlite", 30).all()
    assert (row["verdict"], row["reason"], row["question"]) == ("down", "faux", None)


@pytest.mark.parametrize(
    "opinion", [{}, {"id": "x", "verdict": "up"}, {"id": "0" * 32, "verdict": "up", "name": "Léa"}]
)
def test_an_opinion_of_another_shape_is_refused(client: TestClient, opinion: dict[str, Any]) -> None:
    assert client.post("/avis", json=opinion).status_code == 422


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("a\n\nb", "<p>a</p><p>b</p>"),
        ("- a\n- b", "<ul><li>a</li><li>b</li></ul>"),
        ("a\nb", "<p>a<br>b</p>"),
        ("<b>", "<p>&lt;b&gt;</p>"),
    ],
)
def test_the_text_of_a_fiche_becomes_paragraphs_and_lists(text: str, html: str) -> None:
    assert prose(text) == html
