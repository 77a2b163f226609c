"""docs/quality.md is written by two programs: each leaves the other's section as it is."""

from __future__ import annotations

import re
from pathlib import Path

#: The section of `benchmarks.lexicon`, up to the next of the same rank or the end of the page.
TITLE = "## With and without the everyday words"
_SECTION = re.compile(rf"^{re.escape(TITLE)}\n.*?(?=^## |\Z)", re.MULTILINE | re.DOTALL)


def kept(page: Path) -> str:
    """The section as the page has it, to stand at the end of the page; nothing where there is none."""
    found = _SECTION.search(page.read_text(encoding="utf-8")) if page.is_file() else None
    return f"\n{found[0].strip()}\n" if found else ""


def put(page: Path, section: str) -> None:
    """Write the section in the place of the one that the page has, or at the end."""
    text = page.read_text(encoding="utf-8") if page.is_file() else ""
    rest = _SECTION.sub("", text).strip()
    page.write_text(f"{rest}\n\n{section.strip()}\n".lstrip(), encoding="utf-8")
