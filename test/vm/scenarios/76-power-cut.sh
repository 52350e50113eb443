#!/bin/bash
# The machine loses its power in the middle of a correction: after the boot the host is before or after it, and CRI-O
# comes up. And a restart of crio.service while layers are mounted touches none of them.
# shellcheck source=../guest/lib.sh
. /usr/local/lib/vm/lib.sh

ledger=/var/lib/crio-guard/ledger.json
drop_in=/etc/crio/crio.conf.d/zz-crio-guard.conf
# When the power goes, as an expression of Python.
cuts=(
  "os.path.exists('$ledger')"
  "os.path.isdir('/var/lib/crio/containers')"
  "os.path.exists('$drop_in')"
)

# Looks 500 times a second, before every other process of the machine. More often, the correction would not come to its
# changes before its time limit on an emulated processor.
cut_when() {
  chrt -f 50 python3 -c '
import os, sys, time
while not eval(sys.argv[1]):
    time.sleep(0.002)
os.write(os.open("/proc/sysrq-trigger", os.O_WRONLY), b"b")' "$1" &
}

lose_power() {
  scenario "the power goes when ${cuts[$1]}"
  rm -rf /var/lib/crio-guard
  zpool create -m none tank "$D0"
  zfs create -o mountpoint=/var/lib/crio tank/crio
  storage_conf /var/lib/crio
  stand_in '{"createLayer": true}'
  systemctl -q enable crio
  reboot_into "$1"
  sync
  zpool sync
  cut_when "${cuts[$1]}"
  systemctl start crio
  journal crio | tail -n 40
  check "the power went" false
  exit 1
}

after_cut() {
  check "the machine has booted anew" test "$(cut -d. -f1 /proc/uptime)" -lt 600
  check "CRI-O comes up by itself" comes_up
  check "graphroot is one directory down" bash -c 'crio-guard --config --json | jq -e ".effective.graphroot.value == \"/var/lib/crio/containers\""'
  check "one correction stands, and none is half made" jq -e '[.entries[].status] | last == "applied" and all(. != "begun")' $ledger
  check "nothing else was left in crio.conf.d" test "$(ls -A /etc/crio/crio.conf.d)" = zz-crio-guard.conf
  check "nor beside the ledger" bash -c '! ls -A /var/lib/crio-guard | grep -vxE "ledger.json|crio-version.json|last-report.json"'
  check "a layer lies in the dataset" bash -c 'zfs list -H -o name -r tank/crio | grep -qE "^tank/crio/[0-9a-f]{64}$"'
  systemctl stop crio
  check "revert by force puts it back" crio-guard --revert --force
  check "to before" test ! -e $drop_in
}

mounted_layers() {
  scenario "crio.service is restarted while a layer is mounted"
  zpool create -m none tank "$D0"
  zfs create -o mountpoint=/var/lib/crio tank/crio
  mkdir /var/lib/crio/containers
  storage_conf /var/lib/crio/containers
  stand_in '{"createLayer": true}'
  check "CRI-O starts" systemctl start crio
  layer=$(eventually 30 bash -c 'zfs list -H -o name -r -d 1 tank/crio | grep -E "/[0-9a-f]{64}$"')
  place=/var/lib/crio/containers/zfs/graph/${layer##*/}
  mkdir -p "$place"
  findmnt -n "$place" >/dev/null || mount -t zfs "$layer" "$place"
  echo data >"$place/file"
  (cd "$place" && exec sleep 600) &
  before=$(cat /proc/self/mountinfo)
  check "crio.service is restarted" systemctl restart crio
  check "the layer is mounted as before" grep -F " $place " /proc/self/mountinfo
  check "every mount of before is there" bash -c 'diff <(echo "$1") /proc/self/mountinfo | grep "^<" && exit 1; exit 0' - "$before"
  check "and its file" grep -x data "$place/file"
  kill $!
  check "nothing was corrected" test ! -s $ledger
}

if [[ $# == 0 ]]; then
  mounted_layers
  lose_power 0
fi
take_up_counts
after_cut
systemctl -q disable --now crio
[[ -z ${cuts[$1 + 1]-} ]] || lose_power $(($1 + 1))
finish
