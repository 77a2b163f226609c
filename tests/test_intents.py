"""What a question asks for: each intent with phrasings that must reach it, and phrasings that must not."""

from __future__ import annotations

import pytest

from bot.understanding.intents import Intents, load_intents
from ingest.passages import Passage

ASKS: dict[str, list[str]] = {
    "portrait": [
        "C'est quoi, apicultrice ?",
        "c koi un apiculteur",
        "Qu'est-ce qu'un géomètre ?",
        "Parle-moi du métier de vétérinaire",
        "Parlez-moi du métier de vétérinaire",
        "Présente-moi le métier de boulanger",
        "Des infos sur le métier de pompier",
        "Je voudrais en savoir plus sur ce métier",
    ],
    "salary": [
        "Quel est le salaire ?",
        "Combien gagne une boulangère ?",
        "cb gagne un boulanger",
        "ça paye bien ?",
        "c'est bien payé ?",
        "Quelle est la rémunération ?",
        "Combien touche un infirmier ?",
        "combien on se fait par mois",
        "ça rapporte combien ?",
        "c'est quoi la paie ?",
        "how much does a baker earn",
        "tu gagnes beaucoup de thunes ?",
    ],
    "level": [
        "Quel niveau faut-il ?",
        "C'est possible sans le bac ?",
        "Combien d'années d'études ?",
        "c'est long ?",
        "c long les études ?",
        "Combien de temps durent les études ?",
        "ca dure combien de temps ?",
        "bac + combien ?",
        "Il faut le bac ?",
        "géomètre avec un bac + 2, c'est faisable ?",
    ],
    "duration": [
        "Combien d'années d'études ?",
        "cb d'années pour être sage-femme",
        "c'est long ?",
        "Quelle est la durée des études ?",
        "Faut-il de longues études ?",
        "Combien de temps dure la formation ?",
        "combien d'études après le bac ?",
    ],
    "access": [
        "Quelles études faire ?",
        "Comment devenir pompier ?",
        "Comment on devient pompier ?",
        "Quel diplôme faut-il ?",
        "Quel bac choisir ?",
        "Y a-t-il un concours ?",
        "Quel parcours après la 3e ?",
        "il faut quel bts ?",
        "kel etude pr etre veto",
        "fo kel diplome",
        "Comment accéder à ce métier ?",
        "Comment apprendre le métier après le collège ?",
    ],
    "formations": [
        "Quelles formations ?",
        "Quelle formation pour être apiculteur ?",
        "Où se former ?",
        "formations recommandées",
        "FOR.5574",
        "quels cursus mènent à FOR 622 ?",
    ],
    "work": [
        "Que fait un géomètre ?",
        "Il fait quoi au juste ?",
        "En quoi consiste le travail ?",
        "Quelles sont les missions ?",
        "À quoi ressemble une journée ?",
        "Quel est son rôle ?",
        "c koi le taf",
        "ça sert à quoi ?",
        "Quelles tâches au quotidien ?",
    ],
    "skills": [
        "Quelles qualités faut-il ?",
        "Quelles compétences ?",
        "Faut-il savoir dessiner ?",
        "Il faut être bon en maths ?",
        "faut etre fort en maths ?",
        "L'anglais est-il utile ?",
        "Quelles aptitudes sont attendues ?",
        "Combien de langues étrangères ?",
        "Quelles exigences physiques ?",
        "Un nivoculteur doit-il savoir skier ?",
        "kel kalité pr ebeniste",
    ],
    "conditions": [
        "Quelles conditions de travail ?",
        "Quels horaires ?",
        "On travaille le week-end ?",
        "Est-ce qu'on travaille la nuit ?",
        "C'est stressant ?",
        "C'est un métier dangereux ?",
        "On travaille dehors ?",
        "On travaille seul ou en équipe ?",
        "Il y a du télétravail ?",
        "c'est fatigant ?",
        "emploi du temps",
        "les horraires c comment",
        "on bosse le weekend",
        "À quelle heure commence-t-on ?",
        "Travaille-t-on debout ou devant un écran ?",
        "On est sur le terrain ?",
    ],
    "prospects": [
        "Quels débouchés ?",
        "Est-ce que ça recrute ?",
        "C'est facile de trouver du travail ?",
        "Y a-t-il du chômage ?",
        "Quelle évolution de carrière ?",
        "C'est un métier d'avenir ?",
        "Qui embauche ?",
        "il y a des offres d'emploi ?",
    ],
    "statuses": [
        "Quel statut ?",
        "Peut-on être à son compte ?",
        "On est fonctionnaire ?",
        "Salarié ou indépendant ?",
        "c'est en freelance ?",
        "On peut être auto-entrepreneur ?",
        "profession libérale ?",
        "c fonctionaire ou pas",
    ],
    "interests": [
        "Quels centres d'intérêt ?",
        "Est-ce fait pour moi ?",
        "C'est pour qui ?",
        "Pour quelle personnalité ?",
        "Quels goûts faut-il ?",
        "Si j'aime bouger, c'est bien ?",
    ],
    "identity": [
        "Quel est l'identifiant de la fiche ?",
        "le code Onisep de boulanger",
        "Quel est le code de la fiche ?",
        "Comment dit-on au féminin ?",
        "Quel est le féminin de sapeur-pompier ?",
        "le masculin de soigneuse ?",
    ],
    "rome": [
        "Quel code ROME ?",
        "Quels sont les codes ROME ?",
        "C'est quoi le ROME ?",
        "fiche ROME",
        "le code rome svp",
        "dans quel code du répertoire ROME ?",
    ],
    "names": [
        "Quels autres noms ?",
        "Y a-t-il d'autres appellations ?",
        "un autre nom pour ce métier",
        "Quels synonymes ?",
        "Il s'appelle aussi comment ?",
        "Comment on appelle celui qui soigne les animaux ?",
    ],
}

