# `make demo` and `make test` need Python 3.11 with pip and nothing else: both make .venv, install once, and run.

PYTHON ?= python3.11
VENV := .venv
RUN := $(VENV)/bin/python
STAMP := $(VENV)/.installed

.PHONY: demo test lint evaluate bench clean

demo: $(STAMP)
	$(RUN) -m backend demo

test: $(STAMP)
	$(RUN) -m pytest

lint: $(STAMP)
	$(RUN) -m ruff check .

bench: $(STAMP)
	$(RUN) -m backend bench --json out/bench.json

# make evaluate SCENES=folder
evaluate: $(STAMP)
	$(RUN) -m backend evaluate humans $(SCENES) --out out/evaluation

$(STAMP): pyproject.toml constraints.txt
	test -x $(RUN) || $(PYTHON) -m venv $(VENV)
	$(RUN) -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[blender,models,photo,dev]"
	@touch $@

clean:
	rm -rf $(VENV) out build dist *.egg-info
