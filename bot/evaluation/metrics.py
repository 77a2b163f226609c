"""What is measured on one answer: a record of what it reached, and each metric with its definition.

A metric is a number between 0 and 1, or None where it does not apply; the mean of those that apply is the figure of a
set. A question that raised an error counts as an answer that reaches nothing. The metrics, in the order of `METRICS`:

- `hit1`, `hit4`: the share of questions whose gold métier stands first, or among the first four, in the order of
  métiers that the answer shows (`ranking`). Success@k of information retrieval (TREC). With several gold fiches, one is
  enough, whatever `match` says.
- `passed`: 1 when every metric of `DECISIVE` that applies is perfect and no error was raised. What baselines compare.
- `mrr`: one over the rank of the first gold métier in `ranking`, 0 when it is nowhere (mean reciprocal rank, TREC-8).
- `ndcg`: normalised discounted cumulative gain of `ranking` cut at `DEPTH`, a gold fiche gaining 1, any other 0
  (Järvelin & Kekäläinen 2002). With several gold fiches the ideal ranking begins with all of them.
- `all_hit`: for `match: all`, 1 when every gold fiche is *cited*: to rank a métier is not to answer for it.
- `section`: given the right métier (`hit1` is 1), 1 when a citation of a gold fiche stands in one of the accepted
  sections; with `match: all`, when that holds for every gold fiche that is cited. A fiche that has none of these
  sections is not counted; it does not apply where no fiche is left.
- `outcome`: 1 when the answer's outcome is one of those accepted.
- `must_include`: the share of groups of which at least one alternative stands in the answer's text. Texts are compared
  folded (case, accents), without any white space; a figure at either end must not go on (`2100` is not in `12100`).
- `must_not`: 1 when none of the forbidden texts stands in the answer's text, compared in the same way.
- `precision`: for an answer whose outcome is `list`, the share of cited métiers that satisfy the predicate, recomputed
  from their fiches, or that are gold where the gold is the whole list; 0 for a list that should cite and does not.
- `total`: 1 when the total said equals the one expected. Not for an `answer` where the set accepts that outcome too.
- `pair`: counterfactual equality, 1 when both questions of a pair cite and understood the same set of métiers, and say
  the same total (Kusner et al. 2017, on outputs). Written on the second alone; an error equals nothing.
- `pair_cites`: 1 when both questions of a pair cite at least one métier; without it equality is easily had.
- `resolves`, `verbatim`, `figures`, `cite_recall`, `cite_precision`: see `bot.evaluation.evidence` and `.support`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from math import log2

from pydantic import BaseModel, ConfigDict

from bot.answer import Answer, Citation, Outcome
from bot.evaluation.halves import Half, half_of
from bot.evaluation.predicates import satisfies
from bot.evaluation.questions import GoldQuestion
from ingest.fiche import FicheMetier, SectionName
from ingest.text import fold

#: Metrics in the order of tables, with the label that a person reads.
METRICS = {
    "passed": "réussite",
    "hit1": "métier au 1er rang",
    "hit4": "dans les 4 premiers",
    "mrr": "MRR",
    "ndcg": "nDCG",
    "all_hit": "tous cités",
    "section": "section",
    "outcome": "issue",
    "must_include": "textes attendus",
    "must_not": "textes proscrits",
    "precision": "justesse de la liste",
    "total": "total",
    "pair": "paire égale",
    "pair_cites": "paire citée",
    "resolves": "citations valides",
    "verbatim": "extraits conformes",
    "figures": "chiffres sourcés",
    "cite_recall": "rappel des citations",
    "cite_precision": "précision des citations",
}
#: A question fails when one of these is below 1; the others follow from them or only describe.
DECISIVE = (
    "hit1",
    "all_hit",
    "section",
    "outcome",
    "must_include",
    "must_not",
    "precision",
    "total",
    "pair",
    "resolves",
    "verbatim",
    "figures",
)
#: How many métiers a reader looks at.
SEEN = 4
#: Where a ranking is cut for nDCG.
DEPTH = 10

_MARK = re.compile(r"\[(\d+)\]")
_SHOWS_METIERS = (Outcome.ANSWER, Outcome.LIST, Outcome.CLARIFY, Outcome.ABSENT)


class Record(BaseModel):
    """What an answer reached and what it was worth: ids and figures, no text of a fiche."""

    model_config = ConfigDict(frozen=True)

    id: str
    kind: str
    half: Half
    outcome: Outcome | None = None
    error: str | None = None
    ranking: tuple[str, ...] = ()
    cited: tuple[str, ...] = ()
    cited_sections: tuple[tuple[str, SectionName], ...] = ()
    understood_kind: str = ""
    understood: tuple[str, ...] = ()
    total: int | None = None
    metrics: dict[str, float | None]
    missing: tuple[str, ...] = ()
    forbidden: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()
    timings_ms: dict[str, float] = {}

    @property
    def failed(self) -> tuple[str, ...]:
        """The decisive metrics that are not perfect."""
        return tuple(name for name in DECISIVE if (value := self.metrics.get(name)) is not None and value < 1)


def measure(
    question: GoldQuestion, answer: Answer | None, fiches: Mapping[str, FicheMetier], error: str | None = None
) -> Record:
    """Measure one answer, without the pair it may belong to; None stands for a question that raised `error`."""
    citations = by_first_mark(answer) if answer else ()
    cited = tuple(dict.fromkeys(citation.fiche_id for citation in citations))
    sections = tuple(dict.fromkeys((citation.fiche_id, citation.section) for citation in citations))
    ranking = _of_the_kind_asked(question, ranking_of(answer) if answer else ())
    outcome = answer.outcome if answer else None
    text = answer.answer if answer else ""
    total = answer.total if answer else None
    missing, forbidden = missing_texts(question.must_include, text), forbidden_texts(question.must_not, text)
    metrics = {
        **_of_ranking(question, ranking),
        "all_hit": _all_hit(question, cited),
        "section": _section(question, ranking, sections, fiches),
        "outcome": float(outcome in question.outcome) if question.outcome else None,
        "must_include": 1 - len(missing) / len(question.must_include) if question.must_include else None,
        "must_not": float(answer is not None and not forbidden) if question.must_not else None,
        "precision": _precision(question, cited, fiches) if outcome == Outcome.LIST else None,
        "total": _total(question, outcome, total),
    }
    return Record(
        id=question.id,
        kind=question.kind,
        half=half_of(question),
        outcome=outcome,
        error=error,
        ranking=ranking,
        cited=cited,
        cited_sections=sections,
        understood_kind=answer.understood.kind if answer else "",
        understood=answer.understood.fiches if answer else (),
        total=total,
        metrics=metrics,
        missing=missing,
        forbidden=forbidden,
        timings_ms=answer.timings_ms if answer else {},
    )


def by_first_mark(answer: Answer) -> tuple[Citation, ...]:
    """Citations in the order in which the text first marks them; those it never marks come last, by number."""
    order: dict[int, int] = {}
    for place, mark in enumerate(_MARK.finditer(answer.answer)):
        order.setdefault(int(mark[1]), place)
    return tuple(sorted(answer.citations, key=lambda citation: (order.get(citation.n, len(answer.answer)), citation.n)))


def ranking_of(answer: Answer) -> tuple[str, ...]:
    """The métiers that an answer shows: those it cites, by first mark, then those of the passages retrieved.

    Empty for `not_found`, `off_topic` and `support`, which show none even where they retrieved some.
    """
    if answer.outcome not in _SHOWS_METIERS:
        return ()
    cited = (citation.fiche_id for citation in by_first_mark(answer))
    return tuple(dict.fromkeys((*cited, *(passage.fiche_id for passage in answer.passages))))


def with_pairs(records: Sequence[Record], questions: Iterable[GoldQuestion]) -> tuple[Record, ...]:
    """The records with `pair` and `pair_cites` on the second question of each pair whose two answers are here."""
    pair_of = {question.id: question.pair for question in questions if question.pair}
    first: dict[str, Record] = {}
    done: list[Record] = []
    for record in records:
        pair = pair_of.get(record.id)
        twin = first.setdefault(pair, record) if pair else record
        if twin is not record:
            metrics = {"pair": float(_alike(twin, record)), "pair_cites": float(bool(twin.cited and record.cited))}
            record = record.model_copy(update={"metrics": {**record.metrics, **metrics}})
        done.append(record)
    return tuple(done)


def with_passed(record: Record) -> Record:
    """The record with `passed`, which sums up all its other metrics."""
    passed = float(not (record.failed or record.error))
    return record.model_copy(update={"metrics": {"passed": passed, **record.metrics}})


def missing_texts(groups: Iterable[Sequence[str]], text: str) -> tuple[str, ...]:
    """The groups of which no alternative stands in the text, each shown by its first alternative."""
    return tuple(group[0] for group in groups if group and not any(stands_in(part, text) for part in group))


def forbidden_texts(texts: Iterable[str], text: str) -> tuple[str, ...]:
    """Those of `texts` that stand in the text."""
    return tuple(part for part in texts if stands_in(part, text))


def stands_in(part: str, text: str) -> bool:
    """Whether `part` stands in the text, both folded and white space aside; a figure at its ends does not go on."""
    wanted = _folded(part).replace(" ", "")
    if not wanted:
        return True
    start = r"(?<!\d)" if wanted[0].isdigit() else ""
    end = r"(?!\d)" if wanted[-1].isdigit() else ""
    return re.search(start + r"\s*".join(map(re.escape, wanted)) + end, _folded(text)) is not None


def _folded(text: str) -> str:
    return fold(text).replace("’", "'")


def _of_the_kind_asked(question: GoldQuestion, ranking: Sequence[str]) -> tuple[str, ...]:
    """Without the formations told on the way to a métier, when every gold fiche is a métier's."""
    of_metiers = not any(fiche_id.startswith("FOR.") for fiche_id in question.gold.fiches)
    return tuple(fiche_id for fiche_id in ranking if fiche_id.startswith("MET.") or not of_metiers)


