"""Whether a question is one for Oriane at all: nearer to what people ask of métiers, or to anything else.

No threshold on one cosine tells them apart. The judge compares the nearest examples on either side, one, three and
eight of them, whether one métier stands out, and how the question is put; its weights are a logistic regression on the
tuning half (docs/decisions.md).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.understanding.reading import Reading
from ingest.lexicon import DESCRIPTIONS
from ingest.library import Hit
from ingest.scope import IN_SCOPE, OFF_TOPIC, SCOPE
from ingest.text import words

#: Numbers of nearest examples compared on the two sides.
_NEAREST = (1, 3, 8)
#: The métiers whose scores tell whether one stands out: for an off-topic question none does.
_RANKED = 10
#: The weight of each feature, fitted by `python -m benchmarks.scope` on the tuning half; by hand those of `orders` and
#: `names_a_known_one`, too rare there, and the bias, raised by 0.5: there it finds 95 % and refuses 1.7 % wrongly.
WEIGHTS = {
    "near_1": 32.2,
    "near_3": 59.8,
    "near_8": 94.4,
    "shared": 0.20,
    "ahead_of_next": -23.7,
    "ahead_of_ten": -42.4,
    "of_work": -2.8,
    "to_me": 0.8,
    "of_someone": -3.3,
    "of_doing": -3.8,
    "orders": 3.0,
    "names_one": -1.7,
    "names_a_known_one": -4.0,
    "bias": 0.85,
}
_WORK = re.compile(
    r"\b(?:metiers?|boulots?|jobs?|tafs?|travailler|bosser|profession\w*|devenir|deviens|devient|carriere|debouche\w*"
    r"|salaires?|salair|recrut\w*|embauch\w*|bac|bts|cap|etudes|diplome\w*|formations?|orientation|become)\b"
)
_TO_ME = re.compile(r"\b(?:tu|te|t|toi|moi|stp|svp|donne|fais|dis|raconte|aide|explique|ecris)\b")
_OF_SOMEONE = re.compile(r"\b(?:qui|celui|celle|ceux|celles|who|personnes?)\b")
_OF_DOING = re.compile(r"\w+(?:er|ir|re)\b")
_ORDER = re.compile(
    r"\b(?:tradui\w*|conjug\w*|dissert\w*|redac(?:tion)?|un expose|mon expose|mes devoirs|mon devoir|derivee|resou[st]"
    r"|calcule|corrige\w*|fiche de revision|recette de\w*|essay|poeme|blague|config pc|prompt|consignes|ignore\w*"
    r"|espece d\w*|ta gueule|la ferme)\b"
)
_STUDIES = re.compile(
    r"\b(?:ecoles?|etudes|formations?|bts|but|licences?|masters?|cap|bac|prepas?|fac|universites?|diplomes?|concours"
    r"|parcoursup|ingenieurs?|ifsi|apprenti\w*)\b"
)


@dataclass(frozen=True)
class Scope:
    """How far a question is off topic, above 0 when it is, and the subject of the example nearest to it."""

    off: float = -1.0
    subject: str = ""

    @property
    def is_off_topic(self) -> bool:
        """Whether the question is not about métiers."""
        return self.off > 0


def judge(reading: Reading, hits: Sequence[Hit], shared: float, scores: Iterable[float]) -> Scope:
    """Judge a question by the expressions nearest to it, best first.

    `shared` is its lexical score with everyday words, `scores` are those of the métiers ranked for it.
    """
    if not hits:
        return Scope()
    features = features_of(reading, hits, shared, scores)
    subject = next((hit.id.split("/")[2] for hit in hits if _is_off(hit)), "")
    return Scope(sum(WEIGHTS[name] * value for name, value in features.items()), subject)


def features_of(reading: Reading, hits: Sequence[Hit], shared: float, scores: Iterable[float]) -> dict[str, float]:
    """What the judge weighs, by name; of a side that is nowhere among the `hits`, the last one stands for the best."""
    off = [hit.cosine for hit in hits if _is_off(hit)] or [hits[-1].cosine]
    within = [hit.cosine for hit in hits if _is_within(hit)] or [hits[-1].cosine]
    asked = " ".join(words(reading.standalone))
    best = sorted(scores, reverse=True)[:_RANKED] or [0.0]
    others = best[1:] or best
    return {
        **{f"near_{count}": _mean(off, count) - _mean(within, count) for count in _NEAREST},
        "shared": shared,
        "ahead_of_next": best[0] - others[0],
        "ahead_of_ten": best[0] - _mean(others, _RANKED),
        "of_work": float(bool(_WORK.search(asked))),
        "to_me": float(bool(_TO_ME.search(asked))),
        "of_someone": float(bool(_OF_SOMEONE.search(asked))),
        "of_doing": float(bool(_OF_DOING.match(asked))),
        "orders": float(bool(_ORDER.search(asked))),
        "names_one": float(reading.kind == "unknown_name"),
        "names_a_known_one": float(bool(reading.fiches)),
        "bias": 1.0,
    }


def speaks_of_studies(reading: Reading) -> bool:
    """Whether a question speaks of schools, diplomas or studies."""
    return bool(_STUDIES.search(" ".join(words(reading.standalone))))


def _is_off(hit: Hit) -> bool:
    return hit.id.startswith(f"{SCOPE}/{OFF_TOPIC}/")


def _is_within(hit: Hit) -> bool:
    """Examples and descriptions; words in a row and English names are near or far for other reasons."""
    return hit.id.startswith(f"{SCOPE}/{IN_SCOPE}/") or hit.id.split("/")[1] == DESCRIPTIONS


def _mean(cosines: Sequence[float], count: int) -> float:
    best = cosines[:count]
    return sum(best) / len(best)
