"""The answer to a question that is not about métiers: what Oriane is for, and where else to ask."""

from __future__ import annotations

from bot.answer import Outcome
from bot.answering.written import Voice, Written


def write_off_topic(subject: str, voice: Voice) -> Written:
    """Says calmly that the question is out of scope; `subject` is that of the example nearest to it."""
    name = f"lead_{subject}"
    lead = voice.off_topic.say(name if name in voice.off_topic else "lead")
    return Written(Outcome.OFF_TOPIC, f"{lead} {voice.off_topic.say('purpose')}", suggestions=voice.open_questions())
