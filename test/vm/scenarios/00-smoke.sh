#!/bin/bash
# The machine shows what it is for: cri-o/cri-o#8771 word for word on real ZFS, under systemd.
. /usr/local/lib/vm/lib.sh

words="no zfs dataset found for rootdir '/var/lib/crio': prerequisites for driver not satisfied (wrong filesystem?)"

layout() {
  zpool create -m none tank "$D0"
  zfs create -o mountpoint=/var/lib/crio tank/crio
  printf '[storage]\ndriver = "zfs"\ngraphroot = "%s"\nrunroot = "/var/run/crio"\n' "$1" >/etc/containers/storage.conf
}
holds() { journal crio | grep -F -- "$1"; }

scenario "graphroot is the dataset's mountpoint: refused"
layout /var/lib/crio
refute "crio.service does not start" systemctl start crio
check "the journal holds CRI-O's prefix" holds "validating root config: failed to get store to set defaults: $words"
check "and the driver's line with the parent's file system" holds "backingFS=extfs root=/var/lib/crio storage-driver=zfs"
check "systemd is going to try again" test "$(systemctl show -P SubState crio)" = auto-restart

scenario "graphroot one directory lower: it starts"
layout /var/lib/crio/containers
stand_in '{"createLayer": true}'
check "crio.service starts" systemctl start crio
check "it is active" systemctl is-active crio
check "the store lies in the dataset" test -d /var/lib/crio/containers/zfs-layers
check "the layer lies below tank/crio" bash -c 'zfs list -H -o name -r tank/crio | grep -E "^tank/crio/[0-9a-f]{64}$"'
check "it stops" systemctl stop crio
refute "nothing is left running" pgrep -f /usr/bin/crio

scenario "crio config says what was merged"
mkdir -p /etc/crio/crio.conf.d
layout /var/lib/crio
printf '[crio]\nroot = "/var/lib/crio/below"\nstorage_option = ["zfs.mountopt=nodev"]\n' >/etc/crio/crio.conf.d/10-below.conf.bak
check "a changed value stands bare" bash -c 'crio config 2>/dev/null | grep -qx "root = \"/var/lib/crio/below\""'
check "an unchanged one is a comment" bash -c 'crio config 2>/dev/null | grep -qx "# storage_driver = \"zfs\""'
check "flags win" bash -c 'crio --root /x config 2>/dev/null | grep -qx "root = \"/x\""'

finish
