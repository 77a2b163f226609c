"""The command line in a process of its own, watched: run by the tests of privacy and of silence on the network.

    python -m tests.watched_run [--fake] [--fail WORD] [--calls FILE] -- COMMAND…

`--fake` embeds without the model; `--fail` makes answering fail where a question holds the word, with the question in
the error's message. `--calls` refuses every connection and every look-up of a name but of this machine, and writes a
line for each to the file: libraries swallow the error.
"""

from __future__ import annotations

import argparse
import ipaddress
import os
import sys
from typing import Any

_LOCAL_NAMES = ("localhost", "", None, b"localhost")
_CALLS = {
    "socket.connect": 1,
    "socket.sendto": 1,
    "socket.sendmsg": 1,
    "socket.getaddrinfo": 0,
    "socket.gethostbyname": 0,
}


def refuse_the_network(path: str) -> None:
    """Hook into the interpreter itself: no library can go around it in Python, however it imported its sockets."""
    calls = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        place = _CALLS.get(event)
        if place is None or is_local(arguments[place]):
            return
        os.write(calls, f"{event} {arguments[place]!r}\n".encode())
        raise OSError(f"no network here: {event} {arguments[place]!r}")

    sys.addaudithook(hook)


def is_local(address: Any) -> bool:
    """Whether an address, or a host's name, is of this machine. Paths are those of AF_UNIX."""
    host = address[0] if isinstance(address, tuple) else address
    if host in _LOCAL_NAMES or (isinstance(host, str | bytes) and os.fsdecode(host).startswith(("/", "\0"))):
        return True
    try:
        return ipaddress.ip_address(os.fsdecode(host).partition("%")[0]).is_loopback
    except (ValueError, TypeError):
        return False


def fake_the_model() -> None:
    import bot.chain
    import ingest.embedder
    from tests.fakes import HashingEmbedder

    for module in (bot.chain, ingest.embedder):
        module.Embedder = lambda model: HashingEmbedder()  # type: ignore[attr-defined]


def fail_at(word: str) -> None:
    from bot.chain import Oriane

    tell = Oriane._tell

    def told(self: Oriane, question: Any) -> Any:
        if word in question.text:
            raise RuntimeError(f"no answer to {question.text} after {question.history}")
        return tell(self, question)

    Oriane._tell = told  # type: ignore[method-assign]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fake", action="store_true")
    parser.add_argument("--fail", default="")
    parser.add_argument("--calls", default="")
    parser.add_argument("command", nargs="+")
    arguments = parser.parse_args()
    if arguments.calls:
        refuse_the_network(arguments.calls)
    if arguments.fake:
        fake_the_model()
    if arguments.fail:
        fail_at(arguments.fail)
    from bot.cli import main as oriane

    sys.argv = ["oriane", *arguments.command]
    oriane()


if __name__ == "__main__":
    main()
