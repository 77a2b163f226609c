"""Lists of métiers: every one satisfies every constraint, each is cited, totals are exact, and "la suite" goes on."""

from __future__ import annotations

import itertools
import random
import re

import pytest

from bot.answer import Answer, Citation, Computed, Outcome, Question, Turn
from bot.answering.lists import PAGE, Listing, write_list
from bot.answering.written import Written, load_voice
from bot.chain import Oriane
from bot.listing import list_metiers
from bot.understanding.constraints import Constraints
from bot.understanding.formations import FormationIndex
from bot.understanding.levels import BAC, HIGHEST, Levels
from bot.understanding.reading import Reading
from ingest.fiche import Domaine, FicheMetier, FormationLink
from ingest.library import Version
from tests.fakes import version_of

VOICE = load_voice()
DOMAINES = ("sciences", "mécanique", "santé, social, sport")
ITEM = re.compile(r"^(\d+)\. (.+?) : (.+)$", re.MULTILINE)


@pytest.fixture(scope="module")
def version(seed_version: Version) -> Version:
    """The seeds with domaines, which only Onisep's files give, and a few métiers of "autre formation"."""
    fiches = list(seed_version.fiches.values())
    places = itertools.cycle(DOMAINES)
    tagged = [fiche.model_copy(update={"domaines": (Domaine(name=next(places)),)}) for fiche in fiches]
    others = [
        fiche.model_copy(update={"id": f"MET.9{n}", "level": level})
        for n, (fiche, level) in enumerate(zip(tagged, ("autre formation", "Autre formation", None), strict=False))
    ]
    return version_of(*tagged, *others)


def listed(version: Version, constraints: Constraints, start: int = 0) -> tuple[Listing, Written]:
    reading = Reading("", constraints=constraints, start=start)
    listing = list_metiers(reading, [], version, FormationIndex({}))
    return listing, write_list(listing, version, VOICE)


def items(text: str) -> list[tuple[int, str]]:
    return [(int(place), title) for place, title, _ in ITEM.findall(text)]


def marks(text: str) -> set[int]:
    return {int(n) for n in re.findall(r"\[(\d+)\]", text)}


def choices(version: Version, seed: int) -> Constraints:
    """Constraints at random: each kind is asked for half of the time."""
    dice = random.Random(seed)
    fiches = list(version.fiches.values())
    low, high = sorted(dice.sample(range(HIGHEST + 1), 2))
    levels = dice.choice([Levels(), Levels(low=low), Levels(high=high), Levels(low, high), Levels(low, low)])
    statuses = sorted({status for fiche in fiches for status in fiche.statuses})
    interests = sorted({interest for fiche in fiches for interest in fiche.interests})
    return Constraints(
        levels if dice.random() < 0.6 else Levels(),
        tuple(dice.sample(statuses, dice.randint(1, 3))) if dice.random() < 0.5 else (),
        tuple(dice.sample(interests, dice.choice([1, 1, 1, 2]))) if dice.random() < 0.5 else (),
        tuple(dice.sample(DOMAINES, dice.randint(1, 2))) if dice.random() < 0.4 else (),
    )


def satisfies(fiche: FicheMetier, asked: Constraints) -> bool:
    """Said once more, by the facts alone."""
    low = -1 if asked.levels.low is None else asked.levels.low
    high = 99 if asked.levels.high is None else asked.levels.high
    return (
        (not asked.levels or (fiche.level_rank is not None and low <= fiche.level_rank <= high))
        and (not asked.statuses or bool(set(asked.statuses) & set(fiche.statuses)))
        and set(asked.interests) <= set(fiche.interests)
        and (not asked.domaines or bool(set(asked.domaines) & {domaine.name for domaine in fiche.domaines}))
    )


@pytest.mark.parametrize("seed", range(150))
def test_a_list_holds_every_metier_that_satisfies_every_constraint_and_no_other(version: Version, seed: int) -> None:
    asked = choices(version, seed)
    listing, written = listed(version, asked)
    assert {fiche.id for fiche in listing.fiches} == {f.id for f in version.fiches.values() if satisfies(f, asked)}
    assert len({fiche.id for fiche in listing.fiches}) == len(listing.fiches)
    if listing.fiches:
        assert (written.outcome, written.total) == (Outcome.LIST, len(listing.fiches))
    else:
        assert (written.outcome, written.citations, written.total) == (Outcome.NOT_FOUND, (), None)