DOES_NOT_ASK: dict[str, list[str]] = {
    "salary": [
        "ce qui touche à l'informatique",
        "Le métier me touche beaucoup",
        "comment payer mes études ?",
        "je suis revenu au lycée",
        "Quels sont les statuts : salarié ?",
        "les paysagistes",
    ],
    "level": ["il faut du talent", "j'ai eu mon bac, quel métier ?", "le long du fleuve", "à longueur de journée"],
    "duration": ["le long du fleuve", "Quelles études ?", "Quel salaire ?", "la durée du contrat", "j'ai 15 ans"],
    "access": ["je suis capable de tout", "la capitale", "Quel salaire ?", "c'est un succès"],
    "formations": ["les informations sur ce métier", "what is the salary for a vet", "c'est formidable"],
    "work": ["les effets de la fonte des glaces", "la fonction publique", "Combien gagne un boulanger ?"],
    "skills": ["quantité de travail", "c'est un travail qualifié"],
    "conditions": ["un seul métier", "ça va nuire à ma santé ?", "Quel salaire ?", "équipement agricole"],
    "prospects": ["emploi du temps", "un imposteur", "le poste de police", "Quel salaire ?"],
    "statuses": ["le statisticien", "combien gagne un boulanger ?", "libraire"],
    "interests": ["pour quelle école ?", "je m'en désintéresse", "interne"],
    "identity": ["féminisme", "code de la route", "identité visuelle"],
    "rome": ["le romancier", "chrome", "fromage"],
    "names": ["le nombre de places", "nommer un directeur", "Quel salaire ?"],
    "portrait": ["Quel salaire ?", "bref, quel salaire ?", "quelles études ?"],
}

SEVERAL = [
    ("Quel salaire et quelles études ?", {"salary", "access"}),
    ("salaire, horaires et débouchés", {"salary", "conditions", "prospects"}),
    ("Quelles qualités et quel statut ?", {"skills", "statuses"}),
    ("Combien ça gagne, et on travaille la nuit ?", {"salary", "conditions"}),
    ("c'est long et c'est bien payé ?", {"level", "duration", "salary"}),
]


@pytest.fixture(scope="module")
def intents() -> Intents:
    return load_intents()


def found(intents: Intents, question: str) -> set[str]:
    return {intent.name for intent in intents.find(question)}


def cases(table: dict[str, list[str]]) -> list[tuple[str, str]]:
    return [(name, question) for name, questions in table.items() for question in questions]


@pytest.mark.parametrize(("name", "question"), cases(ASKS))
def test_an_intent_is_recognised(intents: Intents, name: str, question: str) -> None:
    assert name in found(intents, question)


@pytest.mark.parametrize(("name", "question"), cases(DOES_NOT_ASK))
def test_an_intent_is_not_taken_for_another(intents: Intents, name: str, question: str) -> None:
    assert name not in found(intents, question)


@pytest.mark.parametrize(("question", "names"), SEVERAL)
def test_several_things_are_asked_at_once(intents: Intents, question: str, names: set[str]) -> None:
    assert found(intents, question) == names


def test_every_intent_is_specified_here(intents: Intents) -> None:
    assert {intent.name for intent in intents.all} == set(ASKS) == set(DOES_NOT_ASK)
    assert min(len(questions) for questions in ASKS.values()) >= 6


def test_intents_come_in_the_order_in_which_an_answer_tells_them(intents: Intents) -> None:
    assert [intent.name for intent in intents.find("débouchés, salaire, présentation")] == [
        "portrait",
        "salary",
        "prospects",
    ]


@pytest.mark.parametrize("question", ["QUEL SALAIRE", "quel\u00a0salaire", "quel sa\u00adlaire", "salaires"])
def test_case_spaces_and_hyphenation_do_not_count(intents: Intents, question: str) -> None:
    assert found(intents, question) == {"salary"}


@pytest.mark.parametrize("question", ["", "?!", "bonjour", "un métier avec des animaux"])
def test_some_questions_ask_for_nothing_precise(intents: Intents, question: str) -> None:
    assert found(intents, question) == set()


def passage(section: str, heading: str) -> Passage:
    return Passage("MET.1/x", "MET.1", section, heading, "texte", "texte")  # type: ignore[arg-type]


def test_an_intent_covers_its_section_and_its_heading_only(intents: Intents) -> None:
    salary, skills = intents.named("salary"), intents.named("skills")
    assert salary.covers(passage("Vie professionnelle", "Salaire › Salaire du débutant"))
    assert not salary.covers(passage("Vie professionnelle", "Intégrer le marché du travail"))
    assert not salary.covers(passage("En bref", "Salaire"))
    assert skills.covers(passage("Compétences requises", "Savoir expliquer"))
    assert skills.covers(passage("Compétences requises", ""))
