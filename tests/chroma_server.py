"""A real Chroma server of the loopback, which a test can kill and start again where it was."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import chromadb
import httpx
from chromadb.config import Settings


def free_port() -> int:
    """A port that nothing listens on now."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
    return port


def wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    """Return once an address answers; fail when the process ends before, or after two minutes."""
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        assert process.poll() is None, f"the process that serves {url} ended with {process.returncode}"
        try:
            httpx.get(url, timeout=5)
            return
        except httpx.TransportError:
            time.sleep(0.05)
    raise AssertionError(f"nothing answers at {url}")


class RunningChroma:
    """`chroma run` over a folder; `kill` is -9, `start` begins again on the same port."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._port = folder, free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self.url = f"http://127.0.0.1:{self._port}"

    def start(self) -> None:
        script = Path(sys.executable).parent / "chroma"
        command = [script, "run", "--path", self._folder, "--host", "127.0.0.1", "--port", str(self._port)]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        self._process = subprocess.Popen([str(part) for part in command], **quiet)  # type: ignore[call-overload]
        wait_for(f"{self.url}/api/v2/heartbeat", self._process)

    @property
    def pid(self) -> int:
        assert self._process
        return self._process.pid

    def kill(self) -> None:
        if self._process:
            self._process.kill()
            self._process.wait()
            self._process = None

    def client(self) -> chromadb.ClientAPI:
        return chromadb.HttpClient(self.url, settings=Settings(anonymized_telemetry=False))

    def names(self) -> set[str]:
        """The names of all its collections."""
        return {collection.name for collection in self.client().list_collections()}

    def clear(self) -> None:
        """Remove all that it holds."""
        client = self.client()
        for name in self.names():
            client.delete_collection(name)


@contextmanager
def running_chroma(folder: Path) -> Iterator[RunningChroma]:
    """A Chroma server for as long as it is needed."""
    server = RunningChroma(folder)
    server.start()
    try:
        yield server
    finally:
        server.kill()
