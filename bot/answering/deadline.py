"""Reading from something slow without ever waiting longer than agreed."""

from __future__ import annotations

import contextvars
import queue
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class _End:
    """The producer is through, or broke."""

    error: Exception | None = None


def until(deadline: float, produce: Callable[[], Iterable[str]]) -> Iterator[str]:
    """What `produce` yields, as it comes, until `deadline` on the monotonic clock.

    It runs in a thread of its own: a connection that hangs, or gives a byte now and then, holds nobody up. The thread
    ends at the next piece of text, or with the connection's own time limit.

    :raises TimeoutError: when the deadline passes first.
    """
    pieces: queue.Queue[str | _End] = queue.Queue()
    stopped = threading.Event()

    def run() -> None:
        try:
            for piece in produce():
                if stopped.is_set():
                    return
                pieces.put(piece)
            pieces.put(_End())
        except Exception as error:  # handed over to whoever reads
            pieces.put(_End(error))

    threading.Thread(target=contextvars.copy_context().run, args=(run,), name="oriane-model", daemon=True).start()
    try:
        while True:
            try:
                piece = pieces.get(timeout=max(deadline - time.monotonic(), 0.001))
            except queue.Empty:
                raise TimeoutError("the language model is too slow") from None
            if isinstance(piece, str):
                yield piece
            elif piece.error:
                raise piece.error
            else:
                return
    finally:
        stopped.set()
