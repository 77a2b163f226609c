"""Runs the page on an address, and ends without noise."""

from __future__ import annotations

import contextlib
import errno
import socket
import sys

import uvicorn
from pydantic import ValidationError

from bot.phrases import Phrases, load_phrases
from bot.web import logs
from bot.web.app import build_app
from bot.web.guide import Guide
from bot.web.settings import PageError, WebSettings

#: Seconds given to answers in progress when the server is asked to stop; an open page would keep it for ever.
GRACE = 1

#: Seconds an idle connection is kept: longer than nginx keeps its own, so that none is closed under a request.
KEEP_ALIVE = 65

WRONG_USAGE = 2


def serve(guide: Guide, host: str, port: int) -> None:
    """Serve the page until interrupted.

    :raises SystemExit: 2, after one line on the error output, when the address cannot be had or a setting is wrong.
    """
    phrases = load_phrases("page")
    settings = _settings(phrases)
    logs.configure(settings.log_level)
    # The address comes before anything slow: a taken port is said at once.
    with contextlib.suppress(KeyboardInterrupt), _listen(host, port, phrases) as listening:
        try:
            app = build_app(guide, settings)
        except PageError as error:
            _say(str(error))
            raise SystemExit(WRONG_USAGE) from None
        _say(phrases.say("serving", address=_address(listening)))
        # No access log: which address asked, and when, is nobody's business.
        config = uvicorn.Config(
            app, log_config=None, log_level="critical", access_log=False, timeout_graceful_shutdown=GRACE
        )
        uvicorn.Server(config).run(sockets=[listening])


def _settings(phrases: Phrases) -> WebSettings:
    try:
        return WebSettings()
    except ValidationError as error:
        name = f"ORIANE_{'_'.join(map(str, error.errors()[0]['loc'])).upper()}"
        _say(phrases.say("setting_refused", name=name, value=error.errors()[0]["input"]))
        raise SystemExit(WRONG_USAGE) from None


def _listen(host: str, port: int, phrases: Phrases) -> socket.socket:
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family)
    except OSError as error:
        taken = error.errno == errno.EADDRINUSE
        name, reason = ("port_taken", {}) if taken else ("address_refused", {"reason": error.strerror or error})
        _say(phrases.say(name, host=host, port=port, **reason))
        raise SystemExit(WRONG_USAGE) from None


def _address(listening: socket.socket) -> str:
    host, port = listening.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()
