# Every target sets up by itself what it needs: `.ci/setup` finds what is missing, installs it and is quick when all is
# there. The work itself is in `.ci/stages.py`; its logs are in build/logs.

USE = .ci/setup use && $$(cat build/python) .ci/stages.py
TEST = .ci/setup test && build/venv/bin/python .ci/stages.py
BENCHES = startup request_cost json_cost in_process lua_memory http_calls

.DEFAULT_GOAL := help
.PHONY: help demo test quick lint format asan tsan lua client-only fuzz describe bench install-lua run-lua clean

PREFIX = /usr/local

help: ## Show this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 14

demo: ## Build, and tell the whole job on the service in this process
	@$(USE) package && PYTHONPATH=build/release/package $$(cat build/python) -m leafnative demo

test: ## Run everything: checks, lint, C, Python and Lua suites, sanitizers, fuzz corpora
	@$(TEST) test

quick: ## Run the C and Python suites on a debug build, and the check of the rooms
	@$(TEST) quick

lint: ## Check forms and types: clang-format, ruff, mypy, luacheck
	@$(TEST) lint

format: ## Bring the sources into form
	@$(TEST) format

asan: ## Run the C, Python and Lua suites under AddressSanitizer and UndefinedBehaviorSanitizer
	@$(TEST) asan

tsan: ## Run the C suite under ThreadSanitizer
	@$(TEST) c-tsan

lua: ## Run the Lua suite and that of leafnative-lua
	@$(TEST) lua

client-only: ## Build and test the client without the service
	@$(TEST) c-client-only

fuzz: ## Search a minute with each fuzz target for inputs that break it
	@$(TEST) fuzz-search

describe: ## Print the reference, the OpenAPI document, stubs and annotations from the tables
	@$(USE) describe

bench: ## Measure, and write the figures into docs/performance.md; ROUNDS=3 only looks
	@.ci/setup bench && $$(cat build/python) .ci/stages.py package && $$(cat build/python) -m bench.others
	@for part in $(BENCHES); do \
	    PYTHONPATH=build/release/package build/bench-venv/bin/python -m bench.$$part || exit 1; \
	done

install-lua: ## Install the Lua module and leafnative-lua below PREFIX (/usr/local)
	@$(USE) package && cmake --install build/release --prefix $(PREFIX) --component lua --strip

run-lua: ## Run SCRIPT=file.lua with the module just built; ARGS="…" are the script's, OPTIONS="--time 60" the runner's
	@$(USE) package && build/release/leafnative-lua $(OPTIONS) $(or $(SCRIPT),--help) $(ARGS)

clean: ## Remove everything that was built
	@rm -rf build dist
