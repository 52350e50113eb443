# `make install`. Every directory is a variable, for packages.
PREFIX ?= /usr
DESTDIR ?=

LIBDIR ?= $(PREFIX)/share/crio-guard
BINDIR ?= $(PREFIX)/bin
MANDIR ?= $(PREFIX)/share/man
DOCDIR ?= $(PREFIX)/share/doc/crio-guard
BASHDIR ?= $(PREFIX)/share/bash-completion/completions

# systemd, journald and the bus read these below /usr and /usr/local, and below no other prefix.
SYSTEM_PREFIX ?= $(if $(filter /usr,$(PREFIX)),/usr,/usr/local)
UNITDIR ?= $(SYSTEM_PREFIX)/lib/systemd/system
CATALOGDIR ?= $(SYSTEM_PREFIX)/lib/systemd/catalog
SYSUSERSDIR ?= $(SYSTEM_PREFIX)/lib/sysusers.d
DBUSSERVICEDIR ?= $(SYSTEM_PREFIX)/share/dbus-1/system-services
DBUSINTERFACEDIR ?= $(SYSTEM_PREFIX)/share/dbus-1/interfaces
# The bus reads policies below /usr/share and /etc, and so does fish without XDG_DATA_DIRS.
DBUSPOLICYDIR ?= $(if $(filter /usr,$(SYSTEM_PREFIX)),/usr/share/dbus-1/system.d,/etc/dbus-1/system.d)
FISHDIR ?= $(if $(filter /usr,$(SYSTEM_PREFIX)),/usr/share/fish/vendor_completions.d,/etc/fish/completions)
# polkit before 125 reads no other directory.
POLKITDIR ?= /usr/share/polkit-1/actions
# Debian's zsh does not read /usr/share/zsh/site-functions.
ZSHDIR ?= $(SYSTEM_PREFIX)/share/zsh/$(if $(and $(filter /usr,$(SYSTEM_PREFIX)),$(wildcard \
	/etc/debian_version)),vendor-completions,site-functions)

# The programs that the units and the installed program name by their absolute paths: a search in PATH may find
# another Node, or a directory that hangs.
NODE_PROGRAM ?= $(or $(shell command -v $(NODE)),/usr/bin/node)
TIMEOUT_PROGRAM ?= /usr/bin/timeout
# Every variable that a supported Node reads by itself.
NODE_VARIABLES := $(shell cat packaging/node-variables)

# "no" in a package whose Node is another one: compile.cjs is run after its installation.
COMPILE ?= yes
# The Node that will run the program. Where it is not here this one, which may be the same version.
COMPILER ?= $(or $(wildcard $(NODE_PROGRAM)),$(NODE))

# Directories of packaging that are installed below LIBDIR, for other programs.
DATA := node-problem-detector prometheus schemas

INSTALL := install
DOCUMENTS := packaging/crio-guard.conf.example README.md README.zh-CN.md CHANGELOG.md SECURITY.md LICENSE \
	dist/THIRD-PARTY-LICENSES
BUNDLES := $(addsuffix .cjs,main start program change log explain bus-main compile)
UNITS := $(notdir $(wildcard systemd/system/crio-guard-*))
# fill FROM,TO: installs a file with this installation's paths.
fill = LC_ALL=C sed -e 's|@BINDIR@|$(BINDIR)|g' -e 's|@LIBDIR@|$(LIBDIR)|g' -e 's|@NODE@|$(NODE_PROGRAM)|g' \
	-e 's|@TIMEOUT@|$(TIMEOUT_PROGRAM)|g' -e 's|@NODE_VARIABLES@|$(NODE_VARIABLES)|g' \
	-e '1s|^\#!/usr/bin/env node$$|\#!$(NODE_PROGRAM)|' \
	-e 's|/usr/bin/crio-guard\([" ]\)|$(BINDIR)/crio-guard\1|g' \
	-e 's|/usr/share/crio-guard/storage.conf|$(LIBDIR)/storage.conf|g' \
	-e 's|/usr/share/crio-guard/node-problem-detector|$(LIBDIR)/node-problem-detector|g' \
	-e 's|/usr/share/crio\\-guard|$(subst -,\\-,$(LIBDIR))|g' \
	-e 's|/usr/share/dbus\\-1/interfaces|$(subst -,\\-,$(DBUSINTERFACEDIR))|g' \
	-e 's|/usr/share/polkit\\-1/actions|$(subst -,\\-,$(POLKITDIR))|g' \
	$(1) > $(DESTDIR)$(2) && chmod 0644 $(DESTDIR)$(2)

