"""What a log may say of an accident: an error's message can hold the question that led to it, its class cannot."""

from __future__ import annotations

from pathlib import Path
from traceback import extract_tb


def anonymous(error: BaseException) -> str:
    """The class of an error and the lines of code that it came through (file, line, function), without its message."""
    places = (f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in extract_tb(error.__traceback__))
    return f"{type(error).__name__} ({' > '.join(places)})"
