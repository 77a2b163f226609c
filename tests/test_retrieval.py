"""Passages for what was understood: named métiers without the model, described ones through the collection."""

from __future__ import annotations

from itertools import groupby

import pytest
from langchain_core.documents import Document

from bot.answer import Question
from bot.lexical import LexicalIndex
from bot.retrieval import EACH, METIERS, RETURNED, FicheRetriever
from bot.understanding.reading import Reading
from bot.weights import DEFAULT_WEIGHTS
from ingest.library import Hit, Version
from tests.fakes import FixedCollection, HashingEmbedder, reader_over, version_of


@pytest.fixture(scope="module")
def version(seed_version: Version) -> Version:
    return seed_version


def read(version: Version, text: str) -> Reading:
    return reader_over(version).read(Question(text=text))


def retriever_over(version: Version, embedder: HashingEmbedder, lexical: LexicalIndex | None = None) -> FicheRetriever:
    """A retriever; without the lexical signal unless an index is given."""
    return FicheRetriever(version=version, embedder=embedder, lexical=lexical or LexicalIndex({}, {}))


@pytest.mark.parametrize(
    ("text", "section", "heading"),
    [
        ("Combien gagne une ingénieure cloud ?", "Vie professionnelle", "Salaire"),
        ("ingénieure cloud : quels débouchés ?", "Vie professionnelle", "Intégrer le marché du travail"),
        ("ingénieure cloud : quel niveau ?", "Accès au métier", "Niveau d'accès minimum"),
        ("ingénieure cloud : quelles qualités ?", "Compétences requises", ""),
        ("ingénieure cloud : quels horaires ?", "Conditions de travail", ""),
        ("Que fait une ingénieure cloud ?", "Nature du travail", ""),
        ("ingénieure cloud : quelles formations ?", "Formations recommandées", ""),
        ("ingénieure cloud : quel statut ?", "Statuts possibles", ""),
        ("ingénieure cloud : centres d'intérêt ?", "Centres d'intérêt", ""),
        ("ingénieure cloud : code ROME ?", "Identité", "Codes ROME"),
    ],
)
def test_the_section_asked_comes_first(
    version: Version, embedder: HashingEmbedder, text: str, section: str, heading: str
) -> None:
    (first, _), *_ = retriever_over(version, embedder).rank(read(version, text))
    assert (first.fiche_id, first.section) == ("MET.228", section)
    assert first.heading.startswith(heading)


def test_words_of_the_question_decide_inside_a_section(version: Version, embedder: HashingEmbedder) -> None:
    retriever = retriever_over(version, embedder)
    (first, _), *_ = retriever.rank(read(version, "ingénieure cloud : quelles qualités, faut-il de la pédagogie ?"))
    assert first.heading == "Savoir expliquer"


def test_a_named_metier_never_waits_for_the_model(version: Version, embedder: HashingEmbedder) -> None:
    retriever = retriever_over(version, embedder)
    for text in ("boulanger", "salaire d'un boulanger ?", "boulanger ou vétérinaire ?", "MET.228"):
        assert retriever.rank(read(version, text))
    assert (embedder.queries, embedder.loaded) == ([], False)


def test_scores_go_down_and_nothing_comes_twice(version: Version, embedder: HashingEmbedder) -> None:
    ranked = retriever_over(version, embedder).rank(read(version, "salaire d'un boulanger ?"))
    scores = [score for _, score in ranked]
    assert scores == sorted(scores, reverse=True)
    assert len({passage.id for passage, _ in ranked}) == len(ranked) == RETURNED
    assert {passage.fiche_id for passage, _ in ranked} == {"MET.17"}


def test_several_metiers_take_turns(version: Version, embedder: HashingEmbedder) -> None:
    retriever = retriever_over(version, embedder)
    ranked = retriever.rank(read(version, "boulanger, vétérinaire ou apiculteur : quel salaire ?"))
    order = [passage.fiche_id for passage, _ in ranked]
    assert order[:6] == ["MET.17", "MET.171", "MET.70"] * 2
    assert {passage.heading for passage, _ in ranked[:3]} == {"Salaire › Salaire du débutant"}


def test_a_description_goes_through_the_collection(version: Version, embedder: HashingEmbedder) -> None:
    ranked = retriever_over(version, embedder).rank(Reading("abeilles ruches miel colonies récolte"))
    assert embedder.queries == ["abeilles ruches miel colonies récolte"]
    assert ranked[0][0].fiche_id == "MET.70"


@pytest.fixture
def near_two(version: Version) -> tuple[Version, FixedCollection]:
    """Three passages of the vétérinaire before one of the boulanger."""
    vet = [passage.id for passage in version.by_fiche["MET.171"]]
    baker = [passage.id for passage in version.by_fiche["MET.17"]]
    hits = (Hit(vet[5], 0.9), Hit(vet[6], 0.89), Hit(vet[7], 0.88), Hit(baker[5], 0.87))
    collection = FixedCollection(*hits)
    return version_of(*version.fiches.values(), collection=collection), collection


def test_a_description_is_answered_by_metiers_not_by_passages(
    near_two: tuple[Version, FixedCollection], embedder: HashingEmbedder
) -> None:
    version, collection = near_two
    ranked = retriever_over(version, embedder).rank(Reading("des animaux"))
    assert [(passage.fiche_id, score) for passage, score in ranked] == [
        ("MET.171", 0.895),  # the mean of its two best
        ("MET.17", 0.87),
        ("MET.171", 0.895),
    ]
    assert collection.searches == 1


