"""Pages that several programs write: each writes its section, and leaves those of the others as they are."""

from __future__ import annotations

import re
from pathlib import Path

#: The section of `benchmarks.lexicon` in docs/quality.md.
LEXICON = "## With and without the everyday words"
#: The section of `benchmarks.speed` in docs/reliability.md.
SPEED = "## Speed, side by side"


def kept(page: Path, title: str) -> str:
    """The section as the page has it, to stand at the end of the page; nothing where there is none."""
    found = _section(title).search(page.read_text(encoding="utf-8")) if page.is_file() else None
    return f"\n{found[0].strip()}\n" if found else ""


def put(page: Path, title: str, section: str) -> None:
    """Write the section, its title included, in the place of the one that the page has, or at the end."""
    text = page.read_text(encoding="utf-8") if page.is_file() else ""
    rest = _section(title).sub("", text).strip()
    page.write_text(f"{rest}\n\n{section.strip()}\n".lstrip(), encoding="utf-8")


def _section(title: str) -> re.Pattern[str]:
    """A section goes on up to the next of the same rank, or to the end of the page."""
    return re.compile(rf"^{re.escape(title)}\n.*?(?=^## |\Z)", re.MULTILINE | re.DOTALL)
