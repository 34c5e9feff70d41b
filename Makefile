# Two commands for a fresh machine: `make demo` and `make test`. Nothing is installed outside .venv.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check install --quiet
RUNS   ?= 10000
# A worker that is done takes over tests of the other: the slow ones lie together.
PYTEST_ARGS ?= --numprocesses auto --dist worksteal
BENCH_ARGS  ?=
VERIFY_ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help demo test bench verify golden lint format clean

help:  ## show this list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/'

# A stamp is newer than pyproject.toml while its extra is installed, so a second call is quick.
# The install is editable: edits in src/ need no new one.
$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "cashstress needs Python 3.11 or newer; name one with: make PYTHON=python3.12 ..." >&2; exit 2; }
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.with-%: $(VENV)/.made pyproject.toml
	@echo "Installing cashstress with its '$*' extra into $(VENV) ..."
	$(PIP) --editable '.[$*]'
	@touch $@

demo: $(VENV)/.with-plot  ## install, run the main example, print the answer, write plots to out/
	$(BIN)/cashstress run examples/platform_closure.toml --runs $(RUNS) --plots out/
	@echo
	@echo "Plots are in out/. Next: $(BIN)/cashstress check examples/platform_closure.toml"

test: $(VENV)/.with-test  ## install the test extra and run the tests
	$(BIN)/python -m pytest $(PYTEST_ARGS)

bench: $(VENV)/.with-bench  ## time the main example against plain SimPy and hand-written Numba
	$(BIN)/python -m pytest benchmarks -s $(BENCH_ARGS)

verify: $(VENV)/.with-test  ## make docs/reference/verification.md: every claim, exact and ours
	$(BIN)/python tests/verification/make_page.py $(VERIFY_ARGS)

golden: $(VENV)/.with-test  ## accept what the examples answer now: make golden REASON="why it changed"
	$(BIN)/python tests/golden/accept.py --reason "$(REASON)"

lint: $(VENV)/.with-dev  ## style, format, types and the direction of imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/.with-dev  ## rewrite the sources in the project's format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean:  ## remove everything this file makes
	rm -rf $(VENV) out build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache \
	  .benchmarks .hypothesis .coverage .coverage.* htmlcov
	find src tests examples benchmarks docs -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true
