"""Many people at the page at once: `python -m benchmarks.web_load --library <folder>`.

Starts the real page on a free port, its limits off; each session speaks as the page does (it joins the queue and reads
its stream, the conversation goes along) and asks its questions one after the other, `--pause` seconds apart.
Reports answers, refusals, errors, what a session waits, and the CPU and memory of the server. With `--limits` the
server's limits stay as they are delivered. Bounded: it ends after `--seconds`, whatever is left.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import statistics
import time
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import psutil

from docs.screenshots import real_page

#: What a class asks: named métiers, misspelt ones, descriptions, lists, comparisons, follow-ups.
QUESTIONS = (
    "Combien gagne une ingénieure cloud débutante ?",
    "quelles etudes pour etre veterinere ?",
    "Je veux travailler dehors avec des animaux",
    "métiers sans le bac",
    "compare boulanger et pâtissier",
    "c'est quoi le métier de notaire ?",
    "et le salaire ?",
    "un métier où on aide les gens à l'hôpital",
)
#: A conversation is begun anew after this many questions, as a new visitor would.
LENGTH = len(QUESTIONS)
NO_LIMITS = {"ORIANE_RATE_SESSION": "0", "ORIANE_RATE_ADDRESS": "0"}


@dataclass
class Tally:
    """What the sessions met."""

    waits: list[float] = field(default_factory=list)
    firsts: list[float] = field(default_factory=list)
    refused: int = 0
    errors: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Listener:
    """Where the page's questions go: the function's number and the component that triggers it."""

    fn_index: int
    trigger_id: int

    @classmethod
    async def of(cls, client: httpx.AsyncClient) -> Listener:
        """Find it in the page's own configuration."""
        config = (await client.get("/config")).json()
        send = next(c["id"] for c in config["components"] if c["props"].get("elem_id") == "send")
        asking = next(d for d in config["dependencies"] if [send, "click"] in d["targets"])
        return cls(asking["id"], send)


async def converse(client: httpx.AsyncClient, listener: Listener, place: int, run: Run) -> None:
    """One person after the other in one seat, until time is up."""
    asked = 0
    await asyncio.sleep(run.pause * (place % 97) / 97)
    while time.monotonic() < run.deadline and (run.questions == 0 or asked < run.questions):
        history: Any = []
        session = uuid.uuid4().hex
        for turn in range(LENGTH):
            if time.monotonic() > run.deadline or (run.questions and asked == run.questions):
                return
            question = QUESTIONS[(place + turn) % LENGTH]
            asked += 1
            history = await ask(client, listener, session, question, history, run.tally)
            if run.pause:
                await asyncio.sleep(run.pause)


@dataclass
class Run:
    """How long and how often the sessions ask, and what they met."""

    deadline: float
    pause: float
    questions: int
    tally: Tally = field(default_factory=Tally)


async def ask(
    client: httpx.AsyncClient, listener: Listener, session: str, question: str, history: Any, tally: Tally
) -> Any:
    """Ask one question as the page does; gives the conversation after it."""
    body = {
        "data": [question, history, ""],
        "fn_index": listener.fn_index,
        "trigger_id": listener.trigger_id,
        "session_hash": session,
    }
    started = time.perf_counter()
    try:
        joined = await client.post("/gradio_api/queue/join", json=body)
        if joined.status_code == 429:
            tally.refused += 1
            return history
        joined.raise_for_status()
        first = 0.0
        async with client.stream("GET", "/gradio_api/queue/data", params={"session_hash": session}) as stream:
            async for line in stream.aiter_lines():
                if "process_generating" in line and not first:
                    first = time.perf_counter() - started
                if '"process_completed"' in line:
                    said = json.loads(line.removeprefix("data: "))
                    return settle(said, started, first, history, tally)
        tally.errors.append(f"{question}: the stream ended")
    except (httpx.HTTPError, KeyError, ValueError) as error:
        tally.errors.append(f"{question}: {error!r}")
    return history


