"""Turns of phrase that tell what a question is about: patterns over folded words, where accents and case are gone."""

from __future__ import annotations

import re

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
#: Announces the name of a métier.
CALLED = re.compile(
    r"\b(?:devenir|deviens?|devien|metier d[eu]?|boulot d[eu]?|fiche metier|c est quoi|c koi|qu est ce qu un"
    r"|qu est ce qu une|etre|become|to be)"
    r" (?:un |une |le |la |l |d |de |du |des |a |an )*(?P<name>\w+(?: (?:de |d |des |du |pour |a |au )?\w+){0,2})"
)
#: Announces nothing else: what follows is a name, however common its words.
NAMED = re.compile(
    r"\b(?:devenir|c est quoi|c koi|qu est ce qu une?|metier d[eu]?|salaire d[eu]?|gagne|paye) (?:le metier d[eu]? )?"
    r"(?:un |une |le |la |l |d |de |du |des )*(?P<name>\w{3,}.*)$"
)
COMPLEMENT = re.compile(r"(?:de |d |des |du |pour |pour les |sur )(?:les |la |le |l )?(?P<noun>\w+)")
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
        "stop stopper accessible ouvert demande recrute forum salon conseil conseiller orientation orienter "
        "lequel laquelle faut font peur long longue court courte minimum maximum concours porter uniforme servir "
        "regime foi engager compte contrat statut poste emploi carriere profession profil savoir aimerai"
    )
)
