"""What a person reads of a run, in Markdown: summary and failures. Ids, titles and figures, no text of a fiche."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from bot.evaluation.aggregate import Figure, Latency, by_kind, latencies
from bot.evaluation.metrics import METRICS, Record
from bot.evaluation.questions import GoldQuestion, Predicate
from ingest.fiche import FicheMetier

_RANKS_SHOWN = 6


def summary(records: Sequence[Record], asked: int, timings: Mapping[str, Mapping[str, float]] | None = None) -> str:
    """The tables of a run: metrics by kind, then latencies, by question id where the records do not hold them."""
    timed = timings.values() if timings is not None else [record.timings_ms for record in records]
    failed = sum(bool(record.failed or record.error) for record in records)
    errors = sum(record.error is not None for record in records)
    lines = [
        "# Résumé",
        "",
        f"{len(records)} questions posées sur {asked}, {failed} en échec (voir failures.md), {errors} en erreur.",
        "Moyenne, intervalle à 95 % (bootstrap sur les questions) et nombre de questions où la mesure s'applique.",
        "",
        *metrics_table(by_kind(records)),
        "",
        "## Durées (ms)",
        "",
        *latency_table(latencies(timed)),
    ]
    return "\n".join(lines) + "\n"


def metrics_table(rows: Mapping[str, Mapping[str, Figure]], labels: Mapping[str, str] = METRICS) -> list[str]:
    """A Markdown table: kinds down, the metrics that apply to one of them across."""
    shown = [metric for metric in labels if any(metric in row for row in rows.values())]
    cells = [[kind, *(str(row.get(metric, "")) for metric in shown)] for kind, row in rows.items()]
    return markdown_table(["", *(labels[metric] for metric in shown)], cells)


def latency_table(stages: Mapping[str, Latency], first_column: str = "étape") -> list[str]:
    """A Markdown table of the stages of an answer."""
    cells = [[name, f"{s.p50:.1f}", f"{s.p95:.1f}", f"{s.longest:.1f}", str(s.n)] for name, s in stages.items()]
    return markdown_table([first_column, "p50", "p95", "max", "n"], cells)


def markdown_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """The lines of a Markdown table."""
    return [_row(head), _row(["---"] * len(head)), *map(_row, rows)]


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def failures(records: Sequence[Record], questions: Iterable[GoldQuestion], fiches: Mapping[str, FicheMetier]) -> str:
    """Every failed question: what was expected, what came, why."""
    by_id = {question.id: question for question in questions}
    record_of = {record.id: record for record in records}
    failed = [record for record in records if record.failed or record.error]
    lines = [f"# Échecs : {len(failed)} sur {len(records)} questions", ""]
    for record in failed:
        question = by_id[record.id]
        twin = next(
            (q for q in by_id.values() if question.pair and q.pair == question.pair and q.id != question.id), None
        )
        lines += [f"## {record.id} ({record.kind}, {record.half})", "", *_failure(question, record, fiches)]
        if twin and twin.id in record_of and "pair" in record.failed:
            lines += [f"- jumelle {twin.id} : {_plain(twin.question)}", *_got(record_of[twin.id], fiches)]
        lines.append("")
    return "\n".join(lines)


def _failure(question: GoldQuestion, record: Record, fiches: Mapping[str, FicheMetier]) -> Iterator[str]:
    said = [_plain(turn.content) for turn in question.history if turn.role == "user"]
    if said:
        yield f"- avant : {' / '.join(said)}"
    yield f"- question : {_plain(question.question)}"
    yield f"- attendu : {'; '.join(expected(question, fiches)) or 'même réponse que sa jumelle'}"
    yield from _got(record, fiches)
    yield f"- échec : {'; '.join(reasons(record))}"
    if question.note:
        yield f"- note : {_plain(question.note)}"


def expected(question: GoldQuestion, fiches: Mapping[str, FicheMetier]) -> Iterator[str]:
    """What a right answer is, in a few words each, in French."""
    gold = question.gold
    if gold.fiches:
        joined = " et " if gold.match == "all" else " ou "
        more = f" … ({len(gold.fiches)})" if len(gold.fiches) > _RANKS_SHOWN else ""
        yield joined.join(_named(fiche_id, fiches) for fiche_id in gold.fiches[:_RANKS_SHOWN]) + more
    if gold.sections:
        yield f"section {' ou '.join(gold.sections)}"
    if question.outcome:
        yield f"issue {' ou '.join(question.outcome)}"
    if question.predicate:
        yield f"prédicat {_predicate(question.predicate)}"
    if question.total is not None:
        yield f"total {question.total}"
    if question.must_include:
        yield "le texte contient " + " et ".join(" ou ".join(map(repr, group)) for group in question.must_include)
    if question.must_not:
        yield "le texte ne contient pas " + ", ".join(map(repr, question.must_not))
    if question.pair:
        yield f"mêmes métiers que l'autre question de la paire {question.pair}"


def _predicate(predicate: Predicate) -> str:
    values = predicate.model_dump(exclude_defaults=True)
    shown = (f"{name} = {' ou '.join(value) if isinstance(value, tuple) else value}" for name, value in values.items())
    return ", ".join(shown) or "aucun"


def _got(record: Record, fiches: Mapping[str, FicheMetier]) -> Iterator[str]:
    if record.error:
        yield f"- obtenu : erreur {record.error}"
        return
    ranked = ", ".join(_named(fiche_id, fiches) for fiche_id in record.ranking[:_RANKS_SHOWN]) or "aucun métier"
    total = "" if record.total is None else f", total {record.total}"
    understood = ", ".join(record.understood) or "aucun métier"
    yield f"- obtenu : {record.outcome} ; {ranked}{total} (compris : {record.understood_kind}, {understood})"
    sections: dict[str, list[str]] = {}
    for fiche_id, section in record.cited_sections:
        sections.setdefault(fiche_id, []).append(section)
    if sections:
        places = (f"{fiche_id} {', '.join(names)}" for fiche_id, names in list(sections.items())[:_RANKS_SHOWN])
        yield f"- cité : {' ; '.join(places)}"


def reasons(record: Record) -> Iterator[str]:
    """Why a question failed, in French, without words of a fiche."""
    if record.error:
        yield f"erreur {record.error}"
    for metric in record.failed:
        value = record.metrics[metric] or 0.0
        detail = ""
        if metric == "hit1":
            rank = record.metrics.get("mrr")
            absent = "absent du classement" if record.ranking else f"aucun métier montré ({record.outcome})"
            detail = f", rang {round(1 / rank)}" if rank else f", {absent}"
        elif metric == "must_include":
            detail = f", manque {', '.join(map(repr, record.missing))}"
        elif metric == "must_not":
            detail = f", contient {', '.join(map(repr, record.forbidden))}"
        elif metric in ("resolves", "verbatim", "figures"):
            detail = f" ({' ; '.join(record.faults)})"
        yield f"{METRICS[metric]} = {value:.2g}{detail}"


def _named(fiche_id: str, fiches: Mapping[str, FicheMetier]) -> str:
    fiche = fiches.get(fiche_id)
    return f"{fiche_id} {fiche.title}" if fiche else fiche_id


def _plain(text: str) -> str:
    return " ".join(text.split())
