# `make` alone lists the targets. `demo` and `test` need Python 3.11 or newer and nothing else.
.DEFAULT_GOAL := help
SHELL := /bin/sh
MAKEFLAGS += --no-print-directory
PYTHON ?= python3
export PYTHON

BIN := .venv/bin
RUN := $(BIN)/python
PYTEST := $(RUN) -m pytest
PROCESSES ?= 2
# Arguments for the command behind a target: make demo ARGS="--orders 1000000"
ARGS ?=

.PHONY: help demo up worker seed test check nightly cel-conformance bench schema lock assets set-up set-up-dev \
	lint types contracts migrations-current schema-current

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: set-up ## Fill an invented festival and run Preo on it (ARGS="--from orders.csv", "--orders 1000000")
	@exec $(BIN)/preo demo $(ARGS)

up: set-up ## Run database, web server and worker
	@exec $(BIN)/preo up $(ARGS)

worker: set-up ## Run a worker alone
	@exec $(BIN)/preo worker $(ARGS)

seed: set-up ## Fill the demo without running Preo
	@$(BIN)/preo demo --no-serve $(ARGS)

test: set-up-dev ## The ordinary tests
	$(PYTEST) -n $(PROCESSES) -m "not (safety or browser or crash or fuzz or nightly)" $(ARGS)

check: set-up-dev lint types contracts migrations-current schema-current ## Lint, types, contracts, safety and browser tests, a short fuzz
	$(PYTEST) -n $(PROCESSES) -m "(safety or browser or fuzz) and not (crash or nightly)" $(ARGS)
	$(PYTEST) -m "crash and not nightly" $(ARGS)

nightly: set-up-dev ## Full crash counts and long fuzzing
	$(PYTEST) -m nightly $(ARGS) || [ $$? -eq 5 ]

cel-conformance: set-up-dev ## The CEL specification's own cases, counted (PREO_SAMPLE_DATA names their folder)
	$(PYTEST) -s -q tests/cel/test_conformance.py $(ARGS)

bench: set-up-dev ## The benchmarks, on a million orders in .preo/bench
	@PREO_HOME="$(CURDIR)/.preo/bench" $(BIN)/preo demo --no-serve --orders 1000000 >/dev/null
	@for file in $$(grep -l __main__ bench/*.py); do \
		PREO_HOME="$(CURDIR)/.preo/bench" $(BIN)/preo exec -- $(RUN) -m bench.$$(basename $$file .py) || exit 1; \
	done

schema: set-up-dev ## Write openapi.yaml anew
	$(RUN) manage.py spectacular --file openapi.yaml --fail-on-warn

lock: set-up-dev ## Pin the newest allowed versions (needs uv)
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --upgrade --quiet \
		--custom-compile-command "make lock" pyproject.toml -o requirements.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --upgrade --quiet \
		--custom-compile-command "make lock" --extra dev pyproject.toml -o requirements-dev.lock

assets: set-up-dev ## Build the dashboard's styles and, where npm is, its editor
	$(RUN) assets/build
	@if command -v npm >/dev/null; then cd assets/js && npm ci --silent && npm run --silent build; \
	else echo "npm is not here: the editor (assets/js) stays as it is"; fi

set-up:
	@scripts/set-up run

set-up-dev:
	@scripts/set-up dev

lint:
	$(RUN) -m ruff check .
	$(RUN) -m ruff format --check .

types:
	$(RUN) -m mypy

contracts:
	$(BIN)/lint-imports

migrations-current:
	$(RUN) manage.py makemigrations --check --dry-run

schema-current:
	@mkdir -p build
	$(RUN) manage.py spectacular --file build/openapi.yaml --fail-on-warn
	@cmp openapi.yaml build/openapi.yaml || { echo "openapi.yaml is not current: make schema" >&2; exit 1; }
