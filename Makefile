# Two commands start everything: `make demo` and `make test`.
PYTHON ?= python3
BIN := .venv/bin
ifeq ($(OS),Windows_NT)
BIN := .venv/Scripts
endif
STAMP := .venv/.installed
# neighbours stay on one worker: what a module prepares is prepared once
SHARED := -n auto --dist worksteal

# a hundred processes run the program: it is compiled once, not by each of them
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test test-all doctest examples lint format docs bench clean

demo: $(STAMP)
	rm -rf demo-shop
	$(BIN)/scm demo demo-shop
	$(BIN)/scm --shop demo-shop nightly
	$(BIN)/scm --shop demo-shop stock reorder --limit 12
	@echo "The workbook of the day:"
	@ls demo-shop/outbox/*/replenishment.xlsx

test: $(STAMP) lint doctest
	$(BIN)/python -m pytest tests -m "not slow and not examples" $(SHARED)

test-all: $(STAMP) lint doctest
	$(BIN)/python -m pytest tests --hypothesis-profile thorough $(SHARED)

doctest: $(STAMP)
	$(BIN)/python -m pytest scm_cli --doctest-modules -n auto

# every page of examples/, its commands run and their answers compared
examples: $(STAMP)
	$(BIN)/python -m pytest tests -m examples $(SHARED)

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python tools/commands.py --check
	$(BIN)/python tools/dictionary.py --check

format: $(STAMP)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: $(STAMP)
	$(BIN)/python tools/commands.py
	$(BIN)/python tools/dictionary.py

bench: $(STAMP)
	@sed -n '/^## /p' benchmarks/README.md

$(STAMP): pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "scm needs Python 3.11 or newer")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[dev]'
	touch $(STAMP)

clean:
	rm -rf .venv demo-shop .mypy_cache .ruff_cache .hypothesis
