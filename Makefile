# Two commands on a fresh machine do all set-up: `make demo` and `make test`.
PORT ?= 5000
PYTHON ?= python3.12
VENV := .venv
BIN := $(VENV)/bin
POSTGIS := $(wildcard /usr/share/postgresql/*/extension/postgis.control)

# Tests start the program many times; without bytecode each start compiles every module again.
unexport PYTHONDONTWRITEBYTECODE
# Tests make thousands of small stores and sync each to disk, which costs nothing in memory where there is room.
ROOM_GB := $(shell df --output=avail --block-size=G /dev/shm 2>/dev/null | tr -dc '0-9\n' | tail -1)
IN_MEMORY := $(shell test "0$(ROOM_GB)" -ge 4 && echo TMPDIR=/dev/shm)

.PHONY: help demo test lint interop bench lock clean

help:  ## say what there is
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*##/\t/'

demo: $(VENV)/installed  ## build the sample nation and serve it on PORT (default 5000)
	@PORT=$(PORT) $(BIN)/soilinfo demo

test: $(VENV)/tested postgis lint  ## lint, types, contracts, unit and PostGIS tests
	$(IN_MEMORY) $(BIN)/python -m pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder

lint: $(VENV)/tested
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

interop: $(VENV)/tested postgis clients  ## real clients: QGIS, GDAL, OWSLib, Chromium
	$(BIN)/python -m pytest tests/interop --override-ini addopts="-ra --strict-markers --import-mode=importlib"

bench: $(VENV)/tested peers  ## run the benchmarks and rewrite docs/benchmarks.md
	$(BIN)/python -m tests.benchmarks

# The servers that ours is measured beside, in an environment of their own; wrk and PostGIS come from Debian.
.PHONY: peers
peers: $(VENV)-peers/installed postgis
	@command -v wrk >/dev/null || .ci/apt-install wrk

$(VENV)-peers/installed: tests/benchmarks/peers/requirements.txt
	$(PYTHON) -m venv $(VENV)-peers
	$(VENV)-peers/bin/python -m pip install --quiet --requirement $<
	@touch $@

$(VENV)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 12))' 2>/dev/null \
	  || { echo "soilinfo needs Python 3.12 or newer; '$(PYTHON)' is not. Set PYTHON=/path/to/python3.12"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/installed: $(VENV)/python pyproject.toml constraints.txt
	$(BIN)/python -m pip install --quiet --requirement constraints.txt --require-hashes
	$(BIN)/python -m pip install --quiet --no-deps --editable .
	@touch $@

$(VENV)/tested: $(VENV)/installed constraints-test.txt
	$(BIN)/python -m pip install --quiet --requirement constraints-test.txt --require-hashes
	@touch $@

# PostGIS and the clients come from Debian; elsewhere install them by hand or set SOILINFO_TEST_DSN.
.PHONY: postgis clients
postgis:
ifeq ($(POSTGIS),)
	@if [ -n "$$SOILINFO_TEST_DSN" ]; then echo "PostGIS: using SOILINFO_TEST_DSN"; \
	 else .ci/apt-install postgresql postgresql-15-postgis-3; fi
endif

clients:
	@command -v qgis >/dev/null && command -v gdalinfo >/dev/null && command -v chromium >/dev/null \
	  && test -e /usr/lib/cgi-bin/qgis_mapserv.fcgi \
	  || .ci/apt-install qgis python3-qgis qgis-providers qgis-server gdal-bin chromium

lock:  ## renew the two lock files
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --quiet --upgrade --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --no-annotate \
	  --python-version 3.12 pyproject.toml -o constraints.txt
	$(BIN)/uv pip compile --quiet --upgrade --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --no-annotate \
	  --python-version 3.12 --extra test -c constraints.txt pyproject.toml -o constraints-test.txt

clean:  ## remove what was built (not your store)
	rm -rf $(VENV) $(VENV)-peers data/sample build dist .mypy_cache .ruff_cache .pytest_cache
