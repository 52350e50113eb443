# crio-guard: build, test, install.
PREFIX ?= /usr
DESTDIR ?=
UNITDIR ?= $(PREFIX)/lib/systemd/system
NODE ?= node
NPM ?= npm

SOURCES := $(shell find src test -name '*.ts' 2>/dev/null) tsconfig.json package.json

.PHONY: all
all: dist/main.cjs # Builds the program into dist/

.PHONY: help
help: # Prints the targets
	@sed -n 's/^\([a-z-]*\):[^#]*# \(.*\)/  make \1\t\2/p' Makefile | expand -t 24

# The one network access: npm. Everything after it works without.
node_modules/.package-lock.json: package-lock.json package.json .npmrc
	$(NPM) ci --no-audit --no-fund --loglevel=error
	@touch $@

build/.compiled: $(SOURCES) node_modules/.package-lock.json
	$(NODE) node_modules/typescript/bin/tsc -p .
	@touch $@

# One bundle for each entry: what a run does not need is not even parsed.
dist/main.cjs: build/.compiled packaging/tools/bundle.js packaging/tools/without-texts.js
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
	timeout 300 $(NODE) --test $$(find build/test -name '*.test.js' | sort)
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

.PHONY: docs
docs: build/.compiled # Generates manual page, journal catalogs and completions
	$(NODE) packaging/tools/generate.js

.PHONY: demo
demo: dist/main.cjs # Shows the program on a recorded node and on this machine
	$(NODE) packaging/tools/demo.js

# The virtual machine of one Debian: SUITE=bookworm (12), trixie (13) or testing.
SUITE ?= bookworm

.PHONY: vm
vm: # Builds the virtual machine of SUITE=bookworm|trixie|testing
	SUITE=$(SUITE) test/vm/build

# Every scenario on Debian 12 and on Debian 13. The machine of 13 is built first, so that a failed build ends early.
.PHONY: test-vm
test-vm: dist/main.cjs # Runs every scenario on Debian 12 and 13 (root; real ZFS)
	SUITE=trixie test/vm/build
	SUITE=bookworm test/vm/build
	SUITE=bookworm test/vm/test-all
	SUITE=trixie test/vm/test-all

# The layouts of the corpus anew: made on real ZFS, judged by the real containers-storage, recorded.
.PHONY: record
record: dist/main.cjs vm # Records the layouts of the corpus again in the virtual machine
	test/vm/record

.PHONY: clean
clean: # Deletes what was built
	rm -rf build dist

LIBDIR := $(PREFIX)/share/crio-guard
BINDIR := $(PREFIX)/bin
INSTALL := install

MANDIR := $(PREFIX)/share/man
CATALOGDIR := $(PREFIX)/lib/systemd/catalog
BASHDIR := $(PREFIX)/share/bash-completion/completions
# Debian: $(PREFIX)/share/zsh/vendor-completions
ZSHDIR ?= $(PREFIX)/share/zsh/site-functions

