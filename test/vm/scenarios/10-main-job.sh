#!/bin/bash
# The main job: cri-o/cri-o#8771 fails without crio-guard and starts with it; nothing is lost, the journal
# says why, and --revert puts every byte back.
. /usr/local/lib/vm/lib.sh

layout() {
  zpool create -m none tank "$D0"
  zfs create -o mountpoint=/var/lib/crio tank/crio
}
# Every name, mode, owner and content that a correction might touch.
bytes() {
  find /etc/crio /etc/containers /etc/default /etc/systemd /var/lib/crio /run/systemd/system -xdev -printf '%p %y %m %u %g\n' | sort
  find /etc/crio /etc/containers /var/lib/crio -xdev -type f -exec sha256sum {} + | sort
}
# journalctl -t does not go with --after-cursor.
ours() { journalctl -q -o json --after-cursor="$vm_cursor" | jq -r 'select(.SYSLOG_IDENTIFIER == "crio-guard").MESSAGE'; }
holds() { journal crio | grep -F -- "$1"; }
starts() { systemctl start crio && systemctl is-active crio; }
layer_in() { zfs list -H -o name -r "$1" | grep -E "^$1/[0-9a-f]{64}$"; }
images() { containers-storage --storage-driver zfs --run /var/run/crio --graph "$1" "${@:2}" layers; }

scenario "cri-o/cri-o#8771 through storage.conf"
layout
storage_conf /var/lib/crio
before=$(bytes)
stand_in '{"createLayer": true}'
check "it starts" starts
check "the layer lies in the intended dataset" layer_in tank/crio
check "the drop-in moves graphroot one directory down" grep -qx 'root = "/var/lib/crio/containers"' /etc/crio/crio.conf.d/zz-crio-guard.conf
check "nothing else stands in crio.conf.d" test "$(ls -A /etc/crio/crio.conf.d)" = zz-crio-guard.conf
check "the journal of crio names the finding" holds CG201
check "and what was done" holds /var/lib/crio/containers
check "a second check finds nothing to say" crio-guard --check
check "it starts again without another correction" bash -c 'systemctl restart crio && systemctl is-active crio'
systemctl stop crio
check "revert says that CRI-O would fail" bash -c 'crio-guard --revert --dry-run | grep -F "CRI-O would fail"'
refute "and is refused" crio-guard --revert
check "the drop-in still stands" test -e /etc/crio/crio.conf.d/zz-crio-guard.conf
check "by force it succeeds while a store is there, and leaves the store alone" bash -c 'crio-guard --revert --force; test -d /var/lib/crio/containers/zfs-layers'
check "the drop-in is gone" test ! -e /etc/crio/crio.conf.d

scenario "the correction by hand, and every byte back"
layout
storage_conf /var/lib/crio
before=$(bytes)
check "dry run shows the difference" bash -c 'crio-guard --fix --dry-run | grep -F "+root = \"/var/lib/crio/containers\""'
check "dry run changes nothing" test "$before" = "$(bytes)"
check "check finds an error" bash -c 'crio-guard --check; test $? = 1'
check "check changes nothing" test "$before" = "$(bytes)"
check "fix succeeds" crio-guard --fix
refute "and has changed something" test "$before" = "$(bytes)"
check "revert succeeds by force" crio-guard --revert --force
check "every byte is as it was" test "$before" = "$(bytes)"
check "a second revert has nothing to do" crio-guard --revert
after=$(bytes)
check "and does nothing" test "$before" = "$after"

scenario "cri-o/cri-o#8771 through crio.conf.d"
layout
storage_conf /var/lib/containers/storage
mkdir -p /etc/crio/crio.conf.d
printf '[crio]\nroot = "/var/lib/crio"\n' >/etc/crio/crio.conf.d/10-storage.conf
before=$(bytes)
stand_in '{"createLayer": true}'
check "it starts" starts
check "the layer lies in the intended dataset" layer_in tank/crio
systemctl stop crio

scenario "cri-o/cri-o#8771 with images already in the store"
layout
containers-storage --storage-driver zfs --run /var/run/crio --graph /var/lib/crio --storage-opt zfs.fsname=tank/crio create-layer >/tmp/layer
containers-storage --storage-driver zfs --run /var/run/crio --graph /var/lib/crio --storage-opt zfs.fsname=tank/crio create-image "$(head -1 /tmp/layer)" >/dev/null
storage_conf /var/lib/crio
check "it starts" starts
check "zfs.fsname is pinned" grep -qx 'storage_option = \["zfs.fsname=tank/crio"\]' /etc/crio/crio.conf.d/zz-crio-guard.conf
refute "graphroot stays" grep -q '^root' /etc/crio/crio.conf.d/zz-crio-guard.conf
check "the layer is still seen" bash -c 'crio config 2>/dev/null | grep -q "zfs.fsname=tank/crio"'
check "the image is still seen" bash -c "containers-storage --storage-driver zfs --run /var/run/crio --graph /var/lib/crio --storage-opt zfs.fsname=tank/crio images | grep -q '[0-9a-f]\{64\}'"
systemctl stop crio

scenario "a healthy node"
layout
storage_conf /var/lib/crio/containers
mkdir /var/lib/crio/containers
before=$(bytes)
check "check finds nothing" crio-guard --check
check "it starts" starts
check "the journal holds one record of ours" test "$(ours | wc -l)" = 1
systemctl stop crio
check "nothing was written to /etc" test ! -e /etc/crio/crio.conf.d
check "no ledger was made" test ! -e /var/lib/crio-guard/ledger.json

scenario "dataset not mounted under a ZFS parent"
zpool create -m none tank "$D0"
zfs create -o mountpoint=/srv tank/srv
zfs create tank/srv/crio
zfs unmount tank/srv/crio
storage_conf /srv/crio/containers
check "check finds the silent landing" bash -c 'crio-guard --check --json | grep -q CG401'
stand_in '{"createLayer": true}'
check "it starts" starts
check "the layer lies in the intended dataset" layer_in tank/srv/crio
check "the dataset was mounted" mountpoint -q /srv/crio
systemctl stop crio

finish
