"""Deletes what is older than the retention when the server starts, then once a day, whether anybody writes or not."""

from __future__ import annotations

import asyncio
import logging

from bot.feedback import FeedbackStore

logger = logging.getLogger(__name__)

_DAY = 24 * 3600.0


async def forget_daily(feedback: FeedbackStore, pause: float = _DAY) -> None:
    """Forget, again after each pause (in seconds), until cancelled."""
    while True:
        try:
            await asyncio.to_thread(feedback.forget)
        except OSError as error:
            logger.warning("old opinions could not be deleted: %s", error)
        await asyncio.sleep(pause)