.PHONY: install-docs
install-docs:
	$(INSTALL) -d $(addprefix $(DESTDIR),$(MANDIR)/man5 $(MANDIR)/man7 $(MANDIR)/man8 $(CATALOGDIR) $(BASHDIR) \
		$(ZSHDIR) $(LIBDIR)/node-problem-detector)
	for section in 5 7 8; do \
		$(INSTALL) -m 0644 packaging/man/*.$$section $(DESTDIR)$(MANDIR)/man$$section/; done
	$(INSTALL) -m 0644 systemd/catalog/*.catalog $(DESTDIR)$(CATALOGDIR)/
	$(INSTALL) -m 0644 packaging/completions/crio-guard.bash $(DESTDIR)$(BASHDIR)/crio-guard
	$(INSTALL) -m 0644 packaging/completions/_crio-guard $(DESTDIR)$(ZSHDIR)/
	for rules in packaging/node-problem-detector/*.json; do \
		sed 's|"/usr/bin/crio-guard"|"$(BINDIR)/crio-guard"|' $$rules \
			> $(DESTDIR)$(LIBDIR)/node-problem-detector/$${rules##*/} && \
		chmod 0644 $(DESTDIR)$(LIBDIR)/node-problem-detector/$${rules##*/} || exit 1; done

DBUSDIR := $(PREFIX)/share/dbus-1
POLKITDIR := $(PREFIX)/share/polkit-1/actions
SYSUSERSDIR := $(PREFIX)/lib/sysusers.d
# The node that runs the bus service; a unit file cannot search the PATH.
NODE_PROGRAM ?= /usr/bin/node
TIMEOUT_PROGRAM ?= /usr/bin/timeout
ENV_PROGRAM ?= /usr/bin/env
FILL = sed -e 's|@BINDIR@|$(BINDIR)|g' -e 's|@LIBDIR@|$(LIBDIR)|g' -e 's|@NODE@|$(NODE_PROGRAM)|g' \
	-e 's|@TIMEOUT@|$(TIMEOUT_PROGRAM)|g' -e 's|@ENV@|$(ENV_PROGRAM)|g'

.PHONY: install-bus
install-bus:
	$(INSTALL) -d $(addprefix $(DESTDIR),$(DBUSDIR)/system.d $(DBUSDIR)/system-services $(DBUSDIR)/interfaces \
		$(POLKITDIR) $(SYSUSERSDIR) $(UNITDIR))
	for kind in system.d system-services interfaces; do \
		$(INSTALL) -m 0644 packaging/dbus-1/$$kind/* $(DESTDIR)$(DBUSDIR)/$$kind/ || exit 1; done
	$(INSTALL) -m 0644 packaging/polkit-1/actions/* $(DESTDIR)$(POLKITDIR)/
	$(INSTALL) -m 0644 packaging/sysusers.d/crio-guard.conf $(DESTDIR)$(SYSUSERSDIR)/
	for unit in systemd/system/crio-guard-*; do \
		$(FILL) $$unit > $(DESTDIR)$(UNITDIR)/$${unit##*/} && \
		chmod 0644 $(DESTDIR)$(UNITDIR)/$${unit##*/} || exit 1; done

.PHONY: install
install: dist/main.cjs install-docs install-bus # Installs below PREFIX=/usr; honours DESTDIR=
	$(INSTALL) -d $(DESTDIR)$(LIBDIR) $(DESTDIR)$(BINDIR) $(DESTDIR)$(UNITDIR)/crio.service.d
	$(INSTALL) -m 0644 dist/*.cjs packaging/storage.conf $(DESTDIR)$(LIBDIR)/
	chmod 0755 $(DESTDIR)$(LIBDIR)/main.cjs
	ln -sfn $(LIBDIR)/main.cjs $(DESTDIR)$(BINDIR)/crio-guard
	$(FILL) systemd/system/crio.service.d/10-crio-guard.conf \
		> $(DESTDIR)$(UNITDIR)/crio.service.d/10-crio-guard.conf
	chmod 0644 $(DESTDIR)$(UNITDIR)/crio.service.d/10-crio-guard.conf
	@$(NODE) packaging/tools/compile.js $(DESTDIR)$(LIBDIR) || \
		echo '*** NOT COMPILED beforehand, so that each start takes longer: no usable $(NODE)' >&2

# The drop-in goes first: without its program it must not stand.
.PHONY: uninstall
uninstall: # Removes what was installed
	rm -f $(DESTDIR)$(UNITDIR)/crio.service.d/10-crio-guard.conf
	-rmdir $(DESTDIR)$(UNITDIR)/crio.service.d
	rm -f $(DESTDIR)$(BINDIR)/crio-guard
	rm -rf $(DESTDIR)$(LIBDIR)
	rm -f $(addprefix $(DESTDIR),$(MANDIR)/man?/crio-guard* $(CATALOGDIR)/crio-guard.* $(BASHDIR)/crio-guard \
		$(ZSHDIR)/_crio-guard $(UNITDIR)/crio-guard-* $(SYSUSERSDIR)/crio-guard.conf \
		$(DBUSDIR)/system.d/io.github.crioguard.conf $(DBUSDIR)/system-services/io.github.crioguard.Guard1.service \
		$(DBUSDIR)/interfaces/io.github.crioguard.Guard1.xml $(POLKITDIR)/io.github.crioguard.policy)
