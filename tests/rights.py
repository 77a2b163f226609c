"""Tests run as root, whom no right stops: a way to be somebody else for a while."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

_NOBODY = 65534
_CHECKOUT = Path(__file__).parent.parent


@contextmanager
def as_nobody() -> Iterator[Path]:
    """A folder in which the rights of files hold, for root too.

    The test is skipped where root may not change, and where nobody else may read Oriane's own files.
    """
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
            if not os.access(_CHECKOUT / "prompts", os.R_OK | os.X_OK, effective_ids=True):
                pytest.skip("another user may not read this checkout")
            yield folder
        finally:
            os.seteuid(0)
