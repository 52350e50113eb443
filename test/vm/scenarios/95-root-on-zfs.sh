#!/bin/bash
# A host whose root file system is on ZFS, so that every directory is: what CRI-O does with the layout of
# cri-o/cri-o#8771 and with none, a correction, a second pool that is suspended, and a reboot.
#
#   SUITE=zfs-root test/vm/run --timeout 2400 … -- bash /scenarios/95-root-on-zfs.sh
# shellcheck source=../guest/lib.sh
. /usr/local/lib/vm/lib.sh

starts() {
  systemctl restart crio && systemctl is-active crio && return
  journal crio
  return 1
}
holds() { journal crio | grep -F -- "$1"; }
layers_in() { zfs list -H -o name -d 1 "$1" | grep -E "^$1/[0-9a-f]{64}$"; }
# predicts FILTER: what --check --json says of this host
predicts() {
  crio-guard --check --json >/run/report.json
  jq -e "$1" /run/report.json || { jq -c '.prediction, [.findings[].code]' /run/report.json; return 1; }
}
is_mounted() {
  [[ $(findmnt -no SOURCE /var/lib/crio) == tank/crio ]] && return
  zpool list
  findmnt -t zfs
  journalctl -b -q --no-pager -o short-monotonic -u zfs-import-cache -u zfs-mount -u systemd-udev-settle -u crio
  return 1
}
root=rpool/ROOT/debian

before_reboot() {
  scenario "the layout of cri-o/cri-o#8771, with a root file system on ZFS"
  check "the root file system is on ZFS" test "$(findmnt -no FSTYPE,SOURCE / | tr -s ' ')" = "zfs $root"
  zpool create -m none tank "$D0"
  zfs create -o mountpoint=/var/lib/crio tank/crio
  storage_conf /var/lib/crio
  stand_in '{"createLayer": true}'
  check "CRI-O is predicted to start, for the directory above is on ZFS too" predicts '.prediction.outcome == "starts"'
  dataset=$(jq -r .prediction.dataset /run/report.json)
  check "CRI-O starts" starts
  check "without a correction" test ! -e /etc/crio/crio.conf.d/zz-crio-guard.conf
  check "a layer lies in the predicted dataset, $dataset" layers_in "$dataset"

  scenario "no dataset of its own"
  storage_conf /var/lib/containers/storage
  mkdir -p /var/lib/containers/storage
  stand_in '{"createLayer": true}'
  check "layers are predicted in the dataset of the root" predicts ".prediction.dataset == \"$root\""
  jq -c '[.findings[] | [.severity, .code]]' /run/report.json
  check "CRI-O starts" starts
  check "and makes one there" layers_in $root
  for layer in $(layers_in $root); do zfs destroy -r "$layer"; done

  scenario "a dataset that is not mounted"
  zpool create -m none tank "$D0"
  zfs create -o mountpoint=/var/lib/crio tank/crio
  mkdir /var/lib/crio/containers
  storage_conf /var/lib/crio/containers
  stand_in '{"createLayer": true}'
  zfs unmount tank/crio
  check "is found" predicts '.verdict == "error" or .verdict == "warning"'
  jq -c '[.findings[] | [.severity, .code]]' /run/report.json
  check "CRI-O starts" starts
  check "it was mounted before" test "$(findmnt -no SOURCE /var/lib/crio)" = tank/crio
  check "the journal tells of it" holds "mounted"
  check "a layer lies in it" layers_in tank/crio
  check "and none in the dataset of the root" bash -c "! zfs list -H -o name -d 1 $root | grep -E '/[0-9a-f]{64}$'"
  check "the check is content" crio-guard --check
  mkdir -p /out
  check "this host is recorded" crio-guard --record /out/root-on-zfs.json
  systemctl enable -q crio
  reboot_into after
  exit 0
}

after_reboot() {
  printf '\n# after the reboot\n'
  take_up_counts
  check "CRI-O comes up by itself" eventually 180 systemctl is-active crio
  check "its dataset is mounted" is_mounted
  check "the check is content" crio-guard --check
  systemctl disable -q --now crio

  scenario "a second pool is suspended"
  zpool create -m none tank "$D0"
  zfs create -o mountpoint=/var/lib/crio tank/crio
  mkdir /var/lib/crio/containers
  head -c 1M /dev/urandom >/var/lib/crio/containers/lost
  storage_conf /var/lib/crio/containers
  check "all is well before" crio-guard --check
  # As in the scenario of the suspended pool: nothing in memory, nothing to be written, then the disk is gone.
  zpool export tank && zpool import -o readonly=on -d /dev/disk/by-id tank
  basename "$(readlink -f "/sys/class/block/$(basename "$(readlink -f "$D0")")/../device")" >/sys/bus/virtio/drivers/virtio_blk/unbind
  (cat /var/lib/crio/containers/lost >/dev/null 2>&1 &)
  suspended() { [[ $(cat /proc/spl/kstat/zfs/tank/state) == SUSPENDED ]]; }
  check "the pool is suspended" eventually 60 suspended
  check "the pool of the root is not" test "$(cat /proc/spl/kstat/zfs/rpool/state)" = ONLINE
  began=$SECONDS
  check "it is named, and nothing is guessed" predicts '.prediction.outcome == "unknown" and any(.findings[]; .code == "CG307")'
  check "in time" test $((SECONDS - began)) -lt 60
  refused() { timeout 120 systemctl start crio; test $? = 1; }
  check "CRI-O is not started, so that it cannot hang" refused
  finish
}

case ${1-} in
  after) after_reboot ;;
  *) before_reboot ;;
esac
