"""Takes the pictures of the README: `python docs/screenshots.py --library <a library built from seeds/>`.

Starts the real page on a free port, asks one question on a desktop and on a phone, and writes `docs/images/chat-*.png`.
Only a library of the seeds may be photographed: the fiches of Onisep are not committed, not even as a picture.
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).parents[1]
QUESTION = "Combien gagne une ingénieure cloud débutante ?"
SIZES = {"chat-desktop": (1280, 800), "chat-phone": (390, 844)}
CHROMIUM = "/usr/bin/chromium"
PATIENCE = 120


@contextmanager
def real_page(library: Path) -> Iterator[str]:
    """Run `python app.py` on a free port until the search engine is ready; gives the address."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environment = os.environ | {"ORIANE_LIBRARY": str(library), "ORIANE_HOST": "127.0.0.1", "ORIANE_PORT": str(port)}
    app = subprocess.Popen([sys.executable, "app.py"], cwd=ROOT, env=environment)
    try:
        wait_until_ready(f"http://127.0.0.1:{port}/healthz")
        yield f"http://127.0.0.1:{port}"
    finally:
        app.terminate()
        app.wait(10)


def wait_until_ready(health: str) -> None:
    """Ask for the state of the server until its model is loaded."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            with urlopen(health, timeout=10) as answer:
                if json.load(answer)["model_ready"]:
                    return
        except URLError as error:
            if getattr(error, "code", None) == 503:
                sys.exit(f"{health}: there is no library, run `oriane ingest seeds/metiers` first")
        time.sleep(0.2)
    sys.exit(f"{health}: not ready after {PATIENCE} s")


def photograph(browser: Browser, address: str, size: tuple[int, int], target: Path) -> None:
    """Ask the question and take the page as it then stands."""
    page = browser.new_page(viewport={"width": size[0], "height": size[1]}, device_scale_factor=2, locale="fr-FR")
    page.goto(address)
    page.get_by_label("Votre question").fill(QUESTION)
    page.keyboard.press("Enter")
    page.locator("#source-1").wait_for()
    page.locator("#stop").wait_for(state="hidden")
    page.get_by_text("Prête.", exact=True).wait_for()
    page.evaluate("document.activeElement.blur()")
    page.wait_for_timeout(500)
    page.screenshot(path=target, full_page=True)
    page.close()


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
        for name, size in SIZES.items():
            photograph(browser, address, size, arguments.out / f"{name}.png")
        browser.close()


if __name__ == "__main__":
    main()
