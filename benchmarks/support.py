"""What the support check of `bot.evaluation.support` accepts and refuses, on the answers of a run.

Every statement of an answer is held against four things: the passages it cites; another passage of the same fiche; a
passage of the same section of another fiche; and its own passages once its figures are altered. A good check accepts
the first and refuses the others.

    python -m benchmarks.support RUN_FOLDER      (a folder of `oriane eval run`; the library is ORIANE_LIBRARY)
"""

from __future__ import annotations

import argparse
import json
import random
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from bot.answer import Answer, Outcome
from bot.evaluation import support
from bot.evaluation.evidence import evidence_of, given_figures
from bot.evaluation.runs import ANSWERS
from bot.evaluation.support import Evidence, Statement, statements, supported
from ingest.fiche import Fiche
from ingest.local_library import LocalLibrary
from ingest.settings import Settings

_SEED, _TRIES = 20251021, 20
_CASES = ("its own", "same fiche", "same section", "altered figures")

Case = tuple[str, str, list[Evidence], frozenset[str]]


def cases(answer: Answer, sources: Mapping[str, Fiche], drawn: random.Random) -> Iterator[Case]:
    """Each statement with its kind of case, its text, what it is held against and the figures that need no source."""
    evidence, given = evidence_of(answer, sources), given_figures(answer)
    for statement in statements(answer.answer):
        own = [evidence[mark] for mark in statement.marks if mark in evidence]
        if not own:
            continue
        yield "its own", statement.text, own, given
        if re.search(r"\d", statement.text):
            yield "altered figures", re.sub(r"\d+", lambda m: str(int(m[0]) + 7), statement.text), own, given
        for case, other in _others(answer, statement, sources, drawn):
            yield case, statement.text, [other], given


def _others(
    answer: Answer, statement: Statement, sources: Mapping[str, Fiche], drawn: random.Random
) -> Iterator[tuple[str, Evidence]]:
    cited = next(citation for citation in answer.citations if citation.n == statement.marks[0])
    fiche = sources[cited.fiche_id]
    own = [one for one in _passages(fiche) if one[0] not in ("Identité", cited.section)]
    if own:
        yield "same fiche", drawn.choice(own)[1]
    for fiche_id in drawn.sample(sorted(sources), min(_TRIES, len(sources))):
        same = [one for one in _passages(sources[fiche_id]) if one[0] == cited.section and fiche_id != fiche.id]
        if same:
            yield "same section", drawn.choice(same)[1]
            return


def _passages(fiche: Fiche) -> list[tuple[str, Evidence]]:
    names = " ".join((fiche.title, *fiche.searched_names))
    return [
        (section.name, Evidence(block.text, f"{names} {section.name} {block.heading}"))
        for section in fiche.citable_sections()
        for block in section.blocks
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    library = LocalLibrary(Settings().library)
    contents = library.contents(library.current() or "")
    sources: dict[str, Fiche] = {**contents.fiches, **contents.formations}
    drawn, held = random.Random(_SEED), list[Case]()
    for line in (folder / ANSWERS).read_text(encoding="utf-8").split("\n"):
        value = json.loads(line) if line else {"error": ""}
        if "error" not in value:
            del value["id"]
            answer = Answer.model_validate(value)
            held += cases(answer, sources, drawn) if answer.outcome == Outcome.ANSWER else ()
    print(f"| share of words asked | {' | '.join(_CASES)} |\n|---|{'---|' * len(_CASES)}")
    for share in (0.3, 0.4, 0.5, 0.6, 0.7, 0.8):
        support.COVERED = share
        found = {
            case: [supported(text, of, given) for kind, text, of, given in held if kind == case] for case in _CASES
        }
        print(f"| {share} | {' | '.join(f'{sum(v) / len(v):.1%} of {len(v)}' for v in found.values())} |")


if __name__ == "__main__":
    main()
