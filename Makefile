# Two commands do everything on a fresh Debian machine: `make demo` and `make test`.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000
export PYTHONDONTWRITEBYTECODE ?=

.PHONY: demo setup test test-all lint types unit browser lock assets messages offline-kit clean bench

# --- running -----------------------------------------------------------------------------------
demo: $(VENV)/.run
	@PORT=$(PORT) PISHKHAN_DEMO=1 PISHKHAN_HOME=$${PISHKHAN_HOME:-$(CURDIR)/.demo} exec $(BIN)/pishkhan demo --serve

$(VENV)/.run: requirements/run.lock pyproject.toml
	@tools/venv run

$(VENV)/.test: requirements/test.lock pyproject.toml
	@tools/venv test

setup: $(VENV)/.test

# --- checking ----------------------------------------------------------------------------------
test: 
	@tools/debian-packages
	@$(MAKE) --no-print-directory $(VENV)/.test
	@tools/checks

test-all: 
	@tools/debian-packages
	@$(MAKE) --no-print-directory $(VENV)/.test
	@tools/checks --all

lint: $(VENV)/.test
	@tools/checks lint

types: $(VENV)/.test
	@tools/checks types

unit: $(VENV)/.test
	@tools/checks sqlite postgresql

browser: $(VENV)/.test
	@tools/checks browser pace

# --- making ------------------------------------------------------------------------------------
lock:
	@tools/lock

assets:
	npm ci && npm run build

messages: $(VENV)/.test
	@$(BIN)/python tools/messages.py make

# One signed archive that installs without a network: KEY=file of the signing key, OUT=folder.
offline-kit: $(VENV)/.run
	@$(BIN)/python tools/offline_kit.py $(if $(KEY),--key $(KEY)) $(if $(OUT),--out $(OUT))

bench: $(VENV)/.test
	@$(BIN)/pishkhan bench

clean:
	rm -rf $(VENV) .demo .demo-practice .home build node_modules
