"""Reading and writing the files of a version: line by line, and so that the disk holds them."""

from __future__ import annotations

import json
import os
from pathlib import Path


def lines_of(path: Path) -> list[str]:
    """The lines that are not empty, cut at line feeds alone: a text may hold U+2028."""
    return [line for line in path.read_text(encoding="utf-8").split("\n") if line]


def lines_if_any(path: Path) -> list[str]:
    """The lines of a file that a version may be without."""
    return lines_of(path) if path.exists() else []


def table_if_any(path: Path) -> dict[str, str]:
    """The table in a JSON file that a version may be without."""
    table: dict[str, str] = json.loads(path.read_bytes()) if path.exists() else {}
    return table


def write_durably(path: Path, text: str) -> None:
    """Write a text and wait until the disk holds it."""
    path.write_text(text, encoding="utf-8")
    sync(path)


def sync(path: Path) -> None:
    """Ask the disk to hold a file or a folder before the next step relies on it."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
