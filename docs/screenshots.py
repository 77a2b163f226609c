"""Takes the pictures of the page: `python docs/screenshots.py --library <a library built from seeds/>`.

Starts the real page on a free port and writes `docs/images/<view>-<desktop|phone|dark>.png`, one for each view.
Only a library of the seeds may be photographed: the fiches of Onisep are not committed, not even as a picture.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

from PIL import Image
from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).parents[1]
QUESTION = "Combien gagne une ingénieure cloud débutante ?"
FOLLOW_UP = "et les conditions de travail ?"
SCREENS: dict[str, dict[str, Any]] = {
    "desktop": {"viewport": {"width": 1280, "height": 800}},
    "phone": {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2},
    "dark": {"viewport": {"width": 1280, "height": 800}, "color_scheme": "dark"},
}
#: A picture is cut here: enough to see how a long view goes on.
TALLEST = 1600
CHROMIUM = "/usr/bin/chromium"
PATIENCE = 120


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    return port


@contextmanager
def real_page(library: Path) -> Iterator[str]:
    """Run `python app.py` on a free port until the search engine is ready; gives the address."""
    port = free_port()
    environment = os.environ | {"ORIANE_LIBRARY": str(library), "ORIANE_HOST": "127.0.0.1", "ORIANE_PORT": str(port)}
    app = subprocess.Popen([sys.executable, "app.py"], cwd=ROOT, env=environment)
    try:
        wait_until_ready(f"http://127.0.0.1:{port}/readyz")
        yield f"http://127.0.0.1:{port}"
    finally:
        app.terminate()
        app.wait(10)


def wait_until_ready(ready: str) -> None:
    """Ask for the state of the server until everything is warm."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            with urlopen(ready, timeout=10):
                return
        except HTTPError as error:
            if json.load(error)["library_version"] is None:
                sys.exit(f"{ready}: there is no library, run `oriane ingest --starter` first")
        except OSError:  # a refused connection, or a slow machine
            pass
        time.sleep(0.2)
    sys.exit(f"{ready}: not ready after {PATIENCE} s")


def chat(page: Page) -> None:
    """A question, and one that goes on about it."""
    page.locator("body[data-ready]").wait_for()
    for place, question in enumerate((QUESTION, FOLLOW_UP)):
        page.get_by_label("Votre question").fill(question)
        page.keyboard.press("Enter")
        page.locator(f"#source-{place}-1").wait_for()
        page.locator("#stop").wait_for(state="hidden")
    page.get_by_text("Prête.", exact=True).wait_for()


def view(address: str) -> Callable[[Page], None]:
    """One of the views beside the chat."""

    def open_view(page: Page) -> None:
        page.goto(page.url + address)
        page.locator("#main h2").wait_for()

    return open_view


def sheet(address: str) -> Callable[[Page], None]:
    """A page to print."""

    def open_sheet(page: Page) -> None:
        page.goto(page.url + address)

    return open_sheet


VIEWS: dict[str, Callable[[Page], None]] = {
    "chat": chat,
    "explorer": view("?vue=explorer&niveau_max=bac+%2B+3"),
    "metier": view("?metier=MET.228"),
    "comparison": view("?vue=comparer&m=MET.171&m=MET.323&m=MET.905"),
    "path": view("?chemin=MET.17&depuis=3e"),
    "notice": view("?vue=a-propos"),
    "sheet": sheet("fiche/MET.228"),
}


def photograph(page: Page, target: Path) -> None:
    """Take the page as it stands, without the mark of what is focused."""
    page.evaluate("document.activeElement.blur()")
    page.wait_for_timeout(600)
    size = page.viewport_size or {"width": 0}
    height = min(TALLEST, page.evaluate("document.documentElement.scrollHeight"))
    taken = page.screenshot(full_page=True, clip={"x": 0, "y": 0, "width": size["width"], "height": height})
    Image.open(io.BytesIO(taken)).quantize(128).save(target, optimize=True)  # a third of the bytes in the repository


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--library", type=Path, default=os.environ.get("ORIANE_LIBRARY"))
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "images")
    arguments = parser.parse_args()
    if arguments.library is None:
        parser.error("--library, or ORIANE_LIBRARY, must name a library built from seeds/")
    arguments.out.mkdir(parents=True, exist_ok=True)
    with real_page(Path(arguments.library).resolve()) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        for screen, options in SCREENS.items():
            for name, reach in VIEWS.items():
                visitor = browser.new_context(locale="fr-FR", **options)
                page = visitor.new_page()
                page.goto(f"{address}/")
                reach(page)
                photograph(page, arguments.out / f"{name}-{screen}.png")
                visitor.close()
        browser.close()


if __name__ == "__main__":
    main()
