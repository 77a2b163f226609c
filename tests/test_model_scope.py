"""What is off topic and what is not, with the real model: orders, homework, and odd wishes of a métier."""

from __future__ import annotations

from typing import Any

import pytest

from bot.answer import Outcome, Question
from bot.chain import Oriane
from ingest.embedder import Embedder
from ingest.embedding_cache import EmbeddingCache
from ingest.lexicon import load_lexicon
from ingest.local_library import LocalLibrary
from ingest.pipeline import Options, ingest
from ingest.scope import load_scope
from tests.conftest import SEEDS
from tests.test_attacks import ASKED, question_of

pytestmark = [pytest.mark.model, pytest.mark.slow]

#: "Donc je fais quoi ?" after a true answer: going on with the métier is as good.
_EITHER_WAY = {"inj-058"}


@pytest.fixture(scope="module")
def oriane(tmp_path_factory: pytest.TempPathFactory) -> Oriane:
    folder, embedder = tmp_path_factory.mktemp("scope"), Embedder()
    library = LocalLibrary(folder / "library")
    options = Options(lexicon=load_lexicon(), scope=load_scope())
    ingest([SEEDS], library, embedder, EmbeddingCache(folder / "cache"), options)
    return Oriane(library, embedder)


@pytest.mark.parametrize(
    "attack",
    [attack for attack in ASKED if attack["expect"] == "off_topic" and attack["id"] not in _EITHER_WAY],
    ids=lambda attack: attack["id"],
)
def test_an_order_alone_is_off_topic(attack: dict[str, Any], oriane: Oriane) -> None:
    assert oriane.ask(question_of(attack)).outcome is Outcome.OFF_TOPIC


@pytest.mark.parametrize(
    "text",
    [
        "résous cette équation pour demain",
        "quel temps fait-il à Marseille ?",
        "donne-moi une recette de gâteau au yaourt",
        "t'es qui en fait ?",
        "j'ai mal à la gorge, je prends quoi ?",
        "raconte une blague",
    ],
)
def test_what_is_not_about_metiers_is_off_topic(text: str, oriane: Oriane) -> None:
    answer = oriane.ask(Question(text=text))
    assert answer.outcome is Outcome.OFF_TOPIC
    assert "métiers" in answer.answer
    assert not answer.citations
    assert answer.suggestions


@pytest.mark.parametrize(
    "text",
    [
        "celui qui soigne les chiens et les chats",
        "jveu faire du pain la nuit",
        "un métier avec des abeilles",
        "quels métiers sans le bac ?",
        "je veux couper les cheveux",
        "celle qui fait les piqûres à l'hôpital",
    ],
)
def test_a_wish_of_a_metier_is_not_off_topic(text: str, oriane: Oriane) -> None:
    assert oriane.ask(Question(text=text)).outcome in (Outcome.ANSWER, Outcome.LIST)
