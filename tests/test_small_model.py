"""The worst real model there is, behind a real server: nothing that it babbles reaches the reader."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot.answer import Fallback, Question
from bot.answering.generate import Rewriter, open_rewriter
from bot.chain import Oriane
from bot.grounding.ground import Grounder, Verdict
from ingest.embedder import Embedder
from ingest.local_library import LocalLibrary
from ingest.settings import Settings
from ingest.text import words
from tests.fakes import HashingEmbedder
from tests.small_model import serving

pytestmark = [pytest.mark.server, pytest.mark.slow]

METIERS = ("boulanger", "notaire", "coiffeur", "vétérinaire", "journaliste", "géomètre", "apiculteur", "serveur",
           "menuisier", "avocat")  # fmt: skip
ASKED = (
    "Combien gagne un {} ?",
    "Que fait un {} ?",
    "Quelles études pour devenir {} ?",
    "Quelles qualités faut-il pour être {} ?",
    "C'est quoi les horaires d'un {} ?",
)
_MOST_TOKENS = 80
QUESTIONS = [asked.format(metier) for metier in METIERS for asked in ASKED]


@pytest.fixture(scope="module")
def rewriter() -> Iterator[Rewriter]:
    pytest.importorskip("langchain_openai")
    with serving() as address:
        # Few words and a long wait: on a busy machine too it is the check that is tried, not the deadline.
        settings = Settings(llm="openai:smollm2", llm_base_url=address, llm_timeout=300)
        opened = open_rewriter(settings, Embedder())
        yield replace(opened, model=opened.model.model_copy(update={"max_tokens": _MOST_TOKENS}))


def test_nothing_false_gets_through_on_fifty_questions(
    seed_library: LocalLibrary, rewriter: Rewriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The check as it serves, similarity included; harder than in service, each sentence is tried with every mark.

    The rules alone do not hold here: with similarity granted they keep sentences that mean nothing (docs/decisions.md).
    """
    kept: list[tuple[str, set[str]]] = []
    checked = 0
    check = Grounder.check

    def spy(grounder: Grounder, sentence: object) -> Verdict:
        nonlocal checked
        checked += 1
        for n, (passage, fiche) in grounder.passages.items():
            tried = check(grounder, type(sentence)(sentence.text, (n,)))  # type: ignore[attr-defined, call-arg]
            if tried.stands:
                said = f"{passage.section} {passage.heading} {passage.text} {' '.join(fiche.searched_names)}"
                kept.append((sentence.text, set(words(said))))  # type: ignore[attr-defined]
        return check(grounder, sentence)  # type: ignore[arg-type]

    monkeypatch.setattr(Grounder, "check", spy)
    plain, oriane = Oriane(seed_library, HashingEmbedder()), Oriane(seed_library, HashingEmbedder(), rewriter)
    for text in QUESTIONS:
        answer, own = oriane.ask(Question(text=text)), plain.ask(Question(text=text))
        assert answer.outcome is own.outcome
        assert answer.grounding.fallback is not Fallback.UNAVAILABLE
        assert answer.grounding.fallback is None or answer.answer == own.answer
    assert checked >= len(QUESTIONS)  # it does babble sentences
    for text, said in kept:  # whatever stood is made of the passage's words
        strange = [word for word in words(text) if word not in said and len(word) > 3]
        assert len(strange) <= 1, text
