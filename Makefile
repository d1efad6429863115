# Every target works on a fresh machine: python3 (3.11 or newer) with venv, make and git.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: install install-dev demo play test run lint bench soak fuzz screenshots lock clean

install: .venv/installed
install-dev: .venv/installed-dev

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/installed: requirements.lock pyproject.toml | .venv/bin/python
	$(BIN)/pip install --quiet --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --no-deps --no-build-isolation --editable .
	touch $@

.venv/installed-dev: requirements-dev.lock .venv/installed
	$(BIN)/pip install --quiet --require-hashes -r requirements-dev.lock
	touch $@

demo: install
	@$(BIN)/sanhui demo $(if $(PORT),--port $(PORT)) $(if $(KEEP),--keep)

play: install
	$(BIN)/sanhui demo --terminal

run: install
	$(BIN)/sanhui run

test: install-dev
	$(BIN)/pytest

lint: install-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: install-dev
	$(BIN)/python -m tests.bench

soak: install-dev
	SANHUI_SOAK=$${SANHUI_SOAK:-10} $(BIN)/pytest -n 0 tests/crash

fuzz: install-dev
	$(BIN)/python -m tests.handlers.grammar.fuzz $${SANHUI_FUZZ:-100000}

lock:
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --no-emit-find-links --no-header pyproject.toml --extra build -o requirements.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --no-emit-find-links --no-header pyproject.toml --extra build --extra dev \
	  -c requirements.lock -o requirements-dev.lock

clean:
	rm -rf .venv build *.egg-info

screenshots: install-dev
	$(BIN)/python -m docs.screenshots
