# The whole product from a checkout: `make run`, `make test`. See README.md.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: run test setup bench lint clean lock messages

run: setup
	@$(BIN)/python -m hrsaas.devservers.run

test: setup
	@$(BIN)/python -m pytest -n 2 --dist worksteal -q

bench: setup
	@$(BIN)/python -m benchmarks $(if $(ONLY),--only $(ONLY))

lint: setup
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@# The Django plugin reads the settings, which want an environment; it connects to nothing.
	@SECRET_KEY=- MASTER_KEYS=- DATABASE_URL=postgres://-/- REDIS_URL=redis://- $(BIN)/mypy --strict recruiting/rules attendance/rules performance/rules payroll/rules integrations/rules hrsaas/*/rules \
		$(wildcard hrsaas/*/services */services)
	@$(BIN)/lint-imports
	@$(BIN)/python manage.py makemigrations --check --dry-run
	@$(BIN)/python manage.py translations check

setup: $(VENV)/.done
	@$(BIN)/python -m hrsaas.console.messages compile
	@$(BIN)/python -m payroll.printing.font

# Installed again whenever the lock changes; a broken half never counts as done.
$(VENV)/.done: requirements-dev.txt
	@command -v $(PYTHON) >/dev/null || { echo "python3 is missing: install Python 3.11 or newer (apt-get install python3 python3-venv)."; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; set PYTHON=python3.12, say."; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "The venv module is missing: apt-get install python3-venv."; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing the pinned packages into $(VENV) …"
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

# Needs uv. Writes versions and hashes, and no address of any index.
lock:
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header requirements.in -o requirements.txt
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header requirements.in requirements-dev.in -o requirements-dev.txt

clean:
	@$(PYTHON) -c 'import pathlib, sys; sys.exit(pathlib.Path(".local/servers.json").exists())' || $(BIN)/python -m hrsaas.devservers.stop
	rm -rf $(VENV) .local .mypy_cache .ruff_cache .pytest_cache .hypothesis static_collected payroll/packs/fonts/*.ttf
