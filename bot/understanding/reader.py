"""Reads a question, after the conversation that went before: one pass over its turns, deterministic, no model."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from bot.answer import Question
from bot.lexical import LexicalIndex
from bot.lexicon import Lexicon
from bot.understanding.constraints import ConstraintReader, fold_words
from bot.understanding.conversation import Memory
from bot.understanding.formations import FormationIndex
from bot.understanding.intents import Intent, Intents
from bot.understanding.names import JobNames, NameIndex, NameMatch, codes_in, keys_of, without_names
from bot.understanding.reading import Reading
from bot.understanding.traits import without_traits
from ingest.fiche import FicheMetier
from ingest.library import Version

#: A question of more words than this says enough by itself to stand without the conversation that went before.
_ELLIPTICAL_WORDS = 8
#: A name borne by more fiches than this is too vague to answer for each.
_MOST_BEARERS = 5
#: Intents that questions about a description have too: "comment s'appelle le métier de…".
_OF_ANYTHING = ("portrait", "names", "work")
#: A question of at most this many words asks for a métier by its name rather than by what is done in it.
_SHORT_NAME = 4
#: Shorter words are too common to say that a name is unknown.
_LONG_WORD = 5
#: Of several names in one question, the first ones are compared.
_MOST_COMPARED = 4
_SEEKS_METIERS = re.compile(
    r"\b(?:quels? (?:metiers?|boulots?|jobs?)|(?:des|les|liste des|tous les|combien de) (?:metiers|boulots|jobs)"
    r"|which jobs)\b"
)
_DESCRIBES = re.compile(
    r"\b(?:celui|celle|ceux|celles|quelqu un|quelqun|la personne|les gens|le monsieur|la dame|le mec|le gars"
    r"|la meuf|l ouvrier|le metier|le boulot"
    r"|le job|le taf|un metier|un boulot|un job|un taf|metier|boulot|job|taf) (?:qui|ou|ki|pour|avec|de ceux)\b"
    r"|\b(?:someone|person|job|people) (?:who|where|that)\b"
)
_WISHES = re.compile(
    r"\b(?:j ?aime\w*|j ?adore\w*|j ?kiff\w*|j(?:e )?veux?|j(?:e )?voudrai\w*|envie|passionn\w*|mon reve"
    r"|i (?:want|like|love|d))\b"
)
_BECOMES = re.compile(r"\b(?:deven\w*|etre|become|to be|metier (?:de|d)|comme|fiche)\b")
_RESETS = re.compile(r"\b(?:rien a voir|autre question|nouvelle question|changeons|on change|autre chose|sinon rien)\b")
_REPLACES = re.compile(r"\b(?:non|plutot|finalement|en fait)\b")
_GOES_ON = re.compile(
    r"\b(?:(?:montre\w*|voir|affiche\w*|donne\w*)? ?(?:moi )?(?:la suite|les suivants|d autres|plus de metiers"
    r"|encore)|next|show more)\b"
)
_LEANS = re.compile(
    r"^(?:(?:ok|merci|oui|super|d accord) )*(?:et|pareil|idem|meme (?:question|chose)|sinon)\b|\b(?:ca donne quoi"
    r"|c est pareil)\b"
)
#: Announces the name of a métier.
_CALLED = re.compile(
    r"\b(?:devenir|deviens?|devien|metier d[eu]?|boulot d[eu]?|fiche metier|c est quoi|c koi|qu est ce qu un"
    r"|qu est ce qu une|etre|become|to be)"
    r" (?:un |une |le |la |l |d |de |du |des |a |an )*(?P<name>\w+(?: (?:de |d |des |du |pour |a |au )?\w+){0,2})"
)
_COMPLEMENT = re.compile(r"(?:de |d |des |du |pour |pour les |sur )(?:les |la |le |l )?(?P<noun>\w+)")
_LEADS_TO = re.compile(
    r"\b(?:mene\w*|debouche\w*|que faire|quoi faire|faire quoi|quels? (?:metiers?|boulots?|jobs?|taf)|metiers?"
    r"|devient|devenir quoi|deviennent"
    r"|boulot|prepare\w*|conseillee?|sert a|avec|apres|titulaires?|correspond)\b"
)


@dataclass(frozen=True)
class Tables:
    """Everything that one version of the library and the lexicon let a question be looked up in."""

    version: Version
    names: NameIndex
    formations: FormationIndex
    lexical: LexicalIndex
    job_names: JobNames

    @classmethod
    def of(cls, version: Version, lexicon: Lexicon) -> Tables:
        """Build the tables of a version."""
        fiches = version.fiches
        names, formations = NameIndex(fiches, lexicon), FormationIndex(fiches)
        return cls(version, names, formations, LexicalIndex(fiches), JobNames(version.rome_names))


@dataclass(frozen=True)
class QuestionReader:
    """Reads questions against the tables of one version."""

    tables: Tables
    intents: Intents
    constraints: ConstraintReader

    def read(self, question: Question) -> Reading:
        """What a question asks, the conversation being read first, turn by turn."""
        memory = Memory()
        for turn in question.history:
            if turn.role == "user":
                memory = memory.after_question(self._read(Question(text=turn.content), memory))
            else:
                memory = memory.after_answer(turn.content, self.tables.names, self.tables.version.fiches)
        return self._read(question, memory)

    def _read(self, question: Question, memory: Memory) -> Reading:
        text = without_traits(question.text)
        matches = self.tables.names.find(text)
        intents = self._intents(question, without_names(text, matches))
        codes = codes_in(question.fiche_id or text)
        known = self._known(codes)
        if question.fiche_id or known:
            unknown = () if known else (question.fiche_id or "",)
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
        if _RESETS.search(asked):
            memory = Memory()
        unknown = tuple(code for code in codes if code.startswith("MET."))
        return (
            (Reading("", intents=intents, unknown=unknown) if unknown else None)
            or self._reverse(text, asked, codes, matches)
            or self._follow_up(text, asked, intents, matches, memory)
            or self._named(text, asked, intents, matches, memory)
            or self._list(text, asked, matches, memory)
            or self._described(text, asked, intents, matches)
        )

    def _reverse(self, text: str, asked: str, codes: tuple[str, ...], matches: tuple[NameMatch, ...]) -> Reading | None:
        """What a formation or a ROME code leads to, unless the question names a métier beside it."""
        formations = tuple(code for code in codes if code.startswith("FOR."))
        rome = self.tables.formations.rome_codes(text)
        if formations or rome:
            return Reading("", formations=formations, rome=rome)
        found = self.tables.formations.find(text)
        if found is None or not (_LEADS_TO.search(asked) or set(keys_of(text)) <= set(found.keys)):
            return None
        labelled = {key for formation in found.ids for key in keys_of(self.tables.formations.labels[formation])}
        beside = [match for match in matches if not set(match.keys) <= {*found.keys, *labelled}]
        return None if beside else Reading("", formations=found.ids)

    def _follow_up(
        self, text: str, asked: str, intents: tuple[Intent, ...], matches: tuple[NameMatch, ...], memory: Memory
    ) -> Reading | None:
        """What leans on the conversation: the rest of a list, "le deuxième", "et le salaire ?", "et sans le bac ?"."""
        matches = tuple(match for match in matches if self._restricts(match, asked, intents))
        if _GOES_ON.search(asked) and memory.shown and not matches:
            return Reading(
                text, constraints=memory.constraints, formations=memory.formations, rome=memory.rome, start=memory.shown
            )
        meant = memory.meant(asked)
        if meant and not matches:
            return self._about(text, meant, intents or memory.intents, compared=len(meant) > 1)
        if matches or _SEEKS_METIERS.search(asked):
            return None
        if memory.constraints:
            newer, _ = self.constraints.read(text, wishing=True)
            if newer:
                merged = memory.constraints.merged(newer, replacing=bool(_REPLACES.search(asked)))
                return Reading(f"{text} ({merged.summary})", constraints=merged)
        if memory.focus and self._is_elliptical(asked, intents):
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
        strong = [match for match in matches if self._restricts(match, asked, intents)]
        if not strong:
            return None
        if _LEANS.search(asked) and not intents:
            intents = memory.intents
        if self._is_of_nothing(text, strong):
            return Reading("", intents=intents, hints=_bearers(matches), unnamed=text)
        if len(strong) == 1 and len(strong[0].fiches) > 1 and self._is_vague(strong[0], intents):
            return Reading("", self._known(strong[0].fiches), intents, shared_name=" ".join(strong[0].keys))
        fiches = tuple(dict.fromkeys(fiche for match in strong for fiche in self._known(match.fiches[:_MOST_BEARERS])))
        return Reading("", fiches[:_MOST_BEARERS], intents, compared=len({match.fiches for match in strong}) > 1)

    def _list(self, text: str, asked: str, matches: tuple[NameMatch, ...], memory: Memory) -> Reading | None:
        constraints, rest = self.constraints.read(text)
        if not constraints or (_DESCRIBES.search(asked) and not _SEEKS_METIERS.search(asked)):
            return None
        return Reading("", constraints=constraints, topic=_topic(rest), hints=_bearers(matches))

    def _described(self, text: str, asked: str, intents: tuple[Intent, ...], matches: tuple[NameMatch, ...]) -> Reading:
        """A description; or a métier by a name that no fiche bears, when something precise is asked of it."""
        precise = any(intent.name not in _OF_ANYTHING for intent in intents) and not (
            _DESCRIBES.search(asked) or _WISHES.search(asked)
        )
        called = _CALLED.search(asked)
        if not matches and called and not _DESCRIBES.search(asked) and self._has_unknown_word(called["name"]):
            return Reading("", intents=intents, unnamed=text, nearby=self._nearby(text))
        if _SEEKS_METIERS.search(asked) and not intents:
            return Reading("", topic=text, hints=_bearers(matches))
        if not matches and precise:
            rare = self.tables.names.find_rare(text)
            if rare:
                return Reading("", self._known(rare.fiches), intents)
            if self._has_unknown_word(text) or len(keys_of(text)) <= _SHORT_NAME:
                return Reading("", intents=intents, unnamed=text, nearby=self._nearby(text))
        return Reading("", intents=intents, hints=_bearers(matches))

    def _nearby(self, text: str) -> tuple[str, ...]:
        """The métiers whose fiche bears the ROME code of the job that a question names."""
        codes = (self.tables.version.rome_names[name] for name in self.tables.job_names.find(text))
        return tuple(dict.fromkeys(fiche for code in codes for fiche in self.tables.formations.bearers.get(code, {})))

    def _is_of_nothing(self, text: str, matches: list[NameMatch]) -> bool:
        """Whether the only name is one word, told apart by a word that no fiche knows: "coiffeur pour hérissons"."""
        if len(matches) != 1 or len(matches[0].keys) > 1:
            return False
        after = " ".join(without_names(text, matches).split()[matches[0].start + 1 :])
        complement = _COMPLEMENT.match(after)
        return bool(complement and self._has_unknown_word(complement["noun"]))

    def _has_unknown_word(self, text: str) -> bool:
        """Whether a word of some length occurs in no fiche, not even misspelt, and in no intent's phrase."""
        return any(len(key) >= _LONG_WORD and not self.tables.names.knows(key) for key in keys_of(text))

    def _restricts(self, match: NameMatch, asked: str, intents: tuple[Intent, ...]) -> bool:
        """Whether a name is what the question is about. One word inside a description or a wish only brings nearer."""
        if len(match.keys) > 1 and len(match.fiches) <= _MOST_BEARERS:
            return not _DESCRIBES.search(asked) or bool(intents)
        if _DESCRIBES.search(asked):
            return False
        return not _WISHES.search(asked) or bool(_BECOMES.search(asked)) or len(asked.split()) <= 4

    def _is_vague(self, match: NameMatch, intents: tuple[Intent, ...]) -> bool:
        return len(match.fiches) > _MOST_BEARERS or not any(intent.name != "portrait" for intent in intents)

    def _is_elliptical(self, asked: str, intents: tuple[Intent, ...]) -> bool:
        """Whether a question leans on what was said before: "et le salaire ?", "c'est long ?"."""
        return len(asked.split()) <= _ELLIPTICAL_WORDS and (bool(intents) or bool(_LEANS.search(asked)))

    def _intents(self, question: Question, asked_text: str) -> tuple[Intent, ...]:
        found = self.intents.find(asked_text)
        if question.section is None:
            return found
        asked = tuple(intent for intent in found if intent.section == question.section)
        possible = tuple(intent for intent in self.intents.all if intent.section == question.section)
        return asked or possible or (Intent(name="section", section=question.section, phrases=()),)

    def _known(self, codes: Iterable[str]) -> tuple[FicheMetier, ...]:
        fiches = self.tables.version.fiches
        return tuple(fiches[code] for code in codes if code in fiches)


_NO_TOPIC = frozenset(
    [
        "secteur",
        "domaine",
        "monde",
        "milieu",
        "univers",
        "et",
        "ou",
        "code",
        "ca",
        "qui",
        "que",
        "pour",
        "moi",
        "a",
        "en",
        "svp",
        "stp",
    ]
)


def _bearers(matches: Iterable[NameMatch]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(fiche_id for match in matches for fiche_id in match.fiches))


_TOPIC = re.compile(
    r"\b(?:metiers?|boulots?|jobs?|travail|travailler|bosser|taf) (?:du|de la|de l|des|d|de|dans le|dans la"
    r"|dans les|dans l|autour d\w+"
    r"|lies? (?:a|au|aux) ?(?:la|l)?|en rapport avec|avec les?|avec la|avec des|sur) (?P<topic>\w+(?: \w+){0,3})"
)


def _topic(rest: str) -> str:
    """The free topic that remains of a list's question once its constraints are read: "métiers du son à bac+2"."""
    found = _TOPIC.search(rest)
    if found is None:
        return ""
    return " ".join(word for word in found["topic"].split() if word not in _NO_TOPIC and len(word) > 1)
