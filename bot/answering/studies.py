"""Picks the writer that answers a question about formations."""

from __future__ import annotations

from bot.answering.formation_lists import write_formation_list
from bot.answering.formations import FormationTeller
from bot.answering.paths import write_path
from bot.answering.written import Voice, Written
from bot.retrieval import Found
from bot.understanding.reading import Reading
from ingest.graph import StudyGraph
from ingest.library import Version


def write_study(reading: Reading, found: Found, version: Version, graph: StudyGraph, voice: Voice) -> Written:
    """The answer to a reading that has a `study`.

    :raises ValueError: when it has none.
    """
    study = reading.study
    if study is None:
        raise ValueError("the question asks nothing about formations")
    teller = FormationTeller(reading.standalone, version, graph, voice)
    match study.kind:
        case "path":
            return write_path(reading, study, found.ranked, teller)
        case "formation_list":
            return write_formation_list(study, reading, teller)
        case "formation_comparison":
            return teller.compare(study)
        case _:
            return teller.tell(study)
