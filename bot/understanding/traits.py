"""What people say of themselves is set aside: the same question from a girl and from a boy gets the same métiers.

A clause that only says who speaks goes whole ("je suis sourd et…", "j'ai 45 ans,…", "Fatoumata, du 93 :…"): what it
holds need not be listed. It stays when it also says what the person wants, likes or is good at, or their class or
diploma ("je suis en 3e", "j'ai un CAP"): those are part of the question. "Aider des personnes sourdes" says nothing of
the speaker and stays too.
"""

from __future__ import annotations

import re

from ingest.text import fold

_PERSON = (
    r"(?:filles?|garcons?|gars|femmes?|hommes?|meufs?|mecs?|nanas?|dames?|lyceen(?:ne)?s?|collegien(?:ne)?s?|ados?"
    r"|adolescente?s?|etudiante?s?|soeurs?|freres?|meres?|peres?|mamans?|papas?|girls?|boys?|wom[ae]n|m[ae]n)"
)
_SELF = re.compile(
    r"\s*(?:bonjour|bjr|salut|slt|coucou|hello|hey|alors|comme|puisque|vu que|si|meme si|quand|en fait|perso)?[ ,!]*"
    r"(?:(?:moi,? ?)?(?:je|j'|j|nous|on|i) ?(?:ne )?(?:suis|sui|sommes|est|ai|avons|viens|venons|habite|habitons"
    r"|vis|vivons|vit|porte"
    r"|m'appelle|mappelle|(?:entends|vois|marche) (?:tres )?(?:bien|mal|peu|rien)|me sens|reste|loge|eleve|am|come|live"
    r"|have)\b"
    r"|jsuis|jsui|chuis|chui|jss|jai\b|jhabite|jviens|jvis|jmappelle|jm'appelle|moi,? ?c'?(?:est)?\b|i'm\b|en tant qu"
    r"|ayant\b|ici [\w-]+,?$|\d+ ans,?$|sans enfants?,"
    rf"|mon (?:pre)?nom|my name|etant |(?:une? )?(?:jeunes? )?{_PERSON}\b(?! (?:de|du|des) (?!\d)))"
)
#: What makes a statement about oneself a part of the question.
_WANTED = re.compile(
    r"\b(?:for|met)[ .]?\d|\b(?:contact|sens d|gout|don\b|talent|habile|capable|facilite|coup de|bonnes? notes?)"
    r"|passion|aim|ador|kiff|veu[xt]?\b|voudr|envie|reve|interess|attir|motiv|accro|mordu|curieu|manuel|creati|sporti"
    r"|ce serait|serait plutot|prefer"
    r"|\bfans?\b|\bbon(?:ne)?s? (?:en|avec|a|pour)|\bforte?s? en|\bdoue|\bnul|fascin|cherch|besoin|\blike|\blove|\bwant"
    r"|\b(?:3e|4e|5e|6e|troisieme|quatrieme|seconde|2nde|2de|premiere|1re|1ere|terminale|term|prepa|cap|bep|bac|bts|but"
    r"|dut|licence|master|doctorat|brevet|dnb|lycee pro\w*|stmg|st2s|sti2d|diplome|annees? d'etudes?|ans d'etudes?)\b"
)
#: What one is or has that says what one likes, of oneself and not of one's family.
_LIKING = re.compile(
    r"relationnel|\bfibre|adrenaline|\bordis?\b|sociab|bavard|extraverti|communicat|organise|rigoureu|ordonne|a l'aise"
    r"|\boral\b|dynamiq|hyperacti|serviab|altruis|bricol|adroit|geek|ecolo|bilingu|trilingu|polyglott|leader|meneu"
    r"|casse-?cou|\bames? d|bosse d|tiens? pas|supporte pas|matheu|pile electrique|modeu|cinephil|imagination|tchatche"
    r"|or dans les mains|bougeotte"
)
_CLAUSES = re.compile(
    r"(?<=[,;:.!?])\s+|\s+(?:et|mais|donc|qui|and)\s+"
    r"(?=j|moi |quels?|quelles?|comment|combien|passionn|interess|qu'|mon |ma |on |nous |i |les |la |le |l')"
)
#: Set aside only beside a wish: "ma mère est infirmière, combien elle gagne ?" asks about her métier.
_FAMILY = re.compile(
    r"\s*(?:mes|mon|ma|nos|notre) (?:(?:parents|pere|mere|papa|maman|famille|lycee|college)"
    r" (?:est|sont|a|ont|vit|vivent|habit\w*|vien\w*|travaill\w*)"
    r"|(?:grande? |petite? |meilleure? )?(?:soeur|frere|cousine?|oncle|tonton|tante|tata|amie?|pote|copain|copine"
    r"|voisine?|papi|mamie|pere|mere|papa|maman|grand-pere|grand-mere|parrain|marraine) (?:est|etait|fait|veut|\w+e))\b"
)
_AS = re.compile(rf"\ben tant qu(?:e |')(?:une? )?(?:jeunes? )?{_PERSON}\b,? ?")
_INLINE = re.compile(
    rf"\b(?:je suis|jsuis|jsui|chuis|moi c'?(?:est)?|nous sommes) (?:une?|deux|la|le"
    rf"|trop une?)? ?(?:jeunes? )?{_PERSON}(?: de \d+ ans)?\b"
)
#: "Une fille qui aime les voitures" is somebody who does; "avec mon handicap" says who asks.
_SOMEBODY = re.compile(
    rf"\b(?:une?|le|la|mon|ma) (?:jeunes? )?{_PERSON}(?: de \d+ ans)?(?: [\w-]+)?"
    r"(?= (?:qui|peu\w*|veut|voudrait|aime|passionne))"
)
_ASIDE = re.compile(
    r"[, ]*\b(?:malgre|avec|a cause de|vu) (?:mon|ma|mes) (?:handicap|fauteuil|surdite|dyslexie|origines?|accent"
    r"|religion"
    r"|voile|age|situation|maladie|couleur|nationalite|trouble\w*)\b(?: [\w'-]+){0,3}?(?=$|[,;:.?!])"
)
_KIN = re.compile(
    r"\b(?P<who>mon|ma|notre) (?:eleve|fils|fille|garcon|neveu|niece|petit-fils|petite-fille|enfant)\b(?: (?!aim"
    r"|ador|veu|reve|a\b|est\b|voudr|kiff|pass|cherch|hesit|sai|s'|n'|qui\b|se\b|me\b|en\b)[\w'-]+)?"
)
#: Agreement with the speaker: "passionnée" and "passionné" are one wish.
_AGREEMENT = re.compile(r"\b(passionn|interess|motiv|attir|dou|fascin|tent|decid|inspir)ee?s?\b")


def without_traits(question: str) -> str:
    """The question without what its author says of themselves; unchanged, accents included, where nothing is said.

    Where something is, the rest comes back folded, so that two persons who ask the same are read the same.
    """
    folded = fold(question).replace("’", "'")
    clauses = _CLAUSES.split(folded)
    wished = any(_WANTED.search(clause) for clause in clauses)
    kept = [clause for clause in clauses if not _is_aside(clause, wished)]
    text = _INLINE.sub("je suis", " ".join(kept) if 0 < len(kept) < len(clauses) else folded)
    text = _ASIDE.sub("", _AS.sub("", text))
    text = _SOMEBODY.sub("quelqu'un", text)
    text = _AGREEMENT.sub(r"\1e", _KIN.sub("mon enfant", text))
    says_nothing = text == folded and not _AGREEMENT.search(folded)
    return question if says_nothing else text.strip(" ,;:.")


def _is_aside(clause: str, wished: bool) -> bool:
    """Whether a clause only says who speaks; of the family, only in a question that says what somebody wants."""
    if _WANTED.search(clause):
        return False
    return bool(_SELF.match(clause) and not _LIKING.search(clause)) or bool(wished and _FAMILY.match(clause))
