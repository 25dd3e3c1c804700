# Everything runs in .venv, which `make install` creates from the lock file.
PYTHON ?= python3.11
BIN = .venv/bin
PORT ?= 8080
DATA ?= data
CREDENTIAL ?=
STATEMENTS ?= 1000000

.PHONY: help install up demo check quick test bench conformance kafka kafka-stop lock clean

help: ## Show what can be made
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  %-12s %s\n", $$1, $$2}'

install: .venv/installed ## Create .venv with the locked dependencies

.venv/installed: requirements-dev.lock pyproject.toml
	@echo "Making .venv with $(PYTHON)"
	@$(PYTHON) -m venv .venv
	@echo "Installing $(words $(shell grep -o '^[a-z0-9][^ ;]*==' requirements-dev.lock)) packages, which takes a minute or two on a new machine"
	@{ $(PIP) --require-hashes -r requirements-dev.lock || echo failed; } | $(TELL)
	@$(PIP) --quiet --no-deps --editable .
	@touch $@

PIP = $(BIN)/python -m pip install --disable-pip-version-check --progress-bar off
# Of what pip says: every tenth package, and the end; a failure ends the target.
TELL = { n=0; while read -r word rest; do case "$$word" in \
	Collecting) n=$$((n + 1)); [ $$((n % 10)) -ne 0 ] || echo "  $$n fetched";; \
	Installing) echo "  all fetched, unpacking them";; \
	failed) exit 1;; esac; done; }

up: install ## Start the product: database, API, consumer; prints address and credential
	@$(BIN)/lrs up --port $(PORT) --data $(DATA) $(if $(CREDENTIAL),--credential $(CREDENTIAL))

demo: install ## Post a year of a small organization to the product that `make up` runs
	@LRS_DATA=$(DATA) $(BIN)/lrs demo $(if $(CREDENTIAL),--credential $(CREDENTIAL)) \
		$(if $(filter command environment,$(firstword $(origin PORT))),--endpoint http://127.0.0.1:$(PORT)/xapi)

check: install ## Format, lint, types, direction of imports, migration drift
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -q tests/architecture

quick: install ## Run the tests but those marked slow: for the loop of a developer
	$(BIN)/python -m pytest -q -m "not slow"

test: install ## Run all tests, starting what they need
	$(BIN)/python -m pytest

bench: install ## Measure writes beside reference lines of the same run, memory, and reads at STATEMENTS
	$(BIN)/python -m bench
	$(BIN)/python -m bench memory
	$(BIN)/python -m bench reads --statements $(STATEMENTS)

conformance: install ## Run the official suite from XAPI_SUITE=/path and write docs/conformance.md
	$(BIN)/python -m tests.conformance

kafka: install ## Start a real Kafka broker on loopback from its published jars
	$(BIN)/python docker/kafka/broker.py start

kafka-stop: install ## Stop it
	$(BIN)/python docker/kafka/broker.py stop

lock: ## Resolve the dependencies anew
	$(BIN)/uv pip compile --quiet --generate-hashes --python-version 3.11 --extra s3 -o requirements.lock pyproject.toml
	$(BIN)/uv pip compile --quiet --generate-hashes --python-version 3.11 --extra dev --extra s3 -o requirements-dev.lock pyproject.toml

clean: ## Remove what was made
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache build *.egg-info
