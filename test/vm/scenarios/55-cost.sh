#!/bin/bash
# What a start costs with the real zfs(8), logger(1) and journald: processor time against bare `node -e 0` of the same
# program, with the machine's own Node and with the one that the units name here. Everything is slow in this machine, and
# not all of it equally, so the figures are printed and not judged. `make bench` measures on the machine it runs on.
#
#   SUITE=trixie test/vm/test-all 55-cost
# shellcheck source=../guest/lib.sh
. /usr/local/lib/vm/lib.sh

turns=${TURNS:-7}
TIMEFORMAT='%3U %3S'
guard=/usr/share/crio-guard

# Processor time of a program and its children in milliseconds.
spent() {
  local user system
  read -r user system < <({ time "$@" >/dev/null 2>&1 </dev/null; } 2>&1)
  echo $((10#${user/./} + 10#${system/./}))
}
# ratio BARE COST: the cost against that of bare Node
ratio() { printf '%d.%02d' $(($2 / $1)) $(($2 % $1 * 100 / $1)); }
median() { sort -n | sed -n "$((turns / 2 + 1))p"; }

# cost NAME NODE COMMAND...: the median of the ratios of all turns
cost() {
  local name=$1 node=$2 bare turn
  shift 2
  for ((turn = 0; turn < turns; turn++)); do
    bare=$(spent "$node" -e 0)
    ratio "$bare" "$(spent "$@")"
    echo
  done | median | sed "s/^/    /; s/\$/x  $name/"
}

measure() {
  local node=$1
  echo "  $("$node" --version), bare: $(spent "$node" -e 0) ms"
  check "the code of the bundles is compiled for it" "$node" $guard/compile.cjs
  cost 'healthy node, before a start' "$node" "$node" $guard/main.cjs --prestart
  cost 'healthy node, --check' "$node" "$node" $guard/main.cjs --check
  cost 'zfs list of it, alone' "$node" zfs list -Hp -t filesystem,volume -o all
  cost 'logger, alone' "$node" logger -t cost a
  mv /etc/containers/storage.conf /etc/containers/storage.conf.zfs
  storage_conf /var/lib/containers/storage overlay
  cost 'the driver is another one, before a start' "$node" "$node" $guard/main.cjs --prestart
  mv /etc/containers/storage.conf.zfs /etc/containers/storage.conf
}

scenario "what a start costs"
zpool create -m none tank "$D0"
zfs create -o mountpoint=/var/lib/crio tank/crio
mkdir /var/lib/crio/containers
storage_conf /var/lib/crio/containers
check "the node is healthy" crio-guard --check
check "and CRI-O starts" systemctl start crio
systemctl stop crio
measure /usr/bin/node
[[ /usr/bin/node -ef /opt/node20/bin/node ]] || measure /opt/node20/bin/node
check "the last start wrote its report" grep -qx verdict=ok /run/crio-guard/condition
finish
