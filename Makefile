# Two commands are enough: `make run` starts Yizhu with a demo county, `make test` runs its tests.
# Python 3.11 with its venv module and make are all that must be there. PORT=8001 make run takes another port.

PYTHON ?= $(shell command -v python3.11 || command -v python3 || echo python3)
PY = .venv/bin/python
FOR_TESTS = DJANGO_SETTINGS_MODULE=config.settings_test
# What a county would set; the values lead nowhere, the checks look at the settings alone.
FOR_PRODUCTION = DJANGO_SETTINGS_MODULE=config.settings DATABASE_URL=postgres://app@localhost/app \
	BROKER_URL=redis://localhost/0 ALLOWED_HOSTS=yizhu.example DATA_KEYS=1:$$(head -c 32 /dev/zero | base64) \
	DIGEST_KEY=checks-only SECRET_KEY=checks-only-abcdefghijklmnopqrstuvwxyz-0123456789-0123456789
export PYTHONUTF8 = 1
# Where a machine forbids it, every worker and every program that a test starts would compile everything again.
export PYTHONDONTWRITEBYTECODE =
CHECKS = lint format types imports migrations relations catalogue templates deploy packages

.PHONY: run setup test check prove bench screens messages parts bundle clean $(CHECKS:%=check-%)

run:
	@$(PYTHON) config/local/install.py run
	@exec $(PY) -m config.local.run

setup:
	@$(PYTHON) config/local/install.py dev

# A file stays with one worker, so that what its tests share is made once. Three workers keep two cores busy: a
# test that drives a browser or watches processes waits a third of its time.
WORKERS = -n 3 --dist loadfile --no-loadscope-reorder

test: setup
	$(PY) -m pytest $(WORKERS) $(ARGS)

# Every check runs, one that fails stops none of the others.
check: setup
	@$(MAKE) --keep-going --no-print-directory $(CHECKS:%=check-%)

check-lint:
	$(PY) -m ruff check .
check-format:
	$(PY) -m ruff format --check .
check-types:
	$(FOR_TESTS) $(PY) -m mypy config assistance manage.py
check-imports:
	.venv/bin/lint-imports --no-cache
check-migrations:
	$(FOR_TESTS) $(PY) -m config.local.throwaway $(PY) manage.py makemigrations --check --dry-run
check-relations:
	YIZHU_NO_SERVERS=1 $(PY) -m pytest -q tests/test_architecture.py
check-catalogue:
	$(PY) -m config.local.check_catalogue
check-templates:
	.venv/bin/djlint --lint --quiet templates
check-deploy:
	$(FOR_PRODUCTION) $(PY) manage.py check --deploy --fail-level WARNING

# The locks against a committed list of known weaknesses, without a network.
check-packages:
	$(PY) -m config.local.audit

# The same tests at the size of a proof.
prove: setup
	$(PY) -m pytest $(WORKERS) -m prove $(ARGS)

bench: setup
	$(FOR_TESTS) $(PY) -m config.local.throwaway $(PY) benchmarks/run.py $(ARGS)

screens: setup
	$(FOR_TESTS) $(PY) -m tests.screens $(ARGS)

# Needs Debian's gettext; both files are committed.
messages: setup
	$(FOR_TESTS) $(PY) manage.py makemessages --locale zh_Hans --no-obsolete --add-location file --ignore .venv --ignore node_modules --ignore var --ignore tests --ignore benchmarks
	$(FOR_TESTS) $(PY) manage.py compilemessages --locale zh_Hans --ignore .venv --ignore node_modules

# Every package of an installation with version and digest, as CycloneDX: var/parts.cdx.json.
parts: setup
	$(PY) -m config.local.parts

# One file for a machine without a network: docs/operations.md.
bundle: setup
	$(PY) -m config.local.bundle

# Everything that was made here but the data of `make run`, which is in var/ and yours to delete.
clean:
	rm -rf .venv node_modules var/vendor var/static screens .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage htmlcov
	find assistance config tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +
