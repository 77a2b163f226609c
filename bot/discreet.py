"""What a log may say of an accident: an error's message can hold the question that led to it, its class cannot."""

from __future__ import annotations

from pathlib import Path
from traceback import extract_tb

_PACKAGES = Path(__file__).parents[1]


def places_of(error: BaseException) -> list[str]:
    """The lines of code that an error came through, outermost first: `bot/chain.py:73 ask`."""
    return [f"{_short(frame.filename)}:{frame.lineno} {frame.name}" for frame in extract_tb(error.__traceback__)]


def anonymous(error: BaseException) -> str:
    """The class of an error and the lines of code that it came through, without its message."""
    return f"{type(error).__name__} ({' > '.join(places_of(error))})"


def _short(filename: str) -> str:
    path = Path(filename)
    return str(path.relative_to(_PACKAGES)) if path.is_relative_to(_PACKAGES) else f"{path.parent.name}/{path.name}"