def settle(said: dict[str, Any], started: float, first: float, history: Any, tally: Tally) -> Any:
    """Note an answer, or what stood in its place."""
    messages = said["output"]["data"][3] if said["success"] else None
    if not messages or messages[-1]["role"] != "assistant":
        tally.errors.append(str(said["output"])[:200])
        return history
    if not messages[-1].get("metadata"):
        tally.refused += 1
        return history
    tally.waits.append(time.perf_counter() - started)
    tally.firsts.append(first)
    return messages


async def measure(address: str, sessions: int, seconds: float, pause: float, questions: int) -> dict[str, Any]:
    """Let the sessions ask, and say how it went."""
    server = listening(int(address.rsplit(":", 1)[1]))
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=sessions)
    async with httpx.AsyncClient(base_url=address, timeout=120, limits=limits) as client:
        listener = await Listener.of(client)
        before, began = server.cpu_times(), time.monotonic()
        run = Run(began + seconds, pause, questions)
        watching = asyncio.create_task(watch(server, seconds / 10))
        await asyncio.gather(*(converse(client, listener, place, run) for place in range(sessions)))
        elapsed, after = time.monotonic() - began, server.cpu_times()
        watching.cancel()
    megabytes = [*watched(watching), round(server.memory_info().rss / 2**20)]
    used = after.user + after.system - before.user - before.system
    return {"sessions": sessions} | summary(run.tally, elapsed, used) | {"server_mb": megabytes}


_MEMORY: dict[int, list[int]] = {}


async def watch(server: psutil.Process, every: float) -> None:
    """Note the server's memory from time to time."""
    seen = _MEMORY.setdefault(id(asyncio.current_task()), [])
    while True:
        seen.append(round(server.memory_info().rss / 2**20))
        await asyncio.sleep(every)


def watched(task: asyncio.Task[None]) -> list[int]:
    return _MEMORY.pop(id(task), [])


def summary(tally: Tally, elapsed: float, cpu: float) -> dict[str, Any]:
    waits = sorted(tally.waits)
    said: dict[str, Any] = {"answers": len(waits), "refused": tally.refused, "errors": len(tally.errors)}
    if tally.errors:
        said["first_errors"] = tally.errors[:3]
    if len(waits) < 2:
        return said
    cuts = statistics.quantiles(waits, n=100, method="inclusive")
    return said | {
        "answers_per_second": round(len(waits) / elapsed, 1),
        "wait_ms": {name: round(1000 * cuts[at - 1]) for name, at in (("p50", 50), ("p95", 95), ("p99", 99))},
        "first_words_p50_ms": round(1000 * statistics.median(tally.firsts)),
        "server_cpu_ms_per_answer": round(1000 * cpu / len(waits), 1),
    }


def listening(port: int) -> psutil.Process:
    """The process that listens on a port."""
    for process in psutil.process_iter():
        try:
            if any(c.laddr.port == port and c.status == "LISTEN" for c in process.net_connections("tcp")):
                return process
        except psutil.Error:
            continue
    raise LookupError(f"nobody listens on port {port}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--library", type=Path, default=os.environ.get("ORIANE_LIBRARY"))
    parser.add_argument("--sessions", type=int, nargs="+", default=[20, 50, 200])
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--questions", type=int, default=0, help="questions a session asks, 0 for as many as it can")
    parser.add_argument("--pause", type=float, default=0, help="seconds between an answer and the next question")
    parser.add_argument("--limits", action="store_true", help="keep the limits of sessions and addresses")
    arguments = parser.parse_args()
    if arguments.library is None:
        parser.error("--library, or ORIANE_LIBRARY, must name a library")
    if not arguments.limits:
        os.environ |= NO_LIMITS
    with real_page(Path(arguments.library).resolve()) as address:
        for sessions in arguments.sessions:
            run = measure(address, sessions, arguments.seconds, arguments.pause, arguments.questions)
            print(json.dumps(asyncio.run(run)), flush=True)


if __name__ == "__main__":
    main()
