# The commands; each target wraps .venv/bin/planewatch, which wraps plain Pulumi.
STACK ?= local
FULL ?=
DATA ?= keep
PLANE ?= all
BENCH ?=
LANE ?=

PLANEWATCH := .venv/bin/planewatch
EXEC := $(PLANEWATCH) exec
PYTHON ?= python3
# --pattern spike where PATTERN=spike is given, else nothing
option = $(if $($(1)),--$(shell echo $(1) | tr A-Z a-z) $($(1)))
# a simulated account needs packages of its own
BOOTSTRAP := $(if $(filter simulated,$(AWS)),bootstrap-simulated-aws,bootstrap)
SOURCES := apps benchmarks components config delivery docs infra policies tests toolchain

.DEFAULT_GOAL := help
.PHONY: help bootstrap bootstrap-traffic bootstrap-simulated-aws bootstrap-test cluster cluster-down up preview outputs access down doctor traffic check docs fix test test-all bench lock

help: ## show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

bootstrap: ## .venv with the pinned dependencies; every other target does this by itself
	@$(PYTHON) -m toolchain.obtain.bootstrap run

bootstrap-traffic:
	@$(PYTHON) -m toolchain.obtain.bootstrap traffic

bootstrap-simulated-aws:
	@$(PYTHON) -m toolchain.obtain.bootstrap simulated-aws

bootstrap-test:
	@$(PYTHON) -m toolchain.obtain.bootstrap test

up: $(BOOTSTRAP) ## set up everything, deploy STACK, wait until healthy, print the addresses; FULL=1 previews in any case
	@$(PLANEWATCH) up --stack $(STACK) $(if $(FULL),--full)

preview: $(BOOTSTRAP) ## show what `up` would change in STACK, checked against the policies
	@$(PLANEWATCH) preview --stack $(STACK)

outputs: bootstrap ## print the outputs of STACK as one JSON object
	@$(PLANEWATCH) outputs --stack $(STACK)

down: $(BOOTSTRAP) ## destroy STACK; DATA=delete deletes stored metrics too
	@$(PLANEWATCH) down --stack $(STACK) --data $(DATA)

doctor: ## check every prerequisite; changes nothing
	@test -x $(PLANEWATCH) || { echo "No .venv: run 'make bootstrap', which creates it and nothing else" >&2; exit 1; }
	@$(PLANEWATCH) doctor

traffic: bootstrap-traffic ## send load: PLANE=prod PATTERN=spike RATE=10 DURATION=60, or SCENARIO=qa-load-test
	@$(PLANEWATCH) traffic --stack $(STACK) --plane $(PLANE) $(foreach o,PATTERN RATE DURATION SCENARIO,$(call option,$(o)))

access: bootstrap ## forward local ports into STACK's cluster until Ctrl-C
	@$(PLANEWATCH) access --stack $(STACK)

cluster: bootstrap ## start a Kubernetes cluster on this machine; then `make up STACK=dev`
	@$(PLANEWATCH) cluster up

cluster-down: bootstrap ## delete that cluster and everything in it
	@$(PLANEWATCH) cluster down

check: bootstrap-test ## check lint, formatting, types, import contracts and generated pages; seconds
	@.venv/bin/ruff format --check --quiet .
	@.venv/bin/ruff check --quiet .
	@.venv/bin/lint-imports --no-logo
	@.venv/bin/python -m docs.generate --check
	@.venv/bin/mypy $(SOURCES)

docs: bootstrap-test ## generate the pages that come from the code
	@.venv/bin/python -m docs.generate

fix: bootstrap-test ## format, and fix what can be fixed automatically
	@.venv/bin/ruff format .
	@.venv/bin/ruff check --fix .

test: bootstrap-test ## test the product with real components: 15 minutes once everything is built
	@.venv/bin/python -m tests.lanes quick

test-all: bootstrap-test ## test everything, on the Kubernetes node and simulated EKS too; LANE='docker eks' for some lanes
	@.venv/bin/python -m tests.lanes all $(LANE)

bench: bootstrap-test ## measure speed and scale, as JSON and tables; BENCH='--quick --only managed' for a part
	@$(PLANEWATCH) setup --for up
	@$(EXEC) .venv/bin/python -m benchmarks $(BENCH)

lock: bootstrap-test ## pin every dependency again, with hashes
	@$(EXEC) .venv/bin/python -m toolchain.obtain.lock
