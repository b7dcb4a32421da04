# Every target makes .venv when it is missing or out of date, from the versions pinned in constraints.txt, and reuses it else.
PYTHON ?= python3
JOBS ?= 2
FUZZ ?= 5000

VENV := .venv
PY := $(VENV)/bin/python
INSTALLED := $(VENV)/.installed
# Installing compiles the C++ sources, so a change there installs again.
KERNELS := $(wildcard tsrnn/nn/_kernels/*.cpp tsrnn/nn/_kernels/*.h)
PIP := $(PY) -m pip --disable-pip-version-check
PYTEST := $(PY) -m pytest -q
LOWEST := .venv-lowest/bin/python
# What looks for faults of accessibility in a report.
AXE := build/axe/node_modules/axe-core/axe.min.js

.DEFAULT_GOAL := help
.PHONY: help install demo test test-lowest test-slow fuzz coverage lint bench browser report-test docs clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-12s %s\n", $$1, $$2}' Makefile

$(INSTALLED): pyproject.toml constraints.txt hatch_build.py $(KERNELS)
	@$(PYTHON) -c 'import sys; sys.exit(None if sys.version_info >= (3, 11) else f"Python 3.11 or newer is needed, $(PYTHON) is {sys.version.split()[0]}; name another: make PYTHON=python3.12")'
	@echo 'Installing into $(VENV); the first time takes a few minutes.'
	test -x $(VENV)/bin/pip || $(PYTHON) -m venv $(VENV)
	$(PIP) install --quiet --constraint constraints.txt hatchling editables
	$(PIP) install --quiet --constraint constraints.txt --no-build-isolation --editable '.[dev]'
	@touch $@

install: $(INSTALLED) ## make .venv with the package and everything the other targets need

demo: $(INSTALLED) ## compare a GRU with ARIMA on a real series; writes report.html here
	$(VENV)/bin/tsrnn demo

test: $(INSTALLED) ## the fast tests and the examples in the docstrings
	$(PYTEST) -n $(JOBS) --dist worksteal

test-lowest: ## the fast tests with the oldest versions that pyproject.toml allows, in .venv-lowest
	test -x $(LOWEST) || $(PYTHON) -m venv .venv-lowest
	$(LOWEST) -m pip install --quiet --constraint constraints-lowest.txt hatchling editables
	$(LOWEST) -m pip install --quiet --constraint constraints-lowest.txt --no-build-isolation --editable '.[test]'
	$(LOWEST) -m pytest -q -n $(JOBS) --dist worksteal

test-slow: $(INSTALLED) ## the slow tests: packaging, README, whole trainings
	$(PYTEST) -m 'slow and not browser and not network'

fuzz: $(INSTALLED) ## random bytes for every reader, FUZZ=5000 of them each; an hour
	FUZZ=$(FUZZ) $(PYTEST) -x tests/test_fuzz.py

coverage: $(INSTALLED) ## which lines the fast tests run; at least 90 in 100
	@mkdir -p build
	$(PY) -m coverage run --data-file build/coverage --source tsrnn,datasets,cli -m pytest -q
	$(PY) -m coverage report --data-file build/coverage --skip-covered --show-missing --fail-under 90

lint: $(INSTALLED) ## style, formatting and types
	$(PY) -m ruff check
	$(PY) -m ruff format --check
	$(PY) -m mypy

bench: $(INSTALLED) ## speed beside what users would have used instead; BENCH=--peers adds the peers
	$(PY) benchmarks/speed.py $(BENCH)

browser: $(AXE) ## what report-test needs beside .venv: Debian's chromium where there is none, and axe-core
	command -v chromium >/dev/null || { apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium; }

$(AXE):
	command -v npm >/dev/null || { apt-get update -qq && apt-get install -y -qq --no-install-recommends npm; }
	npm install --silent --no-audit --no-fund --no-package-lock --prefix build/axe axe-core@4.14.1

report-test: $(INSTALLED) browser ## open reports in a real browser
	$(PYTEST) -m browser tests/report

docs: $(INSTALLED) ## the reference of the public interface, as HTML in build/docs
	$(PY) -m pdoc --output-directory build/docs tsrnn tsrnn_datasets

clean: ## remove .venv, caches and builds
	rm -rf $(VENV) .venv-lowest build dist .hypothesis .mypy_cache .pytest_cache .ruff_cache report.html tsrnn/nn/_kernels/libtsrnn.*
	find tsrnn datasets cli tests benchmarks docs -type d -name __pycache__ -prune -exec rm -rf {} + 2>/dev/null || true
