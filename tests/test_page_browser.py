"""The page in a real browser, served on the loopback over a stand-in for Oriane."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from bot.answer import Citation, Grounding
from bot.phrases import load_phrases
from bot.web.guide import Guide
from tests.page_server import served
from tests.test_page import GRADIO_WARNINGS, HOSTILE, SALARY, FakeGuide, answer

CHROMIUM = Path("/usr/bin/chromium")
PHRASES = load_phrases("page")
DESKTOP = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}
LEVEL = SALARY.model_copy(update={"n": 2, "section": "Accès au métier", "heading": "", "quote": HOSTILE})
WHOLE = "Une ingénieure débute à 3080 euros [1]. Niveau : bac + 5 [2]."

pytestmark = [
    *GRADIO_WARNINGS,
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"no browser at {CHROMIUM}"),
]


def guide(*texts: str) -> FakeGuide:
    citations = (SALARY, LEVEL)
    steps = [answer(text, citations, suggestions=("Quelles études ?",)) for text in (*texts, WHOLE)]
    return FakeGuide(*steps)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=arguments)
        yield browser
        browser.close()


@contextmanager
def visit(browser: Any, guide: Guide, query: str = "", **context: Any) -> Iterator[Any]:
    """Open the page; whatever the test does, nothing may leave the host and the console stays clean."""
    with served(guide) as address:
        visitor = browser.new_context(**{"viewport": DESKTOP, "locale": "en-US"} | context)
        page = visitor.new_page()
        trouble: list[str] = []
        page.on("request", lambda request: _own(request.url, address) or trouble.append(request.url))
        page.on("console", lambda said: said.type in ("error", "warning") and trouble.append(said.text))
        page.on("pageerror", lambda error: trouble.append(str(error)))
        page.on("dialog", lambda dialog: trouble.append(dialog.message))
        page.goto(address + query)
        page.locator("body[data-ready]").wait_for()
        try:
            yield page
        finally:
            visitor.close()
        assert trouble == []


def _own(url: str, address: str) -> bool:
    return url.startswith((address + "/", "data:", "blob:"))


def ask(page: Any, text: str = "Combien gagne une ingénieure cloud ?") -> None:
    page.fill("#question textarea", text)
    page.keyboard.press("Enter")
    settled(page)


def answers(page: Any) -> Any:
    """The messages of Oriane but the first, in which the page presents itself."""
    return page.get_by_test_id("bot").filter(has_not_text="assistant automatique")


def settled(page: Any, text: str = "Niveau : bac + 5") -> None:
    page.get_by_test_id("bot").filter(has_text=text).last.wait_for()
    page.locator("#stop").wait_for(state="hidden")


def test_an_answer_streams_and_shows_its_sources(browser: Any) -> None:
    stand_in = guide("Une", "Une ingénieure débute")
    stand_in.may_finish.clear()
    with visit(browser, stand_in) as page:
        page.fill("#question textarea", "Combien gagne une ingénieure cloud ?")
        page.click("#send")
        page.get_by_test_id("bot").get_by_text(re.compile(r"^Une ingénieure débute$")).wait_for()
        assert page.locator("#stop").is_visible()
        assert page.locator("#source-0-1").is_visible()
        stand_in.may_finish.set()
        settled(page)
        source = page.locator("#source-0-1")
        assert source.locator("blockquote").inner_text() == SALARY.quote
        for expected in (SALARY.title, "MET.228", "Vie professionnelle › Salaire › Salaire du débutant"):
            assert expected in source.inner_text()
        link = source.locator("a.fiche")
        assert (link.get_attribute("href"), link.get_attribute("target")) == (SALARY.url, "_blank")
        assert link.get_attribute("rel") == "noopener"
        assert page.input_value("#question textarea") == ""


def test_the_page_is_french_even_in_an_english_browser(browser: Any) -> None:
    with visit(browser, guide()) as page:
        ask(page)
        assert page.evaluate("document.documentElement.lang") == "fr"
        assert page.title() == "Oriane"
        names = page.evaluate(
            "[...document.querySelectorAll('[aria-label], [title]')].filter((e) => e.checkVisibility())"
            ".map((e) => e.getAttribute('aria-label') ?? e.title)"
        )
        assert set(names) <= {
            *(PHRASES.say(name) for name in ("chat_label", "user_message", "oriane_message", "copy_message")),
            PHRASES.say("views_label"),
            "Réessayer",
            "Source 1 : ingénieur/e cloud computing, Vie professionnelle",
            "Source 2 : ingénieur/e cloud computing, Accès au métier",
        }
        assert "Gradio" not in page.inner_text("body")


def test_texts_are_data_in_the_chat_and_in_the_panel(browser: Any) -> None:
    typed = f"**gras** [lien](http://a.example) {HOSTILE} $x$ `c`"
    with visit(browser, guide()) as page:
        ask(page, typed)
        assert page.get_by_test_id("user").inner_text() == typed
        assert page.locator("#source-0-2 blockquote").inner_text() == HOSTILE


@pytest.mark.parametrize("query", ["", "?theme=light"])
def test_a_mark_leads_to_its_source_and_loses_nothing(browser: Any, query: str) -> None:
    with visit(browser, guide(), query) as page:
        ask(page)
        before = page.url
        page.locator("a.mark", has_text="[2]").click()
        assert page.evaluate("document.activeElement.id") == "source-0-2"
        assert page.url == before
        assert answers(page).count() == 1


def test_every_answer_leads_to_its_own_sources(browser: Any) -> None:
    with visit(browser, guide()) as page:
        ask(page)
        ask(page, "Et les études ?")
        page.locator("#source-1-1").wait_for()
        answers(page).nth(0).locator("a.mark").first.click()
        page.locator("#source-0-1:focus").wait_for()
        answers(page).nth(1).locator("a.mark").last.click()
        page.locator("#source-1-2:focus").wait_for()


def test_an_answer_is_read_from_its_beginning(browser: Any) -> None:
    long = answer("Une ingénieure débute. " * 200 + WHOLE, (SALARY, LEVEL, *_more_citations()))
    with visit(browser, FakeGuide(long)) as page:
        for question in ("Combien ?", "Et encore ?"):
            ask(page, question)
        page.wait_for_function(  # Gradio scrolls to the end first
            "() => { const log = document.querySelector('#chat .bubble-wrap');"
            " const asked = [...document.querySelectorAll('[data-testid=user]')].at(-1);"
            " const below = asked.getBoundingClientRect().top - log.getBoundingClientRect().top;"
            " return log.scrollTop > 0 && 0 <= below && below < 60; }"
        )
        log, asked = page.locator("#chat .bubble-wrap"), page.get_by_test_id("user").last
        assert 0 <= asked.bounding_box()["y"] - log.bounding_box()["y"] < 60
        page.locator("#source-1-11").wait_for()
        page.wait_for_function(
            "() => { const [panel, foot] = ['#sources', '#provenance'].map((id) => document.querySelector(id));"
            "return panel.scrollHeight > panel.clientHeight"
            " && panel.getBoundingClientRect().bottom <= foot.getBoundingClientRect().top; }"
        )


def _more_citations() -> Iterator[Citation]:
    yield from (SALARY.model_copy(update={"n": n}) for n in range(3, 12))


def test_the_trust_note_survives_a_reload(browser: Any) -> None:
    written = answer(WHOLE, (SALARY, LEVEL), grounding=Grounding(checked=3, removed=1))
    with visit(browser, FakeGuide(written)) as page:
        ask(page)
        for _ in range(2):
            for name in ("model_checked", "model_removed_one"):
                page.locator("#sources").get_by_text(PHRASES.say(name).rstrip(".").split(" ; ")[0]).wait_for()
            page.reload()
            page.locator("body[data-ready]").wait_for()


def test_what_is_copied_is_what_was_said(browser: Any) -> None:
    with visit(browser, guide(), permissions=["clipboard-read", "clipboard-write"]) as page:
        ask(page, "a < b [1] ?")
        copies = page.get_by_role("button", name=PHRASES.say("copy_message"))
        for button, expected in ((copies.nth(1), "a < b [1] ?"), (copies.last, WHOLE)):
            button.click()
            assert page.evaluate("navigator.clipboard.readText()") == expected


def test_copying_works_without_https(browser: Any) -> None:
    with visit(browser, guide()) as page:
        page.evaluate("delete Navigator.prototype.clipboard")
        ask(page)
        page.get_by_role("button", name=PHRASES.say("copy_message")).last.click()
        page.locator("#question textarea").press("Control+v")
        assert page.input_value("#question textarea") == WHOLE


def test_examples_then_suggestions_are_buttons_that_ask(browser: Any) -> None:
    stand_in = guide()
    with visit(browser, stand_in) as page:
        ideas = page.locator("#ideas button:visible")
        assert ideas.all_inner_texts() == [PHRASES.say(f"example_{n}") for n in range(1, 5)]
        ideas.first.click()
        settled(page)
        page.get_by_role("button", name="Quelles études ?").click()
        answers(page).nth(1).wait_for()
        settled(page)
        assert [question.text for question in stand_in.asked] == [PHRASES.say("example_1"), "Quelles études ?"]
        assert [turn.content for turn in stand_in.asked[1].history] == [PHRASES.say("example_1"), WHOLE]


def test_clearing_empties_chat_and_panel(browser: Any) -> None:
    with visit(browser, guide()) as page:
        ask(page)
        page.get_by_role("button", name="Effacer", exact=True).click()
        page.locator("#source-0-1").wait_for(state="detached")
        assert answers(page).count() == 0
        assert PHRASES.say("sources_hint") in page.inner_text("#sources")
        assert page.locator("#ideas button:visible").count() == 4


def test_stopping_stops(browser: Any) -> None:
    stand_in = guide("Début")
    stand_in.may_finish.clear()
    with visit(browser, stand_in) as page:
        page.fill("#question textarea", "Combien ?")
        page.keyboard.press("Enter")
        page.get_by_test_id("bot").get_by_text("Début").wait_for()
        page.get_by_role("button", name="Arrêter").click()
        page.locator("#stop").wait_for(state="hidden")
        page.locator("#send:focus").wait_for()
        stand_in.may_finish.set()
        page.wait_for_timeout(1000)
        assert answers(page).all_inner_texts() == ["Début"]


def test_the_keyboard_is_enough(browser: Any) -> None:
    with visit(browser, guide()) as page:
        _tab_to(page, "document.activeElement.matches('#question textarea')")
        page.keyboard.type("Combien ?")
        page.keyboard.press("Enter")
        settled(page)
        assert page.evaluate("document.activeElement.matches('#question textarea')")
        _tab_to(page, "document.activeElement.matches('#source-0-1 a.fiche')")
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineWidth")
        assert outline == "3px"


def _tab_to(page: Any, reached: str) -> None:
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate(reached):
            return
    pytest.fail(f"never reached with Tab: {reached}")


def test_on_a_phone_the_panel_is_below_and_nothing_overflows(browser: Any) -> None:
    with visit(browser, guide(), viewport=PHONE) as page:
        ask(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        chat, panel = page.locator("#conversation").bounding_box(), page.locator("#sources").bounding_box()
        assert panel["y"] >= chat["y"] + chat["height"]
        assert page.locator("#send").bounding_box()["height"] >= 44


def test_on_a_desktop_the_panel_is_beside_the_chat(browser: Any) -> None:
    with visit(browser, guide()) as page:
        ask(page)
        chat, panel = page.locator("#conversation").bounding_box(), page.locator("#sources").bounding_box()
        assert panel["x"] >= chat["x"] + chat["width"]
        assert page.evaluate("document.documentElement.scrollHeight") <= DESKTOP["height"]


def test_the_state_line_follows_the_model_then_rests(browser: Any) -> None:
    stand_in = guide()
    stand_in.may_load.clear()
    with visit(browser, stand_in) as page:
        page.get_by_text(PHRASES.say("status_preparing")).wait_for()
        ask(page)
        stand_in.may_load.set()
        page.get_by_text(PHRASES.say("status_ready"), exact=True).wait_for()
        page.wait_for_timeout(500)
        later: list[str] = []
        page.on("request", lambda request: later.append(request.url))
        page.wait_for_timeout(2500)
        assert later == []


def test_without_library_the_page_says_what_to_run(browser: Any) -> None:
    with visit(browser, FakeGuide(library=False)) as page:
        page.get_by_role("alert").get_by_text("oriane ingest").wait_for()
