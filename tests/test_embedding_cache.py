"""No text is embedded twice, whatever happens to the build or to the cache's file."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import numpy as np
import pytest

from ingest.embedding_cache import BATCH, CacheError, EmbeddingCache, embed_all
from tests.fakes import DIMENSION, HashingEmbedder
from tests.rights import as_nobody


class FailingEmbedder(HashingEmbedder):
    """Embeds some batches, then dies, as a killed build does."""

    def __init__(self, batches: int) -> None:
        super().__init__()
        self.left = batches

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        if not self.left:
            raise RuntimeError("killed")
        self.left -= 1
        return super().embed_documents(texts)


def texts(count: int) -> list[str]:
    return [f"texte numéro {number}" for number in range(count)]


def embed(some: list[str], embedder: HashingEmbedder, cache: EmbeddingCache) -> int:
    """Embed and check every vector; return how many the model computed."""
    vectors, computed = embed_all(some, embedder, cache, lambda done, total: None)
    assert vectors.keys() == set(some)
    for text, vector in vectors.items():
        assert vector.dtype == np.float32
        assert np.array_equal(vector, np.asarray(HashingEmbedder().embed_documents([text])[0], dtype=np.float32))
    return computed


def test_a_second_build_of_the_same_texts_computes_nothing(embedder: HashingEmbedder, cache: EmbeddingCache) -> None:
    assert embed(texts(5), embedder, cache) == 5
    assert embed(texts(5), embedder, cache) == 0
    assert len(embedder.embedded) == 5


def test_only_what_is_new_is_computed(embedder: HashingEmbedder, cache: EmbeddingCache) -> None:
    embed(texts(5), embedder, cache)
    assert embed(texts(8), embedder, cache) == 3
    assert sorted(embedder.embedded) == sorted(texts(8))


def test_a_text_given_twice_is_computed_once(embedder: HashingEmbedder, cache: EmbeddingCache) -> None:
    assert embed(["même", "autre", "même"], embedder, cache) == 2


def test_no_text_at_all_asks_nothing_of_the_model(embedder: HashingEmbedder, cache: EmbeddingCache) -> None:
    assert embed([], embedder, cache) == 0
    assert embedder.embedded == []


def test_another_process_finds_what_this_one_has_kept(embedder: HashingEmbedder, tmp_path: Path) -> None:
    embed(texts(5), embedder, EmbeddingCache(tmp_path / "shared"))
    assert embed(texts(5), embedder, EmbeddingCache(tmp_path / "shared")) == 0


def test_more_texts_than_one_query_can_name(cache: EmbeddingCache) -> None:
    vectors = {text: np.full(3, number, dtype=np.float32) for number, text in enumerate(texts(2000))}
    cache.put("model", vectors)
    found = cache.get("model", [*texts(2000), "inconnu"])
    assert {text: vector[0] for text, vector in found.items()} == {text: vector[0] for text, vector in vectors.items()}


def test_two_models_do_not_share_their_vectors(cache: EmbeddingCache) -> None:
    embed(texts(5), HashingEmbedder("one"), cache)
    assert embed(texts(5), HashingEmbedder("two"), cache) == 5
    assert cache.get("three", texts(5)) == {}


def test_a_name_and_a_text_are_not_confused_with_another_split_of_the_same_letters(cache: EmbeddingCache) -> None:
    cache.put("model", {"a": np.zeros(DIMENSION, dtype=np.float32)})
    assert cache.get("mode", ["la"]) == {}


def test_half_a_character_is_kept_too(cache: EmbeddingCache) -> None:
    cache.put("model", {"\ud83d": np.ones(3, dtype=np.float32)})
    assert list(cache.get("model", ["\ud83d"])) == ["\ud83d"]


def test_texts_go_to_the_model_by_length_and_progress_is_told(embedder: HashingEmbedder, cache: EmbeddingCache) -> None:
    some = [f"{'a' * (number % 7)} {number}" for number in range(BATCH + 10)]
    told: list[tuple[int, int]] = []
    embed_all(some, embedder, cache, lambda done, total: told.append((done, total)))
    assert told == [(BATCH, BATCH + 10), (BATCH + 10, BATCH + 10)]
    assert [len(text) for text in embedder.embedded] == sorted(map(len, some))


@pytest.mark.parametrize("batches", [0, 1, 2])
def test_a_killed_build_resumes_where_it_stopped(batches: int, cache: EmbeddingCache) -> None:
    some = texts(3 * BATCH)
    with pytest.raises(RuntimeError, match="killed"):
        embed(some, FailingEmbedder(batches), cache)
    assert embed(some, HashingEmbedder(), cache) == (3 - batches) * BATCH


# --- the file ---


def test_a_file_that_is_no_database_is_set_aside(embedder: HashingEmbedder, tmp_path: Path) -> None:
    path = tmp_path / "embeddings.sqlite"
    path.write_bytes(b"ceci n'est pas une base" * 100)
    assert embed(texts(3), embedder, EmbeddingCache(tmp_path)) == 3
    assert embed(texts(3), embedder, EmbeddingCache(tmp_path)) == 0
    assert path.with_suffix(".damaged").read_bytes().startswith(b"ceci n'est pas")


def test_damage_that_shows_only_when_a_vector_is_read_is_set_aside(embedder: HashingEmbedder, tmp_path: Path) -> None:
    cache = EmbeddingCache(tmp_path)
    embed(texts(200), embedder, cache)
    with sqlite3.connect(cache.path) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()
    content = bytearray(cache.path.read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)  # all pages but the first, which holds the schema
    cache.path.write_bytes(content)
    assert embed(texts(200), embedder, EmbeddingCache(tmp_path)) == 200
    assert embed(texts(200), embedder, EmbeddingCache(tmp_path)) == 0
    assert cache.path.with_suffix(".damaged").exists()


def test_an_empty_file_is_a_new_cache(embedder: HashingEmbedder, tmp_path: Path) -> None:
    (tmp_path / "embeddings.sqlite").touch()
    assert embed(texts(3), embedder, EmbeddingCache(tmp_path)) == 3


def test_a_folder_that_is_a_file_is_refused_with_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "cache").touch()
    with pytest.raises(CacheError, match=r"dans .*/cache .*ORIANE_CACHE"):
        EmbeddingCache(tmp_path / "cache")


def test_a_folder_without_the_right_to_write_is_refused_with_a_sentence() -> None:
    with as_nobody() as folder:
        folder.chmod(0o555)
        with pytest.raises(CacheError, match="ORIANE_CACHE"):
            EmbeddingCache(folder)
        with pytest.raises(CacheError, match="ORIANE_CACHE"):
            EmbeddingCache(folder / "sub")
        folder.chmod(0o755)


@pytest.mark.parametrize("reason", ["database is locked", "database or disk is full"])
def test_a_sound_file_that_cannot_be_written_now_is_not_set_aside(
    reason: str, cache: EmbeddingCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise sqlite3.OperationalError(reason)

    monkeypatch.setattr(sqlite3, "connect", refuse)
    with pytest.raises(CacheError, match=reason):
        cache.put("model", {"a": np.ones(3, dtype=np.float32)})
    assert cache.path.exists()
    assert not cache.path.with_suffix(".damaged").exists()
