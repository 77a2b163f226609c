"""What the tests share: where the real fiches lie, small fiches written for the tests, libraries made of the seeds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.chain import Oriane
from bot.understanding.reader import QuestionReader
from ingest.embedding_cache import EmbeddingCache
from ingest.lexicon import load_lexicon
from ingest.library import Library, Version
from ingest.local_library import LocalLibrary
from ingest.pipeline import ingest
from ingest.server_library import ServerLibrary
from tests.chroma_server import RunningChroma, running_chroma
from tests.fakes import HashingEmbedder, reader_over

ROOT = Path(__file__).parents[1]
CORPUS = ROOT.parent / "shared" / "corpus"
SEEDS = ROOT / "seeds" / "metiers"
FORMATION_SEEDS = ROOT / "seeds" / "formations"


@pytest.fixture(autouse=True)
def _own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reads or writes the library and the cache of the person who runs it."""
    monkeypatch.setenv("ORIANE_LIBRARY", str(tmp_path / "library"))
    monkeypatch.setenv("ORIANE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("ORIANE_FEEDBACK", str(tmp_path / "feedback.sqlite"))
    for name in (
        "EMBEDDER",
        "CHROMA_URL",
        "PASSWORD",
        "ROOT_PATH",
        "MCP",
        "FRAME_ANCESTORS",
        "RATE_SESSION",
        "RATE_ADDRESS",
        "LOG_LEVEL",
    ):
        monkeypatch.delenv(f"ORIANE_{name}", raising=False)


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The folder of the real fiches; the test is skipped where it is absent."""
    if not CORPUS.is_dir():
        pytest.skip(f"the real fiches are not at {CORPUS}")
    return CORPUS


@pytest.fixture
def embedder() -> HashingEmbedder:
    return HashingEmbedder()


@pytest.fixture
def cache(tmp_path: Path) -> EmbeddingCache:
    return EmbeddingCache(tmp_path / "cache")


@pytest.fixture
def library(tmp_path: Path) -> LocalLibrary:
    return LocalLibrary(tmp_path / "library")


@pytest.fixture(scope="session")
def chroma(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningChroma]:
    """A Chroma server on the loopback; whoever uses it clears it first."""
    with running_chroma(tmp_path_factory.mktemp("chroma")) as server:
        yield server


@pytest.fixture
def server_library(chroma: RunningChroma) -> ServerLibrary:
    """An empty library on a server: old versions go at once, a dead writer is given two seconds."""
    chroma.clear()
    return ServerLibrary(chroma.url, grace=0, patience=2)


@pytest.fixture(params=["folder", pytest.param("server", marks=pytest.mark.server)])
def any_library(request: pytest.FixtureRequest) -> Library:
    """An empty library of each kind: what a test asks of it is asked of both."""
    library: Library = request.getfixturevalue("library" if request.param == "folder" else "server_library")
    return library


@pytest.fixture(scope="session")
def seed_library(tmp_path_factory: pytest.TempPathFactory) -> LocalLibrary:
    """A library of the seeds, embedded by the hashing embedder; read only."""
    folder = tmp_path_factory.mktemp("seeds")
    library = LocalLibrary(folder / "library")
    ingest([SEEDS, FORMATION_SEEDS], library, HashingEmbedder(), EmbeddingCache(folder / "cache"))
    return library


@pytest.fixture(scope="session")
def seed_version(seed_library: LocalLibrary) -> Version:
    """The version of the seed library; read only."""
    name = seed_library.current()
    assert name
    return seed_library.open(name)


@pytest.fixture(scope="session")
def seed_reader(seed_version: Version) -> QuestionReader:
    """Reads questions over the seeds, with the everyday words of the packaged lexicon."""
    return reader_over(seed_version, load_lexicon())


@pytest.fixture(scope="session")
def seed_oriane(seed_library: LocalLibrary) -> Oriane:
    """Oriane over the seeds. Tests that look at the embedder make their own."""
    return Oriane(seed_library, HashingEmbedder())


@pytest.fixture(scope="session")
def corpus_library(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> LocalLibrary:
    """All the real fiches with their domaines, embedded by the hashing embedder: half a minute, once; read only."""
    folder = tmp_path_factory.mktemp("corpus")
    library = LocalLibrary(folder / "library")
    sources = [corpus / "metiers", *(corpus / "raw").glob("*ideo_metiers_onisep.xml")]  # the index: domaines
    ingest(sources, library, HashingEmbedder(), EmbeddingCache(folder / "cache"))
    return library


FICHE = """# {title}
**ID:** {id}

**Appellations:**
- Féminin: {title}
- Masculin: {title}
**Codes ROME:**
- A1101

## Présentation

{text}

## Vie professionnelle

## Salaire
            ### Salaire du débutant
            A partir de 1900 euros brut par mois

**Niveau d'accès minimum:** bac + 2
"""


@pytest.fixture
def write_fiche(tmp_path: Path) -> Callable[..., Path]:
    """Write a small fiche into the test's folder `fiches/` and return its path."""

    def write(id: str = "MET.1", title: str = "essayeur de tests", text: str = "Essaie tout.", name: str = "") -> Path:
        path = tmp_path / "fiches" / (name or f"{id}.md")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(FICHE.format(id=id, title=title, text=text), encoding="utf-8")
        return path

    return write
