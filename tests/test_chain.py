"""The whole trip: the shape of an answer, one version each, and answers that grow sentence by sentence."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args

import pytest
from langchain_core.runnables import Runnable

from bot.answer import Answer, Outcome, Question, Turn
from bot.chain import Oriane
from ingest.embedding_cache import EmbeddingCache
from ingest.fiche import SectionName
from ingest.library import LibraryError, NoLibraryError
from ingest.local_library import LocalLibrary
from ingest.pipeline import ingest
from tests.fakes import HashingEmbedder

KEYS: dict[str, type | tuple[type, ...]] = {
    "question": str,
    "standalone_question": str,
    "outcome": str,
    "answer": str,
    "library_version": (str, type(None)),
    "understood": dict,
    "citations": list,
    "passages": list,
    "table": (list, type(None)),
    "total": (int, type(None)),
    "computed": list,
    "path": (dict, type(None)),
    "suggestions": list,
    "grounding": dict,
    "timings_ms": dict,
}
UNDERSTOOD = {"kind": str, "fiches": list, "sections": list, "constraints": dict}
CITATION = {"n": int, "fiche_id": str, "title": str, "section": str, "heading": str, "quote": str, "url": str}
PASSAGE = {"id": str, "fiche_id": str, "section": str, "score": float}
COMPUTED = {"value": int, "what": str}
GROUNDING = {"checked": int, "removed": int, "fallback": (str, type(None))}

EACH_OUTCOME = [
    ("Combien gagne une ingénieure cloud débutante ?", Outcome.ANSWER),
    ("designer graphique : quelles formations ?", Outcome.ANSWER),
    ("Que fait une apicultrice, et sans le bac ?", Outcome.ANSWER),
    ("boulanger ou vétérinaire ?", Outcome.ANSWER),
    ("des métiers sans le bac", Outcome.LIST),
    ("le CAP pâtissier mène à quoi ?", Outcome.LIST),
    ("infographiste", Outcome.CLARIFY),
    ("salaire d'un dompteur de licornes ?", Outcome.NOT_FOUND),
    ("MET.99999", Outcome.NOT_FOUND),
    ("xyzzy", Outcome.NOT_FOUND),
    ("", Outcome.NOT_FOUND),
    ("je veux mourir", Outcome.SUPPORT),
]


@pytest.fixture
def oriane(seed_library: LocalLibrary, embedder: HashingEmbedder) -> Oriane:
    return Oriane(seed_library, embedder)


def assert_shape(value: dict[str, Any], keys: dict[str, Any]) -> None:
    assert list(value) == list(keys)
    for key, kind in keys.items():
        assert isinstance(value[key], kind), key


@pytest.mark.parametrize(("text", "outcome"), EACH_OUTCOME)
def test_an_answer_has_the_documented_keys_and_types(oriane: Oriane, text: str, outcome: Outcome) -> None:
    answer = json.loads(json.dumps(oriane.ask(Question(text=text)).to_json()))
    assert (answer["question"], answer["outcome"]) == (text, outcome)
    assert_shape(answer, KEYS)
    assert_shape(answer["understood"], UNDERSTOOD)
    assert_shape(answer["grounding"], GROUNDING)
    for key, keys in (("citations", CITATION), ("passages", PASSAGE), ("computed", COMPUTED)):
        for item in answer[key]:
            assert_shape(item, keys)
    assert {item["section"] for key in ("citations", "passages") for item in answer[key]} <= set(get_args(SectionName))
    assert answer["answer"].strip()


def test_the_documented_example(oriane: Oriane, seed_library: LocalLibrary) -> None:
    answer = oriane.ask(Question(text="Combien gagne une ingénieure cloud débutante ?")).to_json()
    del answer["timings_ms"], answer["passages"], answer["suggestions"]
    assert answer == {
        "question": "Combien gagne une ingénieure cloud débutante ?",
        "standalone_question": "Combien gagne une ingénieure cloud débutante ?",
        "outcome": "answer",
        "answer": "Un ingénieur ou une ingénieure cloud computing débute à partir de 3080 euros brut par mois [1].",
        "library_version": seed_library.current(),
        "understood": {
            "kind": "fact",
            "fiches": ["MET.228"],
            "sections": ["Vie professionnelle"],
            "constraints": {},
        },
        "citations": [
            {
                "n": 1,
                "fiche_id": "MET.228",
                "title": "ingénieur/e cloud computing",
                "section": "Vie professionnelle",
                "heading": "Salaire › Salaire du débutant",
                "quote": "A partir de 3080 euros brut par mois",
                "url": "https://www.onisep.fr/http/redirection/metier/slug/MET.228",
            }
        ],
        "table": None,
        "total": None,
        "computed": [],
        "path": None,
        "grounding": {"checked": 0, "removed": 0, "fallback": None},
    }


@pytest.mark.parametrize("text", ["salaire boulanger", "abeilles ruches miel", "MET.99999"])
def test_every_stage_is_timed(oriane: Oriane, text: str) -> None:
    timings = oriane.ask(Question(text=text)).timings_ms
    assert list(timings) == ["understand", "retrieve", "answer"]
    assert all(0 <= elapsed < 60_000 for elapsed in timings.values())


def test_a_named_metier_is_answered_before_the_model_is_there(oriane: Oriane, embedder: HashingEmbedder) -> None:
    answer = oriane.ask(Question(text="Quel est le salaire d'une apicultrice ?"))
    assert answer.outcome is Outcome.ANSWER
    assert (embedder.queries, oriane.model_ready) == ([], False)


def test_an_unknown_code_does_not_wait_for_the_model(oriane: Oriane, embedder: HashingEmbedder) -> None:
    assert "MET.99999" in oriane.ask(Question(text="salaire de MET.99999 ?")).answer
    assert embedder.queries == []


def test_warming_loads_the_model(oriane: Oriane) -> None:
    oriane.warm()
    assert oriane.model_ready


def test_a_conversation_goes_on(oriane: Oriane) -> None:
    history = (Turn(role="user", content="Que fait une apicultrice ?"), Turn(role="assistant", content="Elle…"))
    answer = oriane.ask(Question(text="c'est long ?", history=history))
    assert answer.understood.fiches == ("MET.70",)
    assert (answer.question, answer.standalone_question) == ("c'est long ?", "c'est long ? (apiculteur/trice)")
    headings = [citation.heading for citation in answer.citations]
    assert headings[0] == "Niveau d'accès minimum"
    assert all(heading.startswith("Durée des études") for heading in headings[1:])


@pytest.mark.parametrize(("text", "outcome"), EACH_OUTCOME)
def test_a_growing_answer_ends_with_the_whole_one(oriane: Oriane, text: str, outcome: Outcome) -> None:
    partials = list(oriane.stream(Question(text=text)))
    whole = partials[-1]
    assert whole.answer == oriane.ask(Question(text=text)).answer
    lengths = [len(partial.answer) for partial in partials]
    assert lengths == sorted(lengths)
    for partial in partials:
        assert whole.answer.startswith(partial.answer)
        assert (partial.citations, partial.outcome) == (whole.citations, outcome)


def test_an_answer_grows_by_several_steps(oriane: Oriane) -> None:
    assert len(list(oriane.stream(Question(text="Que fait une apicultrice ?")))) > 3


def test_without_a_library_it_says_what_to_run(library: LocalLibrary, embedder: HashingEmbedder) -> None:
    with pytest.raises(NoLibraryError, match="oriane ingest"):
        Oriane(library, embedder).ask(Question(text="boulanger"))


def test_a_library_of_another_model_is_refused(seed_library: LocalLibrary) -> None:
    other = Oriane(seed_library, HashingEmbedder("another/2"))
    with pytest.raises(LibraryError, match=r"hashing/1.*another/2.*oriane ingest"):
        other.ask(Question(text="boulanger"))


Publish = Callable[[str], str | None]


@pytest.fixture
def publish(library: LocalLibrary, cache: EmbeddingCache, write_fiche: Callable[..., Path]) -> Publish:
    """Publish a library of one fiche with that presentation; gives the version's name."""

    def run(text: str, title: str = "essayeur de tests") -> str | None:
        write_fiche(text=text, title=title)
        ingest([library.folder.parent / "fiches"], library, HashingEmbedder(), cache)
        return library.current()

    return run