.PHONY: check-node
check-node:
	@case '$(NODE_PROGRAM)' in /*) ;; *) echo 'NODE_PROGRAM=$(NODE_PROGRAM) is not an absolute path' >&2; exit 1;; esac
	@test ! -x '$(NODE_PROGRAM)' || '$(NODE_PROGRAM)' -e \
		'const [a, b] = process.versions.node.split("."); process.exit(a > 18 || (a == 18 && b >= 20) ? 0 : 1)' || \
		{ echo '$(NODE_PROGRAM) is older than Node 18.20: set NODE_PROGRAM=/path/of/node' >&2; exit 1; }

.PHONY: install-docs
install-docs: dist/main.cjs
	$(INSTALL) -d $(addprefix $(DESTDIR),$(MANDIR)/man5 $(MANDIR)/man7 $(MANDIR)/man8 $(CATALOGDIR) $(DOCDIR) \
		$(DOCDIR)/examples $(BASHDIR) $(ZSHDIR) $(FISHDIR) $(addprefix $(LIBDIR)/,$(DATA)))
	for section in 5 7 8; do for page in packaging/man/*.$$section; do \
		$(call fill,$$page,$(MANDIR)/man$$section/$${page##*/}) || exit 1; done; done
	$(INSTALL) -m 0644 systemd/catalog/*.catalog $(DESTDIR)$(CATALOGDIR)/
	$(INSTALL) -m 0644 $(DOCUMENTS) $(DESTDIR)$(DOCDIR)/
	$(INSTALL) -m 0644 packaging/completions/crio-guard.bash $(DESTDIR)$(BASHDIR)/crio-guard
	$(INSTALL) -m 0644 packaging/completions/_crio-guard $(DESTDIR)$(ZSHDIR)/
	$(INSTALL) -m 0644 packaging/completions/crio-guard.fish $(DESTDIR)$(FISHDIR)/
	for file in packaging/examples/*; do $(call fill,$$file,$(DOCDIR)/examples/$${file##*/}) || exit 1; done
	for directory in $(DATA); do for file in packaging/$$directory/*; do \
		$(call fill,$$file,$(LIBDIR)/$$directory/$${file##*/}) || exit 1; done; done
	chmod 0755 $(addprefix $(DESTDIR)$(LIBDIR)/node-problem-detector/,crio-guard-check crio-guard-condition)