@pytest.mark.parametrize("seed", range(150))
def test_each_metier_shown_has_a_citation_of_its_own_that_is_verbatim(version: Version, seed: int) -> None:
    listing, written = listed(version, choices(version, seed))
    shown = listing.fiches[:PAGE]
    lines = written.text.splitlines()[1:]
    assert [title for _, title in items(written.text)] == [fiche.title for fiche in shown]
    by_number = {citation.n: citation for citation in written.citations}
    assert marks(written.text) == set(by_number)
    for fiche, line in zip(shown, lines, strict=True):
        own = [by_number[n] for n in marks(line)]
        assert own
        assert {citation.fiche_id for citation in own} == {fiche.id}
    for citation in written.citations:
        assert any(citation.quote in p.text for p in version.by_fiche[citation.fiche_id]), citation


@pytest.mark.parametrize(
    ("constraints", "quotes"),
    [
        (Constraints(Levels(high=BAC - 1)), {"Niveau d'accès minimum: CAP ou équivalent"}),
        (Constraints(statuses=("militaire",)), {"- militaire"}),
        (Constraints(interests=("j'adore conduire",)), {"- j'adore conduire"}),
        (
            Constraints(Levels(high=BAC), ("salarié",), ("j'adore conduire",)),
            {"- j'adore conduire", "- salarié", "Niveau d'accès minimum: diplôme national du brevet"},
        ),
    ],
)
def test_the_reasons_are_the_facts_that_were_asked(
    seed_version: Version, constraints: Constraints, quotes: set[str]
) -> None:
    _, written = listed(seed_version, constraints)
    assert quotes <= {citation.quote for citation in written.citations}


def test_a_domaine_alone_is_no_quotable_fact_so_the_presentation_is_quoted(version: Version) -> None:
    _, written = listed(version, Constraints(domaines=("sciences",)))
    assert {citation.section for citation in written.citations} <= {"Présentation", "Identité"}


# Numbers


def three(count: int) -> Version:
    """That many métiers with one interest."""
    fiches = (
        FicheMetier.model_validate(
            {"id": f"MET.{n}", "name": {"title": f"essai {n:02}"}, "level": "bac + 2", "interests": ["j'aime bouger"]}
        )
        for n in range(1, count + 1)
    )
    return version_of(*fiches)


BOUGER = Constraints(interests=("j'aime bouger",))


@pytest.mark.parametrize(
    ("count", "start", "places", "more", "lead"),
    [
        (1, 0, (1, 1), False, "Un seul métier"),
        (3, 0, (1, 3), False, "3 métiers répondent à cette demande :"),
        (6, 0, (1, 6), False, "6 métiers répondent à cette demande :"),
        (7, 0, (1, 6), True, "7 métiers répondent à cette demande, en voici 6"),
        (7, 6, (7, 7), False, "7 à 7 sur 7"),
        (20, 6, (7, 12), True, "7 à 12 sur 20"),
        (20, 18, (19, 20), False, "19 à 20 sur 20"),
    ],
)
def test_numbers_go_on_and_totals_are_exact(
    count: int, start: int, places: tuple[int, int], more: bool, lead: str
) -> None:
    _, written = listed(three(count), BOUGER, start)
    first, last = places
    assert [place for place, _ in items(written.text)] == list(range(first, last + 1))
    assert lead in written.text.splitlines()[0]
    assert written.total == count
    assert written.suggestions == ((VOICE.lists.say("more"),) if more else ())
    assert set(written.computed) == {
        Computed(value=count, what="total"),
        Computed(value=first, what="place"),
        Computed(value=last, what="place"),
    }


def test_after_the_last_page_the_list_is_over() -> None:
    _, written = listed(three(6), BOUGER, start=6)
    assert (written.outcome, written.citations, written.total) == (Outcome.NOT_FOUND, (), None)
    assert "terminée" in written.text


def test_no_match_says_so_and_how_to_find_some() -> None:
    _, written = listed(three(3), Constraints(Levels(high=0)))
    assert (written.outcome, written.citations, written.computed) == (Outcome.NOT_FOUND, (), ())
    assert "Aucun métier" in written.text


def test_the_closest_fit_comes_first() -> None:
    broad = FicheMetier.model_validate(
        {
            "id": "MET.1",
            "name": {"title": "aaa"},
            "level": "sans diplôme",
            "interests": ["j'aime bouger", "j'aime les langues", "j'aime la nature"],
        }
    )
    narrow = broad.model_copy(update={"id": "MET.2", "interests": ("j'aime bouger",), "level": "bac + 5"})
    unranked = narrow.model_copy(update={"id": "MET.3", "level": "autre formation"})
    listing, _ = listed(version_of(broad, unranked, narrow), BOUGER)
    assert [fiche.id for fiche in listing.fiches] == ["MET.2", "MET.3", "MET.1"]


