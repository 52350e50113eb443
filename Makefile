# crio-guard: build, test, install.
PREFIX ?= /usr
DESTDIR ?=
UNITDIR ?= $(PREFIX)/lib/systemd/system
NODE ?= node
NPM ?= npm

SOURCES := $(shell find src test -name '*.ts' 2>/dev/null) tsconfig.json package.json

.PHONY: all
all: dist/main.cjs

# The one network access: npm. Everything after it works without.
node_modules/.package-lock.json: package-lock.json package.json .npmrc
	$(NPM) ci --no-audit --no-fund --loglevel=error
	@touch $@

build/.compiled: $(SOURCES) node_modules/.package-lock.json
	$(NODE) node_modules/typescript/bin/tsc -p .
	@touch $@

# One bundle for each entry: what a run does not need is not even parsed.
dist/main.cjs: build/.compiled packaging/bundle.js
	$(NODE) packaging/bundle.js

.PHONY: check
check: build/.compiled
	$(NODE) node_modules/prettier/bin/prettier.cjs --check --log-level warn .
	$(NODE) node_modules/eslint/bin/eslint.js src test

.PHONY: test
test: build/.compiled dist/main.cjs
	$(NODE) --test $$(find build/test -name '*.test.js' | sort)

.PHONY: demo
demo: dist/main.cjs
	$(NODE) packaging/demo.js

.PHONY: vm
vm:
	test/vm/build

.PHONY: test-vm
test-vm: dist/main.cjs vm
	test/vm/test-all

.PHONY: clean
clean:
	rm -rf build dist

LIBDIR := $(PREFIX)/share/crio-guard
BINDIR := $(PREFIX)/bin
INSTALL := install

.PHONY: install
install: dist/main.cjs
	$(INSTALL) -d $(DESTDIR)$(LIBDIR) $(DESTDIR)$(BINDIR) $(DESTDIR)$(UNITDIR)/crio.service.d
	$(INSTALL) -m 0644 dist/*.cjs packaging/storage.conf $(DESTDIR)$(LIBDIR)/
	chmod 0755 $(DESTDIR)$(LIBDIR)/main.cjs
	ln -sfn $(LIBDIR)/main.cjs $(DESTDIR)$(BINDIR)/crio-guard
	sed 's|@BINDIR@|$(BINDIR)|' systemd/system/crio.service.d/10-crio-guard.conf \
		> $(DESTDIR)$(UNITDIR)/crio.service.d/10-crio-guard.conf
	chmod 0644 $(DESTDIR)$(UNITDIR)/crio.service.d/10-crio-guard.conf

# The drop-in goes first: without its program it must not stand.
.PHONY: uninstall
uninstall:
	rm -f $(DESTDIR)$(UNITDIR)/crio.service.d/10-crio-guard.conf
	-rmdir $(DESTDIR)$(UNITDIR)/crio.service.d
	rm -f $(DESTDIR)$(BINDIR)/crio-guard
	rm -rf $(DESTDIR)$(LIBDIR)
