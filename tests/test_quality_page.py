"""docs/quality.md: each of its two programs leaves the other's section alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.page import LEXICON, kept, put

OLD, NEW = f"{LEXICON}\n\nold figures\n", f"{LEXICON}\n\nnew figures\n"
HEAD, TAIL = "# Answer quality\n\n## Aims\n\nfigures\n", "## What falls short\n\nnothing\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(None, NEW, id="no page yet"),
        pytest.param(HEAD, f"{HEAD}\n{NEW}", id="a page without the section"),
        pytest.param(f"{HEAD}\n{OLD}", f"{HEAD}\n{NEW}", id="the section at the end"),
        pytest.param(f"{HEAD}\n{OLD}\n{TAIL}", f"{HEAD}\n{TAIL}\n{NEW}", id="the section amid the page"),
    ],
)
def test_the_section_takes_the_place_of_the_old_one(tmp_path: Path, before: str | None, after: str) -> None:
    page = tmp_path / "quality.md"
    if before is not None:
        page.write_text(before, encoding="utf-8")
    put(page, LEXICON, NEW)
    assert page.read_text(encoding="utf-8") == after


@pytest.mark.parametrize(
    ("page", "expected"),
    [(None, ""), (HEAD, ""), (f"{HEAD}\n{OLD}", f"\n{OLD}"), (f"{HEAD}\n{OLD}\n{TAIL}", f"\n{OLD}")],
)
def test_a_page_written_anew_keeps_the_section(tmp_path: Path, page: str | None, expected: str) -> None:
    path = tmp_path / "quality.md"
    if page is not None:
        path.write_text(page, encoding="utf-8")
    assert kept(path, LEXICON) == expected
