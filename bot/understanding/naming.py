"""Which of the names in a question it is about, and whether what it names exists at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.understanding import cues
from bot.understanding.complements import Another
from bot.understanding.intents import Intent, Intents
from bot.understanding.keys import keys_of, parts_of, words_of
from bot.understanding.lookup import Tables
from bot.understanding.names import NameMatch

#: A question of more words than this says enough by itself to stand without the conversation that went before.
ELLIPTICAL_WORDS = 8
#: A name borne by more fiches than this is too vague to answer for each.
MOST_BEARERS = 5
#: Of several names in one question, the first ones are compared.
MOST_COMPARED = 4
#: A question of at most this many words asks for a métier by its name rather than by what is done in it.
_SHORT_NAME = 4
#: Shorter words are too common to say that a name is unknown.
_LONG_WORD = 5
#: So many words around a name ask something, understood or not.
_ASKS_SOMETHING = 6


@dataclass(frozen=True)
class Naming:
    """Weighs the names that were found in a question, or that it seems to hold."""

    tables: Tables
    intents: Intents

    def about(self, text: str, asked: str, intents: Sequence[Intent], matches: Sequence[NameMatch]) -> list[NameMatch]:
        """The names that a question is about; none when they are chance words of a description."""
        if cues.SCENE.search(asked) and all(match.start for match in matches):
            return []
        strong = [match for match in matches if self.restricts(match, asked, intents)]
        if len(matches) > 1 and not (cues.DESCRIBES.search(asked) or cues.WISHES.search(asked)):
            strong = list(matches)  # several names in one question are no chance words
        return self._before_colon(text, _aimed_at(words_of(text), strong))

    def restricts(self, match: NameMatch, asked: str, intents: Sequence[Intent]) -> bool:
        """Whether a name is what the question is about. One word inside a description or a wish only brings nearer."""
        if len(match.keys) > 1 and len(match.fiches) <= MOST_BEARERS:
            return not cues.DESCRIBES.search(asked) or bool(intents)
        if cues.DESCRIBES.search(asked):
            return False
        if cues.BECOMES.search(asked):
            return True
        length = len(asked.split())
        if cues.WISHES.search(asked):
            return length <= _SHORT_NAME
        return bool(intents) or length <= ELLIPTICAL_WORDS or self._is_asked_about(match, asked)

    def _is_asked_about(self, match: NameMatch, asked: str) -> bool:
        """Whether a question, however long, asks something of a name with its article: "… chez les déménageurs ?"."""
        before = asked.split()[match.start - 1 : match.start]
        return bool(cues.QUESTIONS.search(asked)) and bool(cues.ANNOUNCES & set(before))

    def another(self, text: str, asked: str, matches: Sequence[NameMatch]) -> Another | None:
        """The other métier that the only name of a question begins ("coiffeur pour hérissons"), if it does."""
        if len(matches) != 1 or self._is_listed_job(text, matches[0]):
            return None
        asking = set(asked.split()) - set(self.intents.without(asked).split())
        return self.tables.complements.another(text, matches[0], asking)

    def _is_listed_job(self, text: str, match: NameMatch) -> bool:
        """Whether France Travail lists the longer name under a code of the métier: "photographe animalier"."""
        jobs = [name for name in self.tables.job_names.find(text) if len(keys_of(name)) > len(match.keys)]
        codes = {code for fiche_id in match.fiches for code in self.tables.version.fiches[fiche_id].rome}
        return any(self.tables.version.rome_names[name] in codes for name in jobs)

    def bearers(self, matches: Sequence[NameMatch]) -> tuple[tuple[str, ...], bool]:
        """The fiches that names stand for, and whether they are compared.

        One name stands for all that bear it. Among several each stands for the métier whose title it is, and for one
        métier only where all would be too many.
        """
        different = {match.fiches: match for match in matches}
        if len(different) == 1:
            return matches[0].fiches[:MOST_BEARERS], False
        own = [match.fiches[:1] if match.titled else match.fiches for match in matches]
        if len({fiche for fiches in own for fiche in fiches}) > MOST_COMPARED:
            own = [fiches[:1] for fiches in own]
        return tuple(dict.fromkeys(fiche for fiches in own for fiche in fiches))[:MOST_COMPARED], True

    def is_vague(self, text: str, match: NameMatch, intents: Sequence[Intent]) -> bool:
        """Whether a name of several métiers had better be told apart: nothing is asked that each could answer."""
        around = len(words_of(text)) - (match.end - match.start)
        asks = any(intent.name != "portrait" for intent in intents) or (not intents and around >= _ASKS_SOMETHING)
        return len(match.fiches) > MOST_BEARERS or not asks

    def is_called(self, asked: str) -> bool:
        """Whether a question gives a métier a name: a word that no fiche knows, or a short name and nothing else."""
        loosely, strictly = cues.CALLED.search(asked), cues.NAMED.search(asked)
        if loosely and self.has_unknown_word(loosely["name"]):
            return True
        rest = self.intents.without(strictly["name"]) if strictly else ""
        return 0 < len(keys_of(rest)) <= _SHORT_NAME - 1

    def is_asked_by_name(self, text: str) -> bool:
        """Whether a question that asks something precise does so of a name rather than of a description."""
        keys, names = keys_of(text), self.tables.names
        if keys and cues.INFINITIVE.search(keys[0]) and keys[0] not in names.heads and names.knows(keys[0]):
            return False  # "réparer des vélos, ça paye ?"
        length = len(keys)
        return length <= _SHORT_NAME or (length <= ELLIPTICAL_WORDS and self.has_unknown_word(text))

    def opening(self, text: str, intents: Sequence[Intent]) -> list[str]:
        """The words that a question begins with, then asks something of; none when it asks nothing of them.

        "Chef de gare, combien ça gagne", "home stager, on apprend ça où ?", "pilote de drone quel niveau".
        """
        parts = [said for _, said in parts_of(text)]
        if not parts or parts[0][0] in cues.NO_BEGINNING:
            return []
        named = self._up_to_the_asking(parts[0])
        is_asked = bool(intents) or (named == parts[0] and any(map(cues.REFERS_BACK.search, map(" ".join, parts[1:2]))))
        return named if is_asked else []

    def has_unknown_word(self, text: str) -> bool:
        """Whether a word of some length occurs in no fiche, not even misspelt, and in no intent's phrase."""
        return any(len(key) >= _LONG_WORD and not self.tables.names.knows(key) for key in keys_of(text))

    def _up_to_the_asking(self, said: Sequence[str]) -> list[str]:
        """The first words of a part of a question, up to those that ask for something."""
        text = " ".join(said)
        starts = [found.start() for intent in self.intents.all if (found := intent.pattern.search(text))]
        named = text[: min(starts, default=len(text))].split()
        end = next((place for place, word in enumerate(named) if word in cues.ENDS_NAME), len(named))
        return named[:end]

    def _before_colon(self, text: str, matches: list[NameMatch]) -> list[NameMatch]:
        """Of "gestionnaire de copropriété : faut-il être juriste ?", the name that stands before the colon."""
        head, colon, _ = text.partition(":")
        bare = head.strip()
        end = len(words_of(bare))
        first = [match for match in matches if match.end <= end]
        is_title = len(first) == 1 and end - (first[0].end - first[0].start) <= 1
        return first if colon and is_title else matches


def _aimed_at(said: Sequence[str], matches: list[NameMatch]) -> list[NameMatch]:
    """Of "ma sœur est coiffeuse : comment devenir esthéticienne", the métiers that are the aim."""
    for number, match in enumerate(matches):
        place = match.start - 1
        while place >= 0 and said[place] in cues.AIMED_THROUGH:
            place -= 1
        if number and place > 0 and said[place] in cues.AIMS and said[place - 1] not in ("ou", "et"):
            return matches[number:]
    return matches
