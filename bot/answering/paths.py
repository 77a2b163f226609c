"""Ways into a métier, told step by step: each step says where it stands, and what no fiche says is told as unsaid."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.answer import Citation, Computed, Outcome, PathStep, StudyPath, StudyWay
from bot.answering.citations import CitationBook
from bot.answering.extract import Teller
from bot.answering.formations import FACTS, FormationTeller
from bot.answering.sentences import split_sentences
from bot.answering.written import Voice, Written
from bot.paths import BAC, PathFinder, recommended
from bot.retrieval import Ranked
from bot.understanding.reading import Reading
from bot.understanding.studies import Study
from bot.ways import Said, Stage, Start, Way, Ways
from ingest.fiche import LEVEL_KEY, FicheMetier
from ingest.graph import StudyGraph
from ingest.library import Version
from ingest.passages import Passage
from ingest.text import fold

_ALTERNATIVES, _UNSAID, _PASSAGES = 4, 3, 2
_YEAR = 12
#: Intents told from the métier's fiche beside the path.
_OF_ACCESS = ("level", "access", "duration", "formations")
#: Headings of "Accès au métier" and "Durée des études", by where the question begins.
_AFTER_3E, _AFTER_BAC = "apres la 3e", "apres le bac"


def write_path(reading: Reading, study: Study, ranked: Ranked, formations: FormationTeller) -> Written:
    """The answer about the first métier of a reading, from where the person stands."""
    if study.start is None:
        raise ValueError("a path begins somewhere")
    finder = PathFinder(formations.version.formations, formations.graph)
    ways = finder.find(reading.fiches[0], study.start)
    writer = PathWriter(ways, finder, formations)
    path = writer.as_data()
    return writer.written(path, reading, ranked)


@dataclass
class PathWriter:
    """Writes the ways from a start to a métier, as data and as text, with one book of citations."""

    ways: Ways
    finder: PathFinder
    formations: FormationTeller
    computed: list[Computed] = field(default_factory=list)

    def as_data(self) -> StudyPath:
        """The path as JSON has it; where no fiche says a way, the métier behind a formation that its fiche names."""
        shortest = self.ways.shortest or self.finder.unsaid_way(self.ways)
        way = self._data_of(shortest)
        others = tuple(self._data_of(other) for other in self._others())
        return StudyPath(
            start=self.ways.start.label,
            to=self.ways.metier.id,
            steps=way.steps,
            total_months=way.total_months,
            counted_from=way.counted_from,
            is_said=way.is_said,
            alternatives=others,
            below_minimum=self.ways.below,
            unsaid=tuple(self._unsaid_step(end) for end in self.ways.unsaid[:_UNSAID]),
        )

    def written(self, path: StudyPath, reading: Reading, ranked: Ranked) -> Written:
        """The whole answer: the path, the others, what is unsaid, then the métier's own words on the way in."""
        shortest, metier = self.ways.shortest, self.ways.metier
        paragraphs = [self._way(shortest, path), *self._alternatives()] if shortest else [self._no_way()]
        unsaid = self._unsaid()
        teller = Teller(reading, self._preferred(ranked), self.formations.version, self.formations.voice, self._book)
        intents = [self.formations.voice.intents.named(name) for name in _OF_ACCESS[:2]]
        asked = [intent for intent in reading.intents if intent.name not in (*_OF_ACCESS, "portrait")]
        answered, texts = teller.about(metier, [*intents, *asked], _PASSAGES)
        paragraphs += [*unsaid, *texts] if shortest else [*texts, *unsaid]
        told = teller.written(Outcome.ANSWER, [*paragraphs, self._say("path_advice")], metier, intents)
        outcome = Outcome.ANSWER if answered or len(self._book) else Outcome.ABSENT
        computed = (*told.computed, *self.computed)
        return Written(outcome, told.text, self._book.entries(), computed, told.suggestions, path=path)

    @property
    def _book(self) -> CitationBook:
        return self.formations.book

    def _say(self, name: str, /, **values: object) -> str:
        return self.formations.voice.studies.say(name, **values)

    # As data

    def _data_of(self, way: Way) -> StudyWay:
        steps = tuple(self._step(stage, way, place) for place, stage in enumerate(way.stages))
        return StudyWay(steps=steps, total_months=way.months, counted_from=way.counted_from, is_said=way.is_said)

    def _step(self, stage: Stage, way: Way, place: int) -> PathStep:
        if stage.kind == "formation" and stage.id:
            return self._formation_step(stage.id, stage)
        numbers = [self._cite(stage.by)] if stage.by else []
        if stage.kind == "metier":
            metier = self.ways.metier
            if metier.level:
                numbers.append(self._cite(Said(metier.id, "Accès au métier", f"{LEVEL_KEY}: {metier.level}")))
            is_said = stage.by is not None
            return self._data(stage, level=metier.level, is_said=is_said, numbers=numbers)
        return self._data(stage, is_said=place == 0 or way.stages[place].by is not None, numbers=numbers)

    def _unsaid_step(self, end: str) -> PathStep:
        """A formation that the métier's fiche names, which is all that leads to it."""
        stage = Stage("formation", self.formations.graph.titles[end], end, recommended(self.ways.metier, end))
        return self._formation_step(end, stage).model_copy(update={"is_said": False})

    def _formation_step(self, formation_id: str, stage: Stage) -> PathStep:
        formation = self.finder.formations.get(formation_id)
        numbers = [self._cite(stage.by)] if stage.by else []
        if formation is None:
            return self._data(stage, is_said=stage.by is not None, numbers=numbers)
        for name in ("duration", "level"):
            passage = self.formations.passage_of(formation, *FACTS[name])
            if passage:
                numbers.append(self._book.cite(passage))
        return self._data(
            stage,
            months=formation.duration_months,
            level=formation.certification,
            is_said=stage.by is not None,
            numbers=numbers,
        )

    @staticmethod
    def _data(
        stage: Stage,
        numbers: Sequence[int],
        is_said: bool,
        months: int | None = None,
        level: str | None = None,
    ) -> PathStep:
        return PathStep(
            kind=stage.kind,
            id=stage.id,
            title=stage.title,
            duration_months=months,
            level=level,
            is_said=is_said,
            citations=tuple(dict.fromkeys(numbers)),
        )

    # As text

    def _way(self, way: Way, path: StudyPath) -> str:
        """The shortest way, a line for each step, and how long its formations last."""
        start, metier = self.ways.start, self.ways.metier
        if not way.formations:
            n = path.steps[-1].citations[0]
            return self._say("path_already", title=metier.title, start=start.label, n=n)
        lead = self._say("path_lead_below" if self.ways.below else "path_lead", start=start.label, title=metier.title)
        lines = [lead, self._say("path_start", start=start.label)]
        lines += [self._line(stage) for stage in way.stages[1:]]
        lines.append(self._total(way, path))
        return "\n".join(lines)

    def _line(self, stage: Stage) -> str:
        if stage.kind == "class":
            return self._say("path_class", title=stage.title)
        if stage.kind == "metier":
            return self._say("path_metier", title=stage.title, facts=self._metier_facts(stage))
        return self._say("path_formation", title=self._titled(stage), facts=self._facts(stage))

    def _facts(self, stage: Stage) -> str:
        """Duration, level, and what opens a formation: each with its citation."""
        formation = self.finder.formations.get(stage.id or "")
        facts = [
            text for name in ("duration", "level") if formation and (text := self.formations.fact(formation, name))
        ]
        if stage.by:
            name = "path_onward" if stage.by.section == "Poursuite d'études" else "path_entry"
            facts.append(self._say(name, words=stage.by.words, n=self._cite(stage.by)))
        return ", ".join(facts) or self._say("path_unsaid_entry")

    def _metier_facts(self, stage: Stage) -> str:
        metier, facts = self.ways.metier, []
        if stage.by:
            facts.append(self._say("path_recommended", n=self._cite(stage.by)))
        if metier.level:
            n = self._cite(Said(metier.id, "Accès au métier", f"{LEVEL_KEY}: {metier.level}"))
            facts.append(self._say("path_minimum", level=metier.level, n=n))
        return ", ".join(facts)

    def _total(self, way: Way, path: StudyPath) -> str:
        """How long the formations of a way last together: a sum of what their fiches say."""
        if way.months is None or way.months % _YEAR:
            return self._say("path_total_unknown")
        years = way.months // _YEAR
        self.computed.append(Computed(value=years, what="ans de formation"))
        formations = [self.finder.formations[i] for i in way.formations if i in self.finder.formations]
        passages = [self.formations.passage_of(formation, *FACTS["duration"]) for formation in formations]
        marks = "".join(f"[{self._book.cite(passage)}]" for passage in passages if passage)
        if years == 1:
            return self._say("path_total_year", start=way.counted_from, marks=marks)
        return self._say("path_total_years", years=years, start=way.counted_from, marks=marks)

    def _others(self) -> list[Way]:
        """Other ways: those that begin with another formation first."""
        first_seen = {self.ways.ways[0].formations[:1]} if self.ways.ways else set()
        fresh: list[Way] = []
        for way in self.ways.ways[1:]:
            if way.formations[:1] not in first_seen:
                first_seen.add(way.formations[:1])
                fresh.append(way)
        rest = [way for way in self.ways.ways[1:] if way not in fresh]
        return [*fresh, *rest][:_ALTERNATIVES]

    def _alternatives(self) -> list[str]:
        lines = []
        for way in self._others():
            stages = way.stages[1:-1] or way.stages[:1]
            told = self._say("path_then").join(self._brief(stage) for stage in stages)
            if not way.formations and way.stages[-1].by:
                told = f"{told} [{self._cite(way.stages[-1].by)}]"
            lines.append(self._say("path_alternative", stages=told))
        return ["\n".join([self._say("path_alternatives"), *lines])] if lines else []

    def _brief(self, stage: Stage) -> str:
        """A stage inside a line: title, what opens it as a mark, duration and level."""
        title = self._titled(stage)
        if stage.by:
            title = f"{title} [{self._cite(stage.by)}]"
        formation = self.finder.formations.get(stage.id or "")
        facts = [self.formations.fact(formation, name) for name in ("duration", "level")] if formation else []
        return ", ".join([title, *(fact for fact in facts if fact)])

    def _titled(self, stage: Stage) -> str:
        """The title, with the id where the métier's fiche writes it."""
        named = any(link.id == stage.id for link in self.ways.metier.formations)
        return f"{stage.title} ({stage.id})" if named else stage.title

    def _unsaid(self) -> list[str]:
        """Formations that the métier's fiche recommends, and no fiche says how to enter from here."""
        lines, numbers = [], []
        for formation_id in self.ways.unsaid[:_UNSAID]:
            line = recommended(self.ways.metier, formation_id)
            if line is None:
                continue
            numbers.append(self._cite(line))
            stage = self._brief(Stage("formation", self.formations.graph.titles[formation_id], formation_id))
            lines.append(self._say("path_unsaid_item", stage=stage, n=numbers[-1]))
        if not lines:
            return []
        name = "path_unsaid_lead" if self.ways.ways else "path_unsaid_only"
        return ["\n".join([self._say(name, n=numbers[0]), *lines])]

    def _no_way(self) -> str:
        name = "path_no_way" if self.ways.metier.formations else "path_no_formation"
        return self._say(name, start=self.ways.start.label, title=self.ways.metier.title)

    # Citations

    def _cite(self, said: Said) -> int:
        """The number of the citation of what says an arrow: the sentence that holds its words, or its line."""
        passage = self._passage(said)
        lines = (
            split_sentences(passage.text) if passage.section != "Formations recommandées" else passage.text.splitlines()
        )
        return self._book.cite(passage, next((line for line in lines if said.words in line), None))

    def _passage(self, said: Said) -> Passage:
        passages = self.formations.version.passages_of(said.source)
        return next(p for p in passages if p.section == said.section and said.words in p.text)

    def _preferred(self, ranked: Ranked) -> Ranked:
        """The passages of the métier that speak of the very place where the question begins come first."""
        wanted = _AFTER_BAC if self.ways.start.rank >= BAC else _AFTER_3E
        own = self.formations.version.by_fiche[self.ways.metier.id]
        first = [(p, 1.0) for p in own if p.section == "Accès au métier" and wanted in fold(p.heading)]
        known = {p.id for p, _ in first}
        return [*first, *(pair for pair in ranked if pair[0].id not in known)]


def ways_as_data(
    metier: FicheMetier, start: Start, version: Version, graph: StudyGraph, voice: Voice
) -> tuple[StudyPath, tuple[Citation, ...]]:
    """The ways from a start to a métier as data, with the citations that their steps number."""
    formations = FormationTeller("", version, graph, voice)
    finder = PathFinder(version.formations, graph)
    data = PathWriter(finder.find(metier, start), finder, formations).as_data()
    return data, formations.book.entries()
