"""Facts in one sentence each: salary, level, statuses, formations… The figure first, exactly as the fiche has it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.answer import Computed
from bot.answering.citations import CitationBook
from bot.answering.sentences import mark, split_sentences
from bot.phrases import Phrases
from ingest.fiche import Appellation, FicheMetier
from ingest.passages import Passage
from ingest.text import fold

_SALARY = re.compile(
    r"(?P<salary>[AÀ] partir de [\d\s]*\d euros|Entre [\d\s]*\d et [\d\s]*\d euros) brut par mois"
    r"\s*(?P<detail>[^\s.].*?)?[\s.]*"
)
_BAC_PLUS = re.compile(r"bac \+ (?P<years>\d)", re.IGNORECASE)
#: A longer list of formations is cut, its total said.
_MOST_FORMATIONS = 6


class FactWriter:
    """Writes facts about one métier into an answer, citing as it goes; figures it counted end up in `computed`."""

    def __init__(self, fiche: FicheMetier, phrases: Phrases, book: CitationBook, *, again: bool = False) -> None:
        """`again` says that the answer has just named the métier: it need not be named anew."""
        self.fiche = fiche
        self._again = again
        self.computed: list[Computed] = []
        self._phrases = phrases
        self._book = book

    def write(self, intent: str, passages: Sequence[Passage]) -> str | None:
        """What answers an intent that is a fact, from the passages that hold it, best first; None for prose."""
        match intent:
            case "salary":
                return self._salary(passages[0])
            case "level":
                return self._level(passages[0])
            case "formations":
                return self._formations(passages[0])
            case "statuses" | "rome":
                return self._list(intent, passages[0], _items(passages[0].text))
            case "interests":
                items = [self._phrases.say("interest_item", item=item) for item in _items(passages[0].text)]
                return self._list(intent, passages[0], items)
            case "names":
                titles = [(passage, _titles(passage.text)) for passage in passages]
                return " ".join(self._list(intent, passage, found) for passage, found in titles if found)
            case "identity":
                return self._identity(passages[0])
            case _:
                return None

    def _salary(self, passage: Passage) -> str:
        """The first sentence with its subject, the others as they are, each with its mark."""
        n = self._book.cite(passage)
        first, *others = split_sentences(passage.text)
        return " ".join([self._first_of_salary(first, n), *(mark(sentence, n) for sentence in others)])

    def _first_of_salary(self, sentence: str, n: int) -> str:
        found = _SALARY.fullmatch(sentence)
        who = self._who(self.fiche.name)
        if found is None or who is None:
            quote = sentence.rstrip(" .:;,")
            return self._phrases.say("salary_as_written", title=self.fiche.title, quote=quote, n=n)
        salary = found["salary"][0].lower().replace("a", "à") + found["salary"][1:]
        if found["detail"]:
            detail = found["detail"].lstrip(" ,")
            return self._phrases.say("salary_detailed", who=who, salary=salary, detail=detail, n=n)
        return self._phrases.say("salary", who=who, salary=salary, n=n)

    def _level(self, passage: Passage) -> str:
        values: dict[str, object] = {"level": self.fiche.level, "n": self._book.cite(passage)}
        name = "level"
        if found := _BAC_PLUS.fullmatch(self.fiche.level or ""):
            name, values["years"] = "level_with_years", self._phrases.say(f"years_{found['years']}")
        if self._again:
            return self._phrases.say(f"{name}_again", **values)
        return self._phrases.say(name, title=self.fiche.title, **values)

    def _formations(self, passage: Passage) -> str:
        """One formation a line: labels are long, and hold full stops and commas of their own."""
        lines, total = passage.text.splitlines()[:_MOST_FORMATIONS], len(self.fiche.formations)
        n = self._book.cite(passage, "\n".join(lines))
        items = "\n".join(self._phrases.say("formation_item", item=item, n=n) for item in _items("\n".join(lines)))
        if total == len(lines):
            return self._phrases.say("formations", title=self.fiche.title, items=items, n=n)
        self.computed.append(Computed(value=total, what="formations"))
        return self._phrases.say("formations_cut", title=self.fiche.title, items=items, total=total, n=n)

    def _identity(self, passage: Passage) -> str:
        n, name = self._book.cite(passage), self.fiche.name
        said = self._phrases.say("identity", title=name.title, code=self.fiche.id, n=n)
        if not name.feminine or not name.masculine:
            return said
        genders = self._phrases.say("genders", feminine=name.feminine, masculine=name.masculine, n=n)
        return f"{said} {genders}"

    def _list(self, name: str, passage: Passage, items: Sequence[str]) -> str:
        return self._phrases.say(name, title=self.fiche.title, items=self._join(items), n=self._book.cite(passage))

    def _join(self, items: Sequence[str]) -> str:
        *head, last = items
        return self._phrases.say("list_and", head=", ".join(head), last=last) if head else last

    def _who(self, name: Appellation) -> str | None:
        """Both genders in alphabetical order, what they share said once: `Un ingénieur ou une ingénieure cloud`."""
        if not name.feminine or not name.masculine:
            return None
        if name.feminine == name.masculine:
            return self._phrases.say("who_same", name=name.masculine)
        first, second = sorted((name.masculine, name.feminine), key=fold)
        short = _without_shared_ending(first, second)
        if first == name.masculine:
            return self._phrases.say("who_masculine_first", masculine=short, feminine=second)
        return self._phrases.say("who_feminine_first", masculine=second, feminine=short)


def _without_shared_ending(first: str, second: str) -> str:
    """The words of `first` up to the last one that differs from `second`."""
    words, others = first.split(), second.split()
    while len(words) > 1 and len(others) > 1 and words[-1] == others[-1]:
        words.pop()
        others.pop()
    return " ".join(words)


def _titles(text: str) -> list[str]:
    """The titles of other appellations, without the lines that give their genders."""
    return [line for line in text.splitlines() if line and not line.startswith("- ")]


def _items(text: str) -> list[str]:
    return [line.removeprefix("- ") for line in text.splitlines() if line.strip()]