def test_a_description_prefers_the_section_asked(version: Version, embedder: HashingEmbedder) -> None:
    work = next(p for p in version.by_fiche["MET.171"] if p.section == "Nature du travail")
    salary = next(p for p in version.by_fiche["MET.171"] if p.heading.startswith("Salaire"))
    near = version_of(
        *version.fiches.values(),
        collection=FixedCollection(Hit(work.id, 0.9), Hit(salary.id, 0.9 - DEFAULT_WEIGHTS.section_prior / 2)),
    )
    ranked = retriever_over(near, embedder).rank(read(near, "quel métier gagne bien ?"))
    assert [passage.id for passage, _ in ranked] == [salary.id, work.id]


def test_a_metier_whose_second_passage_is_near_too_comes_before_one_with_a_single_near_passage(
    version: Version, embedder: HashingEmbedder
) -> None:
    vet, baker = ([p for p in version.by_fiche[f] if p.section == "Nature du travail"] for f in ("MET.171", "MET.17"))
    hits = (Hit(baker[0].id, 0.9), Hit(vet[0].id, 0.89), Hit(vet[1].id, 0.88), Hit(baker[1].id, 0.80))
    near = version_of(*version.fiches.values(), collection=FixedCollection(*hits))
    assert [p.fiche_id for p, _ in retriever_over(near, embedder).rank(Reading("des animaux"))][:1] == ["MET.171"]


def test_lists_and_names_do_not_answer_a_description(version: Version, embedder: HashingEmbedder) -> None:
    formations = next(p for p in version.by_fiche["MET.17"] if p.section == "Formations recommandées")
    work = next(p for p in version.by_fiche["MET.171"] if p.section == "Nature du travail")
    collection = FixedCollection(Hit(formations.id, 0.95), Hit(work.id, 0.8))
    near = version_of(*version.fiches.values(), collection=collection)
    assert [p.id for p, _ in retriever_over(near, embedder).rank(Reading("des animaux"))] == [work.id]


def test_words_shared_with_the_fiche_decide_between_near_equals(version: Version, embedder: HashingEmbedder) -> None:
    vet, baker = ([p for p in version.by_fiche[f] if p.section == "Nature du travail"] for f in ("MET.171", "MET.17"))
    near = version_of(*version.fiches.values(), collection=FixedCollection(Hit(vet[0].id, 0.9), Hit(baker[0].id, 0.9)))
    for text, first in (("le fournil et la farine", "MET.17"), ("la clinique et les animaux", "MET.171")):
        ranked = retriever_over(near, embedder, LexicalIndex(version.fiches, {})).rank(Reading(text))
        assert ranked[0][0].fiche_id == first
        assert ranked[0][1] > 0.9


def test_a_metier_that_a_generic_word_names_comes_nearer(version: Version, embedder: HashingEmbedder) -> None:
    vet, baker = ([p for p in version.by_fiche[f] if p.section == "Nature du travail"] for f in ("MET.171", "MET.17"))
    hits = FixedCollection(Hit(vet[0].id, 0.9), Hit(baker[0].id, 0.89))
    near = version_of(*version.fiches.values(), collection=hits)
    ranked = retriever_over(near, embedder).rank(Reading("quelqu'un", hints=("MET.17",)))
    assert ranked[0][0].fiche_id == "MET.17"


def test_at_most_thirty_metiers_and_two_passages_of_each(version: Version, embedder: HashingEmbedder) -> None:
    ranked = retriever_over(version, embedder).rank(Reading("le travail de la personne"))
    counts = [len(list(group)) for _, group in groupby(sorted(passage.fiche_id for passage, _ in ranked))]
    assert len(counts) == min(METIERS, len(version.fiches))
    assert max(counts) <= EACH


@pytest.mark.parametrize("text", ["", "   ", "?!…"])
def test_a_question_without_words_finds_nothing(version: Version, embedder: HashingEmbedder, text: str) -> None:
    assert retriever_over(version, embedder).rank(Reading(text)) == []
    assert embedder.queries == []


def test_it_is_a_langchain_retriever(version: Version, embedder: HashingEmbedder) -> None:
    documents = retriever_over(version, embedder).invoke("abeilles ruches miel")
    assert all(isinstance(document, Document) for document in documents)
    first = documents[0]
    passage = version.passages[first.metadata["id"]]
    assert (first.id, first.page_content) == (passage.id, passage.text)
    assert set(first.metadata) == {"id", "fiche_id", "section", "score"}


# --- everyday words ---


def spoken(*hits: tuple[str, float]) -> FixedCollection:
    return FixedCollection(*(Hit(entry_id, cosine) for entry_id, cosine in hits))


def test_a_metier_that_everyday_words_alone_find_answers_with_the_first_passages_of_its_fiche(
    version: Version, embedder: HashingEmbedder
) -> None:
    said = spoken(("MET.17/descriptions/1", 0.9), ("MET.171/descriptions/1", 0.7))
    ranked = retriever_over(version_of(*version.fiches.values(), expressions=said), embedder).rank(Reading("cela"))
    assert [passage.fiche_id for passage, _ in ranked] == ["MET.17", "MET.171"] * 2
    assert ranked[0][0].section == "Présentation"


def test_what_people_say_of_a_metier_weighs_beside_what_its_fiche_says(
    version: Version, embedder: HashingEmbedder
) -> None:
    vet, baker = ([p for p in version.by_fiche[f] if p.section == "Nature du travail"] for f in ("MET.171", "MET.17"))
    near = FixedCollection(Hit(vet[0].id, 0.84), Hit(baker[0].id, 0.83))
    said = spoken(("MET.17/words", 0.9), ("MET.171/words", 0.8), ("MET.171/descriptions/1", 0.8))
    for expressions, first in ((None, "MET.171"), (said, "MET.17")):
        both = version_of(*version.fiches.values(), collection=near, expressions=expressions)
        assert retriever_over(both, embedder).rank(Reading("cela"))[0][0].fiche_id == first
