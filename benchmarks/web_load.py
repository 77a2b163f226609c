"""Fifty people at the page at once: `python -m benchmarks.web_load --library <folder>`.

Starts the real page on a free port; each session is a gradio_client of its own that asks its questions one after the
other. Reports answers, errors, p50 and p95 of what a session waits, and the CPU that the server spent per answer.
Bounded: it ends after `--seconds`, whatever is left.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psutil
from gradio_client import Client

from docs.screenshots import real_page

#: What a class asks: named métiers, misspelt ones, descriptions, lists, comparisons, follow-ups.
QUESTIONS = (
    "Combien gagne une ingénieure cloud débutante ?",
    "quelles etudes pour etre veterinere ?",
    "Je veux travailler dehors avec des animaux",
    "métiers sans le bac",
    "compare boulanger et pâtissier",
    "c'est quoi le métier de notaire ?",
)


class Session:
    """One person: a client of their own, and the conversation so far."""

    def __init__(self, address: str, number: int, deadline: float) -> None:
        self.waits: list[float] = []
        self.errors: list[str] = []
        self._number, self._deadline = number, deadline
        self._address = address

    def run(self, start: threading.Barrier) -> None:
        """Connect, wait for all the others, then ask."""
        try:
            client = Client(self._address, verbose=False, analytics_enabled=False)
        except Exception as error:
            self.errors.append(f"connection: {error!r}")
            start.abort()
            return
        start.wait(timeout=max(1.0, self._deadline - time.monotonic()))
        history: list[dict[str, str]] = []
        for place in range(len(QUESTIONS)):
            if time.monotonic() > self._deadline:
                return
            question = QUESTIONS[(place + self._number) % len(QUESTIONS)]
            self._ask(client, question, history)

    def _ask(self, client: Client, question: str, history: list[dict[str, str]]) -> None:
        started = time.perf_counter()
        try:
            answer: Any = client.predict(question, history, api_name="/ask")
        except Exception as error:
            self.errors.append(f"{question}: {error!r}")
            return
        self.waits.append(time.perf_counter() - started)
        if not answer["answer"]:
            self.errors.append(f"{question}: empty")
        history += [{"role": "user", "content": question}, {"role": "assistant", "content": answer["answer"]}]


def cpu_seconds(port: int) -> float:
    """User and system time of the process that listens on a port."""
    for process in psutil.process_iter():
        try:
            if any(c.laddr.port == port and c.status == "LISTEN" for c in process.net_connections("tcp")):
                times = process.cpu_times()
                return times.user + times.system
        except psutil.Error:
            continue
    return 0.0


def measure(address: str, sessions: int, seconds: float) -> dict[str, Any]:
    """Let the sessions ask, and say how it went."""
    port = int(address.rsplit(":", 1)[1])
    deadline = time.monotonic() + seconds
    people = [Session(address, number, deadline) for number in range(sessions)]
    started: dict[str, float] = {}
    barrier = threading.Barrier(sessions, lambda: started.update(cpu=cpu_seconds(port), at=time.perf_counter()))
    with ThreadPoolExecutor(sessions) as pool:
        list(pool.map(lambda person: person.run(barrier), people))
    waits = sorted(wait for person in people for wait in person.waits)
    errors = [error for person in people for error in person.errors]
    if not waits:
        return {"sessions": sessions, "answers": 0, "errors": len(errors), "first_errors": errors[:5]}
    elapsed = time.perf_counter() - started["at"]
    return {
        "sessions": sessions,
        "answers": len(waits),
        "errors": len(errors),
        "first_errors": errors[:5],
        "wait_p50_ms": round(1000 * statistics.median(waits)),
        "wait_p95_ms": round(1000 * waits[int(0.95 * (len(waits) - 1))]),
        "answers_per_second": round(len(waits) / elapsed, 1),
        "server_cpu_ms_per_answer": round(1000 * (cpu_seconds(port) - started["cpu"]) / len(waits), 1),
        "load_average": os.getloadavg()[0] if hasattr(os, "getloadavg") else None,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--library", type=Path, default=os.environ.get("ORIANE_LIBRARY"))
    parser.add_argument("--sessions", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=180)
    arguments = parser.parse_args()
    if arguments.library is None:
        parser.error("--library, or ORIANE_LIBRARY, must name a library")
    with real_page(Path(arguments.library).resolve()) as address:
        print(json.dumps(measure(address, arguments.sessions, arguments.seconds), indent=2))


if __name__ == "__main__":
    main()
