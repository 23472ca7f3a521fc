# What people type: see README.md.  PYTHON is the interpreter that scripts are run
# with; the tools' own environment is made with it when there is none yet.
PYTHON ?= python3
INPUT ?=
STEP ?=
QUICK ?=
FRESH ?=
CHECK ?=
PUSH_TO ?=

TOOL = .venv/bin/python
CODEMODS = $(TOOL) -m codemods
ENVIRONMENT = .venv/.made-from-requirements.lock

on_step = $(if $(STEP),--step $(STEP))
on_input = $(if $(INPUT),--input $(INPUT))
afresh = $(if $(FRESH),--fresh)

.PHONY: all browser apply verify plan history test family check bench review record clean

all: $(ENVIRONMENT)
	$(CODEMODS) apply --strict
	$(CODEMODS) verify --quick --python $(PYTHON)

apply: $(ENVIRONMENT)
	$(CODEMODS) apply --strict $(on_step) $(afresh) $(if $(CHECK),--check)

verify: $(ENVIRONMENT)
	$(CODEMODS) verify --python $(PYTHON) $(on_step) $(on_input) $(afresh) $(if $(QUICK),--quick)

plan: $(ENVIRONMENT)
	$(CODEMODS) plan

history: $(ENVIRONMENT)
	$(CODEMODS) history $(if $(PUSH_TO),--push-to $(PUSH_TO))

test: $(ENVIRONMENT) browser
	$(TOOL) -m pytest

# The tests open the review page in a browser; elsewhere than on Debian, install one.
browser:
	@if ! command -v chromium || ! command -v chromedriver; then \
		apt-get update --quiet --quiet && \
		apt-get install --quiet --quiet --yes --no-install-recommends \
			chromium chromium-driver || \
		echo "chromium and chromedriver are needed to test the review page" >&2; \
	fi > /dev/null

family: $(ENVIRONMENT)
	$(TOOL) -m pytest -m family tests/test_family.py

check: $(ENVIRONMENT)
	$(TOOL) -m black --check --quiet codemods tests original/fetch_names.py original/make_input.py
	$(TOOL) -m ruff check --quiet --force-exclude codemods tests original
	$(TOOL) -m mypy
	$(CODEMODS) rules
	$(CODEMODS) judge

bench: $(ENVIRONMENT)
	$(CODEMODS) bench --python $(PYTHON) $(on_step) $(on_input)

review: $(ENVIRONMENT)
	$(CODEMODS) review

record: $(ENVIRONMENT)
	$(CODEMODS) record --python $(PYTHON) $(on_input)

original/input.txt: $(ENVIRONMENT)
	$(TOOL) original/make_input.py

clean:
	rm -rf .cache .hypothesis .mypy_cache .pytest_cache .ruff_cache history review.html

$(ENVIRONMENT): requirements.lock
	$(PYTHON) -m venv .venv
	$(TOOL) -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.lock
	touch $@
