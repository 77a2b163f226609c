"""What fiches say of formations: their facts, a short portrait, what they are silent on, and several side by side."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from bot.answer import Computed, Outcome
from bot.answering.citations import CitationBook
from bot.answering.sentences import best_run, mark, spoken
from bot.answering.tables import markdown_table
from bot.answering.written import Voice, Written
from bot.understanding.keys import keys_of
from bot.understanding.limits import Limit
from bot.understanding.studies import FormationIntent, Study
from ingest.fiche import FormationSectionName
from ingest.formation import FORMATION_PROSE, Formation
from ingest.graph import StudyGraph
from ingest.library import Version
from ingest.passages import Passage

#: Formations of one name that are told one by one.
_MOST_SHOWN, _MOST_METIERS, _MOST_REACHED = 6, 5, 3
_WORDS_OF_PROSE, _WORDS_OF_A_CELL, _PASSAGES = 90, 40, 2
#: Facts of one line, by the intent that asks for them: their section, and their heading inside it.
FACTS: dict[str, tuple[FormationSectionName, str]] = {
    "duration": ("Informations générales", "Durée"),
    "level": ("Informations générales", "Niveau de certification"),
    "type": ("Identité", "Type"),
    "code": ("Identité", "Code scolarité"),
}
_COMPARED = ("duration", "level", "type", "access", "onward")
#: What is nearest to what a fiche does not say.
_NEAREST = ("access", "duration", "level")
_SUGGESTED = ("metiers", "access", "onward")


@dataclass
class FormationTeller:
    """Tells, in one answer, what fiches say of formations, citing as it goes."""

    asked: str
    version: Version
    graph: StudyGraph
    voice: Voice
    book: CitationBook = field(init=False)
    computed: list[Computed] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.book = CitationBook(self.version)

    def tell(self, study: Study) -> Written:
        """The answer about the formations that one name stands for."""
        ids = study.groups[0]
        known = [self.version.formations[i] for i in ids if i in self.version.formations]
        if not known:
            return self._without_fiche(ids)
        if study.limit:
            return self._beyond(known[0], study.limit)
        if not study.intents:
            return self._portrait(known[0]) if len(known) == 1 else self._family(known, ("duration", "level", "type"))
        short = [intent.name for intent in study.intents if intent.name in FACTS]
        if len(known) > 1 and len(short) == len(study.intents):
            return self._family(known, short)
        return self._facts(known, study.intents)

    def compare(self, study: Study) -> Written:
        """The formations side by side: each cell with its citation, one column for each name."""
        names = [intent.name for intent in study.intents] or list(_COMPARED)
        columns = [group[0] for group in study.groups]
        table = [[self._say("column"), *(self.graph.titles.get(i, i) for i in columns)]]
        for name in names:
            table.append([self._say(f"row_{name}"), *(self._cell(i, name) for i in columns)])
        outcome = Outcome.ANSWER if len(self.book) else Outcome.ABSENT
        return Written(outcome, markdown_table(table), self.book.entries(), table=table)

    def fact(self, formation: Formation, name: str) -> str | None:
        """A fact of one line inside a sentence, with its citation: "durée 2 ans [3]"; None where the fiche has none."""
        passage = self.passage_of(formation, *FACTS[name])
        if passage is None:
            return None
        return self._say(f"fact_{name}", value=_value(passage), n=self.book.cite(passage))

    def passage_of(self, formation: Formation, section: FormationSectionName, heading: str = "") -> Passage | None:
        """The first passage of a section of a formation's fiche."""
        passages = self.version.by_formation[formation.id]
        return next((p for p in passages if p.section == section and p.heading.startswith(heading)), None)

    def _say(self, name: str, /, **values: object) -> str:
        return self.voice.studies.say(name, **values)

    def _facts(self, known: Sequence[Formation], intents: Sequence[FormationIntent]) -> Written:
        """What each intent finds, in the first formation of the name whose fiche says it."""
        paragraphs, answered = [], False
        if len(known) > 1:
            self.computed.append(Computed(value=len(known), what="formations"))
            paragraphs.append(self._say("several_first", total=len(known), title=known[0].title))
        for intent in intents:
            told = next((text for formation in known if (text := self._one(formation, intent))), None)
            answered = answered or told is not None
            paragraphs.append(told or self._say("silent", title=known[0].title, topic=self._topic(intent.name)))
        if answered:
            return self._written(Outcome.ANSWER, paragraphs, known[0], [intent.name for intent in intents])
        return self._instead(known[0], paragraphs, {intent.name for intent in intents})

    def _one(self, formation: Formation, intent: FormationIntent) -> str | None:
        """What a fiche says on an intent: a fact in a sentence, or the sentences nearest to the question."""
        passages = [p for p in self.version.by_formation[formation.id] if intent.covers(p)]
        if not passages:
            return self._reached(formation) if intent.name == "onward" else None
        if intent.name in FACTS:
            n = self.book.cite(passages[0])
            return self._say(intent.name, title=formation.title, value=_value(passages[0]), n=n)
        if intent.name == "metiers":
            return self._say("metiers", title=formation.title, items=_items(passages[0]), n=self.book.cite(passages[0]))
        lead = self._say("section_lead", title=formation.title, topic=self._topic(intent.name))
        best = passages[:_PASSAGES] if len(passages) > 1 else passages
        return " ".join([lead, *(text for passage in best for text in self._quoted(passage, formation))])

    def _reached(self, formation: Formation) -> str | None:
        """Formations whose "Accès" names this one: another way to say what it leads on to."""
        items = []
        for step in self.graph.reached.get(formation.id, ())[:_MOST_REACHED]:
            source = self.version.formations[step.source]
            passage = next(
                (p for p in self.version.by_formation[source.id] if p.section == "Accès" and step.words in p.text), None
            )
            if passage:
                items.append(self._say("named_item", title=source.title, n=self.book.cite(passage)))
        return self._say("reached_lead", items=", ".join(items)) if items else None

    def _quoted(self, passage: Passage, formation: Formation, most: int = _WORDS_OF_PROSE) -> Iterator[str]:
        is_short = len(passage.text.split()) <= most + most // 3
        wanted = set() if is_short else set(keys_of(self.asked)) - set(keys_of(formation.title))
        most = most + most // 3 if is_short else most
        stretch, statements = best_run(passage.text, wanted, most)
        n = self.book.cite(passage, stretch)
        yield from (mark(spoken(statement), n) for statement in statements)

    def _portrait(self, formation: Formation) -> Written:
        """Title, facts of one line, the first lines of the description, and the métiers that name it."""
        names = self.passage_of(formation, "Identité", "Appellations")
        facts = [text for name in ("type", "duration", "level") if (text := self.fact(formation, name))]
        lead = formation.title
        if names:
            n = self.book.cite(names, formation.title)
            lead = self._say("portrait_lead", title=formation.title, n=n)
        paragraphs = [f"{lead} {self._say('portrait_facts', facts=', '.join(facts))}" if facts else lead]
        description = next((p for p in self._prose(formation)), None)
        if description:
            paragraphs.append(" ".join(self._quoted(description, formation, _WORDS_OF_PROSE // 2)))
        paragraphs += self._named_by(formation.id)
        return self._written(Outcome.ANSWER, paragraphs, formation, ["metiers"] if not paragraphs[1:] else [])

    def _prose(self, formation: Formation) -> Iterator[Passage]:
        yield from (p for p in self.version.by_formation[formation.id] if p.section in FORMATION_PROSE)

    def _named_by(self, formation_id: str) -> Iterator[str]:
        """The métiers that name a formation in their own fiches, each with its citation."""
        links = [link for link in self.graph.by_formation.get(formation_id, ()) if link.source == link.metier]
        items = []
        for link in links[:_MOST_METIERS]:
            passage = next(p for p in self.version.by_fiche[link.metier] if link.words in p.text)
            n = self.book.cite(passage, f"- {link.words}")
            items.append(self._say("named_item", title=self.version.fiches[link.metier].title, n=n))
        if not items:
            return
        if len(links) == 1:
            yield self._say("named_by_one", items=items[0])
            return
        self.computed.append(Computed(value=len(links), what="métiers"))
        phrase = "named_by_all" if len(links) == len(items) else "named_by"
        yield self._say(phrase, items=", ".join(items), total=len(links))

    def _family(self, known: Sequence[Formation], names: Iterable[str]) -> Written:
        """The same facts of several formations of one name, a line each."""
        names, shown = list(names), known[:_MOST_SHOWN]
        self.computed.append(Computed(value=len(known), what="formations"))
        lead = self._say("several", total=len(known))
        if len(shown) < len(known):
            lead = self._say("several_cut", total=len(known), shown=len(shown))
        lines = []
        for formation in shown:
            facts = [text for name in names if (text := self._line(formation, name))]
            facts = facts or [self._say("no_facts", n=self.book.cite(self.version.by_formation[formation.id][0]))]
            lines.append(self._say("several_item", title=formation.title, facts=", ".join(facts)))
        return self._written(Outcome.ANSWER, ["\n".join([lead, *lines])], known[0], names)

    def _line(self, formation: Formation, name: str) -> str | None:
        if name != "code":
            return self.fact(formation, name)
        passage = self.passage_of(formation, *FACTS[name])
        return f"{_value(passage)} [{self.book.cite(passage)}]" if passage else None

    def _beyond(self, formation: Formation, limit: Limit) -> Written:
        """What no fiche says, unless this one does after all; then what it says that is nearest."""
        said = next((p for p in self._prose(formation) if limit.is_said(p.text)), None)
        topic = self.voice.outcomes.say(f"beyond_{limit.name}")
        if said:
            lead = self._say("section_lead", title=formation.title, topic=topic)
            return self._written(Outcome.ANSWER, [" ".join([lead, *self._quoted(said, formation)])], formation, [])
        silence = self._say("silent", title=formation.title, topic=topic)
        return self._instead(formation, [f"{silence} {self.voice.outcomes.say(f'ask_{limit.name}')}"], set(), ask=False)

    def _instead(self, formation: Formation, paragraphs: list[str], asked: set[str], ask: bool = True) -> Written:
        """Says that the fiche is silent, where to ask, and what the fiche does say."""
        if ask:
            paragraphs = [*paragraphs[:-1], f"{paragraphs[-1]} {self._say('ask')}"]
        told = []
        for name in _NEAREST:
            section, heading = FACTS.get(name, ("Accès", ""))
            passage = None if name in asked else self.passage_of(formation, section, heading)
            if passage and name in FACTS:
                n = self.book.cite(passage)
                told.append(self._say(name, title=formation.title, value=_value(passage), n=n))
            elif passage:
                told.append(" ".join(self._quoted(passage, formation, _WORDS_OF_A_CELL)))
        if told:
            paragraphs += [self._say("instead"), *told]
        return self._written(Outcome.ABSENT, paragraphs, formation, list(asked))

    def _without_fiche(self, ids: Sequence[str]) -> Written:
        """A formation that métiers name and that has no fiche: what they say of it, and no more."""
        link = next((link for i in ids for link in self.graph.by_formation.get(i, ())), None)
        if link is None:
            return Written(Outcome.NOT_FOUND, self._say("unknown", code=ids[0]))
        passage = next(p for p in self.version.by_fiche[link.metier] if link.words in p.text)
        n = self.book.cite(passage, f"- {link.words}")
        metier, label = self.version.fiches[link.metier].title, self.graph.titles[link.formation]
        text = f"{self._say('no_fiche', label=label, title=metier, n=n)} {self._say('ask')}"
        return Written(Outcome.ABSENT, text, self.book.entries())

    def _cell(self, formation_id: str, name: str) -> str:
        formation = self.version.formations.get(formation_id)
        if formation is None:
            return self._say("cell_no_fiche")
        section, heading = FACTS.get(name, (_SECTIONS.get(name, "Accès"), ""))
        passage = self.passage_of(formation, section, heading)
        if passage is None:
            return self._say("cell_silent")
        if name in FACTS:
            return f"{_value(passage)} [{self.book.cite(passage)}]"
        if name == "metiers":
            return f"{_items(passage)} [{self.book.cite(passage)}]"
        return " ".join(self._quoted(passage, formation, _WORDS_OF_A_CELL))

    def _topic(self, name: str) -> str:
        return self._say(f"topic_{name}")

    def _written(
        self, outcome: Outcome, paragraphs: Sequence[str], formation: Formation, told: Sequence[str]
    ) -> Written:
        sections = {p.section for p in self.version.by_formation[formation.id]}
        offered = [name for name in _SUGGESTED if name not in told and _SECTIONS[name] in sections]
        suggestions = tuple(self._say(f"suggest_{name}", title=formation.title) for name in offered)
        return Written(outcome, "\n\n".join(paragraphs), self.book.entries(), tuple(self.computed), suggestions)


_SECTIONS: dict[str, FormationSectionName] = {
    "access": "Accès",
    "expected": "Attendus",
    "onward": "Poursuite d'études",
    "metiers": "Métiers associés",
    "description": "Description",
}


def _value(passage: Passage) -> str:
    """The value of a passage that is one line of the fiche: `Durée: 2 ans` gives `2 ans`."""
    return passage.text.partition(":")[2].strip()


def _items(passage: Passage) -> str:
    return ", ".join(line.removeprefix("- ") for line in passage.text.splitlines() if line.strip())
