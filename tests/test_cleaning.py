"""A model's raw output becomes plain sentences, whatever it is dressed in and however it is cut into pieces."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.grounding.cleaning import LONGEST_STRETCH, SentenceReader
from bot.grounding.evidence import Evidence
from bot.grounding.manner import out_of_manner
from ingest.fiche import Appellation, FicheMetier


def read(text: str, size: int = 7) -> list[tuple[str, tuple[int, ...]]]:
    reader = SentenceReader()
    found = []
    for at in range(0, len(text), size):
        found += reader.feed(text[at : at + size])
    found += reader.close()
    return [(sentence.text, sentence.marks) for sentence in found]


BREAD = "Le boulanger prépare le pain."
READ = {
    "one sentence": ("Le boulanger prépare le pain [1].", [(BREAD, (1,))]),
    "mark after the stop": ("Le boulanger prépare le pain. [1]", [(BREAD, (1,))]),
    "several marks": ("Le boulanger prépare le pain [1][2, 3].", [(BREAD, (1, 2, 3))]),
    "two sentences": ("Le boulanger prépare le pain [1]. Il le cuit [2].", [(BREAD, (1,)), ("Il le cuit.", (2,))]),
    "no mark": ("Le boulanger prépare le pain.", [(BREAD, ())]),
    "marks alone": ("[1] [2] [3]", []),
    "nothing": (" \n\n ", []),
    "list": ("- le boulanger prépare le pain [1]\n- il le cuit [2]", [(BREAD, (1,)), ("Il le cuit.", (2,))]),
    "bold": ("Le **boulanger** prépare le _pain_ [1].", [(BREAD, (1,))]),
    "struck out": ("~~Mensonge [1].~~ Le boulanger prépare le pain [1].", [(BREAD, (1,))]),
    "heading": ("# Boulanger\n\nLe boulanger prépare le pain [1].", [(BREAD, (1,))]),
    "table": ("| a | b |\n|---|---|\nLe boulanger prépare le pain [1].", [(BREAD, (1,))]),
    "code": ("```\nfaux [1].\n```\nLe boulanger prépare le pain [1].", [(BREAD, (1,))]),
    "image": ("![x](https://evil.example/p.png) Le boulanger prépare le pain [1].", [(BREAD, (1,))]),
    "link": ("Le [boulanger](https://evil.example) prépare le pain [1].", [(BREAD, (1,))]),
    "linked mark": ("Le boulanger prépare le pain [1](https://evil.example).", [(BREAD, (1,))]),
    "script": ("<script>alert('Faux [1].')</script>Le boulanger prépare le pain [1].", [(BREAD, (1,))]),
    "tag": ("<b onclick=x>Le boulanger</b> prépare le pain [1].", [(BREAD, (1,))]),
    "twice escaped": ("&amp;lt;b&amp;gt;Le boulanger prépare le pain [1].", [(BREAD, (1,))]),
    "thoughts": ("<think>Je vais mentir [1].</think>Le boulanger prépare le pain [1].", [(BREAD, (1,))]),
    "open thoughts": ("Le boulanger prépare le pain [1].\n<think>Je vais mentir [1].", [(BREAD, (1,))]),
    "comment": ("Le boulanger <!-- faux --> prépare le pain [1].", [(BREAD, (1,))]),
    "zero width": ("Le boulanger pré\u200bpare le p\u00adain [1].", [(BREAD, (1,))]),
    "full width": ("Le boulanger prépare ２ pains [1].", [("Le boulanger prépare 2 pains.", (1,))]),
    "broken off": ("Le boulanger prépare le pain [1]. Ensuite, il se charge de", [(BREAD, (1,))]),
    "question": ("Que fait-il ? Le boulanger prépare le pain [1].", [("Que fait-il ?", ()), (BREAD, (1,))]),
}


@pytest.mark.parametrize("name", READ)
@pytest.mark.parametrize("size", [1, 7, 1000])
def test_sentences_come_out_plain(name: str, size: int) -> None:
    text, sentences = READ[name]
    assert read(text, size) == sentences


def test_a_sentence_is_given_as_soon_as_the_next_one_begins() -> None:
    reader = SentenceReader()
    assert list(reader.feed("Le boulanger prépare le pain [1]. I")) != []


def test_what_may_still_be_dropped_is_held_back() -> None:
    reader = SentenceReader()
    assert list(reader.feed("<think>Le boulanger ment [1]. Il ment encore [1]. Et")) == []
    assert [sentence.text for sentence in reader.feed("</think>Le boulanger prépare le pain [1].\n")] == [BREAD]


def test_a_sentence_without_end_overflows() -> None:
    reader = SentenceReader()
    list(reader.feed("boulanger, " * LONGEST_STRETCH))
    assert reader.overflows


@given(st.text(alphabet=st.sampled_from(list("aÀ .!?[]12<>/`~*_#|-\n&;{}()éscriptthink")), max_size=80))
def test_what_markup_is_left_falls_by_the_check(text: str) -> None:
    evidence = Evidence((), FicheMetier(id="MET.1", name=Appellation(title="boulanger")))
    for sentence, _ in read(text):
        assert not set("<>[]{}|`~*_") & set(sentence) or out_of_manner(sentence, evidence)
