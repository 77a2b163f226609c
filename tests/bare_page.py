"""The page as a browser uses it, without one: events through Gradio's queue."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import httpx


class Page:
    """Types questions and calls the functions of the API; reads the page's own description of its events."""

    def __init__(self, http: httpx.Client) -> None:
        self.http = http
        self._config = self.http.get("/config").json()
        self._ids = {part["props"].get("elem_id"): part["id"] for part in self._config["components"]}

    def ask(self, question: Any, history: Any = ()) -> list[Any]:
        """Type a question and wait for the end; the messages, or nothing where the server refuses."""
        wanted = [self._ids[name] for name in ("question", "chat", "about")]
        (event,) = (part["id"] for part in self._config["dependencies"] if part["inputs"] == wanted)
        return self._call({"data": [question, list(history), ""], "fn_index": event})[3:4]

    def api(self, name: str, *data: Any) -> list[Any]:
        """Call a function of the API; what it gives, or nothing where the server refuses."""
        (event,) = (part["id"] for part in self._config["dependencies"] if part["api_name"] == name)
        return self._call({"data": list(data), "fn_index": event})

    def _call(self, body: dict[str, Any]) -> list[Any]:
        session = uuid4().hex
        self.http.post("/gradio_api/queue/join", json=body | {"session_hash": session}).raise_for_status()
        with self.http.stream("GET", "/gradio_api/queue/data", params={"session_hash": session}) as events:
            for line in events.iter_lines():
                message = json.loads(line.removeprefix("data: ")) if line else {}
                if message.get("msg") == "process_completed":
                    return list(message["output"].get("data", [])) if message["success"] else []
        raise AssertionError("the answer never ended")
