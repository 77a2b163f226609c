"""The seeds as tables that stand in memory alone: fiches and formations, without an index or a model."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from bot.understanding.lookup import Tables
from ingest.fiche import FicheMetier
from ingest.formation import Formation
from ingest.lexicon import load_lexicon
from ingest.library import NoCollection, Version
from ingest.readers import ReadFiche, Source, read
from tests.fakes import version_of

SEEDS = Path(__file__).parents[1] / "seeds"


@cache
def seed_tables() -> Tables:
    """Read once; read only."""
    fiches = [record.fiche for record in _records() if isinstance(record, ReadFiche)]
    metiers = [fiche for fiche in fiches if isinstance(fiche, FicheMetier)]
    formations = {fiche.id: fiche for fiche in fiches if isinstance(fiche, Formation)}
    edition = {"source": "Onisep, Idéo-Fiches métiers", "edition": "2025-10-21"}
    manifest = version_of(*metiers).manifest.model_copy(update=edition)
    by_id = {fiche.id: fiche for fiche in metiers}
    version = Version(manifest, by_id, NoCollection(), NoCollection(), formations=formations)
    return Tables.of(version, load_lexicon())


def _records() -> list[object]:
    paths = sorted((*SEEDS.glob("metiers/*.md"), *SEEDS.glob("formations/*.md")))
    return [record for path in paths for record in read(Source(path.name, path.read_bytes()))]