.PHONY: install-bus
install-bus:
	$(INSTALL) -d $(addprefix $(DESTDIR),$(DBUSPOLICYDIR) $(DBUSSERVICEDIR) $(DBUSINTERFACEDIR) $(POLKITDIR) \
		$(SYSUSERSDIR) $(UNITDIR))
	$(INSTALL) -m 0644 packaging/dbus-1/system.d/* $(DESTDIR)$(DBUSPOLICYDIR)/
	$(INSTALL) -m 0644 packaging/dbus-1/system-services/* $(DESTDIR)$(DBUSSERVICEDIR)/
	$(INSTALL) -m 0644 packaging/dbus-1/interfaces/* $(DESTDIR)$(DBUSINTERFACEDIR)/
	$(INSTALL) -m 0644 packaging/polkit-1/actions/* $(DESTDIR)$(POLKITDIR)/
	$(INSTALL) -m 0644 packaging/sysusers.d/crio-guard.conf $(DESTDIR)$(SYSUSERSDIR)/
	for unit in $(UNITS); do $(call fill,systemd/system/$$unit,$(UNITDIR)/$$unit) || exit 1; done

# The drop-in comes last: it must not stand without its program.
.PHONY: install
install: check-node install-docs install-bus # Installs below PREFIX=/usr; honours DESTDIR=
	$(INSTALL) -d $(addprefix $(DESTDIR),$(LIBDIR) $(BINDIR) $(UNITDIR)/crio.service.d)
	for bundle in $(BUNDLES); do $(call fill,dist/$$bundle,$(LIBDIR)/$$bundle) || exit 1; done
	chmod 0755 $(DESTDIR)$(LIBDIR)/main.cjs $(DESTDIR)$(LIBDIR)/compile.cjs
	$(INSTALL) -m 0644 packaging/storage.conf $(DESTDIR)$(LIBDIR)/
	ln -sfnr $(DESTDIR)$(LIBDIR)/main.cjs $(DESTDIR)$(BINDIR)/crio-guard
	@$(if $(filter no,$(COMPILE)),:,$(COMPILER) $(DESTDIR)$(LIBDIR)/compile.cjs) || \
		echo '*** NOT COMPILED beforehand, so that each start takes longer: no usable $(COMPILER)' >&2
	$(call fill,systemd/system/crio.service.d/10-crio-guard.conf,$(UNITDIR)/crio.service.d/10-crio-guard.conf)

# The program reverts first what CRI-O does not need, and names what stays. Then the drop-in goes, for the same reason.
# Files are deleted by name: a variable may be a directory that others use.
.PHONY: uninstall
uninstall: # Removes what was installed
	@test -n '$(DESTDIR)' || ! test -x $(BINDIR)/crio-guard || $(BINDIR)/crio-guard --revert --unneeded || \
		echo '*** some corrections stay: see /var/lib/crio-guard/ledger.json' >&2
	rm -f $(DESTDIR)$(UNITDIR)/crio.service.d/10-crio-guard.conf $(DESTDIR)$(BINDIR)/crio-guard
	rm -f $(addprefix $(DESTDIR)$(LIBDIR)/,$(BUNDLES) start.code program.code storage.conf \
		$(foreach directory,$(DATA),$(addprefix $(directory)/,$(notdir $(wildcard packaging/$(directory)/*)))))
	rm -f $(addprefix $(DESTDIR)$(DOCDIR)/examples/,$(notdir $(wildcard packaging/examples/*)))
	rm -f $(addprefix $(DESTDIR)$(DOCDIR)/,$(notdir $(DOCUMENTS))) $(addprefix $(DESTDIR)$(UNITDIR)/,$(UNITS))
	rm -f $(foreach section,5 7 8,$(addprefix $(DESTDIR)$(MANDIR)/man$(section)/,$(notdir \
		$(wildcard packaging/man/*.$(section)))))
	rm -f $(addprefix $(DESTDIR),$(addprefix $(CATALOGDIR)/,$(notdir $(wildcard systemd/catalog/*))) \
		$(BASHDIR)/crio-guard $(ZSHDIR)/_crio-guard $(FISHDIR)/crio-guard.fish $(SYSUSERSDIR)/crio-guard.conf \
		$(DBUSPOLICYDIR)/io.github.crioguard.conf $(DBUSSERVICEDIR)/io.github.crioguard.Guard1.service \
		$(DBUSINTERFACEDIR)/io.github.crioguard.Guard1.xml $(POLKITDIR)/io.github.crioguard.policy)
	for directory in $(UNITDIR)/crio.service.d $(addprefix $(LIBDIR)/,$(DATA)) $(LIBDIR) $(DOCDIR)/examples \
		$(DOCDIR); do \
		rmdir $(DESTDIR)$$directory 2>/dev/null || true; done
