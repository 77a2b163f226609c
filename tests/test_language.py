"""The French that students and counsellors read stands in prompts/, where whoever writes well can edit it: not in code.

What the command line says to those who install, ingest and measure (`OPERATORS`) stands beside its options.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import bot

ROOT = Path(bot.__file__).parent.parent
OPERATORS = (
    "bot/cli.py",
    "bot/console.py",
    "bot/batch.py",
    "bot/path_command.py",
    "bot/lexicon_commands.py",
    "bot/feedback_command.py",
    "bot/privacy_command.py",
    "bot/phrases.py",
    "bot/evaluation/",
    "bot/answering/models.py",
    "bot/web/settings.py",
)
#: Words of every French sentence, and of no other string in code: not patterns, names of sections or lists of words.
_LITTLE = re.compile(
    r"\b(?:le|la|les|une?|des|du|est|sont|ne|pas|pour|dans|avec|qui|que|cette?|aux?|votre|vos|on|il|elle|en)\b",
    re.IGNORECASE,
)
_PATTERN = re.compile(r"\\[bswd]|\(\?|\|")
_ENGLISH = re.compile(r"\b(?:the|a|of|is|to|and|with|no)\b")
_SENTENCE = re.compile(r"^[«A-ZÀÉÊÎ].*\w[^\w]* ?[.!?…:»]?$", re.DOTALL)


def french_sentences(source: str) -> Iterator[str]:
    """The strings of a module, docstrings apart, that read as French sentences; what f-strings fill in is `…`."""
    tree = ast.parse(source)
    docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    parts = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in ast.walk(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            text = "".join(str(v.value) if isinstance(v, ast.Constant) else "…" for v in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings | parts:
            text = node.value
        else:
            continue
        if _reads_as_french(text):
            yield text


def _reads_as_french(text: str) -> bool:
    if _PATTERN.search(text) or _ENGLISH.search(text) or len(text.split()) < 4:
        return False
    return bool(_SENTENCE.match(text.strip())) and len(_LITTLE.findall(text)) >= 2


def modules() -> list[str]:
    """The modules that answer, and the page, as paths from the root."""
    found = [*Path(bot.__file__).parent.rglob("*.py"), ROOT / "app.py"]
    names = sorted(path.relative_to(ROOT).as_posix() for path in found)
    return [name for name in names if not name.startswith(OPERATORS)]


@pytest.mark.parametrize("name", modules())
def test_no_sentence_that_people_read_stands_in_the_code(name: str) -> None:
    assert list(french_sentences((ROOT / name).read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(
    "code",
    [
        'say("Aucune fiche ne porte ce nom, voici la plus proche.")',
        'raise LookupError(f"Aucun métier de la bibliothèque ne s\'appelle « {name} ».")',
        'ERROR = "Le service est occupé : réessayez dans un instant"',
        'say("La page ne répond pas"\n    " pour le moment, merci de patienter un peu.")',
    ],
)
def test_a_french_sentence_in_code_is_seen(code: str) -> None:
    assert len(list(french_sentences(code))) == 1


@pytest.mark.parametrize(
    "code",
    [
        'def f() -> None:\n    """Le texte est en français, dans la docstring."""',
        'logger.exception("The embedding model could not be loaded; it is tried again.")',
        'PATTERN = r"\\b(?:le|la) métier (?:qui|que)\\b"',
        'SECTION = "Accès au métier"',
        'WORDS = "le la les un une des du de qui que dans"',
    ],
)
def test_what_is_no_sentence_is_left_alone(code: str) -> None:
    assert list(french_sentences(code)) == []
