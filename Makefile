# crio-guard: build, test, install.
NODE ?= node
NPM ?= npm

SOURCES := $(shell find src test packaging/tools -name '*.ts' 2>/dev/null) tsconfig.json package.json

.PHONY: all
all: dist/main.cjs # Builds the program into dist/

.PHONY: help
help: # Prints the targets
	@sed -n 's/^\([a-z-]*\):[^#]*# \(.*\)/  make \1\t\2/p' Makefile packaging/*.mk | expand -t 24

# The one network access: npm. Everything after it works without.
node_modules/.package-lock.json: package-lock.json package.json .npmrc
	$(NPM) ci --no-audit --no-fund --loglevel=error
	@touch $@

build/.compiled: $(SOURCES) node_modules/.package-lock.json
	$(NODE) node_modules/typescript/bin/tsc -p .
	@touch $@

# One bundle for each entry: what a run does not need is not even parsed. The source archive holds them built.
BUNDLERS := $(addprefix packaging/tools/,bundle.js compile.js licences.js without-words.js)
dist/main.cjs: $(if $(wildcard dist/PREBUILT),,build/.compiled $(BUNDLERS))
	rm -rf dist
	$(NODE) packaging/tools/bundle.js

.PHONY: check
check: build/.compiled # Runs the formatter and the linter
	$(NODE) node_modules/prettier/bin/prettier.cjs --check --log-level warn .
	$(NODE) node_modules/eslint/bin/eslint.js src test packaging/tools

.PHONY: format
format: node_modules/.package-lock.json # Formats every file
	$(NODE) node_modules/prettier/bin/prettier.cjs --write --log-level warn .

.PHONY: rule
rule: # Starts a new rule: CODE=CG514 SLUG=short-name FAMILY=hazards
	@$(NODE) packaging/tools/new-rule.js '$(CODE)' '$(SLUG)' '$(FAMILY)'

.PHONY: test
test: build/.compiled dist/main.cjs # Runs the fast tests
	timeout 600 $(NODE) --test --test-concurrency=$$(nproc) $$(find build/test -name '*.test.js' | sort)
	@command -v dbus-daemon >/dev/null || \
		echo '*** NOT TESTED for lack of dbus-daemon (package dbus-daemon): the service on a real bus' >&2

# The same on each supported Node.
.PHONY: test-nodes
test-nodes: build/.compiled dist/main.cjs # Runs the fast tests on each supported Node
	test/nodes

# Manual pages, journal catalogs and completions from the rules and the options; a test compares them.
.PHONY: table-versions
table-versions: build/.compiled # Prints how the predictions agree with each version of CRI-O, by class of case
	@$(NODE) build/test/config/print-version-table.js

CRIO ?=
VERSION ?=
CASES ?=
UNSHARE = unshare --mount $(if $(filter-out 0,$(shell id -u)),--map-root-user)

.PHONY: conformance
conformance: build/.compiled # Runs every case through a CRI-O: CRIO=/usr/bin/crio [VERSION=1.38.0] [CASES=new.jsonl]
	@$(UNSHARE) $(NODE) build/test/conformance/run.js '$(CRIO)' '$(VERSION)' '$(CASES)'

SECONDS ?= 60
SEED ?=
STARTS ?= 100

.PHONY: hostile
hostile: build/.compiled dist/main.cjs # Tries a world that hangs, lies and is hostile, in one table: [STARTS=2000]
	@$(NODE) build/test/hostile/run.js $(STARTS)

SHARE ?= 1
ROUNDS ?= 50
ERRNOS ?= one
ONLY ?=
TRIAL ?=

# ERRNOS=all lets each call fail with each error, ONLY=CG301 is one correction, TRIAL is killed, failed or raced.
.PHONY: crashes
crashes: build/.compiled dist/main.cjs # Kills it at each call, lets calls fail, races: [SHARE=7] [ROUNDS=50] [ERRNOS=all]
	@nice $(NODE) build/test/crashes/run.js $(SHARE) $(ROUNDS) $$(nproc) $(ERRNOS) '$(ONLY)' '$(TRIAL)'

.PHONY: fuzz
fuzz: build/.compiled # Runs every parser on changed texts of the corpus: SECONDS=60 [SEED=1]
	@$(NODE) build/test/fuzz/run.js $(SECONDS) $(SEED)

RUNS ?= 15

.PHONY: bench
bench: build/.compiled dist/main.cjs # Measures what a start costs against bare Node: [RUNS=15] [CRIO=/usr/bin/crio] [CASES=healthy]
	@$(if $(CRIO),CRIO='$(CRIO)') $(if $(CASES),CASES='$(CASES)') $(NODE) test/bench/start-up.js $(RUNS)
	@$(NODE) test/bench/service.js

.PHONY: docs
docs: build/.compiled # Generates manual page, journal catalogs and completions
	$(NODE) packaging/tools/generate.js

.PHONY: demo
demo: dist/main.cjs # Shows the program on a recorded node and on this machine
	$(NODE) packaging/tools/demo.js

# The virtual machine: SUITE=bookworm (Debian 12), trixie (13), testing, or zfs-root (13, its root on ZFS).
SUITE ?= bookworm

.PHONY: vm
vm: # Builds the virtual machine of SUITE=bookworm|trixie|testing|zfs-root
	SUITE=$(SUITE) test/vm/build

# Debian 12 and 13 always; the others within VM_MINUTES.
.PHONY: test-vm
test-vm: dist/main.cjs # Runs every scenario on Debian 12 and 13 (root; real ZFS), others as time allows
	test/vm/test-suites

.PHONY: test-vm-all
test-vm-all: dist/main.cjs # The same without a limit of time: root on ZFS and Debian testing as well
	test/vm/test-suites --all

# The layouts of the corpus anew: made on real ZFS, judged by the real containers-storage, recorded.
.PHONY: record
record: dist/main.cjs vm # Records the layouts of the corpus again in the virtual machine
	test/vm/record

.PHONY: clean
clean: # Deletes what was built
	rm -rf build dist

include packaging/install.mk
include packaging/packages.mk
