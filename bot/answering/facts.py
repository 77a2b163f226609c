"""Facts in one sentence each: salary, level, statuses, formations… The figure first, exactly as the fiche has it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.answer import Computed
from bot.answering.citations import CitationBook
from bot.phrases import Phrases
from ingest.fiche import Appellation, FicheMetier
from ingest.passages import Passage

_SALARY = re.compile(
    r"(?P<salary>[AÀ] partir de [\d\s]*\d euros|Entre [\d\s]*\d et [\d\s]*\d euros) brut par mois"
    r"(?:\s?,\s*(?P<detail>.+?))?[\s.]*"
)
_BAC_PLUS = re.compile(r"bac \+ (?P<years>\d)", re.IGNORECASE)
#: A longer list of formations is cut, its total said.
_MOST_FORMATIONS = 6


class FactWriter:
    """Writes facts about one métier into an answer, citing as it goes; figures it counted end up in `computed`."""

    def __init__(self, fiche: FicheMetier, phrases: Phrases, book: CitationBook) -> None:
        self.fiche = fiche
        self.computed: list[Computed] = []
        self._phrases = phrases
        self._book = book

    def write(self, intent: str, passage: Passage) -> str | None:
        """The sentence for an intent that a single fact answers, from the passage that holds it; None for prose."""
        match intent:
            case "salary":
                return self._salary(passage)
            case "level":
                return self._level(passage)
            case "formations":
                return self._formations(passage)
            case "statuses" | "interests" | "rome":
                return self._list(intent, passage, _items(passage.text))
            case "names":
                return self._list(intent, passage, [name.title for name in self.fiche.other_names])
            case _:
                return None

    def _salary(self, passage: Passage) -> str:
        n = self._book.cite(passage)
        found = _SALARY.fullmatch(passage.text)
        who = self._who(self.fiche.name)
        if found is None or who is None:
            quote = " ; ".join(line.strip(" .") for line in passage.text.splitlines() if line)
            return self._phrases.say("salary_as_written", title=self.fiche.title, quote=quote, n=n)
        salary = found["salary"][0].lower().replace("a", "à") + found["salary"][1:]
        if found["detail"]:
            return self._phrases.say("salary_detailed", who=who, salary=salary, detail=found["detail"], n=n)
        return self._phrases.say("salary", who=who, salary=salary, n=n)

    def _level(self, passage: Passage) -> str:
        n, level = self._book.cite(passage), self.fiche.level
        found = _BAC_PLUS.fullmatch(level or "")
        if found is None:
            return self._phrases.say("level", title=self.fiche.title, level=level, n=n)
        years = self._phrases.say(f"years_{found['years']}")
        return self._phrases.say("level_with_years", title=self.fiche.title, level=level, years=years, n=n)

    def _formations(self, passage: Passage) -> str:
        items, total = _items(passage.text), len(self.fiche.formations)
        if total <= _MOST_FORMATIONS:
            return self._list("formations", passage, items)
        shown = items[:_MOST_FORMATIONS]
        n = self._book.cite(passage, "\n".join(f"- {item}" for item in shown))
        self.computed.append(Computed(value=total, what="formations"))
        listed = self._join(shown)
        return self._phrases.say("formations_cut", title=self.fiche.title, items=listed, total=total, n=n)

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
        first, second = sorted((name.masculine, name.feminine))
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


def _items(text: str) -> list[str]:
    return [line.removeprefix("- ") for line in text.splitlines() if line.strip()]
