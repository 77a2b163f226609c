"""The extractive answer: no model writes here, every statement is a fiche's own sentence or one of its facts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.answer import Computed, Outcome
from bot.answering.citations import CitationBook
from bot.answering.facts import FactWriter
from bot.answering.sentences import best_run, mark, spoken
from bot.answering.written import Voice, Written
from bot.retrieval import Ranked
from bot.understanding.intents import Intent
from bot.understanding.keys import keys_of
from bot.understanding.reading import Reading
from ingest.fiche import PROSE_SECTIONS, FicheMetier
from ingest.library import Version
from ingest.passages import Passage

#: A métier is named beside the nearest one when its cosine is at most this much lower.
_NEAR_THE_FIRST = 0.02
_MOST_CITATIONS = 6
_WORDS_OF_A_PASSAGE = 55
_PASSAGES_OF_A_SECTION = 2
_OTHERS_SHOWN = 3
_MOST_SUGGESTIONS = 3
#: Not missed where the level is said.
_TOLD_BY_LEVEL = ("access", "duration")
#: What a portrait tells, and what suggestions ask, in this order.
_PORTRAIT = ("portrait", "level", "salary")
_SUGGESTED = ("salary", "access", "work", "skills", "conditions", "prospects", "formations", "statuses")


def write_about_named(reading: Reading, ranked: Ranked, version: Version, voice: Voice) -> Written:
    """What was asked about each métier named; where a fiche is silent, what it does say."""
    return Teller(reading, ranked, version, voice).about_named()


def write_about_nearest(reading: Reading, ranked: Ranked, version: Version, voice: Voice) -> Written:
    """The métier nearest to a description, what was asked about it, and the names of the next ones."""
    return Teller(reading, ranked, version, voice).about_nearest()


class Teller:
    """Tells, in one answer, what fiches say: every sentence is cited in the same book."""

    def __init__(
        self, reading: Reading, ranked: Ranked, version: Version, voice: Voice, book: CitationBook | None = None
    ) -> None:
        self._reading = reading
        self._ranked = ranked
        self._version = version
        self._voice = voice
        self._book = book or CitationBook(version)
        self._computed: list[Computed] = []
        self._last_named: str | None = None

    def about_named(self) -> Written:
        """What was asked about each métier named; where a fiche is silent, what it does say."""
        fiches, intents = self._reading.fiches, self._asked()[:_MOST_CITATIONS]
        deep = len(fiches) == 1 and len(intents) * _PASSAGES_OF_A_SECTION <= _MOST_CITATIONS
        depth = _PASSAGES_OF_A_SECTION if deep else 1
        pointed = self._pointed(fiches[0]) if self._reading.is_open and len(fiches) == 1 else []
        lead = [self._borrowed(fiches[0])] if self._reading.is_borrowed else []
        told = [(True, pointed)] if pointed else [self.about(fiche, intents, depth) for fiche in fiches]
        outcome = Outcome.ANSWER if any(answered for answered, _ in told) else Outcome.ABSENT
        paragraphs = [*lead, *(text for _, texts in told for text in texts)]
        return self.written(outcome, paragraphs, fiches[0], intents)

    def about_nearest(self) -> Written:
        """The nearest métier, what was asked about it, and the names of the next ones."""
        floor = self._ranked[0][1] - _NEAR_THE_FIRST
        nearest, *others = dict.fromkeys(passage.fiche_id for passage, score in self._ranked if score >= floor)
        fiche, intents = self._version.fiches[nearest], self._asked()[: _MOST_CITATIONS - 1]
        lead = self._voice.answers.say("nearest_lead", title=fiche.title, n=self.cite_title(fiche))
        paragraphs = [lead, *self.about(fiche, intents, depth=1)[1], *self._also(others)]
        return self.written(Outcome.ANSWER, paragraphs, fiche, intents)

    def _borrowed(self, fiche: FicheMetier) -> str:
        """Says that the fiche is near to what was named, and no more: a barbier is not quite a coiffeur."""
        return self._voice.answers.say("borrowed_lead", title=fiche.title, n=self.cite_title(fiche))

    def _pointed(self, fiche: FicheMetier, most: int = _PASSAGES_OF_A_SECTION) -> list[str]:
        """What the fiche says that is nearest to an open question: "… le vertige ?", "… combien de langues ?"."""
        own = [passage for passage, _ in self._ranked if passage.fiche_id == fiche.id]
        prose = [passage for passage in own if passage.section in PROSE_SECTIONS]
        return [self.point_at(fiche, passage) for passage in prose[:most]]

    def point_at(self, fiche: FicheMetier, passage: Passage) -> str:
        """The sentences of a passage that share most with the question, and where they stand."""
        lead = self._voice.answers.say("pointed_lead", title=fiche.title, section=passage.section)
        return f"{lead} {' '.join(self.quote(fiche, passage))}"

    def _asked(self) -> list[Intent]:
        """What to tell: a short portrait when nothing precise was asked, the level before the ways into the métier."""
        named = self._voice.intents.named
        precise = [intent for intent in self._reading.intents if intent.name != "portrait"]
        if not precise:
            return [named(name) for name in _PORTRAIT]
        if named("access") in precise:
            for beside in ("level", "duration"):  # how far, then which diplomas, as "En bref" tells them
                if named(beside) not in precise:
                    precise.insert(precise.index(named("access")), named(beside))
        return precise

    def about(self, fiche: FicheMetier, intents: Sequence[Intent], depth: int) -> tuple[bool, list[str]]:
        """Whether a fiche says anything of what was asked, and it all: what it says, and what it is silent on."""
        told = {intent.name: text for intent in intents if (text := self._tell(fiche, intent, depth))}
        if not told:
            return False, self._instead(fiche, intents[0])
        asked = {intent for intent in self._reading.intents if not ("level" in told and intent.name in _TOLD_BY_LEVEL)}
        shown = [intent for intent in intents if intent.name in told or intent in asked]
        return True, [told.get(intent.name) or self._silence(fiche, intent) for intent in shown]

    def _tell(self, fiche: FicheMetier, intent: Intent, depth: int) -> str | None:
        """What a fiche says on an intent: its fact in one sentence, else sentences of the best `depth` passages."""
        passages = self._covered(fiche, intent)
        if not passages:
            return None
        again, self._last_named = self._last_named == fiche.id, fiche.id
        facts = FactWriter(fiche, self._voice.answers, self._book, again=again)
        sentence = facts.write(intent.name, passages)
        self._computed += facts.computed
        if sentence:
            return sentence
        prose = " ".join(text for passage in passages[:depth] for text in self.quote(fiche, passage))
        if intent.name == "portrait":
            return f"{self._voice.answers.say('portrait_lead', title=fiche.title)} {prose}"
        topic = self._topic(intent)
        if again:
            return f"{self._voice.answers.say('section_lead_again', topic=topic)} {prose}"
        return f"{self._voice.answers.say('section_lead', title=fiche.title, topic=topic)} {prose}"

    def _covered(self, fiche: FicheMetier, intent: Intent) -> list[Passage]:
        """The passages where a fiche answers an intent: those that retrieval ranked, then the rest in reading order."""
        place = {passage.id: rank for rank, (passage, _) in enumerate(self._ranked)}
        covered = [passage for passage in self._version.by_fiche[fiche.id] if intent.covers(passage)]
        if intent.name == "work" and not covered:  # a short fiche says what is done in its first lines
            return self._covered(fiche, self._voice.intents.named("portrait"))
        if intent.name == "access":  # the minimum level has an intent of its own, told just before
            covered = [passage for passage in covered if not self._voice.intents.named("level").covers(passage)]
        return sorted(covered, key=lambda passage: place.get(passage.id, len(place)))

    def quote(self, fiche: FicheMetier, passage: Passage) -> Iterator[str]:
        """Sentences of a passage, each with its mark; the citation quotes the stretch that they make up."""
        names = {key for name in fiche.searched_names for key in keys_of(name)}
        wanted = set(keys_of(self._reading.standalone)) - names
        stretch, statements = best_run(passage.text, wanted, _WORDS_OF_A_PASSAGE)
        n = self._book.cite(passage, stretch)
        yield from (mark(spoken(statement), n) for statement in statements)

    def _instead(self, fiche: FicheMetier, intent: Intent) -> list[str]:
        """Says that the fiche is silent on an intent, then what the métier is."""
        silence = self._silence(fiche, intent)
        return [silence, *self._pointed(fiche, most=1)]

    def _silence(self, fiche: FicheMetier, intent: Intent) -> str:
        self._last_named = fiche.id
        return self._voice.outcomes.say("silent", title=fiche.title, topic=self._topic(intent))

    def _topic(self, intent: Intent) -> str:
        values = {"section": intent.section} if intent.name == "section" else {}
        return self._voice.outcomes.say(f"topic_{intent.name}", **values)

    def _also(self, fiche_ids: Sequence[str]) -> list[str]:
        room = max(_MOST_CITATIONS - len(self._book), 0)
        items = [
            self._voice.answers.say("nearest_item", title=fiche.title, n=self.cite_title(fiche))
            for fiche in (self._version.fiches[fiche_id] for fiche_id in fiche_ids[: min(_OTHERS_SHOWN, room)])
        ]
        return [self._voice.answers.say("nearest_others", items=", ".join(items))] if items else []

    def cite_title(self, fiche: FicheMetier) -> int:
        """The number of the citation of a métier's title, which the answer then names."""
        self._last_named = fiche.id
        return self._book.cite(self._version.by_fiche[fiche.id][0], fiche.title)

    def written(
        self, outcome: Outcome, paragraphs: Sequence[str], fiche: FicheMetier, intents: Sequence[Intent]
    ) -> Written:
        """The answer made of these paragraphs; what was not told of `intents` is offered as the next questions."""
        text = "\n\n".join(paragraphs)
        return Written(outcome, text, self._book.entries(), tuple(self._computed), self._suggest(fiche, intents))

    def _suggest(self, fiche: FicheMetier, told: Sequence[Intent]) -> tuple[str, ...]:
        """Questions on the same métier that its fiche answers and that were not asked."""
        intents = [self._voice.intents.named(name) for name in _SUGGESTED]
        open_ones = [intent for intent in intents if intent not in told and self._covered(fiche, intent)]
        return tuple(
            self._voice.suggestions.say(intent.name, title=fiche.title) for intent in open_ones[:_MOST_SUGGESTIONS]
        )
