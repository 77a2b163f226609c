"""The page on a real server of the loopback, for as long as a test needs it."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from bot.web.guide import Guide
from bot.web.settings import WebSettings


@contextmanager
def served(guide: Guide, proxied: str = "", **settings: Any) -> Iterator[str]:
    """Serve the page in a thread; with `proxied`, under that path, which is taken off as nginx does."""
    import uvicorn

    from bot.web import build_app

    listening = socket.create_server(("127.0.0.1", 0))
    servers: list[uvicorn.Server] = []
    started = threading.Event()

    async def run() -> None:
        app: Any = build_app(guide, WebSettings(**settings))
        inner = app

        async def proxy(scope: Any, receive: Any, send: Any) -> None:
            if scope["type"] == "http":
                assert scope["path"].startswith(proxied), scope["path"]
                path = scope["path"].removeprefix(proxied)
                scope = {**scope, "path": path, "raw_path": path.encode()}
            await inner(scope, receive, send)

        servers.append(uvicorn.Server(uvicorn.Config(proxy, log_level="critical", timeout_graceful_shutdown=1)))
        started.set()
        await servers[0].serve(sockets=[listening])

    thread = threading.Thread(target=lambda: asyncio.run(run()))
    thread.start()
    assert started.wait(60)
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}{proxied}"
    finally:
        servers[0].should_exit = True
        thread.join(20)
        listening.close()
