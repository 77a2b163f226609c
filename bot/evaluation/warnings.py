"""What in a set does not agree with a library: not errors of form, but questions that could never be answered right."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bot.answer import Outcome
from bot.evaluation.predicates import count_satisfying
from bot.evaluation.questions import GoldQuestion, Predicate, Problem, QuestionSet
from ingest.fiche import FicheMetier
from ingest.text import fold


def warnings_against(questions: QuestionSet, fiches: Mapping[str, FicheMetier]) -> list[Problem]:
    """Gold fiches that the library lacks, sections that no gold fiche has, totals and values that it contradicts."""
    found: list[Problem] = []
    known = _Vocabulary(fiches)
    for placed in questions.placed:
        question = placed.question
        messages = [*_unknown_fiches(question, fiches), *_absent_sections(question, fiches)]
        if question.predicate:
            messages += [*known.unknown_values(question.predicate), *_wrong_total(question, fiches)]
        found += [Problem(placed.path, placed.line, f"{question.id} : {message}") for message in messages]
    return found


def _unknown_fiches(question: GoldQuestion, fiches: Mapping[str, FicheMetier]) -> Iterator[str]:
    unknown = [fiche_id for fiche_id in question.gold.fiches if fiche_id.startswith("MET.") and fiche_id not in fiches]
    if unknown:
        yield f"{', '.join(unknown)} : pas dans cette bibliothèque"


def _absent_sections(question: GoldQuestion, fiches: Mapping[str, FicheMetier]) -> Iterator[str]:
    accepted = set(question.gold.sections)
    expects_silence = question.outcome == (Outcome.ABSENT,)
    for fiche_id in question.gold.fiches if accepted and not expects_silence else ():
        fiche = fiches.get(fiche_id)
        if fiche and accepted.isdisjoint(section.name for section in fiche.citable_sections()):
            yield f"{fiche_id} n'a aucune des sections acceptées ({', '.join(question.gold.sections)})"


def _wrong_total(question: GoldQuestion, fiches: Mapping[str, FicheMetier]) -> Iterator[str]:
    if question.total is None or question.predicate is None:
        return
    counted = count_satisfying(fiches, question.predicate)
    if counted != question.total:
        yield f"total {question.total}, mais {counted} métiers de cette bibliothèque satisfont le prédicat"


class _Vocabulary:
    """The closed vocabularies as the library's fiches use them."""

    def __init__(self, fiches: Mapping[str, FicheMetier]) -> None:
        self._statuses = _folded(status for fiche in fiches.values() for status in fiche.statuses)
        self._interests = _folded(interest for fiche in fiches.values() for interest in fiche.interests)
        names = (name for fiche in fiches.values() for d in fiche.domaines for name in (d.name, d.sub) if name)
        self._domaines = _folded(names)

    def unknown_values(self, predicate: Predicate) -> Iterator[str]:
        """Values of a predicate that no fiche bears."""
        for status in predicate.status:
            if _fold(status) not in self._statuses:
                yield f"statut « {status} » : aucune fiche ne le porte"
        if predicate.interest and _fold(predicate.interest) not in self._interests:
            yield f"centre d'intérêt « {predicate.interest} » : aucune fiche ne le porte"
        if predicate.domaine and _fold(predicate.domaine) not in self._domaines:
            yield f"domaine « {predicate.domaine} » : aucune fiche ne le porte"


def _folded(texts: Iterator[str]) -> frozenset[str]:
    return frozenset(map(_fold, texts))


def _fold(text: str) -> str:
    return fold(text).replace("’", "'")
