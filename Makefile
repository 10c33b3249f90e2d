# make help lists the targets. `make run` and `make test` are the two commands.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory
.NOTPARALLEL:

VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
LDFLAGS := -s -w -X main.version=$(VERSION)
TOOL    := go tool -modfile=deploy/tools/go.mod

# What each step is made from; a step whose sources did not change is skipped.
NODE_MODULES := web/node_modules/.package-lock.json
SHAPES       := modules/opendata/testdata/shacl/node_modules/.package-lock.json
ASSETS       := web/dist/manifest.json
TEMPL        := $(shell find cmd modules services tenants web -name '*.templ' -not -path '*/node_modules/*' 2>/dev/null)
WEB_SOURCES  := $(shell find cmd modules services tenants web -type f \
	\( -name '*.ts' -o -name '*.css' -o -name '*.svg' -o -name '*.woff2' -o -name '*.webmanifest' -o -name '*.png' -o -name 'tsconfig.json' -o -name 'package.json' \) \
	-not -path '*/node_modules/*' -not -path 'web/dist/*' -not -path "web/e2e/*" -not -name "*.test.ts" 2>/dev/null)

.PHONY: help run test bench check build generate fmt web clean toolchain browser

help: ## list the targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

run: build ## start the platform on http://localhost:8080 with demo data (DEMO=0: empty)
	@sh deploy/dev/run.sh

test: web browser $(SHAPES) ## everything that must pass: web, browser and Go tests
	@sh deploy/dev/test.sh

bench: web ## benchmarks against their baselines (ONLY=tiles for one)
	@sh deploy/dev/bench.sh

check: web ## formatting, linters, architecture, generated files
	@sh deploy/dev/check.sh

build: web bin/.generated ## build bin/acvdata
	@go build -ldflags '$(LDFLAGS)' -o bin/acvdata ./cmd/acvdata

generate: ## write the files templ generates
	@$(TOOL) templ generate
	@mkdir -p bin && touch bin/.generated

fmt: ## format Go and templ files
	@$(TOOL) golangci-lint fmt
	@$(TOOL) templ fmt cmd modules services tenants web

web: toolchain $(ASSETS) ## build the browser's files into web/dist

clean: ## remove what was built; the data in .data stays
	rm -rf bin web/node_modules modules/opendata/testdata/shacl/node_modules
	find web/dist -mindepth 1 -not -name .gitkeep -delete

toolchain:
	@sh deploy/dev/ensure.sh toolchain

browser:
	@sh deploy/dev/ensure.sh browser

# Generated files are committed, and `make check` proves them fresh: a first
# build takes them as they are, later ones generate when a template is newer.
bin/.generated: $(TEMPL)
	@if [ -e $@ ]; then $(TOOL) templ generate; fi
	@mkdir -p bin && touch $@

$(NODE_MODULES): web/package-lock.json | toolchain
	@npm --prefix web ci --no-audit --no-fund --loglevel=error
	@touch $@

# The official shapes of DCAT-AP are checked by a small package of their own.
$(SHAPES): modules/opendata/testdata/shacl/package-lock.json | toolchain
	@npm --prefix modules/opendata/testdata/shacl ci --no-audit --no-fund --loglevel=error
	@touch $@

$(ASSETS): $(NODE_MODULES) $(WEB_SOURCES) | toolchain
	@npm --prefix web run --silent build -- --logLevel warn
	@touch $@
