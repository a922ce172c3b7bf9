# Everything goes through .venv, which the first target that needs it creates.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# On Linux the plain torch wheel brings several gigabytes of CUDA. Set this to PyTorch's CPU wheel
# index (pytorch.org, "Get started", CPU) to save them: make demo TORCH_INDEX_URL=...
TORCH_INDEX_URL ?=
TORCH_INDEX = $(if $(TORCH_INDEX_URL),--index-url $(TORCH_INDEX_URL))
PIP = $(BIN)/python -m pip install --disable-pip-version-check --progress-bar on

.PHONY: help demo test lint serve eval gate mutations labs doctor image audit clean
help:  ## this list
	@grep -hE '^[a-z]+:.*##' Makefile | sed 's/:.*##/\t/'

$(VENV)/.app: pyproject.toml constraints.txt
	@echo "== Creating the environment in $(VENV) (once; a few minutes)"
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Footnote needs Python 3.11 or newer; run: make demo PYTHON=python3.11")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "== Installing torch (CPU) first, then the pinned dependencies"
	$(PIP) --constraint constraints.txt $(TORCH_INDEX) torch
	$(PIP) --constraint constraints.txt --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.app
	@echo "== Installing what the tests need"
	$(PIP) --constraint constraints.txt --editable '.[dev]'
	@touch $@

demo: $(VENV)/.app  ## install, ingest sample_docs, ask three questions
	$(BIN)/rag demo

test: $(VENV)/.dev  ## run every test
	@echo "== Running every test"
	$(BIN)/python -m pytest

lint: $(VENV)/.dev  ## style, types, import contracts, container and workflow files
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/hadolint Dockerfile
	$(BIN)/check-jsonschema --builtin-schema vendor.compose-spec docker-compose.yml
	$(BIN)/check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yml
	$(BIN)/check-jsonschema --builtin-schema vendor.dependabot .github/dependabot.yml

serve: $(VENV)/.app  ## start the API and the page on http://127.0.0.1:8000
	$(BIN)/rag ingest sample_docs
	$(BIN)/rag serve

eval: $(VENV)/.app  ## run the evaluation (3 minutes; more memory makes it a little faster)
	TOKEN_CACHE_MB=1024 $(BIN)/python -m eval run

gate: $(VENV)/.app  ## run the evaluation; fail where it is worse than the committed baseline
	$(BIN)/python -m eval run --gate --junit results/junit.xml --markdown results/gate.md

mutations: $(VENV)/.dev  ## put bugs into the code and see that the gate fails (10 minutes)
	$(BIN)/python -m benchmarks.mutations --write docs/mutations.md

labs: $(VENV)/.dev  ## play every lab: break one thing, see what moves
	$(BIN)/python -m eval lab all

doctor: $(VENV)/.app  ## check the environment
	$(BIN)/rag doctor

image:  ## build the container image
	docker build --build-arg TORCH_INDEX_URL=$(TORCH_INDEX_URL) --tag footnote .

$(VENV)/.audit: $(VENV)/.app
	@echo "== Installing what the audit needs"
	$(PIP) --constraint constraints.txt --editable '.[audit]'
	@touch $@

audit: $(VENV)/.audit  ## look for known vulnerabilities in the pinned dependencies (needs the network)
	$(BIN)/pip-audit --requirement constraints.txt --no-deps --disable-pip

clean:  ## remove environment, index and results
	rm -rf $(VENV) data results
