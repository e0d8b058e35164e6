# The commands of the project. `make run` and `make test` work from a bare checkout with Python 3.11 and make.
# Variables: PORT (run), ARGS (extra arguments of pytest or of the bench), PYTHON (which Python 3.11).

.DEFAULT_GOAL := help
.PHONY: help run test soak check format bench services services-stop run-full lock clean

PY := .venv/bin/python
PYTEST_OPTIONS = -n 2
find_python = python=$$(sh infra/find_python.sh)
bootstrap = $(find_python) && "$$python" -m infra.bootstrap

help:  ## these lines
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

run:  ## set up what is missing and serve the portal on 127.0.0.1:$PORT (8000)
	@$(find_python) && exec "$$python" -m infra.run

test:  ## all tests; what was skipped is said at the end
	@$(bootstrap) dev
	@$(PY) -m pytest $(PYTEST_OPTIONS) $(ARGS)

soak:  ## the long versions of counted tests
	@$(bootstrap) dev
	@SOAK=1 $(PY) -m pytest $(PYTEST_OPTIONS) $(ARGS)

check:  ## format, lint, types, templates, migrations, settings, import direction
	@$(bootstrap) dev
	@$(PY) -m infra.checks

format:  ## format code and templates in place
	@$(bootstrap) dev
	@$(PY) -m ruff check --fix --quiet . || true
	@$(PY) -m ruff format .
	@$(PY) -m djlint --reformat --quiet templates || true

bench:  ## measure pages and exports against the stated limits
	@$(bootstrap) dev
	@$(PY) -m tests.bench $(ARGS)

services:  ## start a private PostgreSQL for this checkout and print its DATABASE_URL
	@$(bootstrap) base
	@$(PY) -m infra.postgres start

services-stop:  ## stop it
	@$(bootstrap) base
	@$(PY) -m infra.postgres stop

run-full: services  ## the portal on the private PostgreSQL
	@$(find_python) && DATABASE_URL=$$($(PY) -m infra.postgres url) && export DATABASE_URL && exec "$$python" -m infra.run

lock:  ## recompile requirements/*.txt from *.in (needs uv)
	@command -v uv >/dev/null || { echo "✗ 更新锁定文件需要 uv（pip install uv）。(make lock needs uv.)" >&2; exit 1; }
	@for name in base dev; do uv pip compile -q --python-version 3.11 --universal --generate-hashes \
	    --no-emit-index-url --no-header requirements/$$name.in -o requirements/$$name.txt || exit 1; done

clean:  ## remove the virtual environment and caches; data stays
	@rm -rf .venv .venv.lock .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
