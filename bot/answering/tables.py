"""Comparison of two to four métiers: the same facts side by side, each cell with its citation."""

from __future__ import annotations

from collections.abc import Sequence

from bot.answer import Outcome
from bot.answering.citations import CitationBook
from bot.answering.sentences import split_sentences
from bot.answering.written import Voice, Written
from bot.understanding.intents import Intent
from bot.understanding.naming import MOST_COMPARED
from ingest.fiche import FicheMetier
from ingest.library import Version
from ingest.passages import Passage

#: Compared when nothing precise is asked.
_USUAL = ("level", "salary", "statuses", "portrait")
_MOST_ROWS = 4
#: Intents whose passage is a list of facts, given whole; of the others a cell shows the first sentence.
_LISTS = frozenset({"statuses", "interests", "rome", "names"})
_LONGEST_LIST = 3


def write_comparison(fiches: Sequence[FicheMetier], asked: Sequence[Intent], version: Version, voice: Voice) -> Written:
    """A Markdown table, the same as rows of cells, and one citation for each cell that says something."""
    fiches = fiches[:MOST_COMPARED]
    rows = [intent for intent in asked if intent.name != "section"][:_MOST_ROWS]
    intents = rows or [voice.intents.named(name) for name in _USUAL]
    book = CitationBook(version)
    say = voice.lists.say
    table = [[say("column_fact"), *(fiche.title for fiche in fiches)]]
    for intent in intents:
        cells = [_cell(fiche, intent, version, voice, book) for fiche in fiches]
        table.append([say(f"row_{intent.name}"), *cells])
    outcome = Outcome.ANSWER if len(book) else Outcome.ABSENT
    return Written(outcome, markdown_table(table), book.entries(), table=table)


def _cell(fiche: FicheMetier, intent: Intent, version: Version, voice: Voice, book: CitationBook) -> str:
    passage = next((p for p in version.by_fiche[fiche.id] if intent.covers(p)), None)
    if passage is None:
        return voice.lists.say("cell_silent")
    quote, shown = _essence(passage, intent, fiche)
    return voice.lists.say("cell", text=shown, n=book.cite(passage, quote))


def _essence(passage: Passage, intent: Intent, fiche: FicheMetier) -> tuple[str, str]:
    """What a cell quotes of a passage, and what it shows of it."""
    if intent.name == "level" and fiche.level:
        return passage.text, fiche.level
    if intent.name in _LISTS:
        lines = [line for line in passage.text.splitlines() if line][:_LONGEST_LIST]
        return "\n".join(lines), ", ".join(line.removeprefix("- ") for line in lines)
    if intent.name == "formations":
        lines = passage.text.splitlines()[:_LONGEST_LIST]
        return "\n".join(lines), " ; ".join(line.removeprefix("- ") for line in lines)
    sentence = split_sentences(passage.text)[0]
    return sentence, sentence.rstrip(" .")


def markdown_table(table: Sequence[Sequence[str]]) -> str:
    """Rows of cells as a Markdown table, the first row being its head."""
    lines = ["| " + " | ".join(cell.replace("|", "/").replace("\n", " ") for cell in row) + " |" for row in table]
    return "\n".join([lines[0], "|" + " --- |" * len(table[0]), *lines[1:]])
