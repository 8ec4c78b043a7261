# make run    starts the workbench with its demo     make test   runs the whole suite
# make lint   checks code and settings               make help   lists the rest

PYTHON ?= python3
ENV := .venv
BIN := $(ENV)/bin
RUN_STAMP := $(ENV)/run.stamp
DEV_STAMP := $(ENV)/dev.stamp
CHECKS := check-style check-format check-types check-imports check-migrations check-database \
	check-deploy

export EMBEDDED_ENGINES = 1
export PIP_DISABLE_PIP_VERSION_CHECK = 1
export PIP_NO_INPUT = 1

# A stamp is worth nothing where the environment it stands for no longer runs.
IS_WHOLE := $(shell $(BIN)/python -c 'import pip' 2>/dev/null && echo yes)
ifneq ($(IS_WHOLE),yes)
$(shell rm -f $(RUN_STAMP) $(DEV_STAMP))
endif

.PHONY: help install run test lint $(CHECKS) format bench scale messages clean
.DEFAULT_GOAL := help

help:
	@echo 'make run        start the workbench: PORT=8123 another port, DEMO=0 without the demo'
	@echo 'make test       run all tests        make lint     check code and settings'
	@echo 'make format     format the code      make bench    measure against raw SQL'
	@echo 'make scale      measure snapshots of a year of 10,000 pages; BENCH_SCALE=0.01 takes seconds'
	@echo 'make messages   extract the texts to translate     make install  environment only'
	@echo 'make clean      remove what was built; the data in var/ stay'

install: $(RUN_STAMP)

# exec: a signal that make passes on must reach the program, not a shell around it.
run: $(RUN_STAMP)
	@exec $(BIN)/python -m smm_agency.run

test: $(DEV_STAMP)
	@exec $(BIN)/python -m pytest $(ARGS)

lint: $(DEV_STAMP)
	@exec $(BIN)/python -m smm_agency.engine_scratch \
		$(MAKE) --no-print-directory --keep-going $(CHECKS)

# Called by lint, with the addresses and keys of throw-away engines.
check-style:
	$(BIN)/python -m ruff check .
check-format:
	$(BIN)/python -m ruff format --check .
check-types:
	$(BIN)/python -m mypy
check-imports:
	$(BIN)/lint-imports
check-migrations:
	$(BIN)/python manage.py makemigrations --check --dry-run
check-database:
	$(BIN)/python manage.py migrate --verbosity 0
	$(BIN)/python manage.py check --fail-level WARNING --database default
check-deploy: check-database
	env -u EMBEDDED_ENGINES -u DEMO DEBUG=0 ALLOWED_HOSTS=example.org \
		EMAIL_URL=smtp+tls://mail.example.org:587 PUBLIC_URL=https://example.org \
		$(BIN)/python manage.py check --deploy --fail-level WARNING --database default

format: $(DEV_STAMP)
	$(BIN)/python -m ruff check --fix .
	$(BIN)/python -m ruff format .

bench: $(DEV_STAMP)
	@exec $(BIN)/python -m smm_agency.engine_scratch $(BIN)/python -m bench $(ARGS)

scale: $(DEV_STAMP)
	@exec $(BIN)/python -m smm_agency.engine_scratch $(BIN)/python -m bench.scale $(ARGS)

messages: $(DEV_STAMP)
	@exec $(BIN)/python -m smm_agency.engine_scratch $(BIN)/python manage.py extract_messages

clean:
	rm -rf $(ENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -not -path './var/*' -prune -exec rm -rf {} +

$(RUN_STAMP): requirements.txt
	@sh .ci/install $(PYTHON) $(ENV) requirements.txt
	@touch $@

$(DEV_STAMP): requirements.txt requirements-dev.txt
	@sh .ci/install $(PYTHON) $(ENV) requirements-dev.txt
	@touch $(RUN_STAMP) $@
