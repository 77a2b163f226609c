"""Reads a question, after the conversation that went before: one pass over its turns, deterministic, no model."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import lru_cache

from bot.answer import Question
from bot.understanding import cues
from bot.understanding.constraints import ConstraintReader, fold_words
from bot.understanding.conversation import Memory
from bot.understanding.formation_names import FormationNames
from bot.understanding.intents import Intent, Intents
from bot.understanding.keys import keys_of
from bot.understanding.leaning import is_short, last_spoken_of, leaning_on
from bot.understanding.limits import Limits, load_limits
from bot.understanding.lists import ListReader
from bot.understanding.lookup import Tables
from bot.understanding.names import NameMatch, codes_in, without_names
from bot.understanding.naming import ELLIPTICAL_WORDS, MOST_COMPARED, Naming
from bot.understanding.orders import without_orders
from bot.understanding.reading import Reading
from bot.understanding.strangers import stranger_in
from bot.understanding.studies import Asked, Study, StudyReader
from bot.understanding.traits import without_traits
from bot.ways import Start
from ingest.fiche import FicheMetier

#: Intents that questions about a description have too: "comment s'appelle le métier de…".
_OF_ANYTHING = ("portrait", "names", "work")
#: Telling words beside a name from which on what asks no question in form, and holds no intent, asks for something.
_OPEN = 2


@dataclass(frozen=True)
class QuestionReader:
    """Reads questions against the tables of one version."""

    tables: Tables
    intents: Intents
    constraints: ConstraintReader
    limits: Limits = field(default_factory=load_limits)

    @property
    def naming(self) -> Naming:
        """What weighs the names of a question."""
        return Naming(self.tables, self.intents)

    @property
    def _lists(self) -> ListReader:
        return ListReader(self.tables, self.constraints)

    def read(self, question: Question) -> Reading:
        """What a question asks, the conversation being read first, turn by turn."""
        whole, asked = question.text, without_orders(question.text)
        if whole.strip() and not asked:
            return Reading(whole, is_order=True)
        question, memory = question.model_copy(update={"text": asked}), Memory()
        for turn in question.history:
            said = without_orders(turn.content)
            if turn.role == "user" and said:
                memory = memory.after_question(self._read(Question(text=said), memory))
            elif turn.role == "assistant":
                memory = memory.after_answer(turn.content, self.tables.names, self.tables.version.fiches)
        reading = self._read(question, memory)
        if asked != whole and reading.kind in ("described", "unknown_name"):  # nothing known is left beside the orders
            return Reading(whole, is_order=True)
        names = self.tables.names.find(asked)
        reading = replace(reading, beyond=self.limits.find(asked), is_open=self._is_open(asked, names, reading))
        if question.fiche_id:
            return reading
        leaning = self._leaning(asked, names, question)
        return replace(reading, study=leaning) if leaning else self._with_study(asked, names, reading)

    def place_named(self, text: str) -> Start | None:
        """The class or the diploma that some words name by themselves, None where they name none."""
        return self._studies.classes.named(text)

    def _with_study(self, text: str, names: tuple[NameMatch, ...], reading: Reading) -> Reading:
        """The reading with what is asked about formations; a path is a question about the métier that it ends at."""
        about = self._asked(text, names, reading)
        study = self._studies.read(about)
        if not study and reading.kind in ("described", "unknown_name") and (ids := self._studies.leading(about)):
            return Reading(reading.standalone, formations=ids)
        if study and study.metier and not reading.fiches:
            reading = replace(reading, fiches=self._known([study.metier]), topic="", hints=(), unnamed=None)
        return replace(reading, study=study)

    def _leaning(self, text: str, names: tuple[NameMatch, ...], question: Question) -> Study | None:
        """What a short question asks of the formation that the conversation was about last."""
        turns = [said for turn in question.history if turn.role == "user" and (said := without_orders(turn.content))]
        if not turns or not is_short(text) or self._studies.outside(self._asked(text, names, Reading(""))):
            return None
        last = last_spoken_of(turns, self._study_of, lambda said: bool(self.tables.names.find(said)))
        return leaning_on(text, *last, self._studies) if last else None

    def _study_of(self, said: str) -> Study | None:
        return self._with_study(said, self.tables.names.find(said), self._read(Question(text=said), Memory())).study

    @property
    def _studies(self) -> StudyReader:
        return study_reader(self.tables.formation_names)

    def _asked(self, text: str, names: tuple[NameMatch, ...], reading: Reading) -> Asked:
        """What was read of a question, as far as formations are concerned."""
        wished, _ = self.constraints.read(text, wishing=True)
        return Asked(
            text,
            metiers=tuple(fiche.id for fiche in reading.fiches),
            names=tuple((match.start, match.end, match.fiches) for match in names),
            compared=reading.compared,
            reverse=reading.kind == "reverse",
            intents=frozenset(intent.name for intent in reading.intents),
            wished=wished,
            limit=reading.beyond,
        )

    def _read(self, question: Question, memory: Memory) -> Reading:
        text = without_traits(question.text)
        matches = self.tables.names.find(text)
        intents = self._intents(question, without_names(text, matches))
        codes = codes_in(question.fiche_id or text)
        known = self._known(codes)
        if question.fiche_id or known:
            unknown = () if known else (question.fiche_id or "",)
            if not question.fiche_id:
                known = tuple(dict.fromkeys((*known, *self._known(_beside(known, matches)))))[:MOST_COMPARED]
            return Reading(question.text, known, intents, unknown, compared=len(known) > 1)
        reading = self._by_reference(text, intents, codes, matches, memory)
        return replace(reading, standalone=reading.standalone or text)

    def _by_reference(
        self,
        text: str,
        intents: tuple[Intent, ...],
        codes: tuple[str, ...],
        matches: tuple[NameMatch, ...],
        memory: Memory,
    ) -> Reading:
        """The first of these that fits: a formation or a code, a follow-up, a name, constraints, a description."""
        asked = fold_words(text)
        if cues.RESETS.search(asked):
            memory = Memory()
        unknown = tuple(code for code in codes if code.startswith("MET."))
        return (
            (Reading("", intents=intents, unknown=unknown) if unknown and not matches else None)
            or self._reverse(text, asked, codes, matches)
            or self._follow_up(text, asked, intents, matches, memory)
            or self._named(text, asked, intents, matches, memory)
            or (self._of_a_stranger(text, intents) if not matches else None)
            or self._lists.read(text, matches)
            or self._described(text, asked, intents, matches)
        )

    def _of_a_stranger(self, text: str, intents: tuple[Intent, ...]) -> Reading | None:
        """A métier that no fiche names, nor even speaks of: "Fauconnier : c'est quoi une journée type ?"."""
        names = self.tables.names
        stranger = stranger_in(text, lambda word: names.uses(word) or names.knows(word))
        if stranger is None or (cues.DESCRIBES.search(fold_words(text)) and not intents):
            return None
        return Reading("", intents=intents, unnamed=text, nearby=self._nearby(text))

    def _reverse(self, text: str, asked: str, codes: tuple[str, ...], matches: tuple[NameMatch, ...]) -> Reading | None:
        """What a formation or a ROME code leads to, unless the question names a métier beside it."""
        formations = tuple(code for code in codes if code.startswith("FOR."))
        rome = self.tables.formations.rome_codes(text)
        if formations or rome:
            return Reading("", formations=formations, rome=rome)
        found = self.tables.formations.find(text)
        if found is None or not (cues.LEADS_TO.search(asked) or set(keys_of(text)) <= set(found.keys)):
            return None
        labelled = {key for formation in found.ids for key in keys_of(self.tables.formations.labels[formation])}
        if matches and (cues.AIMS_AT.search(asked) or any(set(found.keys) <= set(match.keys) for match in matches)):
            return None
        beside = [match for match in matches if not set(match.keys) <= {*found.keys, *labelled}]
        return None if beside else Reading("", formations=found.ids)

    def _follow_up(
        self, text: str, asked: str, intents: tuple[Intent, ...], matches: tuple[NameMatch, ...], memory: Memory
    ) -> Reading | None:
        """What leans on the conversation: the rest of a list, "le deuxième", "et le salaire ?", "et sans le bac ?"."""
        matches = tuple(match for match in matches if self.naming.restricts(match, asked, intents))
        if cues.GOES_ON.search(asked) and memory.asked and memory.shown and not matches:
            return replace(memory.asked, start=memory.shown)
        meant = memory.meant(asked)
        if meant and not matches:
            return self._about(text, meant, intents or memory.intents, compared=len(meant) > 1)
        if matches or cues.SEEKS_METIERS.search(asked):
            return None
        if memory.asked and memory.asked.kind == "list":
            refined = self._lists.refined(text, memory.asked, replacing=bool(cues.REPLACES.search(asked)))
            if refined:
                return refined
        refers = cues.REFERS_TO_METIER.search(asked)
        if memory.focus and (refers or (self._is_elliptical(asked, intents) and not self._speaks_of_another(asked))):
            return self._about(text, memory.focus, intents or memory.intents, compared=len(memory.focus) > 1)
        return None

    def _about(
        self, text: str, fiches: tuple[FicheMetier, ...], intents: tuple[Intent, ...], compared: bool
    ) -> Reading:
        standalone = f"{text} ({', '.join(fiche.title for fiche in fiches)})"
        return Reading(standalone, fiches, intents, compared=compared)

    def _named(
        self, text: str, asked: str, intents: tuple[Intent, ...], matches: tuple[NameMatch, ...], memory: Memory
    ) -> Reading | None:
        """The métiers that a question names, when the names are what it is about."""
        strong = self.naming.about(text, asked, intents, matches)
        if not strong:
            return None
        if not intents and (cues.LEANS.search(asked) or cues.CORRECTS.search(asked)):
            intents = memory.intents
        another = self.naming.another(text, asked, strong)
        if another and another.fiches:
            return Reading("", self._known(another.fiches), intents)
        if another:
            return Reading("", intents=intents, hints=_bearers(matches), unnamed=text)
        if len(strong) == 1 and len(strong[0].fiches) > 1 and self.naming.is_vague(text, strong[0], intents):
            return Reading("", self._known(strong[0].fiches), intents, shared_name=" ".join(strong[0].keys))
        fiches, compared = self.naming.bearers(strong)
        borrowed = len(strong) == 1 and self.tables.names.is_borrowed(strong[0])
        return Reading("", self._known(fiches), intents, compared=compared, is_borrowed=borrowed)

    def _described(self, text: str, asked: str, intents: tuple[Intent, ...], matches: tuple[NameMatch, ...]) -> Reading:
        """A description; or a métier by a name that no fiche bears, when something precise is asked of it."""
        precise = any(intent.name not in _OF_ANYTHING for intent in intents) and not (
            cues.DESCRIBES.search(asked) or cues.WISHES.search(asked)
        )
        open_ended = cues.DESCRIBES.search(asked) or cues.SEEKS_METIERS.search(asked)
        opening = [] if matches or open_ended or cues.WISHES.search(asked) else self.naming.opening(text, intents)
        whole = self.tables.complements.bearers_of_all(opening)
        if whole:
            return Reading("", self._known(whole), intents)
        if not matches and not open_ended and self.naming.is_called(asked):
            return Reading("", intents=intents, unnamed=text, nearby=self._nearby(text))
        if cues.SEEKS_METIERS.search(asked) and not intents:
            return Reading("", topic=text, hints=_bearers(matches))
        if not matches and precise and not cues.SEEKS_METIERS.search(asked):
            rare = self.tables.names.find_rare(text)
            if rare and not self.naming.another(text, asked, [rare]):
                return Reading("", self._known(rare.fiches), intents)
            if self.naming.is_asked_by_name(text):
                return Reading("", intents=intents, unnamed=text, nearby=self._nearby(text))
        if self.tables.complements.looks_like_a_name(opening):
            return Reading("", intents=intents, unnamed=text, nearby=self._nearby(text))
        return Reading("", intents=intents, hints=_bearers(matches))

    def _nearby(self, text: str) -> tuple[str, ...]:
        """The métiers whose fiche bears the ROME code of the job that a question names."""
        codes = (self.tables.version.rome_names[name] for name in self.tables.job_names.find(text))
        return tuple(dict.fromkeys(fiche for code in codes for fiche in self.tables.formations.bearers.get(code, {})))

    def _is_open(self, text: str, names: tuple[NameMatch, ...], reading: Reading) -> bool:
        """Whether a question about métiers holds telling words beside their names, and no intent."""
        if not reading.fiches or reading.intents:
            return False
        telling = cues.telling(keys_of(without_names(text, names)))
        return len(telling) >= (1 if cues.QUESTIONS.search(fold_words(text)) else _OPEN)

    def _is_elliptical(self, asked: str, intents: tuple[Intent, ...]) -> bool:
        """Whether a question leans on what was said before: "et le salaire ?", "c'est long ?"."""
        leans = cues.LEANS.search(asked) or cues.GOES_WITHOUT_NAME.search(asked)
        return len(asked.split()) <= ELLIPTICAL_WORDS and (bool(intents) or bool(leans))

    def _speaks_of_another(self, asked: str) -> bool:
        """Whether a noun may be a métier that no fiche is named after: "salaire d'un dompteur ?"."""
        nouns = {found["noun"] for found in cues.OTHER_NOUN.finditer(asked)} - cues.NO_METIER
        return any(not self.intents.find(noun) for noun in nouns)

    def _intents(self, question: Question, asked_text: str) -> tuple[Intent, ...]:
        found = self.intents.find(self.intents.spelt(asked_text, self.tables.names.uses))
        if question.section is None:
            return found
        asked = tuple(intent for intent in found if intent.section == question.section)
        possible = tuple(intent for intent in self.intents.all if intent.section == question.section)
        if len(possible) == 1 and possible[0].heading:  # speaks of a part of the section only
            possible = ()
        return asked or possible or (Intent(name="section", section=question.section, phrases=()),)

    def _known(self, codes: Iterable[str]) -> tuple[FicheMetier, ...]:
        fiches = self.tables.version.fiches
        return tuple(fiches[code] for code in codes if code in fiches)


@lru_cache(maxsize=2)
def study_reader(names: FormationNames) -> StudyReader:
    """The reader of questions about formations for the names of a version: what it is made of is compiled once."""
    return StudyReader(names)


def _beside(known: Iterable[FicheMetier], matches: Iterable[NameMatch]) -> tuple[str, ...]:
    """The métiers named beside a code; "l'architecte MET.258" names none beside MET.258, architecte d'intérieur."""
    own = {key for fiche in known for name in fiche.searched_names for key in keys_of(name)}
    return tuple(match.fiches[0] for match in matches if len(match.fiches) == 1 and not own & set(match.keys))


def _bearers(matches: Iterable[NameMatch]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(fiche_id for match in matches for fiche_id in match.fiches))
