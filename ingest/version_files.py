"""What a version holds apart from its indexes, as named texts.

Every keeper of versions writes these down, each in its own way, and reads them again.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable

from ingest.fiche import Fiche, FicheMetier
from ingest.formation import Formation
from ingest.library import FORMAT, Contents, DamagedError, Manifest, OtherFormatError

#: The text that names all the others' counts: written last, read first.
MANIFEST = "manifest.json"


def texts_of(contents: Contents) -> dict[str, str]:
    """The texts that hold everything of `contents`, by name, the manifest last; what is empty has none."""
    texts = {"fiches.jsonl": _as_lines(contents.fiches.values())}
    if contents.formations:
        texts["formations.jsonl"] = _as_lines(contents.formations.values())
    texts["passages.json"] = json.dumps(dict(contents.passage_hashes))
    tables = {
        "expressions.json": contents.expression_hashes,
        "formation_passages.json": contents.formation_hashes,
        "rome.json": contents.rome_names,
    }
    texts |= {name: json.dumps(dict(table), ensure_ascii=False) for name, table in tables.items() if table}
    return texts | {MANIFEST: contents.manifest.model_dump_json(indent=1)}


def contents_from(manifest: Manifest, read: Callable[[str], str | None]) -> Contents:
    """The contents of a version from its texts; `read` gives one by its name, None where there is none.

    :raises ValueError: when a text is missing, is cut off, or holds fewer things than the manifest says.
    """

    def table(name: str) -> dict[str, str]:
        held: dict[str, str] = json.loads(read(name) or "{}")
        return held

    fiches = [FicheMetier.model_validate_json(line) for line in _lines(read("fiches.jsonl"))]
    formations = [Formation.model_validate_json(line) for line in _lines(read("formations.jsonl"))]
    hashes, formation_hashes = table("passages.json"), table("formation_passages.json")
    held = len(fiches), len(hashes), len(formations), len(formation_hashes)
    if held != (manifest.fiches, manifest.passages, manifest.formations, manifest.formation_passages):
        raise ValueError("des fiches ou des passages manquent")
    return Contents(
        manifest,
        {fiche.id: fiche for fiche in fiches},
        hashes,
        table("expressions.json"),
        table("rome.json"),
        {formation.id: formation for formation in formations},
        formation_hashes,
    )


def require_format(manifest: Manifest, place: str, elsewhere: str) -> None:
    """Refuse what another release of Oriane wrote.

    `elsewhere` says where to build anew, as the operator of such a library is told.

    :raises OtherFormatError: when the manifest is of another format than this release reads.
    """
    if manifest.format != FORMAT:
        raise OtherFormatError(
            f"La bibliothèque {place} est au format {manifest.format}, cette version d'Oriane lit le format"
            f" {FORMAT} : {elsewhere} et relancer « oriane ingest » sur les mêmes sources."
        )


def damaged(version: str, place: str, cause: object) -> DamagedError:
    """The error of a version that cannot be read."""
    first_line = str(cause).partition("\n")[0]  # pydantic's errors have several
    return DamagedError(
        f"La version {version} de la bibliothèque {place} est incomplète ou abîmée ({first_line}) :"
        " relancer « oriane ingest » sur les mêmes sources."
    )


def _as_lines(fiches: Iterable[Fiche]) -> str:
    return "\n".join(fiche.model_dump_json() for fiche in fiches)


def _lines(text: str | None) -> list[str]:
    """The lines that are not empty, cut at line feeds alone: a text may hold U+2028."""
    return [line for line in (text or "").split("\n") if line]
