# Packages of the program, in build/packages.
VERSION := $(shell sed -n 's/^  "version": "\(.*\)",$$/\1/p' package.json)
PACKAGES := build/packages
ARCHIVE := $(PACKAGES)/crio-guard-$(VERSION).tar.xz

.PHONY: dist
dist: dist/main.cjs # Makes the source archive with the built bundles
	mkdir -p $(PACKAGES)
	packaging/tools/source-archive crio-guard-$(VERSION) $(ARCHIVE)

.PHONY: sbom
sbom: # Lists the packages of the lock file as CycloneDX
	mkdir -p $(PACKAGES)
	$(NODE) packaging/tools/sbom.js > $(PACKAGES)/crio-guard-$(VERSION).cdx.json

# Debian's packages: make, debhelper, dpkg-dev.
.PHONY: deb
deb: dist # Builds the package of Debian
	packaging/tools/debian-package crio-guard-$(VERSION) $(ARCHIVE)

.PHONY: test-deb
test-deb: deb # Installs, upgrades, removes and purges it on Debian 12 and 13 (root, mmdebstrap)
	SUITE=bookworm test/packaging/debian-cycle $(PACKAGES)/crio-guard_$(VERSION)-*_all.deb
	SUITE=trixie test/packaging/debian-cycle $(PACKAGES)/crio-guard_$(VERSION)-*_all.deb

.PHONY: rpm
rpm: dist # Builds the RPM package
	packaging/tools/rpm-package $(ARCHIVE)

.PHONY: test-rpm
test-rpm: rpm # Installs, upgrades and removes it in roots of Debian 12 and 13 (root, mmdebstrap)
	SUITE=bookworm test/packaging/rpm-cycle $(PACKAGES)/crio-guard-$(VERSION)-*.noarch.rpm
	SUITE=trixie test/packaging/rpm-cycle $(PACKAGES)/crio-guard-$(VERSION)-*.noarch.rpm

.PHONY: lint-packages
lint-packages: deb rpm # Checks both packages and their scripts: lintian, rpmlint, shellcheck
	lintian --allow-root --fail-on error,warning $(PACKAGES)/crio-guard_$(VERSION)-*.changes
	rpmlint --config packaging/rpm/rpmlint.toml $(PACKAGES)/crio-guard-$(VERSION)-*.rpm packaging/rpm/crio-guard.spec
	shellcheck -x -P SCRIPTDIR packaging/debian/crio-guard.p* test/packaging/*-cycle \
		$(shell grep -l '^#!/bin/sh' packaging/tools/*)

# For hosts without Node: with one from npm, which is the network access.
ARCHITECTURES ?= x86-64 arm64

.PHONY: sysext
sysext: dist/main.cjs # Builds images for systemd-sysext, with a Node of their own
	for arch in $(ARCHITECTURES); do \
		packaging/tools/system-extension $$arch $(PACKAGES)/sysext-$$arch/crio-guard.raw || exit 1; done

.PHONY: tarball
tarball: dist/main.cjs # Builds archives with a Node of their own
	for arch in $(ARCHITECTURES); do packaging/tools/binary-archive $$arch \
		$(PACKAGES)/crio-guard-$(VERSION)-$$arch.tar.xz || exit 1; done

.PHONY: test-self-contained
test-self-contained: sysext tarball # Tries both on Debian 12 and 13 without Node (root, mmdebstrap)
	for suite in bookworm trixie; do SUITE=$$suite test/packaging/self-contained-cycle \
		$(PACKAGES)/sysext-x86-64/crio-guard.raw $(PACKAGES)/crio-guard-$(VERSION)-x86-64.tar.xz || exit 1; done
