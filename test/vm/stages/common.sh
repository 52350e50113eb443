# Sourced by the build and its stages: where the cache is, where Debian comes from.
# shellcheck shell=bash

vm_cache=${CRIO_GUARD_VM_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/crio-guard-vm}
# The Debian of the machine: bookworm (12), trixie (13) or testing.
vm_suite=${SUITE:-bookworm}

say() { printf 'vm build: %s\n' "$*" >&2; }
die() { say "error: $*"; exit 1; }

# apt_sources SUITE...: sources.list lines for these suites on the mirror that this
# host itself uses, whichever of the two formats names it. No address is kept in a file
# of the project.
apt_sources() {
  python3 - "$@" <<'PY'
import glob, re, sys

entries = []  # (uri, suite, signed-by)
for path in ["/etc/apt/sources.list", *sorted(glob.glob("/etc/apt/sources.list.d/*.list"))]:
    try:
        text = open(path, encoding="utf-8").read()
    except OSError:
        continue
    for line in text.splitlines():
        m = re.match(r"\s*deb\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)", line)
        if m:
            key = re.search(r"signed-by=(\S+)", m[1] or "")
            entries.append((m[2], m[3], key and key[1]))
for path in sorted(glob.glob("/etc/apt/sources.list.d/*.sources")):
    text = "\n".join(l for l in open(path, encoding="utf-8").read().splitlines() if not l.startswith("#"))
    for block in re.split(r"\n\s*\n", text):
        field = {}
        for m in re.finditer(r"^(\S+):[ \t]*(.*(?:\n[ \t]+.*)*)", block, re.M):
            field[m[1].lower()] = m[2].split()
        if "deb" not in field.get("types", []) or field.get("enabled", ["yes"])[0].lower() == "no":
            continue
        key = next((k for k in field.get("signed-by", []) if k.startswith("/")), None)
        entries += [(u, s, key) for u in field.get("uris", []) for s in field.get("suites", [])]

def pick(pattern):
    return next((e for e in entries if re.fullmatch(pattern, e[1])), None)

debian = r"(?:buster|bullseye|bookworm|trixie|forky|duke|sid|testing|stable|oldstable|unstable)"
main, security = pick(debian), pick(debian + r"-security")
if not main:
    sys.exit("no Debian mirror among this host's apt sources")
keyring = "/usr/share/keyrings/debian-archive-keyring.gpg"
for suite in sys.argv[1:]:
    source = security if suite.endswith("-security") else main
    if source:
        print(f"deb [signed-by={source[2] or keyring}] {source[0]} {suite} main contrib")
PY
}

# The same settings for every apt that this build runs.
apt_as_aptopt=(
  --aptopt='Acquire::Languages "none"' --aptopt='Acquire::Retries "3"'
  --aptopt='Acquire::Check-Valid-Until "false"' --aptopt='Acquire::Check-Date "false"'
  --aptopt='APT::Install-Recommends "false"'
)

# bootstrap PACKAGES ARGUMENTS...: mmdebstrap of $vm_suite from the host's mirror into $vm_out.
bootstrap() {
  local include=$1 sources
  shift
  sources=$(apt_sources "$vm_suite" "$vm_suite-security")
  printf '%s\n' "$sources" | mmdebstrap --quiet --mode=root --variant=minbase \
    "${apt_as_aptopt[@]}" --dpkgopt=force-unsafe-io \
    --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
    --dpkgopt='path-exclude=/usr/share/locale/*' --dpkgopt='path-exclude=/usr/share/info/*' \
    --include="$include" "$@" "$vm_suite" "$vm_out" -
}
