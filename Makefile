# Everything a person or CI runs. `make demo` and `make test` set up what they need in .venv.
VENV := .venv
BIN := $(VENV)/bin
# the newest Python from 3.11 on that this machine has
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do \
  $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
INSTALL := $(shell command -v uv >/dev/null 2>&1 && echo uv pip install -q --python $(BIN)/python \
  || echo $(BIN)/python -m pip install -q --disable-pip-version-check)

.PHONY: help demo test check bench fuzz setup hooks editors test-editors generate update-cases mutants package clean

help:
	@echo "make demo          the main job on a real file, in one command"
	@echo "make test          everything CI checks: style, types, import rules, generated files, tests"
	@echo "make test-editors  the same story in real VS Code, Neovim, Helix and Emacs"
	@echo "make bench         the figures of docs/figures.md, beside a yardstick in the same run"
	@echo "make fuzz          answers that try to break the edit engine, for SECONDS=600"
	@echo "make update-cases  write down what comes of the cases in tests/cases; then read the diff"
	@echo "make mutants       break the code in many places: a test must notice each; ONLY=word for some"
	@echo "make generate      rewrite what is generated from settings, actions and errors"
	@echo "make package       wheel, sdist, .vsix and the entries for registries, in dist"

setup: $(VENV)/.ready

$(VENV)/.ready: pyproject.toml
	@test -n "$(PYTHON)" || { echo "Flux needs Python 3.11 or newer; none was found"; exit 1; }
	@echo "Setting up $(VENV) with $(PYTHON) (once; about a minute)"
	@if command -v uv >/dev/null 2>&1; then uv venv -q --allow-existing --python $(PYTHON) $(VENV); \
	else $(PYTHON) -m venv $(VENV); fi
	@$(INSTALL) -e '.[dev]'
	@touch $@

# what CI checks of style and generated files, before each commit
hooks: setup
	@$(INSTALL) 'pre-commit>=4,<5'
	$(BIN)/pre-commit install

demo: setup
	@$(BIN)/flux-lsp demo $(FILE)

check: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m flux_lsp.publish --check
	$(BIN)/python -m bench.code_measures

test: check
	$(BIN)/pytest -n 2 --dist loadfile -m "not editor"

update-cases: setup
	UPDATE_CASES=1 $(BIN)/pytest tests/cases

mutants: setup
	@$(BIN)/python -m tests.mutants $(ONLY)

generate: setup
	$(BIN)/python -m flux_lsp.publish

bench: setup
	$(BIN)/python -m bench $(CORPORA)

SECONDS ?= 600
fuzz: setup
	@$(BIN)/python -c "import atheris" 2>/dev/null || $(INSTALL) -e '.[fuzz]'
	$(BIN)/python -m bench.fuzz_edits --seconds $(SECONDS)

package: setup
	@$(BIN)/python -c "import build" 2>/dev/null || $(INSTALL) 'build>=1.3,<2'
	@$(BIN)/python packaging/build.py

editors:
	editors/setup.sh .cache/editors

test-editors: setup editors
	$(BIN)/pytest -m editor tests/editors

clean:
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