def _of_ranking(question: GoldQuestion, ranking: Sequence[str]) -> dict[str, float | None]:
    if not question.gold.fiches:
        return {"hit1": None, "hit4": None, "mrr": None, "ndcg": None}
    gold = set(question.gold.fiches)
    rank = next((place for place, fiche_id in enumerate(ranking, 1) if fiche_id in gold), None)
    gain = sum(1 / log2(place + 1) for place, fiche_id in enumerate(ranking[:DEPTH], 1) if fiche_id in gold)
    ideal = sum(1 / log2(place + 1) for place in range(1, min(len(gold), DEPTH) + 1))
    return {
        "hit1": float(rank == 1),
        "hit4": float(rank is not None and rank <= SEEN),
        "mrr": 1 / rank if rank else 0.0,
        "ndcg": gain / ideal,
    }


def _all_hit(question: GoldQuestion, cited: Iterable[str]) -> float | None:
    gold = question.gold
    return float(set(gold.fiches) <= set(cited)) if gold.match == "all" and gold.fiches else None


def _section(
    question: GoldQuestion,
    ranking: Sequence[str],
    cited_sections: Iterable[tuple[str, SectionName]],
    fiches: Mapping[str, FicheMetier],
) -> float | None:
    gold = question.gold
    if not gold.sections or not ranking or ranking[0] not in gold.fiches:
        return None
    cited: dict[str, set[SectionName]] = {}
    for fiche_id, section in cited_sections:
        if fiche_id in gold.fiches:
            cited.setdefault(fiche_id, set()).add(section)
    able = [fiche_id for fiche_id in cited or gold.fiches if _has_one_of(fiches.get(fiche_id), gold.sections)]
    if not able:
        return None
    right = [not cited.get(fiche_id, set()).isdisjoint(gold.sections) for fiche_id in able]
    return float(all(right) if gold.match == "all" else any(right))


def _has_one_of(fiche: FicheMetier | None, sections: Iterable[SectionName]) -> bool:
    return fiche is None or any(fiche.section(name) is not None for name in sections)


def _precision(question: GoldQuestion, cited: Sequence[str], fiches: Mapping[str, FicheMetier]) -> float | None:
    predicate = question.predicate
    if predicate and not predicate.is_empty:
        right = [fiche_id in fiches and satisfies(fiches[fiche_id], predicate) for fiche_id in cited]
    elif question.lists_everything:
        right = [fiche_id in question.gold.fiches for fiche_id in cited]
    else:
        return None
    if not right:
        return None if question.total == 0 else 0.0
    return sum(right) / len(right)


def _total(question: GoldQuestion, outcome: Outcome | None, total: int | None) -> float | None:
    if question.total is None:
        return None
    if outcome in question.outcome and outcome != Outcome.LIST:
        return None
    return float(total == question.total)


def _alike(one: Record, other: Record) -> bool:
    return not (one.error or other.error) and (set(one.cited), set(one.understood), one.total) == (
        set(other.cited),
        set(other.understood),
        other.total,
    )
