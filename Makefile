.DEFAULT_GOAL := help
.PHONY: help run test lint bench demo-down engine-down lock

help: ## what there is
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20

run: ## the gateway on API_HOST:API_PORT (127.0.0.1:8003), with all its set-up; DEMO=no: no demo containers
	@scripts/run

test: ## every test, on a private engine; ARGS="-k restart" goes to pytest
	@scripts/test $(ARGS)

lint: ## ruff and mypy --strict
	@scripts/lint

bench: ## timings beside the Engine API and the docker command line; ARGS="--rounds 20"
	@scripts/bench $(ARGS)

demo-down: ## removes the demo containers of `make run`
	@scripts/demo-down

engine-down: ## stops the private engine of `make run`
	@scripts/engine-down

lock: ## pins the requirements anew (needs uv); ARGS="--upgrade"
	@scripts/lock $(ARGS)
