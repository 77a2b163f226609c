"""Holds what `make install` installs against the known vulnerabilities (PyPI's advisory database, through pip-audit).

    python .ci/audit.py requirements.lock torch==2.13.0 …

Ends with 1 when a vulnerability is found that `.ci/ignored-vulnerabilities.yaml` does not name, or when the database
does not know a package. Where the database cannot be had (a mirror, no network), it says so and ends with 0, for that
reason alone: whether it can be had is tried with a version that is known to be vulnerable.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import yaml

#: Old, and with dozens of advisories: a database that knows none knows nothing.
CANARY = "django==3.0"
IGNORED = Path(__file__).with_name("ignored-vulnerabilities.yaml")
_PIN = re.compile(r"^[\w.\[\]-]+==[\w.+!-]+", re.MULTILINE)


class DatabaseError(RuntimeError):
    """No answer of the database that can be read."""


def pins(lock: str, others: Iterable[str]) -> list[list[str]]:
    """Every `name==version`, in lists that name a package once: a lock has two versions for two Pythons."""
    lists: list[dict[str, str]] = []
    for pin in dict.fromkeys([*_PIN.findall(lock), *others]):
        name = pin.partition("==")[0]
        free = next((known for known in lists if name not in known), None)
        if free is None:
            lists.append(free := {})
        free[name] = pin
    return [list(known.values()) for known in lists]


def audited(requirements: Iterable[str]) -> list[dict[str, Any]]:
    """What pip-audit says of each requirement: `name`, and `vulns` or `skip_reason`."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "requirements.txt")
        path.write_text("\n".join(requirements), encoding="utf-8")
        options = ("--no-deps", "--disable-pip", "--progress-spinner", "off", "--format", "json", "--aliases", "on")
        command = [sys.executable, "-m", "pip_audit", "--requirement", str(path), *options]
        done = subprocess.run(command, capture_output=True, text=True)
    try:
        dependencies: list[dict[str, Any]] = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError):
        raise DatabaseError((done.stderr.strip().splitlines() or ["no answer"])[-1]) from None
    return dependencies


def knows(canary: Iterable[dict[str, Any]]) -> bool:
    """Whether the database found anything in what is known to be vulnerable."""
    return any(dependency.get("vulns") for dependency in canary)


def problems(dependencies: Iterable[dict[str, Any]], ignored: Iterable[str]) -> Iterator[str]:
    """A line for each vulnerability that is not ignored, and for each package that the database does not know."""
    known = set(ignored)
    for dependency in dependencies:
        if "skip_reason" in dependency:
            yield f"{dependency['name']}: {dependency['skip_reason']}"
        for found in dependency.get("vulns", ()):
            if not known & {found["id"], *found["aliases"]}:
                mended = ", ".join(found["fix_versions"]) or "none yet"
                yield f"{dependency['name']} {dependency['version']}: {found['id']} (mended in: {mended})"


def main() -> int:
    lock, *others = sys.argv[1:]
    if find_spec("pip_audit") is None:
        print("pip-audit is not installed: make install")
        return 1
    try:
        if not knows(audited([CANARY])):
            raise DatabaseError(f"it knows no vulnerability of {CANARY}")
    except DatabaseError as error:
        print(f"NOT AUDITED: the advisory database cannot be had from here ({error}). Nothing is known to be safe.")
        return 0
    ignored = yaml.safe_load(IGNORED.read_text(encoding="utf-8"))
    dependencies = [
        dependency for some in pins(Path(lock).read_text(encoding="utf-8"), others) for dependency in audited(some)
    ]
    found = list(problems(dependencies, (entry["id"] for entry in ignored)))
    print("\n".join(found) or f"{len(dependencies)} packages audited, {len(ignored)} advisories ignored with a reason.")
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main())
