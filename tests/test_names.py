"""Which métiers a question names, by the fiches' own names and codes."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Mapping

import pytest

from bot.understanding.keys import keys_of
from bot.understanding.names import NameIndex, codes_in, without_names
from ingest.fiche import Appellation, FicheMetier
from ingest.local_library import LocalLibrary


@pytest.fixture(scope="module")
def names(seed_library: LocalLibrary) -> NameIndex:
    return NameIndex(fiches_of(seed_library))


def fiches_of(library: LocalLibrary) -> Mapping[str, FicheMetier]:
    version = library.current()
    assert version
    return library.contents(version).fiches


def metier(fiche_id: str, title: str, *others: str) -> FicheMetier:
    name = Appellation(title=title, feminine=title, masculine=title)
    return FicheMetier(id=fiche_id, name=name, other_names=tuple(Appellation(title=other) for other in others))


def index(*fiches: FicheMetier) -> NameIndex:
    return NameIndex({fiche.id: fiche for fiche in fiches})


def linked(names: NameIndex, question: str) -> list[tuple[str, ...]]:
    return [match.fiches for match in names.find(question)]


@pytest.mark.parametrize(
    ("question", "fiche_id"),
    [
        # the genders, the title
        ("Combien gagne une ingénieure cloud computing ?", "MET.228"),
        ("Combien gagne un ingénieur cloud computing ?", "MET.228"),
        ("salaire ingénieur/e cloud computing", "MET.228"),
        ("salaire ingénieur·e cloud computing", "MET.228"),
        ("salaire ingénieur(e) cloud computing", "MET.228"),
        ("devenir boulangère", "MET.17"),
        ("devenir boulanger", "MET.17"),
        ("boulanger/ère : quel niveau ?", "MET.17"),
        # other appellations
        ("que fait une cheffe de projet cloud et virtualisation ?", "MET.228"),
        ("le métier d'aiguilleuse du ciel", "MET.1"),
        ("comment devenir exploitant apicole", "MET.70"),
        ("graphiste-illustratrice", "MET.5"),
        ("un pompier", "MET.572"),
        # plurals
        ("les salaires des infirmières", "MET.38"),
        ("les ingénieures cloud computing sont-elles bien payées ?", "MET.228"),
        ("que font les sapeurs-pompiers ?", "MET.572"),
        ("contrôleurs aériens", "MET.1"),
        # accents, case, ligatures, apostrophes, spaces
        ("INGÉNIEURE CLOUD COMPUTING", "MET.228"),
        ("ingenieure cloud computing", "MET.228"),
        ("veterinaire", "MET.171"),
        ("VETÉRINAIRE", "MET.171"),
        ("soigneuse d'animaux", "MET.905"),
        ("soigneuse d’animaux", "MET.905"),
        ("soigneuse   d' animaux", "MET.905"),
        ("soigneuse des animaux", "MET.905"),
        ("sapeur pompier", "MET.572"),
        ("géomètre\u00adtopographe", "MET.408"),
        ("géo\u00admètre-topographe", "MET.408"),
        ("ge\u0301ome\u0300tre topographe", "MET.408"),
        ("ingénieure\u00a0cloud\u202fcomputing", "MET.228"),
        # the beginning of a name that no other fiche shares
        ("Combien gagne une ingénieure cloud débutante ?", "MET.228"),
        ("ouvrière boulangère", "MET.17"),
        ("électricienne monteuse", "MET.56"),
    ],
)
def test_a_question_names_one_metier(names: NameIndex, question: str, fiche_id: str) -> None:
    assert linked(names, question) == [(fiche_id,)]


@pytest.mark.parametrize(
    "question",
    [
        "combien gagne un ingénieur ?",
        "je veux être chef",
        "quel niveau pour un chef ?",
        "contrôleuse",
        "un métier avec des animaux",
        "exploitant",
        "le cloud computing",
        "designer",
        "producteur",
        "je veux soigner",
        "",
        "?!",
        "de la du des",
    ],
)
def test_a_generic_word_is_no_name(names: NameIndex, question: str) -> None:
    assert linked(names, question) == []


def test_a_name_of_several_fiches_gives_them_all(names: NameIndex) -> None:
    assert [set(fiches) for fiches in linked(names, "combien gagne une infographiste ?")] == [{"MET.5", "MET.778"}]


def test_several_names_come_in_the_order_of_the_question(names: NameIndex) -> None:
    question = "Qui gagne le plus : une vétérinaire, un boulanger ou une ingénieure cloud computing ?"
    assert linked(names, question) == [("MET.171",), ("MET.17",), ("MET.228",)]


def test_the_longest_name_wins() -> None:
    names = index(
        metier("MET.1", "chef"), metier("MET.2", "chef de chantier"), metier("MET.3", "chef de chantier naval")
    )
    assert linked(names, "un chef de chantier naval") == [("MET.3",)]
    assert linked(names, "un chef de chantier débutant") == [("MET.2",)]
    assert linked(names, "un chef et un chantier naval") == [("MET.1",)]


def test_two_metiers_joined_by_et_are_not_the_name_made_of_both() -> None:
    names = index(metier("MET.1", "boulanger"), metier("MET.2", "pâtissier"), metier("MET.3", "boulanger-pâtissier"))
    assert linked(names, "un boulanger et un pâtissier") == [("MET.1",), ("MET.2",)]
    assert linked(names, "la différence entre le boulanger et le pâtissier") == [("MET.1",), ("MET.2",)]
    assert linked(names, "un boulanger pâtissier") == [("MET.3",)]


def test_a_pause_ends_a_name_unless_the_name_holds_it() -> None:
    names = index(
        metier("MET.1", "chirurgien"),
        metier("MET.2", "dentiste"),
        metier("MET.3", "chirurgien-dentiste"),
        metier("MET.4", "psychologue"),
        metier("MET.5", "psychologue spécialité éducation, développement"),
    )
    assert linked(names, "chirurgien, dentiste ?") == [("MET.1",), ("MET.2",)]
    assert linked(names, "un chirurgien dentiste") == [("MET.3",)]
    assert linked(names, "psychologue spécialité éducation, développement : quel salaire ?") == [("MET.5",)]
    assert linked(names, "psychologue, développement") == [("MET.4",)]


def test_a_beginning_that_two_fiches_share_is_no_name() -> None:
    names = index(metier("MET.1", "chef de projet web"), metier("MET.2", "chef de projet mobile"))
    assert linked(names, "chef de projet") == []


def test_a_beginning_of_two_names_of_one_fiche_is_a_name() -> None:
    names = index(metier("MET.1", "chef de projet web", "chef de projet mobile"))
    assert linked(names, "chef de projet") == [("MET.1",)]


def test_a_whole_name_wins_over_the_same_beginning_of_another() -> None:
    names = index(metier("MET.1", "chef de chantier"), metier("MET.2", "chef de chantier naval"))
    assert linked(names, "chef de chantier") == [("MET.1",)]


def test_each_stretch_of_words_counts_once() -> None:
    names = index(metier("MET.1", "agent de sécurité"), metier("MET.2", "sécurité civile"))
    assert linked(names, "agent de sécurité civile") == [("MET.1",)]


def test_a_title_without_genders_is_found_with_and_without_its_ending() -> None:
    fiche = FicheMetier(id="MET.1", name=Appellation(title="concepteur/trice de cartes"))
    for question in ("concepteur/trice de cartes", "concepteur de cartes"):
        assert linked(index(fiche), question) == [("MET.1",)]


@pytest.mark.parametrize(
    "question", ["professeur de danse", "professeur de musique", "professeur de musique ou de danse"]
)
def test_each_branch_of_an_ou_is_a_name(question: str) -> None:
    assert linked(index(metier("MET.1", "professeur de musique ou de danse")), question) == [("MET.1",)]


def test_the_short_form_of_a_word_stands_for_it() -> None:
    names = index(metier("MET.1", "mécanicien bateaux"), metier("MET.2", "mécanicien moto"))
    assert linked(names, "mécano moto ou mécano bateau") == [("MET.2",), ("MET.1",)]


def test_the_fiche_that_has_a_name_as_its_title_comes_first() -> None:
    (match,) = index(metier("MET.1", "diplomate", "ambassadeur"), metier("MET.2", "ambassadeur")).find("ambassadeur")
    assert (match.fiches, match.titled) == (("MET.2", "MET.1"), True)


@pytest.mark.parametrize("article", ["un/e", "un·e", "un(e)", "un.e", "UN-E"])
def test_an_article_of_both_genders_is_no_part_of_a_name(article: str) -> None:
    names = index(metier("MET.1", "sportif de haut niveau"), metier("MET.2", "e-sportif"))
    assert linked(names, f"le salaire d'{article} sportif de haut niveau") == [("MET.1",)]
    assert linked(names, "le salaire d'un e-sportif") == [("MET.2",)]


def test_plurals_in_aux_meet_their_singular() -> None:
    assert keys_of("les journaux régionaux") == keys_of("journal régional")
    assert keys_of("des bateaux") == keys_of("bateau")


def test_an_empty_library_names_nothing() -> None:
    assert linked(index(), "boulanger") == []


@pytest.mark.parametrize(
    ("question", "rest"),
    [
        ("Salaire d'une soigneuse d'animaux débutante ?", "salaire d une metier debutante"),
        ("une vétérinaire ou un boulanger", "une metier ou un metier"),
        ("combien gagne un dompteur ?", "combien gagne un dompteur"),
    ],
)
def test_names_can_be_taken_out_of_a_question(names: NameIndex, question: str, rest: str) -> None:
    assert without_names(question, names.find(question)) == rest


@pytest.mark.parametrize(
    ("question", "codes"),
    [
        ("MET.228", ["MET.228"]),
        ("met 228", ["MET.228"]),
        ("MET-228", ["MET.228"]),
        ("met228", ["MET.228"]),
        ("Met_228 ?", ["MET.228"]),
        ("salaire de la fiche MET. 228", ["MET.228"]),
        ("(MET.228)", ["MET.228"]),
        ("MET.228 ou met 17, et encore MET.228", ["MET.228", "MET.17"]),
        ("FOR.5574 mène à MET.228", ["FOR.5574", "MET.228"]),
        ("MET.99999", ["MET.99999"]),
        ("mets 228", []),
        ("comet 228", []),
        ("MET", []),
        ("228", []),
        ("MET.1234567890", []),
        ("on met 5 ans à devenir vétérinaire", []),
        ("ça met 2 mois", []),
        ("on met 3 h de train", []),
    ],
)
def test_codes_are_read_in_several_spellings(question: str, codes: list[str]) -> None:
    assert list(codes_in(question)) == codes


TEMPLATES = (
    "Quel est le salaire d'{article} {name} ?",
    "combien gagne {article} {name} au début",
    "Je voudrais devenir {name}, quelles études ?",
)


def asked_names(fiche: FicheMetier) -> Iterator[tuple[str, str]]:
    yield "un/e", fiche.title
    if fiche.name.feminine:
        yield "une", fiche.name.feminine
    if fiche.name.masculine:
        yield "un", fiche.name.masculine


@pytest.mark.corpus
def test_every_real_fiche_is_found_by_its_title_and_both_genders(corpus_library: LocalLibrary) -> None:
    fiches = fiches_of(corpus_library)
    names = NameIndex(fiches)
    started, asked, misses = time.perf_counter(), 0, []
    for fiche in fiches.values():
        for (article, name), template in ((form, t) for form in asked_names(fiche) for t in TEMPLATES):
            asked += 1
            matches = names.find(template.format(article=article, name=name))
            found = {fiche_id for match in matches for fiche_id in match.fiches}
            if fiche.id not in found:
                misses.append((fiche.id, name))
    elapsed = time.perf_counter() - started
    sys.stdout.write(f"{asked} questions, {1e6 * elapsed / asked:.0f} µs each\n")
    assert asked > 9 * 1000
    assert misses == []
