"""Scripts planted wherever text comes from, in a real browser: they are shown as text, and none ever runs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest

from bot.answer import Outcome, Understood
from bot.chain import Oriane
from ingest.embedding_cache import EmbeddingCache
from ingest.local_library import LocalLibrary
from ingest.pipeline import ingest
from tests.fakes import HashingEmbedder
from tests.page_server import served
from tests.test_page import GRADIO_WARNINGS, SALARY, FakeGuide, answer
from tests.test_page_browser import CHROMIUM, browser

__all__ = ["browser"]  # the fixture of the module of the page

pytestmark = [
    *GRADIO_WARNINGS,
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"no browser at {CHROMIUM}"),
]

#: Each would leave a mark on the window.
PLANTED = (
    "<img src=x onerror=window.ran=1>",
    "<script>window.ran=1</script>",
    "<svg onload=window.ran=1>",
    "<iframe srcdoc='<script>parent.ran=1</script>'></iframe>",
    "[lien](javascript:window.ran=1)",
    "<a href='javascript:window.ran=1' autofocus onfocus=window.ran=1>lien</a>",
    '![image](x"onerror="window.ran=1)',
    '"><script>window.ran=1</script>',
    "${window.ran=1}{{constructor.constructor('window.ran=1')()}}",
)
ALL = " ".join(PLANTED)
FICHE = """# {planted}
**ID:** MET.1

**Appellations:**
- Féminin: pirate {planted}
- Masculin: pirate
**Codes ROME:**
- {planted}

## Présentation

Le ou la pirate {planted}

## Vie professionnelle

## Salaire
            ### Salaire du débutant
            A partir de 1900 euros brut par mois {planted}

**Niveau d'accès minimum:** {planted}

## Formations recommandées
- {planted} (ID: FOR.1)

**Statuts possibles:**
- {planted}

## Centres d'intérêt
- {planted}
"""


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a page over fiches that are full of scripts."""
    tmp_path = tmp_path_factory.mktemp("planted")
    for number in (1, 2):
        text = FICHE.format(planted=ALL).replace("MET.1", f"MET.{number}").replace("# <", f"# pirate {number} <", 1)
        (tmp_path / f"MET.{number}.md").write_text(text, encoding="utf-8")
    library = LocalLibrary(tmp_path / "library")
    report = ingest([tmp_path], library, HashingEmbedder(), EmbeddingCache(tmp_path / "cache"))
    assert report.read == 2
    oriane = Oriane(library, HashingEmbedder(), lexicon={})
    with served(oriane, feedback=tmp_path / "feedback.sqlite", rate_session=0, rate_address=0) as address:
        yield address


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    visitor = browser.new_context()
    page = visitor.new_page()
    page.on("dialog", lambda dialog: dialog.dismiss())
    yield page
    visitor.close()


def check(page: Any) -> None:
    """Nothing ran, and nothing stands there that would run when somebody clicks or hovers."""
    page.wait_for_timeout(300)
    assert page.evaluate("window.ran") is None
    dangerous = "[onerror],[onload],[onfocus],[href^='javascript:' i],[src='x'],iframe[srcdoc]"
    assert page.locator(dangerous).count() == 0


def ask(page: Any, text: str) -> None:
    page.locator("body[data-ready]").wait_for()
    page.fill("#question textarea", text)
    page.keyboard.press("Enter")
    page.locator("#chat .bot").nth(1).wait_for()
    page.locator("#progress .searching").wait_for(state="detached")


ADDRESSES = [
    "/?metier=MET.1",
    "/?vue=explorer",
    "/?vue=comparer&m=MET.1&m=MET.2",
    "/vue?metier=MET.1",
    "/fiche/MET.1",
    "/comparaison?m=MET.1&m=MET.2",
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_scripts_in_a_fiche_are_text(address: str, page: Any, base: str) -> None:
    page.goto(base + address)
    page.get_by_text("window.ran=1").locator("visible=true").first.wait_for()
    check(page)


def test_scripts_in_a_fiche_are_text_in_answers_and_sources(page: Any, base: str) -> None:
    page.goto(base)
    ask(page, "Combien gagne le ou la pirate 1 ?")
    page.locator("#sources").get_by_text("window.ran=1").first.wait_for()
    for summary in page.locator("#sources summary").all():
        summary.click()
    check(page)


def test_scripts_in_a_question_are_text_and_stay_so_when_the_page_is_opened_again(page: Any, base: str) -> None:
    page.goto(base)
    ask(page, ALL[:900])
    assert "onerror" in page.locator("#chat .user").first.inner_text()
    check(page)
    page.reload()
    page.locator("body[data-ready]").wait_for()
    check(page)


@pytest.mark.parametrize("name", ["q", "metier", "formation", "vue", "m", "ajout", "niveau_min", "interet", "x"])
def test_scripts_in_the_address_are_text(name: str, page: Any, base: str) -> None:
    view = (
        "" if name in ("vue", "metier", "formation") else f"vue={'comparer' if name in ('m', 'ajout') else 'explorer'}&"
    )
    page.goto(f"{base}/?{view}{name}={quote(ALL)}")
    page.locator("body[data-ready]").wait_for()
    check(page)


def test_scripts_in_what_a_language_model_writes_are_text(page: Any) -> None:
    """As if every check had let them pass."""
    cited = SALARY.model_copy(update={"title": ALL, "heading": ALL, "quote": ALL, "url": "javascript:window.ran=1"})
    written = answer(
        f"{ALL} [1]", (cited,), suggestions=(ALL,), outcome=Outcome.ANSWER, understood=Understood(kind="fact")
    )
    with served(FakeGuide(written)) as base:
        page.goto(base)
        ask(page, "Combien ?")
        page.wait_for_timeout(300)
        assert page.evaluate("window.ran") is None
        links = page.locator("[href^='javascript:' i]")
        assert [link.get_attribute("target") for link in links.all()] == []
