"""The extractive answer: facts, the fiche's own sentences, a mark on each, a citation behind each mark."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import pytest

from bot.answer import Citation, Computed, Outcome, Question
from bot.answering.citations import CitationBook
from bot.answering.sentences import best_run, mark, split_sentences, spoken
from bot.answering.write import write_answer
from bot.answering.written import Written, load_voice
from bot.chain import Oriane
from bot.listing import list_metiers
from bot.retrieval import FicheRetriever
from ingest.fiche import Appellation, Block, FicheMetier, FormationLink, Section, SectionName
from ingest.library import Hit, Version
from tests.fakes import FixedCollection, HashingEmbedder, reader_over, version_of

VOICE = load_voice()
TESTER = Appellation(title="essayeur/euse de tests", feminine="essayeuse de tests", masculine="essayeur de tests")


def metier(
    name: Appellation = TESTER, salary: str = "", prose: dict[SectionName, str] | None = None, **facts: Any
) -> FicheMetier:
    """A métier with what a test needs and nothing else."""
    sections = [Section(name=section, blocks=(Block(text=text),)) for section, text in (prose or {}).items()]
    if salary:
        block = Block(path=("Salaire", "Salaire du débutant"), text=salary)
        sections.append(Section(name="Vie professionnelle", blocks=(block,)))
    return FicheMetier(id="MET.1", name=name, sections=tuple(sections), **facts)


def answer_to(text: str, *fiches: FicheMetier, version: Version | None = None) -> Written:
    """Ask about the first fiche given."""
    version = version or version_of(*fiches)
    question = Question(text=text, fiche_id=fiches[0].id if fiches else None)
    reader = reader_over(version)
    reading, tables = reader.read(question), reader.tables
    found = FicheRetriever(version=version, embedder=HashingEmbedder(), lexical=tables.lexical).find(reading)
    return write_answer(
        reading, found, version, VOICE, lambda: list_metiers(reading, found.ranked, version, tables.formations)
    )


def numbers(citations: Sequence[Citation]) -> list[int]:
    return [citation.n for citation in citations]


def marks(text: str) -> list[int]:
    return [int(n) for n in re.findall(r"\[(\d+)\]", text)]


WHO = "Un essayeur ou une essayeuse de tests débute"


@pytest.mark.parametrize(
    ("salary", "said"),
    [
        ("A partir de 3080 euros brut par mois", f"{WHO} à partir de 3080 euros brut par mois [1]."),
        ("À partir de 1 801 euros brut par mois.", f"{WHO} à partir de 1 801 euros brut par mois [1]."),
        ("A partir de 1\u202f801 euros brut par mois", f"{WHO} à partir de 1\u202f801 euros brut par mois [1]."),
        ("Entre 1900 et 2100 euros brut par mois", f"{WHO} entre 1900 et 2100 euros brut par mois [1]."),
        (
            "Entre 1900 et 2100 euros brut par mois, hors primes",
            f"{WHO} entre 1900 et 2100 euros brut par mois, hors primes [1].",
        ),
        (
            "A partir de 1801 euros brut par mois pour une personne salariée.",
            f"{WHO} à partir de 1801 euros brut par mois, pour une personne salariée [1].",
        ),
        (
            "A partir de 2000 euros brut par mois, hors primes. Avec de l'expérience, 3500 euros brut par mois",
            f"{WHO} à partir de 2000 euros brut par mois, hors primes [1]."
            " Avec de l'expérience, 3500 euros brut par mois [1].",
        ),
        (
            "Entre 1900 et 2100 euros brut par mois, dans le public\nA partir de 2300 euros brut par mois, ailleurs",
            f"{WHO} entre 1900 et 2100 euros brut par mois, dans le public [1]."
            " A partir de 2300 euros brut par mois, ailleurs [1].",
        ),
        ("Variable", "Sur le salaire de début (essayeur/euse de tests), la fiche dit : Variable [1]."),
        (
            "Au cachet. Compter 104.94 euros par jour.",
            "Sur le salaire de début (essayeur/euse de tests), la fiche dit : Au cachet [1]."
            " Compter 104.94 euros par jour [1].",
        ),
        (
            "850 euros brut par semaine de 39 heures",
            "Sur le salaire de début (essayeur/euse de tests), la fiche dit :"
            " 850 euros brut par semaine de 39 heures [1].",
        ),
        (
            "A partir de 90 % du Smic",
            "Sur le salaire de début (essayeur/euse de tests), la fiche dit : A partir de 90 % du Smic [1].",
        ),
    ],
)
def test_a_salary_is_said_in_the_form_that_the_fiche_gives_it(salary: str, said: str) -> None:
    written = answer_to("Quel salaire ?", metier(salary=salary))
    assert written.text == said
    assert [citation.quote for citation in written.citations] == [salary]
    assert written.outcome is Outcome.ANSWER


@pytest.mark.parametrize(
    ("feminine", "masculine", "who"),
    [
        ("vétérinaire", "vétérinaire", "Un ou une vétérinaire"),
        ("boulangère", "boulanger", "Un boulanger ou une boulangère"),
        ("actrice", "acteur", "Un acteur ou une actrice"),
        ("auteure", "auteur", "Un auteur ou une auteure"),
        ("camerawoman", "cameraman", "Un cameraman ou une camerawoman"),
        ("factrice", "facteur", "Un facteur ou une factrice"),
        ("maîtresse de chai", "maitre de chai", "Un maitre ou une maîtresse de chai"),
        ("hôtesse de l'air", "steward", "Une hôtesse de l'air ou un steward"),
        ("sage-femme", "sage-homme", "Une sage-femme ou un sage-homme"),
        ("ingénieure cloud computing", "ingénieur cloud computing", "Un ingénieur ou une ingénieure cloud computing"),
        (
            "électricienne installatrice",
            "électricien installateur",
            "Un électricien installateur ou une électricienne installatrice",
        ),
        ("technicienne supérieure", "technicien supérieur", "Un technicien supérieur ou une technicienne supérieure"),
    ],
)
def test_both_genders_are_named_in_alphabetical_order_and_what_they_share_once(
    feminine: str, masculine: str, who: str
) -> None:
    name = Appellation(title="titre", feminine=feminine, masculine=masculine)
    written = answer_to("Quel salaire ?", metier(name, "A partir de 1900 euros brut par mois"))
    assert written.text == f"{who} débute à partir de 1900 euros brut par mois [1]."


def test_a_title_without_genders_is_not_given_one() -> None:
    written = answer_to("Quel salaire ?", metier(Appellation(title="cordiste"), "A partir de 1900 euros brut par mois"))
    assert (
        written.text == "Sur le salaire de début (cordiste), la fiche dit : A partir de 1900 euros brut par mois [1]."
    )


@pytest.mark.parametrize(
    ("level", "said"),
    [
        ("bac + 1", "bac + 1, soit un an après le bac"),
        ("bac + 5", "bac + 5, soit cinq ans après le bac"),
        ("Bac + 2", "Bac + 2, soit deux ans après le bac"),
        ("bac + 8", "bac + 8, soit huit ans après le bac"),
        ("bac + 9 et plus", "bac + 9 et plus"),
        ("CAP ou équivalent", "CAP ou équivalent"),
        ("CAP ou équivalent + 1 an", "CAP ou équivalent + 1 an"),
        ("bac ou équivalent", "bac ou équivalent"),
        ("sans diplôme", "sans diplôme"),
        ("autre formation", "autre formation"),
    ],
)
def test_a_level_is_said_with_its_years(level: str, said: str) -> None:
    written = answer_to("Quel niveau ?", metier(level=level))
    assert written.text == f"Pour ce métier (essayeur/euse de tests), le niveau minimum est : {said} [1]."
    assert [citation.quote for citation in written.citations] == [f"Niveau d'accès minimum: {level}"]


@pytest.mark.parametrize(
    ("statuses", "said"),
    [
        (("salarié",), "salarié"),
        (("salarié", "artisan"), "salarié et artisan"),
        (("salarié", "artisan", "libéral"), "salarié, artisan et libéral"),
    ],
)
def test_a_list_is_said_in_the_order_of_the_fiche(statuses: tuple[str, ...], said: str) -> None:
    written = answer_to("Quel statut ?", metier(statuses=statuses))
    assert written.text == f"Statuts possibles (essayeur/euse de tests) : {said} [1]."
    assert written.citations[0].quote == "\n".join(f"- {status}" for status in statuses)


def test_interests_are_quoted() -> None:
    written = answer_to("Quels centres d'intérêt ?", metier(interests=("j'aime organiser, gérer", "j'aime bouger")))
    assert "« j'aime organiser, gérer » et « j'aime bouger » [1]" in written.text


def test_rome_codes_and_other_names() -> None:
    fiche = metier(rome=("M1802", "M1810"), other_names=(Appellation(title="testeur/euse"), Appellation(title="vérif")))
    assert "M1802 et M1810 [1]." in answer_to("Quel code ROME ?", fiche).text
    assert "testeur/euse et vérif [1]." in answer_to("Quels autres noms ?", fiche).text


def test_the_code_and_both_genders() -> None:
    written = answer_to("Quel est le féminin ?", metier())
    assert "MET.1 [1]." in written.text
    assert "essayeuse de tests ; au masculin : essayeur de tests [1]." in written.text


def formations(count: int, label: str = "BTS numéro") -> FicheMetier:
    return metier(formations=tuple(FormationLink(id=f"FOR.{n}", label=f"{label} {n}") for n in range(1, count + 1)))


@pytest.mark.parametrize("count", [1, 2, 6])
def test_a_short_list_of_formations_is_whole(count: int) -> None:
    written = answer_to("Quelles formations ?", formations(count))
    lines = [f"- BTS numéro {n} (ID: FOR.{n}) [1]" for n in range(1, count + 1)]
    assert written.text.splitlines()[1:] == lines
    assert written.computed == ()


@pytest.mark.parametrize("count", [7, 30, 60])
def test_a_long_list_of_formations_is_cut_and_its_total_said(count: int) -> None:
    written = answer_to("Quelles formations ?", formations(count))
    lead, *items = written.text.splitlines()
    assert f"recommande {count} formations [1]" in lead
    assert len(items) == 6
    assert written.computed == (Computed(value=count, what="formations"),)
    assert len(written.citations[0].quote.splitlines()) == 6


def test_formations_cut_into_several_passages_still_say_their_total() -> None:
    written = answer_to("Quelles formations ?", formations(5, "diplôme au nom interminable " * 20))
    assert "recommande 5 formations [1]" in written.text
    assert all(
        item.removeprefix("- ").removesuffix(" [1]") in written.citations[0].quote
        for item in written.text.splitlines()[1:]
    )


def test_a_formation_whose_label_holds_a_full_stop_keeps_its_mark() -> None:
    written = answer_to("Quelles formations ?", formations(2, "mastère spé. Données massives"))
    assert all("[1]" in line for line in written.text.splitlines())


def test_prose_is_the_fiche_s_own_sentences_each_with_its_mark() -> None:
    prose: dict[SectionName, str] = {"Compétences requises": "Il faut lire vite. Il faut aussi compter !"}
    written = answer_to("Quelles qualités ?", metier(prose=prose))
    assert written.text.endswith("dit : Il faut lire vite [1]. Il faut aussi compter [1] !")
    assert written.citations[0].quote == prose["Compétences requises"]


def test_a_fiche_without_salary_says_so_and_what_it_does_say() -> None:
    written = answer_to("Quel salaire ?", metier(prose={"Présentation": "Essaie tout."}))
    assert written.outcome is Outcome.ABSENT
    assert "ne dit rien sur le salaire de début" in written.text
    assert "Essaie tout [1]." in written.text
    assert [citation.section for citation in written.citations] == ["Présentation"]


def test_a_fiche_without_anything_to_say_says_so() -> None:
    written = answer_to("Quel salaire ?", metier())
    assert (written.outcome, written.citations) == (Outcome.ABSENT, ())
    assert written.text.endswith("ne dit rien sur le salaire de début.")


def test_what_is_missing_among_several_things_asked_is_said() -> None:
    written = answer_to("Quel salaire et quel statut ?", metier(statuses=("salarié",)))
    assert written.outcome is Outcome.ANSWER
    assert "ne dit rien sur le salaire de début." in written.text
    assert "salarié [1]" in written.text


def test_studies_without_a_word_on_access_give_the_level() -> None:
    written = answer_to("Quelles études ?", metier(level="bac + 2"))
    assert "bac + 2, soit deux ans après le bac [1]." in written.text
    assert "ne dit rien" not in written.text


def test_every_intent_has_a_word_for_the_silence_of_a_fiche() -> None:
    for intent in VOICE.intents.all:
        assert VOICE.outcomes.say(f"topic_{intent.name}")


def test_nothing_near_is_not_found() -> None:
    version = version_of(metier(), collection=FixedCollection(Hit("MET.1/identite/appellations", 0.3)))
    written = answer_to("un métier de licornes", version=version)
    assert (written.outcome, written.citations) == (Outcome.NOT_FOUND, ())


def test_the_nearest_metier_is_said_to_be_near_and_is_cited() -> None:
    version = version_of(
        metier(prose={"Présentation": "Essaie tout."}), collection=FixedCollection(Hit("MET.1/presentation", 0.95))
    )
    written = answer_to("un métier où on essaie", version=version)
    assert written.outcome is Outcome.ANSWER
    assert "le plus proche" in written.text.splitlines()[0]
    assert written.citations[0].quote == "essayeur/euse de tests"


# Sentences


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("Un. Deux ! Trois ?", ["Un.", "Deux !", "Trois ?"]),
        ("Une ligne\nUne autre\n\nUne troisième", ["Une ligne", "Une autre", "Une troisième"]),
        ("Il gagne 1 800.50 euros. Parfois plus.", ["Il gagne 1 800.50 euros.", "Parfois plus."]),
        ("Peut-être… Ou pas... Qui sait ?", ["Peut-être…", "Ou pas...", "Qui sait ?"]),
        ("Il dit : « Bien. » Puis rien.", ["Il dit : « Bien. » Puis rien."]),
        ("Un bac + 5 min. suffit.", ["Un bac + 5 min. suffit."]),
        ("Été. À bas. Œuvre.", ["Été.", "À bas.", "Œuvre."]),
        ("  Seule  ", ["Seule"]),
        ("", []),
        ("\n\n", []),
    ],
)
def test_a_text_is_cut_at_its_sentences(text: str, sentences: list[str]) -> None:
    assert split_sentences(text) == sentences


@pytest.mark.parametrize(
    ("sentence", "marked"),
    [
        ("Une phrase.", "Une phrase [3]."),
        ("Sans point", "Sans point [3]."),
        ("Vraiment ?", "Vraiment [3] ?"),
        ("Oui!", "Oui [3]!"),
        ("Peut-être…", "Peut-être [3]…"),
        ("Peut-être...", "Peut-être [3]..."),
        ("Deux choses :", "Deux choses [3]."),
        ("Un début,", "Un début [3]."),
    ],
)
def test_a_mark_stands_before_the_final_punctuation(sentence: str, marked: str) -> None:
    assert mark(sentence, 3) == marked


def test_a_run_starts_at_the_sentence_that_shares_most_with_the_question() -> None:
    text = "Le matin, on pétrit. Le soir, on range. La nuit, on dort."
    assert best_run(text, {"soir", "range"}, 100) == (
        "Le soir, on range. La nuit, on dort.",
        ["Le soir, on range.", "La nuit, on dort."],
    )


def test_a_run_without_a_shared_word_starts_at_the_beginning() -> None:
    assert best_run("Un. Deux.", {"trois"}, 100)[1] == ["Un.", "Deux."]


def test_a_run_holds_at_most_so_many_words_but_at_least_one_sentence() -> None:
    text = "Un deux trois. Quatre cinq. Six."
    assert best_run(text, set(), 5)[1] == ["Un deux trois.", "Quatre cinq."]
    assert best_run(text, set(), 1)[1] == ["Un deux trois."]


def test_a_run_with_a_repeated_sentence_is_quoted_to_its_end() -> None:
    text = "Oui. Encore. Oui. Fin."
    assert best_run(text, set(), 3)[0] == "Oui. Encore. Oui."


def test_a_level_makes_one_statement_with_the_diplomas_that_it_announces() -> None:
    lines = [
        "Le bac suffit.",
        "Niveau bac",
        "Bac pro A...",
        "Bac pro B",
        "Niveau bac + 2",
        "BTS C",
        "Une école existe.",
    ]
    text = "\n\n".join(lines)
    stretch, statements = best_run(text, set(), 100)
    assert stretch == text
    assert [spoken(statement) for statement in statements] == [
        "Le bac suffit.",
        "Niveau bac : Bac pro A... ; Bac pro B",
        "Niveau bac + 2 : BTS C",
        "Une école existe.",
    ]


# Citations


def test_a_passage_cited_twice_has_one_entry() -> None:
    version = version_of(metier(prose={"Présentation": "Un. Deux. Trois."}))
    passage = version.passages["MET.1/presentation"]
    book = CitationBook(version)
    assert (book.cite(passage, "Un."), book.cite(passage, "Un.")) == (1, 1)
    assert [citation.quote for citation in book.entries()] == ["Un."]
    assert (book.cite(passage, "Trois."), len(book)) == (1, 1)
    assert [citation.quote for citation in book.entries()] == ["Un. Deux. Trois."]


def test_a_citation_says_where_it_stands() -> None:
    fiche = metier(salary="A partir de 1900 euros brut par mois")
    (citation,) = answer_to("Quel salaire ?", fiche).citations
    assert citation == Citation(
        n=1,
        fiche_id="MET.1",
        title="essayeur/euse de tests",
        section="Vie professionnelle",
        heading="Salaire › Salaire du débutant",
        quote="A partir de 1900 euros brut par mois",
        url="https://www.onisep.fr/http/redirection/metier/slug/MET.1",
    )


# On every seed, whatever is asked

QUESTIONS = [
    "",
    "Quel salaire ?",
    "Quel niveau ?",
    "Quelles études ?",
    "Quelles qualités ?",
    "Quels horaires ?",
    "Que fait-on ?",
    "Quelles formations ?",
    "Quels débouchés, quel statut, quels centres d'intérêt ?",
    "Salaire, niveau, études, qualités, horaires, missions, débouchés, statuts, formations et code ROME ?",
    "Quels autres noms, et quel est le féminin ?",
]
FIGURE_OR_LEVEL = re.compile(r"\d{2,}|bac\s*\+\s*\d", re.IGNORECASE)


@pytest.fixture(scope="module")
def oriane(seed_oriane: Oriane) -> Oriane:
    return seed_oriane


@pytest.fixture(scope="module")
def version(seed_version: Version) -> Version:
    return seed_version


@pytest.mark.parametrize("text", QUESTIONS)
def test_every_statement_is_marked_and_every_mark_is_cited(oriane: Oriane, version: Version, text: str) -> None:
    for fiche_id in version.fiches:
        answer = oriane.ask(Question(text=text, fiche_id=fiche_id))
        assert list(dict.fromkeys(marks(answer.answer))) == numbers(answer.citations), fiche_id
        assert numbers(answer.citations) == list(range(1, len(answer.citations) + 1))
        assert 0 < len(answer.citations) <= 6
        bare = [s for s in split_sentences(answer.answer) if FIGURE_OR_LEVEL.search(re.sub(r"\[\d+\]", "", s))]
        assert [sentence for sentence in bare if not marks(sentence)] == []


@pytest.mark.parametrize("text", QUESTIONS)
def test_every_quote_is_verbatim_in_one_passage_cited_once(oriane: Oriane, version: Version, text: str) -> None:
    for fiche_id in version.fiches:
        answer = oriane.ask(Question(text=text, fiche_id=fiche_id))
        places = [(citation.section, citation.heading, citation.quote) for citation in answer.citations]
        assert len(set(places)) == len(places)
        for section, heading, quote in places:
            texts = [p.text for p in version.by_fiche[fiche_id] if (p.section, p.heading) == (section, heading)]
            assert any(quote in passage for passage in texts), quote


def test_a_question_on_everything_offers_what_it_could_not_tell(oriane: Oriane) -> None:
    answer = oriane.ask(Question(text=QUESTIONS[-2], fiche_id="MET.228"))
    assert len(answer.citations) == 6
    assert len(answer.suggestions) >= 1


def test_every_suggestion_is_answered_by_the_same_fiche(oriane: Oriane, version: Version) -> None:
    asked = 0
    for fiche_id in version.fiches:
        for suggestion in oriane.ask(Question(text="Quel statut ?", fiche_id=fiche_id)).suggestions:
            answer = oriane.ask(Question(text=suggestion))
            assert (answer.outcome, answer.understood.kind) == (Outcome.ANSWER, "fact"), suggestion
            assert fiche_id in answer.understood.fiches, suggestion
            asked += 1
    assert asked > 2 * len(version.fiches)


def test_a_short_fiche_still_offers_what_it_does_say() -> None:
    fiche = metier(level="bac + 2", statuses=("salarié",), formations=(FormationLink(id="FOR.1", label="BTS"),))
    suggestions = answer_to("Quel niveau ?", fiche).suggestions
    assert [s.split(" :")[0] for s in suggestions] == [
        "Quelles formations sont recommandées",
        "Quels statuts sont possibles",
    ]


def test_the_level_is_told_just_before_the_studies() -> None:
    fiche = metier(
        salary="A partir de 1900 euros brut par mois", level="bac + 2", prose={"Accès au métier": "Par un BTS."}
    )
    headings = [citation.heading for citation in answer_to("Quelles études et quel salaire ?", fiche).citations]
    assert headings == ["Salaire › Salaire du débutant", "Niveau d'accès minimum", ""]


def test_what_was_asked_is_not_suggested(oriane: Oriane) -> None:
    for suggestion in oriane.ask(Question(text="Quel salaire ?", fiche_id="MET.228")).suggestions:
        assert "salaire" not in suggestion


@pytest.mark.parametrize(
    ("text", "is_said"),
    [
        ("Quel salaire pour un barbier ?", True),
        ("Salaire d'un arpenteur ?", True),
        ("Quel salaire pour un kiné ?", False),
        ("Quel salaire pour une coiffeuse à domicile ?", False),
        ("hairdresser salary", False),
    ],
)
def test_a_name_that_no_fiche_bears_is_answered_by_the_nearest_one_and_this_is_said(
    oriane: Oriane, text: str, is_said: bool
) -> None:
    assert oriane.ask(Question(text=text)).answer.startswith("Aucune fiche ne porte exactement ce nom") == is_said
