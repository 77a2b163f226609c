"""What is decided before any search: deterministic, static, and nothing of it is kept or logged."""

from __future__ import annotations

import re

from bot.answer import Question, Turn
from bot.masking import Use, mask
from ingest.text import words

#: Distress in folded words, spelling mistakes and SMS included. Each pattern speaks of the person who writes or of
#: someone near, which tells it from the subject of a métier ("prévention du suicide", "aider des enfants battus");
#: what follows tells it from a turn of phrase ("mourir de rire", "en finir avec le lycée").
_I = r"(?:j|je|jme|jm|me|m|moi)"
_WANT = r"(?:(?:j|je )?(?:veux?|vais?|voudrai[st]?|aimerai[st]?|prefererai[st]?|pense a)|envie? (?:de|d))"
_DIE = r"(?:mourr?ir|crever|disparaitre)"
_FIGURE = r"(?! (?:de (?:rire|faim|soif|honte|froid|chaud|fatigue|peur|des)|des|l ecran|dans l ombre))"
_NO_MORE = r"(?:plus?|pas|pu|aucune)"
_SCHOOL = r"(?:tous les jours|chaque jour|au college|au lycee|a l ecole|en classe|sur (?:insta\w*|snap\w*|tiktok\w*))"
_NEAR = r"amie?|copain|copine|pote|frere|soeur|fils|fille|camarade|pere|mere"
_THEY = r"(?:il|ils|elle|elles|on|pere|mere|papa|maman|parents?|frere|soeur|oncle|tante|cousin|copain|mec|mari|prof\w*)"

_DISTRESS = re.compile(
    r"\b(?:"
    # wanting to die
    rf"j?{_WANT} {_DIE}{_FIGURE}|autant {_DIE}{_FIGURE}"
    rf"|{_WANT} (?:me|m) (?:tuer|flinguer|pendre|foutre en l air|suicider)"
    rf"|{_WANT} en finir(?! avec)|en finir avec (?:la|ma) vie"
    rf"|{_NO_MORE} envie? de vivre(?! (?:a|au|en|dans|avec|ici|chez)\b)"
    r"|j?(?:veux?|peux?) (?:plus?|pu) vivre(?! (?:a|au|en|dans|avec|ici|chez)\b)"
    r"|(?:prefer\w+|voudrais|aimerais) etre morte?s?\b|(?:a quoi bon|peine de) vivre|vaut plus la peine"
    r"|si je (?:mour\w+|meurs|disparai\w+)"
    # suicide, also of someone near
    r"|(?:me|m) suicid\w*|(?:je|j) pense\w* (?:souvent )?au suicide|envie? de suicide|fait une tentative de suicide"
    r"|(?:j ai|g|jai|ai) (?:eu )?(?:souvent )?des (?:idees|pensees) (?:noires|suicidaires)"
    rf"|(?:{_NEAR}) (?:\w+ ){{1,3}}(?:se|s) (?:suicid\w+|tuer(?! (?:au|a la)\b))"
    # self-harm
    r"|(?:je me|jme|je m|me) (?:scarifi\w*|mutil\w*|taillad\w*|coupe les (?:veines|bras|poignets|cuisses))"
    r"|(?:je me|jme) (?:fais?) du mal|envie? de me faire (?:du )?mal"
    # violence
    rf"|{_THEY} (?:me|m) (?:frappe|frappent|bat|battent|tape|tapent|viole|violent|cogne|cognent)"
    r"(?! (?:sur|par|a l oeil|au|aux|a la|a plate|toujours|dans|en)\b)"
    rf"|{_THEY} (?:me|m) touche et"
    r"|(?:m a|m ont|me suis fait\w*|ai ete|suis) (?:\w+ment )?(?:viole|agresse)e?s? ?(?:sexuellement)?"
    r"|suis (?:battue?|frappee?|tapee?) (?:chez|par|a la maison|tous les)"
    # harassment
    rf"|{_I} (?:fai[st]? )?(?:harceler|racketter|menacer|tabasser)\b"
    rf"|{_THEY} (?:me|m) (?:harcel\w*|rackett?\w*|tabass\w*)|(?:suis|etre) harcelee?s?|suis victime de harcelement"
    r"|^victime de harcelement"
    rf"|(?:me|m) (?:menace|insulte|humilie)(?:nt)? {_SCHOOL}"
    r")\b"
)


def needs_support(text: str) -> bool:
    """Whether a message shows distress: the answer is then the help numbers and nothing else."""
    return bool(_DISTRESS.search(" ".join(words(text))))


#: More than the page lets anybody type; a title may stand before it.
LONGEST_QUESTION = 1200
#: A question that is too long is still looked through for distress, this far.
_LOOKED_THROUGH = 5000
#: A conversation is read this far back, and its answers this far: whatever a program sends, reading it is bounded.
_MOST_TURNS = 200
_LONGEST_ANSWER = 20_000


class QuestionTooLongError(ValueError):
    """A question that is not read; the message, in French, says why."""


def bounded(question: Question) -> Question:
    """The question, and of its history what is read.

    :raises QuestionTooLongError: past `LONGEST_QUESTION`, unless it shows distress.
    """
    text = question.text
    if len(text) > LONGEST_QUESTION:
        text = text[:_LOOKED_THROUGH]
        if not needs_support(text):
            raise QuestionTooLongError(f"question de plus de {LONGEST_QUESTION} caractères : la raccourcir.")
    return question.model_copy(update={"text": text, "history": tuple(map(_cut, question.history[-_MOST_TURNS:]))})


def _cut(turn: Turn) -> Turn:
    most = LONGEST_QUESTION if turn.role == "user" else _LONGEST_ANSWER
    return turn if len(turn.content) <= most else turn.model_copy(update={"content": turn.content[:most]})


def masked(question: Question) -> Question:
    """The question and its history without e-mail addresses, phone numbers and social security numbers."""
    history = tuple(turn.model_copy(update={"content": mask(turn.content, Use.READ)}) for turn in question.history)
    return question.model_copy(update={"text": mask(question.text, Use.READ), "history": history})
