"""Turns of phrase that tell what a question is about: patterns over folded words, where accents and case are gone."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ingest.text import words

SEEKS_METIERS = re.compile(
    r"\b(?:quels? (?:metiers?|boulots?|jobs?)|(?:des|les|liste des|tous les|combien de) (?:metiers|boulots|jobs)"
    r"|which jobs)\b"
)
#: Several métiers are looked for, whatever else the question says.
SEEKS_MANY = re.compile(
    r"\b(?:(?:des|les|ces|liste d\w*|tous|combien de|idees? de|idees? d|quoi comme|comme) (?:metiers|boulots|jobs)"
    r"|(?:metiers|boulots|jobs) possibles|which jobs|what jobs)\b"
)
#: Asks for a fact, not for métiers: "combien gagne un fonctionnaire ?".
ASKS_FACT = re.compile(r"\b(?:salaires?|gagn\w+|paye|payes|c est quoi un|c quoi un|qu est ce qu\w*|definition)\b")
#: Asks anything at all: words that hold a constraint and no more are a list only where they ask nothing.
ASKS = re.compile(
    r"\b(?:combien|cb|comment|coment|pourquoi|quand|faut|fo|est ce que?|esk|quelles?|kelle?s?|kel|c est quoi)\b"
)
#: Opens a question about what was named, whatever it then asks: "dans quelles régions un barman…", "y a-t-il…".
QUESTIONS = re.compile(
    r"^(?:(?:et|alors|bonjour|svp|dis|dites) )*(?:(?:dans|avec|de|a|par|sur|pour|chez|contre|en|jusqu a) )?"
    r"(?:quel\w*|qui|quoi|combien|comment|pourquoi|quand|ou|y a t il"
    r"|est ce qu\w*|qu est ce qu\w*|faut il|peut on|doit on)\b"
)
#: Asks whether somebody may have a status: "on peut bosser en libéral ?".
ASKS_WHETHER = re.compile(
    r"\b(?:(?:on|il|elle|ils|elles) (?:peu|peut|peuvent)(?! faire)|peut (?:on|il|elle))\b(?! .*\bquoi\b)"
)
#: Follows what one does or likes, in words that were taken out.
OBJECT = re.compile(r"\|(?: (?:et|ou))?(?: (?:les|des|du|un|une|le|la|l|d|de|mes|ses))+ (?P<noun>\w+)")
#: One métier is looked for, that was described.
WHICH_ONE = re.compile(r"\b(?:c est|s appelle|comment|ce) quels (?:metiers|boulots|jobs?)\b")
DESCRIBES = re.compile(
    r"\b(?:celui|celle|ceux|celles|quelqu un|quelqun|la personne|les gens|le monsieur|la dame|le mec|le gars"
    r"|la meuf|l ouvrier|le metier|le boulot"
    r"|le job|le taf|un metier|un boulot|un job|un taf|metier|boulot|job|taf) (?:qui|ou|ki|pour|avec|de ceux)\b"
    r"|\b(?:someone|person|job|people) (?:who|where|that)\b"
)
#: A scene of work, when its first word is no métier's name: "trouver les comédiens pour un film, organiser…".
SCENE = re.compile(
    r"^(?!devenir|etre|faire|passer|gagner|entrer|postuler|savoir|aller|avoir|compare)\w{2,}(?:er|ir|re)\b(?: \w+){7}"
)
WISHES = re.compile(
    r"\b(?:j ?aime\w*|j ?adore\w*|j ?kiff\w*|j(?:e )?veux?|j(?:e )?voudrai\w*|envie|passionn\w*|mon reve"
    r"|i (?:want|like|love|d))\b"
)
BECOMES = re.compile(r"\b(?:deven\w*|etre|become|to be|metier (?:de|d)|comme|fiche)\b")
RESETS = re.compile(r"\b(?:rien a voir|autre question|nouvelle question|changeons|on change|autre chose|sinon rien)\b")
REPLACES = re.compile(r"\b(?:non|plutot|finalement|en fait)\b")
GOES_ON = re.compile(
    r"\b(?:(?:montre\w*|voir|affiche\w*|donne\w*)? ?(?:moi )?(?:la suite|les suivants|d autres|plus de metiers"
    r"|encore)|next|show more)\b"
)
LEANS = re.compile(
    r"^(?:(?:ok|merci|oui|super|d accord) )*(?:et|pareil|idem|meme (?:question|chose)|sinon)\b|\b(?:ca donne quoi"
    r"|c est pareil)\b"
)
#: Asks without saying of what: "combien au début ?", "il faut parler combien de langues ?".
GOES_WITHOUT_NAME = re.compile(r"^(?:combien|cb|il faut|faut il|faut|fo|y a t il|il y a|c est)\b")
#: Points at the métier last spoken of, however long the question is.
REFERS_TO_METIER = re.compile(r"\b(?:pour ca|pr ca|(?:ce|de ce|dans ce) (?:metier|boulot|job|taf))\b")
#: Announces the name of a métier.
CALLED = re.compile(
    r"\b(?:devenir|deviens?|devien|metier d[eu]?|boulot d[eu]?|fiche metier|c est quoi|c koi|qu est ce qu un"
    r"|qu est ce qu une|etre|become|to be)"
    r" (?!au |aux |en |dans |avec |sur )(?:un |une |le |la |l |d |de |du |des |a |an )*"
    r"(?P<name>\w+(?: (?:de |d |des |du |pour |a |au )?\w+){0,2})"
)
#: Announces nothing else: what follows is a name, however common its words.
NAMED = re.compile(
    r"\b(?:devenir|c est quoi|c koi|qu est ce qu une?|metier d[eu]?|salaire d[eu]?|gagne|paye) (?:le metier d[eu]? )?"
    r"(?:un |une |le |la |l |d |de |du |des )*(?!(?:combien|cb|bien|pas|beaucoup|quoi|koi)\b)(?P<name>\w{3,}.*)$"
)
#: A métier is the aim of the question, whatever diploma it also names.
AIMS_AT = re.compile(
    r"\b(?:pour|de|d|afin de) (?:devenir|etre)\b|\bdevenir (?!quoi)|\bobligatoire|\bindispensable|\bfaut il\b"
)
LEADS_TO = re.compile(
    r"\b(?:mene\w*|debouche\w*|que faire|quoi faire|faire quoi|quels? (?:metiers?|boulots?|jobs?|taf)|metiers?"
    r"|devient|devenir quoi|deviennent"
    r"|boulot|prepare\w*|conseillee?|sert a|avec|apres|titulaires?|correspond)\b"
)
#: A noun that may be a métier that no fiche is named after: the métier of the conversation is not meant.
OTHER_NOUN = re.compile(r"(?<!dans )(?<!avec )(?<!chez )(?<!en )\b(?:un|une|devenir) (?P<noun>\w{5,})")
NO_METIER = frozenset(
    ["annee", "autre", "debutant", "debutante", "fille", "femme", "garcon", "homme", "jeune", "metier", "personne"]
)
_OF = r"(?: (?:de|d|du|des|dans|avec|en|sur|a|au|aux|la|le|les|l))+"
#: Where a list's free topic stands, in spelt-out words. Beside an interest or a domaine only the first counts.
TOPICS = tuple(
    re.compile(pattern)
    for pattern in (
        r"\b(?:metiers?|boulots?|jobs?|travail|travailler|bosser|taf)(?: autour| lies?| en rapport)?"
        rf"{_OF} (?P<topic>\w+(?: \w+){{0,3}})",
        rf"\b(?:quelque chose|truc|univers|autour|lies?){_OF} (?P<topic>\w+(?: \w+){{0,2}})",
        r"\b(?:le|la|l|les|du|des) (?P<topic>\w+(?: \w+)?) (?:me |m |c est |ca me )"
        r"(?:plai\w*|passionn\w*|interess\w*|attir\w*|branche|mon|ma|botte|tente)",
        r"\b(?:fou|folle|fan|dingue|passionnee?s?|accro|mordue?) (?:par|de|d|du|des)(?: (?:la|le|les|l))*"
        r" (?P<topic>\w+(?: \w+)?)",
        rf"\b(?:s|m|me|se) occuper{_OF} (?P<topic>\w+(?: \w+){{0,2}})",
        r"\bj (?:aime|adore|kiffe)(?: (?:trop|bien|beaucoup))? (?:le|la|les|l) (?P<topic>\w+(?: \w+)?)",
        r"\b(?:veux|voudrais|aimerais|aime|adore|envie de?)"
        r" (?P<topic>\w+(?:er|ir|re) (?:un|une|des|les|le|la|l|du|de) \w+(?: \w+)?)",
    )
)
#: Stands before a topic that is not wished: "pas d'un travail de bureau".
UNWISHED = re.compile(r"\b(?:pas|ni|sans|plutot que)(?: (?:de|d|un|une|du|le|la|les))* $")
TOPIC_ENDS = frozenset(
    ["sans", "il", "on", "c", "est", "avec", "mais", "comme", "pour", "apres", "quels", "quoi", "je", "j", "qui", "que"]
)
NO_TOPIC = frozenset(
    (
        "secteur",
        "domaine",
        "monde",
        "milieu",
        "univers",
        "et",
        "ou",
        "code",
        "ca",
        "qui",
        "que",
        "pour",
        "moi",
        "a",
        "en",
    )
)
#: What questions about lists are held together by, as keys (`bot.understanding.names.keys_of`).
GLUE = frozenset(
    words(
        "metier boulot job taf travail travailler bosser faire fait peux peut peuvent pouvoir veux veut "
        "voudrai voudrais aime adore kiffe quoi quel quelle quels quelles comment dans avec sans sont ceux "
        "celle etre avoir trouve trouver cherche chercher existe exister donne liste toute tous tout toutes "
        "pour plus moins apre avant mais aussi vraiment trop tre bien chose genre style type niveau etude "
        "annee diplome bac secteur domaine monde milieu univer possible conseille proposer propose idee piste "
        "besoin envie plutot surtout seulement juste suis jeune ado enfant mon "
        "quelque autour etant comme reste rester journee temps jour gens truc passer finir grand grande "
        "fille fils eleve neveu niece soeur frere cousin copain copine personne quelqu classe lycee college "
        "ecole rentree moi avenir futur reve gout interet passion peu importe accord egal arreter continuer "
        "stop stopper accessible ouvert demande recrute forum salon orientation orienter "
        "lequel laquelle faut font peur long longue court courte minimum maximum concours porter uniforme servir "
        "regime foi engager compte contrat statut poste emploi carriere profession profil savoir aimerai"
    )
)
#: What people cut short in the names of métiers, as keys.
SHORT_FORMS = {
    "veto": "veterinaire",
    "mecano": "mecanicien",
    "meca": "mecanicien",
    "prof": "professeur",
    "dir": "directeur",
    "inge": "ingenieur",
    "ing": "ingenieur",
    "tech": "technicien",
    "techno": "technologie",
    "elec": "electricien",
    "compta": "comptable",
    "immo": "immobilier",
    "info": "informatique",
    "pharma": "pharmacie",
    "pub": "publicite",
    "com": "communication",
    "resp": "responsable",
    "assist": "assistant",
    "dev": "developpeur",
}
#: Words that fiches need not hold and that are no misspelling: what questions are written with, in French, in English
#: and in text messages.
ORDINARY = frozenset(
    words(
        "bonjour bjr bonsoir salut slt coucou merci svp stp mdr lol ptdr wesh frere frero jsp jpp tkt "
        "kel kels kelle kelles keske koi kan kand komen coment comen cmt cmb combien cb bcp tjr tjrs tps mtn pcq pk "
        "jveu jveux jvoudrais jsuis jsui chui chuis jaime jador jvais fo faut fai fait fais fau taf bosse bosser "
        "essay climate change diploma degree salary earn salaries wage wages pay job jobs career work working school "
        "study studies year years hours skills become write tell about much does need make good people what where "
        "when which who how long want would like love the and for with from into someone something does have has "
        "gamer config best"
    )
)
#: What questions ask with: a word that sounds like one of these is it, misspelt.
ASKING = frozenset(
    words(
        "salaire gagner gagne gagnent rapporte rapporter touche toucher debute debuter commence commencer paye payer "
        "paie travaille travailler travail metier formation diplome concours ecole etude etudier apprendre annees "
        "niveau qualite competences horaires conditions stresse stressant fatigant dangereux difficile debouches "
        "avenir embauche recrute recruter statut contrat vacances semaine weekend journee quotidien consiste devenir "
        "deviens galere boulot argent revenu mission role deplacement astreintes apprentissage alternance obligatoire "
        "possible bouger voyager"
    )
)
#: What joins a complement to a name: "coiffeur pour hérissons". Other prepositions say where, how or when.
JOINS = frozenset(["de", "d", "des", "du", "pour", "en"])
#: What stands between such a preposition and its noun.
DETERMINERS = frozenset(["l", "la", "le", "les", "un", "une", "des", "au", "aux", "vos", "ses", "leurs"])
#: Where what is said of a name ends and the question goes on.
ENDS_NAME = frozenset(
    words(
        "a au aux chez dans sans avec apres avant et ou qui que quoi qu ca sa c ce cet cette il elle on ils elles je j "
        "tu t nous vous est sont ai as ont va vont gagne touche combien comment quel quelle quels quelles cb koi kel "
        "ki ke n ne pas plus s se si quand comme par sur vers entre pendant depuis jusqu y doit faut fo peut pr svp stp"
    )
)
#: Complements that make no other métier: persons, times, places, ways of working.
NO_COMPLEMENT = frozenset(
    words(
        "homme femme fille garcon jeune enfant bebe ado adolescent adulte senior personne gens parents eleve handicape "
        "debutant debutante confirme confirmee experimente experimentee junior senior metier profession boulot jour "
        "nuit soir matin week weekend semaine mois annee an ans age debut fin carriere moyenne plein temps partiel "
        "retraite reconversion formation alternance apprentissage stage cdi cdd interim contrat ligne distance general "
        "france europe paris lyon marseille toulouse nice nantes lille bordeaux rennes strasbourg montpellier grenoble "
        "reims dijon angers metz nancy rouen brest tours limoges alsace bretagne normandie corse provence auvergne "
        "bourgogne occitanie lorraine picardie vendee savoie guadeloupe martinique guyane reunion mayotte outre mer "
        "belgique suisse luxembourg allemagne espagne italie portugal angleterre irlande canada quebec maroc algerie "
        "tunisie senegal chine japon amerique afrique asie usa dubai londres bruxelles geneve monde pays region ville "
        "banlieue campagne province montagne metropole etranger secteur prive public privee publique liberal liberale "
        "independant independante salarie salariee freelance interimaire fonctionnaire etat compte hopital clinique "
        "entreprise cabinet magasin usine bureau moi vous toi lui vrai vraie bon bonne detail bref resume fait cas "
        "plus mieux tout toute toutes tous sport equipe"
    )
)
#: As a complement these are things; fiches and descriptions hold them as turns of phrase ("je rêve de", "au-delà de").
SAID_OTHERWISE = frozenset(["reve", "dela"])
#: The aim of a question that also says where somebody stands: "ma sœur est coiffeuse, comment devenir esthéticienne".
AIMS = frozenset(words("devenir deviens devient passer reconvertir reconversion evoluer"))
#: What stands between such a word and the name that it aims at.
AIMED_THROUGH = frozenset(words("un une en vers comme a le la l de d dans"))
#: The métier just spoken of was not the one meant.
CORRECTS = re.compile(
    r"^(?:ah |euh |mais |pardon |desole |desolee |oups )*(?:non|nan|nn|pas|je (?:parl\w+|voulais dire|veux dire))\b"
    r"|\bje (?:parl\w+ (?:de|d|du|des)|voulais dire)\b"
)
#: What stands just before a name.
ANNOUNCES = frozenset(words("un une de d des les quoi koi devenir deviens etre metier le la l"))
#: "Pour devenir", "pour travailler" say what for, not what kind.
INFINITIVE = re.compile(r"(?:er|ir|dre|tre|^faire)$")
#: Asks something of what was just named.
REFERS_BACK = re.compile(r"\b(?:ca|sa|c est|c|on|ce metier|ce boulot)\b")
#: No name begins with it.
NO_BEGINNING = frozenset(words("mon ma mes ton ta tes son sa ses notre nos je j tu il elle on nous vous ils elles"))
#: How adjectives end that tell one métier from another: "boulanger spatial", "plombier quantique".
ADJECTIVE = re.compile(r"\w{3}(?:ique|aire|ale?|elle?|ive?|if)s?$")

_TELLING_LENGTH = 4


def telling(keys: Iterable[str]) -> set[str]:
    """The keys of a question that tell what it is about: not those that hold questions together."""
    return {key for key in keys if len(key) >= _TELLING_LENGTH} - GLUE
