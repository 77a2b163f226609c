"""Answers to what no fiche says, and to what Oriane leaves to the person who asks: said plainly, then what is known."""

from __future__ import annotations

from dataclasses import replace

from bot.answer import Outcome
from bot.answering.extract import Teller
from bot.answering.tables import write_comparison
from bot.answering.written import Voice, Written
from bot.retrieval import Ranked
from bot.understanding.limits import DECISION, GENDER, Limit
from bot.understanding.reading import Reading
from ingest.fiche import PROSE_SECTIONS, FicheMetier
from ingest.library import Version

#: What is nearest, in a fiche, to what it does not say.
_NEAREST = {
    "cost": "access",
    "ranking": "formations",
    "odds": "access",
    "calendar": "access",
    "later_pay": "salary",
    "figures": "prospects",
    "place": "formations",
    "town": "formations",
    "openings": "prospects",
    "purchase": "work",
    "body": "skills",
    "age": "access",
}
#: What helps to decide: what it takes, and what it is like.
_TO_DECIDE = ("level", "skills")
_MOST_FICHES = 2


def write_beyond(reading: Reading, limit: Limit, ranked: Ranked, version: Version, voice: Voice) -> Written:
    """The answer to a question that goes beyond the fiches, or what one of them says of it after all."""
    if limit.name in (DECISION, GENDER):
        return _decision(reading, limit, ranked, version, voice)
    if not reading.fiches:
        return _plain(limit, voice)
    teller = Teller(reading, ranked, version, voice)
    for fiche in reading.fiches[:_MOST_FICHES]:
        passages = [p for p in version.by_fiche[fiche.id] if p.section in PROSE_SECTIONS and limit.is_said(p.text)]
        if passages:
            return teller.written(Outcome.ANSWER, [teller.point_at(fiche, passages[0])], fiche, reading.intents)
    return _silent(reading, limit, ranked, version, voice)


def _silent(reading: Reading, limit: Limit, ranked: Ranked, version: Version, voice: Voice) -> Written:
    """The fiche does not say it, who does, and what it says that is nearest."""
    teller, fiche = Teller(reading, ranked, version, voice), reading.fiches[0]
    intents = [intent for intent in reading.intents if intent.name != "portrait"][:1]
    intents = intents or [voice.intents.named(_NEAREST[limit.name])]
    told, texts = teller.about(fiche, intents, depth=1)
    topic = voice.outcomes.say(f"beyond_{limit.name}")
    silence = voice.outcomes.say("silent", title=fiche.title, topic=topic)
    paragraphs = [f"{silence} {voice.outcomes.say(f'ask_{limit.name}')}"]
    paragraphs += texts if told else texts[1:]  # its silence on the nearest subject need not be said too
    return teller.written(Outcome.ABSENT, paragraphs, fiche, intents)


def _decision(reading: Reading, limit: Limit, ranked: Ranked, version: Version, voice: Voice) -> Written:
    """Nothing is decided for anyone: what the fiches say of it, and who can help."""
    lead = voice.outcomes.say(f"{limit.name}_lead" if reading.fiches else f"{limit.name}_open")
    if not reading.fiches:
        return Written(Outcome.CLARIFY, lead, suggestions=voice.open_questions())
    if reading.compared:
        compared = write_comparison(reading.fiches, (), version, voice)
        return replace(compared, outcome=Outcome.CLARIFY, text=f"{lead}\n\n{compared.text}")
    teller, fiche = Teller(reading, ranked, version, voice), reading.fiches[0]
    if limit.name == GENDER:
        return _both_genders(teller, fiche, lead, voice)
    asked = [intent for intent in reading.intents if intent.name != "portrait"]
    intents = asked[:2] or [voice.intents.named(name) for name in _TO_DECIDE]
    return teller.written(Outcome.CLARIFY, [lead, *teller.about(fiche, intents, depth=1)[1]], fiche, intents)


def _both_genders(teller: Teller, fiche: FicheMetier, lead: str, voice: Voice) -> Written:
    intents = [voice.intents.named("identity"), voice.intents.named("skills")]
    _, texts = teller.about(fiche, intents, depth=1)
    return teller.written(Outcome.ANSWER, [lead, *texts], fiche, intents)


def _plain(limit: Limit, voice: Voice) -> Written:
    topic = voice.outcomes.say(f"beyond_{limit.name}")
    text = f"{voice.outcomes.say('beyond_plain', topic=topic)} {voice.outcomes.say(f'ask_{limit.name}')}"
    return Written(Outcome.ABSENT, text, suggestions=voice.open_questions())