def test_a_near_list_says_no_total() -> None:
    version = three(8)
    listing = Listing(tuple(version.fiches.values()), BOUGER, exact=False)
    written = write_list(listing, version, VOICE)
    assert (written.outcome, written.total) == (Outcome.LIST, None)
    assert all(computed.what != "total" for computed in written.computed)
    assert "plus proches" in written.text.splitlines()[0]


# Formations and codes


def test_a_formation_is_quoted_by_its_own_line() -> None:
    fiche = FicheMetier.model_validate({"id": "MET.1", "name": {"title": "essai"}})
    links = (FormationLink(id="FOR.1", label="CAP cuisine collective"), FormationLink(id="FOR.2", label="CAP cuisine"))
    version = version_of(fiche.model_copy(update={"formations": links}))
    listing = Listing(tuple(version.fiches.values()), formations=("FOR.2",))
    (citation,) = write_list(listing, version, VOICE).citations
    assert citation.quote == "- CAP cuisine (ID: FOR.2)"


# Through a whole conversation


def ask_on(oriane: Oriane, *texts: str) -> list[Answer]:
    """The answers of one conversation."""
    history: tuple[Turn, ...] = ()
    answers = []
    for text in texts:
        answers.append(oriane.ask(Question(text=text, history=history)))
        history = (*history, Turn(role="user", content=text), Turn(role="assistant", content=answers[-1].answer))
    return answers


@pytest.mark.parametrize(
    "question",
    [
        "quels métiers avec le sens du contact ?",
        "des métiers de salarié",
        "quels métiers sans le bac ?",
        "quels métiers à bac+5 au moins ?",
        "des métiers dans le monde du spectacle vivant",
        "quels métiers du son ?",
        "quels métiers de la nuit sans le bac ?",
        "que faire avec un DNSEP option design ?",
    ],
)
def test_the_rest_of_a_list_goes_on_without_gap_or_repeat(seed_oriane: Oriane, question: str) -> None:
    answers = ask_on(seed_oriane, question, *["montre la suite"] * 6)
    pages = [answer for answer in answers if answer.outcome is Outcome.LIST]
    numbered = [item for page in pages for item in items(page.answer)]
    assert [place for place, _ in numbered] == list(range(1, len(numbered) + 1))
    assert len({title for _, title in numbered}) == len(numbered)
    assert len({page.total for page in pages}) == 1
    assert answers[-1].outcome is Outcome.NOT_FOUND
    assert "terminée" in answers[-1].answer
    if pages[0].total is not None:
        assert len(numbered) == pages[0].total
    assert [bool(page.suggestions) for page in pages] == [True] * (len(pages) - 1) + [False]


@pytest.mark.parametrize(
    "text", [VOICE.lists.say("more"), "montre la suite", "la suite", "les suivants ?", "encore", "d'autres ?", "next"]
)
def test_the_rest_is_asked_in_several_ways(seed_oriane: Oriane, text: str) -> None:
    _, second = ask_on(seed_oriane, "des métiers de salarié", text)
    assert [place for place, _ in items(second.answer)] == list(range(PAGE + 1, 2 * PAGE + 1))


def test_a_list_with_a_topic_keeps_the_constraints(seed_oriane: Oriane, seed_version: Version) -> None:
    for answer in ask_on(seed_oriane, "des métiers du son à bac+2", "la suite", "la suite"):
        for citation in answer.citations:
            assert seed_version.fiches[citation.fiche_id].level == "bac + 2"


@pytest.mark.parametrize("text", ["FOR.99999 mène à quoi ?", "quels métiers pour le code ROME N9999 ?"])
def test_a_code_that_no_fiche_bears_is_said(seed_oriane: Oriane, text: str) -> None:
    answer = seed_oriane.ask(Question(text=text))
    assert (answer.outcome, answer.citations, answer.understood.kind) == (Outcome.NOT_FOUND, (), "reverse")
    assert re.search(r"FOR\.99999|N9999", answer.answer)


def test_a_list_waits_for_no_model(seed_oriane: Oriane) -> None:
    answer = seed_oriane.ask(Question(text="des métiers sans le bac"))
    assert (answer.outcome, answer.passages) == (Outcome.LIST, ())


def test_citations_of_a_list_say_where_they_stand(seed_oriane: Oriane) -> None:
    answer = seed_oriane.ask(Question(text="des métiers de l'armée"))
    assert all(
        isinstance(citation, Citation) and citation.section == "Statuts possibles" for citation in answer.citations
    )
    assert [citation.n for citation in answer.citations] == list(range(1, len(answer.citations) + 1))
