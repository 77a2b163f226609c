"""Whole trips through the page in a real browser, over the real chain on the seeds: students, counsellors, keys."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from bot.chain import Oriane
from bot.phrases import load_phrases
from tests.test_page import GRADIO_WARNINGS
from tests.test_page_browser import CHROMIUM, DESKTOP, PHONE, answers, browser, visit

__all__ = ["browser"]  # the fixture of the module beside this one

PHRASES = load_phrases("page")
QUESTION = "Combien gagne une ingénieure cloud débutante ?"

pytestmark = [
    *GRADIO_WARNINGS,
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"no browser at {CHROMIUM}"),
]


def ask(page: Any, text: str) -> None:
    """Ask, and wait for an answer more, and for its end."""
    before = answers(page).count()
    page.fill("#question textarea", text)
    page.keyboard.press("Enter")
    answers(page).nth(before).wait_for()
    page.locator("#stop").wait_for(state="hidden")
    page.locator("#progress .searching").wait_for(state="detached")


def view(page: Any, address: str) -> None:
    page.goto(page.url.split("?")[0] + address)
    page.locator("body[data-ready]").wait_for()
    page.locator("#main h2").wait_for()


# A student


def test_a_student_asks_follows_the_source_goes_on_compares_and_takes_it_home(
    browser: Any, seed_oriane: Oriane
) -> None:
    with visit(browser, seed_oriane, viewport=PHONE) as page:
        ask(page, QUESTION)
        assert "3080 euros" in answers(page).last.inner_text()
        answers(page).last.locator("a.mark").first.click()
        page.locator("#source-0-1:focus").wait_for()
        source = page.locator("#source-0-1")
        assert "A partir de 3080 euros brut par mois" in source.inner_text()
        source.locator("summary").click()
        assert source.locator("mark").inner_text() == "A partir de 3080 euros brut par mois"
        ask(page, "et les conditions de travail ?")
        assert "ordinateur" in answers(page).last.inner_text()
        assert page.locator("#ideas button:visible").count() > 0
        page.get_by_role("link", name="Explorer").click()
        page.get_by_label(PHRASES.say("filter_text")).fill("veterinere")
        page.get_by_role("link", name="vétérinaire", exact=True).click()
        page.get_by_role("button", name=PHRASES.say("pick")).click()
        page.get_by_role("link", name="Comparer", exact=True).first.click()
        page.get_by_label(PHRASES.say("compare_add")).fill("ingénieure cloud")
        page.keyboard.press("Enter")
        page.locator("table thead th", has_text="ingénieur/e cloud computing").wait_for()
        assert page.url.endswith("?vue=comparer&m=MET.171&m=MET.228")
        page.get_by_role("link", name="Discuter").click()
        with page.expect_popup() as opened:
            page.get_by_role("button", name=PHRASES.say("print_chat")).click()
        sheet = opened.value
        assert "3080 euros" in sheet.inner_text("main")
        assert PHRASES.say("informs_only") in sheet.inner_text("footer").replace("\u00a0", " ")
        with page.expect_download() as download:
            page.get_by_role("button", name=PHRASES.say("markdown_chat")).click()
        assert "MET.228" in Path(download.value.path()).read_text("utf-8")


def test_asking_from_a_sheet_opens_the_chat_on_that_metier(browser: Any, seed_oriane: Oriane) -> None:
    with visit(browser, seed_oriane, "?metier=MET.171") as page:
        page.get_by_role("button", name=PHRASES.say("ask_about")).click()
        page.locator("#chip strong", has_text="vétérinaire").wait_for()
        assert all("vétérinaire" in idea for idea in page.locator("#ideas button:visible").all_inner_texts())
        ask(page, "quel salaire ?")
        assert page.get_by_test_id("user").last.inner_text() == "vétérinaire : quel salaire ?"
        assert "2300 euros" in answers(page).last.inner_text()
        assert page.locator("#chip strong").count() == 0


# A counsellor


def test_a_counsellor_filters_opens_a_sheet_follows_its_path_and_prints(browser: Any, seed_oriane: Oriane) -> None:
    with visit(browser, seed_oriane, "?vue=explorer") as page:
        page.get_by_text(PHRASES.say("filters_more")).click()
        page.get_by_label(PHRASES.say("filter_level_max")).select_option("cap ou équivalent")
        page.get_by_label(PHRASES.say("filter_status"), exact=True).select_option("artisan")
        page.locator(".count", has_text="métiers").wait_for()
        page.wait_for_url("**statut=artisan**")
        assert page.locator(".card").count() >= 3
        page.reload()  # the address is enough
        page.locator(".card").first.wait_for()
        assert page.get_by_label(PHRASES.say("filter_status"), exact=True).input_value() == "artisan"
        page.get_by_role("link", name="boulanger/ère").click()
        page.wait_for_url("**?metier=MET.17")
        page.locator("h2", has_text="boulanger/ère").wait_for()
        assert len(printed(page)) > 10_000
        page.get_by_role("link", name=PHRASES.say("path_open")).click()
        page.locator("h2:focus", has_text="De « 3e » au métier : boulanger/ère").wait_for()
        page.get_by_role("link", name="CAP", exact=True).click()
        page.wait_for_url("**?chemin=MET.17&depuis=CAP")
        page.locator("h2:focus", has_text="De « CAP »").wait_for()  # the form that is typed into is the new view's
        page.get_by_label(PHRASES.say("path_start")).fill("CAP pâtissier")
        page.keyboard.press("Enter")
        page.locator("h2:focus", has_text="De « CAP pâtissier »").wait_for()
        assert len(printed(page)) > 10_000
        with page.expect_download() as download:
            page.get_by_role("link", name=PHRASES.say("markdown")).click()
        assert "FOR.3531" in Path(download.value.path()).read_text("utf-8")
        for _ in range(4):
            page.go_back()
        page.locator(".card").first.wait_for()


def printed(page: Any) -> bytes:
    """What stands on the page, on paper."""
    with page.expect_popup() as opened:
        page.get_by_role("link", name=PHRASES.say("print_sheet")).click()
    sheet = opened.value
    sheet.emulate_media(media="print")
    assert not sheet.locator("#print").is_visible()
    paper: bytes = sheet.pdf(format="A4")
    sheet.close()
    return paper


def test_every_box_of_a_path_leads_to_its_passage(browser: Any, seed_oriane: Oriane) -> None:
    with visit(browser, seed_oriane, "?chemin=MET.17&depuis=3e") as page:
        page.get_by_role("link", name="CAP boulanger", exact=True).first.click()
        passage = page.locator(".cited li:focus")
        passage.wait_for()
        assert "FOR.2246" in passage.inner_text()
        assert "à la sortie de la 3e" in passage.inner_text()
        other = page.locator("details.other", has_text="bac pro boulanger-pâtissier").first
        other.locator("summary").click()
        other.get_by_role("link", name="Source [7]").click()
        assert "Durée: 3 ans" in page.locator(".cited li:focus").inner_text()
        page.locator("details.as-table summary").click()
        assert page.get_by_role("table").get_by_role("rowheader", name="CAP boulanger", exact=True).is_visible()
        page.locator(".steps").first.get_by_role("link", name="Ouvrir la fiche ici (CAP boulanger)").click()
        page.wait_for_url("**?formation=FOR.2246")


def test_a_start_that_is_not_known_is_said_where_it_is_typed(browser: Any, seed_oriane: Oriane) -> None:
    with visit(browser, seed_oriane, "?vue=chemins") as page:
        page.get_by_label(PHRASES.say("path_metier")).fill("boulanger")
        page.get_by_label(PHRASES.say("path_start")).fill("licorne")
        page.get_by_role("button", name=PHRASES.say("path_go")).click()
        page.locator("#p-start:focus[aria-invalid]").wait_for()
        assert "licorne" in page.locator("#p-problem").inner_text()


def test_an_answer_that_traces_a_way_opens_its_drawing(browser: Any, seed_oriane: Oriane) -> None:
    with visit(browser, seed_oriane) as page:
        ask(page, "je suis en 3e, comment devenir boulangère ?")
        page.get_by_role("link", name=PHRASES.say("path_link")).click()
        page.locator("h2:focus", has_text="De « 3e » au métier : boulanger/ère").wait_for()


# Memory


def test_the_conversation_survives_a_reload_and_marks_still_lead_to_sources(browser: Any, seed_oriane: Oriane) -> None:
    with visit(browser, seed_oriane) as page:
        ask(page, QUESTION)
        ask(page, "et les études ?")
        before = answers(page).all_inner_texts()
        page.reload()
        page.locator("body[data-ready]").wait_for()
        answers(page).nth(1).wait_for()
        assert answers(page).all_inner_texts() == before
        answers(page).first.locator("a.mark").first.click()
        page.locator("#source-0-1:focus").wait_for()
        ask(page, "et le salaire ?")
        assert "3080" in answers(page).last.inner_text()


def test_two_tabs_do_not_mix(browser: Any, seed_oriane: Oriane) -> None:
    with visit(browser, seed_oriane) as page:
        ask(page, QUESTION)
        other = page.context.new_page()
        other.goto(page.url)
        other.locator("body[data-ready]").wait_for()
        assert answers(other).count() == 0
        ask(other, "Quelles études pour devenir vétérinaire ?")
        page.reload()
        page.locator("body[data-ready]").wait_for()
        answers(page).first.wait_for()
        assert answers(page).count() == 1
        assert "3080" in answers(page).inner_text()


@pytest.mark.parametrize("kept", [False, True])
def test_only_a_ticked_box_keeps_the_conversation_on_the_device(browser: Any, seed_oriane: Oriane, kept: bool) -> None:
    with visit(browser, seed_oriane) as page:
        ask(page, QUESTION)
        box = page.get_by_label(PHRASES.say("keep_here"))
        assert not box.is_checked()
        if kept:
            box.check()
        later = page.context.new_page()
        later.goto(page.url)
        later.locator("body[data-ready]").wait_for()
        later.wait_for_timeout(300)
        assert answers(later).count() == int(kept)
        if kept:
            later.get_by_label(PHRASES.say("keep_here")).uncheck()
            assert later.evaluate("localStorage.length") == 0


def test_distress_is_kept_nowhere(browser: Any, seed_oriane: Oriane) -> None:
    with visit(browser, seed_oriane) as page:
        ask(page, QUESTION)
        page.get_by_label(PHRASES.say("keep_here")).check()
        ask(page, "j'ai envie de mourir")
        assert "3114" in answers(page).last.inner_text()
        assert not page.locator("#opinion").is_visible()
        held = page.evaluate("JSON.stringify([{...sessionStorage}, {...localStorage}])")
        assert "mourir" not in held
        assert "3114" not in held
        page.reload()
        page.locator("body[data-ready]").wait_for()
        answers(page).first.wait_for()
        assert answers(page).count() == 1


def test_clearing_also_clears_what_is_kept(browser: Any, seed_oriane: Oriane) -> None:
    with visit(browser, seed_oriane) as page:
        ask(page, QUESTION)
        page.get_by_role("button", name="Effacer", exact=True).click()
        answers(page).first.wait_for(state="detached")
        page.wait_for_function("sessionStorage.getItem('oriane.conversation') === null")
        page.reload()
        page.locator("body[data-ready]").wait_for()
        assert answers(page).count() == 0


def test_asking_again_gives_one_answer(browser: Any, seed_oriane: Oriane) -> None:
    with visit(browser, seed_oriane) as page:
        ask(page, QUESTION)
        page.get_by_role("button", name="Réessayer").click()
        page.wait_for_timeout(1500)
        assert answers(page).count() == 1
        assert page.get_by_test_id("user").all_inner_texts() == [QUESTION]


# Opinions


@pytest.mark.parametrize("joined", [False, True])
def test_an_opinion_goes_with_its_question_only_when_it_is_joined(
    browser: Any, seed_oriane: Oriane, tmp_path: Path, joined: bool
) -> None:
    with visit(browser, seed_oriane) as page:
        ask(page, f"{QUESTION} lea@exemple.fr")
        page.get_by_role("group", name=PHRASES.say("opinion_question")).get_by_role("button", name="Non").click()
        page.get_by_label("incomplet").check()
        box = page.get_by_label("Joindre ma question")
        assert not box.is_checked()
        if joined:
            box.check()
        page.get_by_role("button", name=PHRASES.say("opinion_send")).click()
        page.get_by_text(PHRASES.say("opinion_thanks")).wait_for()
    with sqlite3.connect(tmp_path / "feedback.sqlite") as database:
        (row,) = database.execute("SELECT verdict, reason, fiches, question FROM opinion").fetchall()
    assert row[:3] == ("down", "incomplet", "MET.228")
    assert row[3] == (f"{QUESTION} [adresse]" if joined else None)


# Everybody

AXE_VIEWS: dict[str, Callable[[Any], None]] = {
    "first paint": lambda page: None,
    "an answer": lambda page: ask(page, QUESTION),
    "a comparison in the chat": lambda page: ask(page, "compare vétérinaire et auxiliaire vétérinaire"),
    "an opinion": lambda page: (ask(page, QUESTION), page.click("[data-verdict=down]"))[0],
    "the whole section": lambda page: (ask(page, QUESTION), page.click("#source-0-1 summary"))[0],
    "help": lambda page: ask(page, "j'ai envie de mourir"),
    "explorer": lambda page: view(page, "?vue=explorer&niveau_max=bac+%2B+8"),
    "formations": lambda page: view(page, "?vue=explorer&quoi=formations"),
    "métier": lambda page: view(page, "?metier=MET.228"),
    "formation": lambda page: view(page, "?formation=FOR.427"),
    "comparison": lambda page: view(page, "?vue=comparer&m=MET.228&m=MET.171&m=MET.45"),
    "path": lambda page: (view(page, "?chemin=MET.17"), page.click("details.other"), page.click(".as-table summary"))[
        0
    ],
    "path that is unsaid": lambda page: view(page, "?chemin=MET.228&depuis=CAP"),
    "paths": lambda page: view(page, "?vue=chemins"),
    "unknown start": lambda page: view(page, "?chemin=MET.17&depuis=licorne"),
    "notice": lambda page: view(page, "?vue=a-propos"),
    "nothing there": lambda page: view(page, "?metier=MET.999999"),
    "sheet": lambda page: page.goto(page.url + "fiche/MET.228"),
    "printed comparison": lambda page: page.goto(page.url + "comparaison?m=MET.228&m=MET.171"),
    "printed path": lambda page: page.goto(page.url + "chemin?chemin=MET.17"),
}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_any_view(browser: Any, seed_oriane: Oriane, scheme: str) -> None:
    axe = pytest.importorskip("axe_playwright_python")
    script = files(axe).joinpath("axe.min.js").read_text(encoding="utf-8")
    found = {}
    with visit(browser, seed_oriane, color_scheme=scheme) as page:
        home = page.url
        for name, reach in AXE_VIEWS.items():
            page.evaluate("sessionStorage.clear()")
            page.goto(home)
            page.locator("body[data-ready]").wait_for()
            reach(page)
            page.wait_for_timeout(250)
            page.evaluate(script)
            violations = page.evaluate("axe.run()")["violations"]
            found[name] = [(v["id"], [node["html"][:120] for node in v["nodes"]]) for v in violations]
    assert {name: violations for name, violations in found.items() if violations} == {}


@pytest.mark.parametrize("width", [360, 390, 430])
def test_on_a_phone_no_view_is_wider_than_the_screen(browser: Any, seed_oriane: Oriane, width: int) -> None:
    addresses = ("", "?vue=explorer", "?metier=MET.228", "?formation=FOR.427", "?chemin=MET.228", "?vue=a-propos")
    with visit(browser, seed_oriane, viewport={"width": width, "height": 800}) as page:
        home = page.url
        for address in (*addresses, "?vue=comparer&m=MET.228&m=MET.171&m=MET.45&m=MET.33"):
            page.goto(home + address)
            page.locator("body[data-ready]").wait_for()
            page.wait_for_timeout(300)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, address


def test_at_200_percent_nothing_is_cut(browser: Any, seed_oriane: Oriane) -> None:
    half = {"width": DESKTOP["width"] // 2, "height": DESKTOP["height"] // 2}
    with visit(browser, seed_oriane, viewport=half) as page:
        ask(page, QUESTION)
        assert page.evaluate("document.documentElement.scrollWidth") <= half["width"]
        assert page.locator("#send").is_visible()


def test_the_dark_page_is_dark(browser: Any, seed_oriane: Oriane) -> None:
    with visit(browser, seed_oriane, "?metier=MET.228", color_scheme="dark") as page:
        page.locator("#main h2").wait_for()
        colours = page.evaluate(
            "[['body', 'backgroundColor'], ['#main h2', 'color']]"
            ".map(([element, name]) => getComputedStyle(document.querySelector(element))[name])"
        )
        dark, light = (sum(map(int, colour.strip("rgb()").split(",")[:3])) for colour in colours)
        assert dark < 150 < 600 < light


def test_the_keyboard_alone_explores_compares_and_asks(browser: Any, seed_oriane: Oriane) -> None:
    with visit(browser, seed_oriane) as page:
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        tab_to(page, "document.activeElement.dataset.name === 'explorer'")
        page.keyboard.press("Enter")
        page.locator("#main h2:focus").wait_for()
        tab_to(page, "document.activeElement.id === 'f-q'")
        page.keyboard.type("apiculteur")
        page.locator(".count", has_text="1 métier").wait_for()
        tab_to(page, "document.activeElement.matches('.card a')")
        page.keyboard.press("Enter")
        page.locator("#main h2:focus", has_text="apiculteur").wait_for()
        tab_to(page, "document.activeElement.dataset.act === 'about'")
        page.keyboard.press("Enter")
        page.locator("#question textarea:focus").wait_for()
        page.locator("#chip strong").wait_for()
        page.keyboard.type("quelles études ?")
        page.keyboard.press("Enter")
        answers(page).first.wait_for()
        page.locator("#stop").wait_for(state="hidden")
        page.keyboard.press("Shift+Tab")
        tab_to(page, "document.activeElement.matches('a.mark')", "Shift+Tab")
        page.keyboard.press("Enter")
        page.locator(".source:focus").wait_for()


def tab_to(page: Any, reached: str, key: str = "Tab") -> None:
    for _ in range(60):
        page.keyboard.press(key)
        if page.evaluate(reached):
            return
    pytest.fail(f"never reached with {key}: {reached}")


def test_a_view_that_cannot_be_loaded_is_a_sentence(browser: Any, seed_oriane: Oriane) -> None:
    with visit(browser, seed_oriane) as page:
        page.evaluate("() => { window.fetch = () => Promise.reject(new Error('offline')); }")
        page.get_by_role("link", name="Explorer").click()
        page.get_by_role("alert").get_by_text("Vérifier la connexion").wait_for()


def test_the_page_says_what_it_is_before_anything_is_asked(browser: Any, seed_oriane: Oriane) -> None:
    with visit(browser, seed_oriane) as page:
        assert "assistant automatique" in page.inner_text("#header .notice")
        assert "assistant automatique" in page.get_by_test_id("bot").first.inner_text()
        page.get_by_role("link", name=PHRASES.say("view_notice"), exact=True).click()
        page.locator("#main h2:focus").wait_for()
        said = page.inner_text("#main").replace("\u00a0", " ")
        for part in ("ai", "sources", "data", "device", "opinions", "help", "access"):
            assert PHRASES.say(f"notice_{part}_title") in said
        assert "3114" in said
        assert json.dumps(page.evaluate("Object.keys(sessionStorage)")) == "[]"
