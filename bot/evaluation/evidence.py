"""Whether an answer can be checked: every citation looked up again in the fiches, every figure traced to its source.

Citations are re-read in the sections of the library's fiches, not in the passages that the answer was written from: a
passage cut or kept wrong would show. Metrics (`bot.evaluation.metrics` says how they are averaged):

- `resolves`: the share of citations whose fiche, section and heading exist in the library.
- `verbatim`: the share of citations whose quote stands, word for word, under that heading of that section of that
  fiche. White space apart; of a list, each line may stand by itself. 0 for one that does not resolve.
- `figures`: the share of the figures written in digits that stand in a cited passage, in the name of a cited fiche, in
  the question, or in `computed`. Marks and the numbers of a list are no figures. Figures written in words are not seen.
- `cite_recall`, `cite_precision`: see `bot.evaluation.support`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from bot.answer import Answer, Citation, Outcome
from bot.evaluation.support import MARK, Evidence, citation_scores, figures_of
from ingest.fiche import Block, Fiche

#: Outcomes that say something of métiers. The others are fixed wordings, with telephone numbers of their own.
_SPEAKS_OF_FICHES = (Outcome.ANSWER, Outcome.LIST, Outcome.CLARIFY, Outcome.ABSENT)
_PLACE = re.compile(r"^\s*\d+\. ", re.MULTILINE)


@dataclass(frozen=True)
class Checked:
    """The metrics of an answer's evidence, and what is wrong with it, in French, without words of a fiche."""

    metrics: Mapping[str, float | None]
    faults: tuple[str, ...] = ()


def check_evidence(answer: Answer, sources: Mapping[str, Fiche]) -> Checked:
    """Check an answer against the fiches, métiers and formations, by id."""
    blocks = {citation.n: tuple(_blocks(citation, sources.get(citation.fiche_id))) for citation in answer.citations}
    unresolved = [citation for citation in answer.citations if not blocks[citation.n]]
    altered = [c for c in answer.citations if blocks[c.n] and not any(_holds(b.text, c.quote) for b in blocks[c.n])]
    evidence = evidence_of(answer, sources)
    figures = figures_of(_PLACE.sub("", MARK.sub("", answer.answer))) if answer.outcome in _SPEAKS_OF_FICHES else ()
    given = given_figures(answer)
    known = given.union(*(figures_of(text) for e in evidence.values() for text in (e.text, e.names)))
    untraced = [figure for figure in figures if figure not in known]
    recall, precision = citation_scores(answer, evidence, given) if _has_statements(answer) else (None, None)
    metrics = {
        "resolves": _share(len(answer.citations) - len(unresolved), len(answer.citations)),
        "verbatim": _share(len(answer.citations) - len(unresolved) - len(altered), len(answer.citations)),
        "figures": _share(len(figures) - len(untraced), len(figures)),
        "cite_recall": recall,
        "cite_precision": precision,
    }
    return Checked(metrics, tuple(_faults(unresolved, altered, untraced)))


def evidence_of(answer: Answer, sources: Mapping[str, Fiche]) -> dict[int, Evidence]:
    """What each citation offers, by its number."""
    found = {}
    for citation in answer.citations:
        fiche = sources.get(citation.fiche_id)
        found[citation.n] = _evidence(citation, _blocks(citation, fiche), fiche)
    return found


def given_figures(answer: Answer) -> frozenset[str]:
    """Figures that need no fiche: those of the question, and those that Oriane says to have computed."""
    asked = (*figures_of(answer.question), *figures_of(answer.standalone_question))
    return frozenset((*asked, *(str(computed.value) for computed in answer.computed)))


def _has_statements(answer: Answer) -> bool:
    return answer.outcome in (Outcome.ANSWER, Outcome.LIST, Outcome.CLARIFY)


def _blocks(citation: Citation, fiche: Fiche | None) -> Iterator[Block]:
    section = fiche.section(citation.section) if fiche else None
    for block in section.blocks if section else ():
        if block.heading == citation.heading:
            yield block


def _evidence(citation: Citation, blocks: Iterable[Block], fiche: Fiche | None) -> Evidence:
    text = "\n".join(block.text for block in blocks)
    names = " ".join((fiche.title, *fiche.searched_names)) if fiche else ""
    return Evidence(text, f"{names} {citation.section} {citation.heading}")


def _holds(text: str, quote: str) -> bool:
    """Whether a quote stands in a text, whole or line by line; an empty one stands nowhere."""
    whole = _one_line(text)
    lines = [line for line in map(_one_line, quote.split("\n")) if line]
    return bool(lines) and (_one_line(quote) in whole or all(line in whole for line in lines))


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _faults(unresolved: Iterable[Citation], altered: Iterable[Citation], untraced: Iterable[str]) -> Iterator[str]:
    for citation in unresolved:
        yield f"citation {citation.n} introuvable : {citation.fiche_id}, {citation.section} › {citation.heading}"
    for citation in altered:
        yield f"citation {citation.n} non conforme au texte de {citation.fiche_id}, {citation.section}"
    for figure in dict.fromkeys(untraced):
        yield f"chiffre sans source : {figure}"
