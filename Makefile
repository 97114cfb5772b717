# Sightglass. `make` alone says what there is. PORT, SIM_PORT and SIM_ARGS reach the launcher through the environment.

.DEFAULT_GOAL := help
.PHONY: help demo up test check bench set-up set-up-dev
MAKEFLAGS += --no-print-directory

PYTHON := .venv/bin/python

# What a deployment would set, made up for one command; nothing listens at that database's address.
PRODUCTION = SIGHTGLASS_ENV=production SIGHTGLASS_URL=https://sightglass.example \
	SIGHTGLASS_SECRET_KEY="$$($(PYTHON) -c 'import secrets; print(secrets.token_urlsafe(64))')" \
	SIGHTGLASS_ENCRYPTION_KEYS="$$($(PYTHON) -c 'from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())')"

define set-up
@for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	if "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
		exec "$$python" -m launcher.set_up $(1); \
	fi; \
done; \
echo "Sightglass needs Python 3.11 or newer, and $$(python3 --version 2>/dev/null || echo no python3) is here. On Debian and Ubuntu: apt install python3 python3-venv" >&2; \
exit 1
endef

help:
	@echo "make demo    the site with a simulated Browserbase behind it, at http://127.0.0.1:8000 (PORT, SIM_PORT, SIM_ARGS)"
	@echo "make up      the site for the real service: BROWSERBASE_API_KEY from the environment or .env (PORT)"
	@echo "make test    all tests, those in a real Chromium too (ARGS= goes to pytest)"
	@echo "make check   lint, types, deployment checks, missing migrations"
	@echo "make bench   how fast it is, in about 10 minutes (ARGS=--quick: under one; ARGS=--million: the search alone; ARGS=--usage)"

# exec: signals that make gets or passes on reach the launcher itself.
demo: set-up
	@exec $(PYTHON) -m launcher demo

up: set-up
	@exec $(PYTHON) -m launcher up

# Whatever the person chose for other programs: the tests start hundreds of processes, and what is compiled is kept.
test: export PYTHONDONTWRITEBYTECODE =
test: set-up-dev
	@$(PYTHON) -m tests.chromium
	@exec $(PYTHON) -m pytest -n 3 --dist worksteal $(ARGS)

# makemigrations warns that there is no database; it needs none.
check: set-up-dev
	$(PYTHON) -m ruff check
	$(PYTHON) -m ruff format --check
	SIGHTGLASS_ENV=test $(PYTHON) -m mypy .
	.venv/bin/lint-imports --no-cache
	@echo "manage.py check --deploy, with production settings"
	@$(PRODUCTION) $(PYTHON) manage.py check --deploy --fail-level WARNING
	@echo "manage.py makemigrations --check --dry-run"
	@$(PRODUCTION) $(PYTHON) -W ignore::RuntimeWarning manage.py makemigrations --check --dry-run

bench: set-up-dev
	@exec $(PYTHON) -m benchmarks $(ARGS)

set-up:
	$(call set-up,runtime)

set-up-dev:
	$(call set-up,dev)
