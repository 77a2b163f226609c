"""Wordings: what people write spelt out, misspelt words put right in a vocabulary, phrases compiled."""

from __future__ import annotations

import pytest

from bot.understanding.wording import GAP, Vocabulary, Wording, cut, spelt_out


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("bak +2 max", "bac 2 maximum"),
        ("bac2max", "bac 2 maximum"),
        ("Bac plus deux", "bac 2"),
        ("bac pluss 2", "bac 2"),
        ("bac+5 ou +", "bac 5 ou plus"),
        ("bac+5+", "bac 5 ou plus"),
        ("après le bac deux ans", "apres le bac deux ans"),
        ("jveu un taf ds le son", "je veux un taf dans le son"),
        ("kel metié san le bac", "quels metiers sans le bac"),
        ("san-antonio", "san antonio"),
        ("3ème, troisième", "3e 3e"),
        ("3 ans", "3 ans"),
        ("ces tout-petits", "ces tout petits"),
        ("et c tout", "et c est tout"),
    ],
)
def test_what_is_glued_or_written_by_ear_is_spelt_out(text: str, said: str) -> None:
    assert spelt_out(text) == said


@pytest.mark.parametrize(
    ("text", "corrected"),
    [
        ("intermitent", "intermittent"),
        ("dintermitent", "d intermittent"),
        ("lintermittent", "l intermittent"),
        ("intermittent", "intermittent"),
        ("manger", "manger"),
        ("managr", "manager"),
        ("vente", "vente"),
        ("zzzzzzz", "zzzzzzz"),
    ],
)
def test_only_what_is_no_word_is_read_as_one_of_the_vocabulary(text: str, corrected: str) -> None:
    vocabulary = Vocabulary(["intermittent* du spectacle", "manager", "la vente"])
    assert vocabulary.correct(text, lambda word: word == "manger") == corrected


def test_a_gap_keeps_both_sides_apart() -> None:
    assert cut("un metier dehors en mer", 10, 16) == f"un metier {GAP} en mer"


@pytest.mark.parametrize(
    ("phrase", "text", "found"),
    [
        ("dessin*", "je dessine", True),
        ("dessin*", "redessiner", False),
        ("(les |des |)enfants", "des enfants", True),
        ("(les |des |)enfants", "enfants", True),
        ("etudes( tres| trop)* longues", "etudes tres trop longues", True),
        ("etudes( tres| trop)* longues", "etudes longues", True),
        ("(?<!pas )loin", "pas loin", False),
    ],
)
def test_phrases_are_matched_on_whole_words(phrase: str, text: str, found: bool) -> None:
    assert bool(Wording.of(["x"], [phrase]).pattern.search(text)) is found
