"""A run as JUnit XML, which continuous integration shows: a suite for the thresholds, and one for each kind.

A question that already failed in the baseline, or that fails while the thresholds hold, is skipped: shown, but not red.
So the file is red exactly when the run is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree

from bot.evaluation.comparison import Comparison, Status
from bot.evaluation.report import reasons
from bot.evaluation.results import Result, RunFile
from bot.evaluation.thresholds import Check

#: What XML 1.0 cannot hold, and half characters.
_NOT_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def write_junit(run: RunFile, checks: Sequence[Check], comparison: Comparison | None, path: Path) -> None:
    """Write the file."""
    red = not all(check.holds for check in checks)
    root = ElementTree.Element("testsuites", name="oriane eval")
    _suite(root, "seuils", [_check_case(check) for check in checks])
    for kind in dict.fromkeys(result.record.kind for result in run.results):
        of_kind = [result for result in run.results if result.record.kind == kind]
        _suite(root, kind, [_case(result, run, comparison, red) for result in of_kind])
    ElementTree.indent(root)
    ElementTree.ElementTree(root).write(path, encoding="utf-8", xml_declaration=True)


def _suite(root: ElementTree.Element, name: str, cases: Sequence[ElementTree.Element]) -> None:
    counts = {tag: sum(case.find(tag) is not None for case in cases) for tag in ("failure", "skipped")}
    suite = ElementTree.SubElement(
        root,
        "testsuite",
        name=name,
        tests=str(len(cases)),
        failures=str(counts["failure"]),
        skipped=str(counts["skipped"]),
        errors="0",
    )
    suite.extend(cases)


def _check_case(check: Check) -> ElementTree.Element:
    case = ElementTree.Element("testcase", classname="seuils", name=check.name)
    if not check.holds:
        ElementTree.SubElement(case, "failure", message=f"attendu {check.wanted}, obtenu {check.found}")
    return case


def _case(result: Result, run: RunFile, comparison: Comparison | None, red: bool) -> ElementTree.Element:
    record = result.record
    seconds = run.timings["questions_ms"].get(record.id, {}).get("whole", 0.0) / 1000
    case = ElementTree.Element("testcase", classname=record.kind, name=record.id, time=f"{seconds:.4f}")
    if not result.passed:
        broken = comparison is None or comparison.changes[record.id].status in (Status.BROKEN, Status.NEW)
        message = _clean("; ".join(reasons(record)))
        failure = ElementTree.SubElement(case, "failure" if red and broken else "skipped", message=message)
        failure.text = _clean(f"{result.question}\nattendu : {'; '.join(result.expected)}\nobtenu : {result.answer}")
    return case


def _clean(text: str) -> str:
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)
