"""Tests run as root, whom no right stops: a way to be somebody else for a while."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

_NOBODY = 65534


@contextmanager
def as_nobody() -> Iterator[Path]:
    """A folder in which the rights of files hold, for root too; the test is skipped where root may not change."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if os.geteuid() != 0:
            yield folder
            return
        os.chown(folder, _NOBODY, _NOBODY)
        try:
            os.seteuid(_NOBODY)
        except PermissionError:
            pytest.skip("root may not become another user here")
        try:
            yield folder
        finally:
            os.seteuid(0)
