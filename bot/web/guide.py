"""What the page needs from Oriane, and nothing more: `bot.chain.Oriane` honours it, tests bring their own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from bot.answer import Answer, Question
from bot.understanding.lookup import Tables
from ingest.library import Manifest


class Guide(Protocol):
    """Answers questions from the current version of the library."""

    def ask(self, question: Question) -> Answer:
        """The whole answer to one question."""
        ...

    def stream(self, question: Question) -> Iterator[Answer]:
        """Give growing answers to one question; the last one is complete."""
        ...

    def warm(self) -> None:
        """Load the embedding model. Takes seconds: called in a thread."""
        ...

    @property
    def model_ready(self) -> bool:
        """Whether described métiers can be searched, and not only named ones."""
        ...

    def manifest(self) -> Manifest:
        """What the current version of the library is made of.

        :raises ingest.library.LibraryError: when there is none, or it cannot be read.
        """
        ...

    def tables(self) -> Tables:
        """The current version of the library, and the tables in which its names are looked up.

        :raises ingest.library.LibraryError: when there is none, or it cannot be read.
        """
        ...
