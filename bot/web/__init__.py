"""The page. `build_app` makes it, `serve` runs it; what it needs from Oriane is `bot.web.guide.Guide`."""

from bot.web.app import build_app
from bot.web.server import serve

__all__ = ["build_app", "serve"]
