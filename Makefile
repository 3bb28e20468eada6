# vpsbot: `make demo` to see it, `make test` to check it.
.DEFAULT_GOAL := help
SHELL := /bin/sh
PYTHON ?= python3
VENV := .venv
WORKERS ?= 4  # most tests wait for processes and sockets, so more than there are cores
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

help:            ## show what can be made
	@grep -hE '^[a-z]+: *.*##' $(MAKEFILE_LIST) | sed -E 's/:.*##/\t/' | expand -t 12

install: $(VENV)/.installed  ## what the bot and the demo need, into .venv, from requirements.lock
dev: $(VENV)/.dev            ## what the checks need, too

$(BIN)/python:
	$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "vpsbot needs Python 3.11 or newer; this is %s. Try: make PYTHON=python3.12" % sys.version.split()[0])'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: $(BIN)/python requirements.lock pyproject.toml
	$(PIP) install --require-hashes -r requirements.lock
	$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: $(VENV)/.installed requirements-dev.lock
	$(PIP) install --require-hashes -r requirements-dev.lock
	@touch $@

demo: install    ## the real bot against a local Slack and a local VPS.org; SOCKET=1 uses Socket Mode
	@exec $(BIN)/vpsbot demo $(if $(SOCKET),--socket)

lint: dev        ## style, types, import contract
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

chromium: dev    ## a Chromium for the browser tests, if there is none; says how to get one where it can't be got
	$(BIN)/python -m tests.browser.chromium

warm: dev        # makes the tests ready to run, which takes a core a quarter of a minute
	@$(BIN)/python -m pytest --collect-only -q >/dev/null

test: chromium   ## every check; VPSBOT_NO_BROWSER=1 leaves out the browser where there is none, and says so
	@$(MAKE) --no-print-directory -j2 lint warm
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal

postgres: dev    ## all stories on PostgreSQL; `make test` has a part of them there
	VPSBOT_WAYS=postgresql $(BIN)/python -m pytest tests/stories -n $(WORKERS) --dist worksteal

socket: dev      ## all stories over Socket Mode, likewise
	VPSBOT_WAYS=socket $(BIN)/python -m pytest tests/stories -n $(WORKERS) --dist worksteal

chaos: dev       ## the long fault campaigns
	$(BIN)/python -m pytest -n 3 -m chaos  # three sessions of three replicas are what one PostgreSQL has connections for

bench: dev       ## measure beside peers; writes nothing, prints the tables
	$(BIN)/python -m benchmarks
	$(BIN)/python -m benchmarks.audit
	$(BIN)/python -m benchmarks.engine

screenshots: chromium  ## the pictures in docs/screenshots, taken anew; look at each before it is committed
	VPSBOT_SCREENSHOTS=1 $(BIN)/python -m pytest -q tests/browser

rules: dev       ## the rules of the local Slack, each with the error that Slack gives
	$(BIN)/python -m pytest -q tests/sandbox -k slack -n $(WORKERS)

docs: dev        ## the parts of docs/ that follow from the code
	$(BIN)/python -m tests.house.documents

lock:            ## make the lock files anew from pyproject.toml (needs uv)
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header -q --extra build pyproject.toml -o requirements.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header -q --extra build --extra dev pyproject.toml -o requirements-dev.lock

clean:           ## remove what was installed
	rm -rf $(VENV)

.PHONY: help install dev demo lint chromium warm test postgres socket chaos bench screenshots rules docs lock clean