def ask(oriane: Oriane, text: str) -> Answer:
    return oriane.ask(Question(text=text))


def test_a_new_version_is_read_from_the_next_question_on(
    library: LocalLibrary, embedder: HashingEmbedder, publish: Publish
) -> None:
    first = publish("Essaie une chose.")
    oriane = Oriane(library, embedder)
    before = ask(oriane, "essayeur de tests")
    second = publish("Essaie autre chose.", title="éprouveur de tests")
    after = ask(oriane, "éprouveur de tests")
    assert first != second
    assert (before.library_version, after.library_version) == (first, second)
    assert "une chose" in before.answer
    assert "autre chose" in after.answer
    assert ask(oriane, "salaire d'un essayeur de tests ?").understood.fiches == ()
    assert oriane.manifest().version == second


def test_one_answer_reads_one_version(library: LocalLibrary, publish: Publish) -> None:
    class PublishingEmbedder(HashingEmbedder):
        """A library is published while the question is on its way."""

        def embed_query(self, text: str) -> list[float]:
            publish("Tout autre chose.")
            return super().embed_query(text)

    first = publish("une même phrase longue : essayer, vérifier, recommencer")
    answer = ask(Oriane(library, PublishingEmbedder()), "une même phrase longue : essayer, vérifier, recommencer")
    assert library.current() != first
    assert answer.library_version == first
    assert "autre chose" not in answer.model_dump_json()
    assert answer.passages


def test_the_chain_is_a_langchain_runnable(oriane: Oriane) -> None:
    chain = oriane._chain
    assert isinstance(chain, Runnable)
    told = chain.batch([Question(text="salaire boulanger"), Question(text="je veux mourir")])
    assert [each.answer.outcome for each in told] == [Outcome.ANSWER, Outcome.SUPPORT]
