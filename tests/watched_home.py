"""A home of its own for watched runs of the command line: everything that a run writes is under one folder."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.conftest import ROOT

_READY_SECONDS = 120


@dataclass(frozen=True)
class WatchedHome:
    """Home, temporary folder, working folder and what runs print, all under `folder`; `options` go to every run."""

    folder: Path
    options: tuple[str, ...]

    def environment(self) -> dict[str, str]:
        """Nothing of who runs the tests: neither their settings nor their folders."""
        for name in ("home", "tmp", "cwd", "printed"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        kept = {name: value for name, value in os.environ.items() if name in ("PATH", "LANG", "LD_LIBRARY_PATH")}
        here = {"HOME": str(self.folder / "home"), "TMPDIR": str(self.folder / "tmp"), "PYTHONPATH": str(ROOT)}
        return kept | here | {"PYTHONDONTWRITEBYTECODE": "1", "ORIANE_PORT": "0"}

    def run(self, name: str, *command: str, exit_code: int = 0) -> str:
        """Run a command to its end; what it printed, which is also a file of its `name`."""
        out, errors = self._printed(name)
        with out.open("wb") as stdout, errors.open("wb") as stderr:
            done = subprocess.run(
                self._line(command), env=self.environment(), cwd=self.folder / "cwd", stdout=stdout, stderr=stderr
            )
        assert done.returncode == exit_code, errors.read_text(encoding="utf-8")
        return out.read_text(encoding="utf-8")

    @contextmanager
    def chat(self) -> Iterator[str]:
        """The address of the page, served as long as the block lasts."""
        out, errors = self._printed("chat")
        with out.open("wb") as stdout, errors.open("wb") as stderr:
            server = subprocess.Popen(
                self._line(("chat",)), env=self.environment(), cwd=self.folder / "cwd", stdout=stdout, stderr=stderr
            )
            try:
                yield self._address(server, errors)
            finally:
                server.terminate()
                server.wait(30)

    def files(self) -> list[Path]:
        """Every file that was written."""
        return [path for path in self.folder.rglob("*") if path.is_file()]

    def _printed(self, name: str) -> tuple[Path, Path]:
        self.environment()
        return self.folder / "printed" / f"{name}.out", self.folder / "printed" / f"{name}.err"

    def _line(self, command: tuple[str, ...]) -> list[str]:
        return [sys.executable, "-m", "tests.watched_run", *self.options, "--", *command]

    def _address(self, server: subprocess.Popen[bytes], errors: Path) -> str:
        deadline = time.monotonic() + _READY_SECONDS
        while time.monotonic() < deadline and server.poll() is None:
            if found := re.search(r"http://127\.0\.0\.1:\d+", errors.read_text(encoding="utf-8")):
                return found[0]
            time.sleep(0.1)
        raise AssertionError(f"the page was not served: {errors.read_text(encoding='utf-8')}")
