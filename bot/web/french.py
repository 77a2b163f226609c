"""Corrects the HTML that Gradio serves: its language, its head, the advertisement in its meta tags."""

from __future__ import annotations

import re

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_SOCIAL_META = re.compile(rb'<meta\s+(?:property="og:|name="twitter:)[^>]*>\s*')

#: The browser itself refuses whatever would leave this server: an image in a fiche, a font, a library of Gradio's.
#: Gradio's own scripts are inline and build functions from text, hence the two "unsafe".
CONTENT_SECURITY_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline';"
    " img-src 'self' data:; font-src 'self' data:; connect-src 'self'; object-src 'none'; form-action 'self';"
    " frame-ancestors {frame_ancestors}"
)


class FrenchPage:
    """ASGI middleware for the page alone; the chat's streams pass by untouched.

    A screen reader takes the voice from the served `lang`, before any script runs: that is why it is not set by one.
    """

    def __init__(self, app: ASGIApp, head: str, frame_ancestors: str) -> None:
        self._app = app
        self._policy = CONTENT_SECURITY_POLICY.format(frame_ancestors=frame_ancestors)
        self._head = f"<head>{head}".encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Correct the page, pass on everything else."""
        if scope["type"] == "http" and scope["path"] == "/" and scope["method"] == "GET":
            send = self._correcting(send)
        await self._app(scope, receive, send)

    def _correcting(self, send: Send) -> Send:
        start: Message = {}
        chunks: list[bytes] = []

        async def corrected(event: Message) -> None:
            if event["type"] == "http.response.start":
                start.update(event)
                return
            if event["type"] != "http.response.body":
                await send(event)
                return
            chunks.append(event.get("body", b""))
            if not event.get("more_body"):
                page = self._correct(b"".join(chunks))
                headers = MutableHeaders(raw=start["headers"])
                headers["content-length"] = str(len(page))
                headers["content-security-policy"] = self._policy
                await send(start)
                await send({"type": "http.response.body", "body": page})

        return corrected

    def _correct(self, page: bytes) -> bytes:
        page = _SOCIAL_META.sub(b"", page).replace(b'lang="en"', b'lang="fr"', 1)
        return page.replace(b"<head>", self._head, 1)
