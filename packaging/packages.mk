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
