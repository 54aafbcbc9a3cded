# Two commands matter: `make run` and `make test`. Both set up everything they need.

PYTHON ?= python3
FOR ?=
SEEDS ?= 2000
FIRST_SEED ?= 1
RUN_ARGS ?=

# uv is used when it is there, and installed into .uv when it is not.
UV := $(shell command -v uv 2>/dev/null || echo $(CURDIR)/.uv/bin/uv)
export UV_PYTHON_DOWNLOADS ?= never
export UV_PROJECT_ENVIRONMENT ?= $(CURDIR)/.venv

.PHONY: run test check lint types contracts tests bench score simulate compat format clean

run: .venv/ready
	.venv/bin/firstprint run --simulated $(if $(FOR),--for $(FOR)) $(RUN_ARGS)

test: check

check: lint types contracts tests

lint: .venv/ready
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .

types: .venv/ready
	.venv/bin/mypy

contracts: .venv/ready
	.venv/bin/lint-imports

tests: .venv/ready
	.venv/bin/pytest -n auto

# Linkage measured: labelled pairs where the recordings are, and simulated worlds. SEEDS_SCORED=100 for more.
SEEDS_SCORED ?= 20
score: .venv/ready
	.venv/bin/python -m tests.score --seeds $(SEEDS_SCORED) $(SCORE_ARGS)

bench: .venv/ready
	.venv/bin/python bench/run.py

# Seeded simulation on virtual time: make simulate SEEDS=10000
simulate: .venv/ready
	.venv/bin/python -m tests.simulation --seeds $(SEEDS) --first $(FIRST_SEED)

# Kalshi clients that nobody here wrote, against the simulated venue.
compat: .venv/ready
	.venv/bin/python compat/kalshi_clients.py

format: .venv/ready
	.venv/bin/ruff format .
	.venv/bin/ruff check --fix .

.venv/ready: pyproject.toml uv.lock | $(UV)
	$(UV) sync --frozen --python $(PYTHON)
	@touch $@

$(CURDIR)/.uv/bin/uv:
	$(PYTHON) -m venv .uv
	.uv/bin/pip install --quiet uv

clean:
	rm -rf .venv .uv build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
