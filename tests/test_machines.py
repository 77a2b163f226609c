"""Two machines on one Chroma server, a third that ingests, and nginx before them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.chroma_server import RunningChroma, free_port, running_chroma, wait_for
from tests.conftest import ROOT

pytestmark = [pytest.mark.server, pytest.mark.slow]

FICHE = "# dresseur/euse de dragons numéro {number}\n**ID:** MET.{number}\n\n## Présentation\n\n{text}\n"
OLD, NEW = "Dresse des dragons verts.", "Dresse des dragons bleus."
NAMED, DESCRIBED = "C'est quoi dresseur de dragons numéro 3 ?", "quelque chose avec des flammes et des écailles"
NGINX_CONF = ROOT / "deploy" / "nginx.conf"


@dataclass(frozen=True)
class Machines:
    """Two replicas by their addresses, and the server that they share."""

    chroma: RunningChroma
    replicas: tuple[str, str]
    processes: tuple[subprocess.Popen[bytes], subprocess.Popen[bytes]]
    folder: Path

    def ingest(self, text: str) -> subprocess.Popen[bytes]:
        """A third process that begins to ingest fiches with this text."""
        fiches = self.folder / "fiches"
        fiches.mkdir(exist_ok=True)
        for number in range(1, 41):
            (fiches / f"MET.{number}.md").write_text(FICHE.format(number=number, text=text), "utf-8")
        return _process("ingest", self.chroma.url, str(fiches), str(self.folder / "cache"))


def _process(*arguments: str) -> subprocess.Popen[bytes]:
    unlimited = {"ORIANE_RATE_SESSION": "0", "ORIANE_RATE_ADDRESS": "0"}  # one client asks without a pause
    command = [sys.executable, "-m", "tests.on_server", *arguments]
    return subprocess.Popen(command, cwd=ROOT, env={**os.environ, **unlimited}, stderr=subprocess.DEVNULL)


@pytest.fixture(scope="module")
def machines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machines]:
    folder = tmp_path_factory.mktemp("machines")
    with running_chroma(folder / "chroma") as chroma, ExitStack() as stack:
        ports = free_port(), free_port()
        one, other = (_process("serve", chroma.url, str(port)) for port in ports)
        for process in (one, other):
            stack.callback(process.wait)
            stack.callback(process.kill)
        addresses = f"http://127.0.0.1:{ports[0]}", f"http://127.0.0.1:{ports[1]}"
        machines = Machines(chroma, addresses, (one, other), folder)
        assert machines.ingest(OLD).wait(60) == 0
        for address, process in zip(addresses, (one, other), strict=True):
            wait_for(f"{address}/healthz", process)
        yield machines


@contextmanager
def client_of(address: str) -> Iterator[Callable[[str], Any]]:
    """Asks the page's API as a program does: a question in, the whole answer out."""
    from gradio_client import Client

    with closing(Client(address, verbose=False, analytics_enabled=False)) as client:
        yield lambda question: client.predict(question, api_name="/ask")


def asked(address: str, question: str) -> Any:
    with client_of(address) as ask:
        return ask(question)


def test_both_replicas_answer_throughout_an_ingestion_and_flip(machines: Machines) -> None:
    before = {asked(address, NAMED)["library_version"] for address in machines.replicas}
    assert len(before) == 1
    with ExitStack() as stack:
        both = [stack.enter_context(client_of(address)) for address in machines.replicas]
        ingesting = machines.ingest(NEW)
        while ingesting.poll() is None:
            for ask in both:
                whole = ask(NAMED)
                is_new = whole["library_version"] not in before
                assert (NEW if is_new else OLD) in str(whole["citations"])
        assert ingesting.returncode == 0
        after = [ask(NAMED) for ask in both]  # the first question after it
    assert {whole["library_version"] for whole in after}.isdisjoint(before)
    assert len({whole["library_version"] for whole in after}) == 1
    assert all(NEW in str(whole["citations"]) for whole in after)
    one, other = (asked(address, DESCRIBED)["passages"] for address in machines.replicas)
    assert one == other != []


def test_a_killed_server_is_said_kindly_and_forgotten_once_it_is_back(machines: Machines) -> None:
    from gradio_client.exceptions import AppError

    before = [asked(address, DESCRIBED)["passages"] for address in machines.replicas]
    machines.chroma.kill()
    for address in machines.replicas:
        assert asked(address, NAMED)["outcome"] == "answer"
        with pytest.raises(AppError, match="La recherche est en pause pour le moment"):
            asked(address, DESCRIBED)
        assert httpx.get(f"{address}/healthz").status_code == 200
    machines.chroma.start()
    assert [asked(address, DESCRIBED)["passages"] for address in machines.replicas] == before


# --- nginx ---


@contextmanager
def nginx(replicas: tuple[str, str], folder: Path) -> Iterator[str]:
    """The nginx of deploy/, before these replicas, without TLS and on the loopback."""
    program = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/sbin")
    if program is None:
        pytest.skip("nginx is not installed (apt-get install nginx-light)")
    port = free_port()
    site = NGINX_CONF.read_text(encoding="utf-8")
    for name, address in zip(("oriane-1:7860", "oriane-2:7860"), replicas, strict=True):
        assert name in site
        site = site.replace(name, address.removeprefix("http://"))
    assert "listen 80;" in site
    site = site.replace("listen 80;", f"listen 127.0.0.1:{port};").replace("server_name _;", "")
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    temporary = "".join(f"{kind}_temp_path {folder / kind};\n" for kind in kinds)
    head = f"daemon off;\nuser root;\npid {folder / 'pid'};\nerror_log {folder / 'error.log'};\nevents {{}}\n"
    conf = folder / "nginx.conf"
    conf.write_text(f"{head}http {{\naccess_log off;\n{temporary}{site}\n}}\n", encoding="utf-8")
    process = subprocess.Popen([program, "-c", str(conf)], stderr=subprocess.DEVNULL)
    try:
        wait_for(f"http://127.0.0.1:{port}/healthz", process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


def replica_of(address: str, cookies: dict[str, str]) -> str:
    """Which replica answers someone, as the header that nginx adds says."""
    return httpx.get(f"{address}/healthz", cookies=cookies).headers["x-oriane-replica"]


def test_behind_nginx_a_browser_stays_with_a_replica_and_moves_when_it_dies(machines: Machines) -> None:
    with nginx(machines.replicas, machines.folder) as address:
        given = httpx.get(f"{address}/healthz").cookies
        assert list(given) == ["oriane_replica"]
        assert not httpx.get(f"{address}/healthz", cookies=given).cookies  # given once
        assert len({replica_of(address, dict(given)) for _ in range(6)}) == 1
        assert len({replica_of(address, {"oriane_replica": str(number)}) for number in range(40)}) == 2
        named, described = asked(address, NAMED), asked(address, DESCRIBED)
        assert named["outcome"] == "answer"
        assert described["passages"]
        gone = machines.processes[0]
        gone.kill()
        gone.wait()
        for number in range(10):
            cookies = {"oriane_replica": str(number)}
            assert httpx.get(f"{address}/healthz", cookies=cookies).status_code == 200
        assert asked(address, NAMED)["answer"] == named["answer"]
