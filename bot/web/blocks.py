"""Gradio's page, but for what it prints: an accident's traceback ends with what somebody wrote."""

from __future__ import annotations

import logging
from typing import Any

import gradio as gr

from bot.discreet import anonymous

logger = logging.getLogger(__name__)


class DiscreetBlocks(gr.Blocks):
    """Blocks whose accidents are logged without what was asked, and told to the visitor in a sentence, `accident`.

    Gradio prints the traceback of every exception that is not a `gr.Error` made for the visitor; that of input of a
    wrong shape holds the input.
    """

    def __init__(self, accident: str, **options: Any) -> None:
        super().__init__(**options)
        self._accident = accident

    async def process_api(self, *arguments: Any, **named: Any) -> dict[str, Any]:
        """Run one event as Gradio does."""
        try:
            return await super().process_api(*arguments, **named)
        except Exception as error:
            if isinstance(error, gr.Error) and not error.print_exception:
                raise
            logger.error("An event of the page failed: %s", anonymous(error))
            raise gr.Error(self._accident, print_exception=False) from None
