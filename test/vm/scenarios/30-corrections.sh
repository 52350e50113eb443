#!/bin/bash
# The corrections beside that of cri-o/cri-o#8771: each applied at one start, left alone at the next, and
# taken back byte for byte.
# shellcheck source=../guest/lib.sh
. /usr/local/lib/vm/lib.sh

env_file=/run/crio-guard/crio.env
starts() { systemctl restart crio && systemctl is-active crio; }
layer_in() { zfs list -H -o name -r "$1" | grep -E "^$1/[0-9a-f]{64}$"; }
holds() { journal crio | grep -F -- "$1"; }
ledger() { jq -r '.entries[].status' /var/lib/crio-guard/ledger.json | paste -sd ' '; }

scenario "options of overlay that storage.conf brings along (kubernetes-sigs/kubespray#9898)"
zpool create -m none tank "$D0"
zfs create -o mountpoint=/var/lib/crio tank/crio
storage_conf /var/lib/crio/containers overlay
printf '[storage.options.overlay]\nmountopt = "nodev"\n' >>/etc/containers/storage.conf
mkdir -p /etc/crio/crio.conf.d
printf '[crio]\nstorage_driver = "zfs"\n' >/etc/crio/crio.conf.d/10-storage.conf
before=$(find /etc/crio /etc/containers -type f -exec sha256sum {} +)
crio-guard --record /tmp/options-of-overlay.json >/dev/null
check "dry run shows the variable" bash -c 'crio-guard --fix --dry-run | grep -F "+STORAGE_DRIVER=zfs"'
stand_in '{"createLayer": true}'
check "it starts" starts
check "the layer lies in the intended dataset" layer_in tank/crio
check "the journal tells of the correction" holds "$env_file"
check "the version of CRI-O is remembered" bash -c 'jq -re .output /run/crio-guard/crio-version.json | grep -x "crio version 1.33.0"'
check "the file is kept at the next start" bash -c 'systemctl restart crio && systemctl is-active crio && test -s /run/crio-guard/crio.env'
check "and at the third" starts
check "the ledger holds one correction" test "$(ledger)" = applied
check "the origin is told" bash -c "crio-guard --config | grep -F 'STORAGE_DRIVER of $env_file'"
check "the check is content" crio-guard --check
rm -rf /run/crio-guard
check "after a reboot, when /run is empty, it is made again" starts
check "and the ledger still holds one" test "$(ledger)" = applied
check "nothing in /etc was touched" test "$before" = "$(find /etc/crio /etc/containers -type f -exec sha256sum {} +)"
sed -i 's/"overlay"/"zfs"/' /etc/containers/storage.conf
check "no longer needed" starts
check "the file is gone" test ! -e "$env_file"
check "and the journal says so" holds CG009
sed -i 's/"zfs"/"overlay"/' /etc/containers/storage.conf
check "needed again: made again" bash -c "systemctl restart crio && test -s $env_file"
systemctl stop crio
refute "revert is refused, because CRI-O needs it" crio-guard --revert
check "revert by force" crio-guard --revert --force
check "takes the file away" test ! -e "$env_file"
refute "and is not undone behind the administrator's back" systemctl start crio
check "but says why" holds 'reverted with "crio-guard --revert"'

scenario "the module is not loaded"
zpool create -m none tank "$D0"
zfs create -o mountpoint=/var/lib/crio tank/crio
storage_conf /var/lib/crio/containers
check "(the module is taken away)" unload_zfs
check "check plans to load it, and loads nothing" bash -c 'crio-guard --check | grep -F "load the kernel module zfs"; test ! -e /sys/module/zfs'
refute "CRI-O does not start without its pool" systemctl start crio
check "but the module is loaded" test -e /dev/zfs
check "and the journal tells of what lies behind it" holds 'load the kernel module zfs'
systemctl stop crio
check "revert by force unloads it" bash -c 'crio-guard --revert --force && test ! -e /sys/module/zfs'
mkdir -p /run/systemd && echo lxc >/run/systemd/container
check "never in a container" bash -c 'crio-guard --fix; test ! -e /sys/module/zfs'
rm /run/systemd/container

scenario "cri-o/cri-o#8771 where /etc cannot be written"
zpool create -m none tank "$D0"
zfs create -o mountpoint=/var/lib/crio tank/crio
storage_conf /var/lib/crio
mount --bind /etc /etc && mount -o remount,ro,bind /etc
check "it starts" starts
check "graphroot is moved by a variable" grep -x 'CONTAINER_ROOT=/var/lib/crio/containers' "$env_file"
check "CRI-O has it" bash -c "crio-guard --config | grep -A1 -x 'graphroot   /var/lib/crio/containers' | grep -F '$env_file'"
check "it starts again, with the same" bash -c "systemctl restart crio && systemctl is-active crio && test -s $env_file"
check "in one correction" test "$(ledger)" = applied
systemctl stop crio
crio-guard --revert --force >/dev/null # the directory is in use: it stays, and that is said
check "revert takes the variable away" test ! -e "$env_file"
umount /etc

scenario "crio.service is not ordered after the mount"
zpool create -m none tank "$D0"
zfs create -o mountpoint=/var/lib/crio tank/crio
storage_conf /var/lib/crio/containers
before=$(ls -AR /etc/systemd/system)
check "a start leaves the unit alone" bash -c 'systemctl start crio && test ! -e /etc/systemd/system/crio.service.d'
check "--fix writes the drop-in" crio-guard --fix
check "systemd has read it" bash -c 'systemctl show crio.service -P RequiresMountsFor | grep -w /var/lib/crio && systemctl show crio.service -P After | grep -w zfs-mount.service'
check "the check is content" bash -c 'crio-guard --check --deep --json | jq -e "all(.findings[]; .code != \"CG310\")"'
check "revert" crio-guard --revert
check "takes every file back" test "$before" = "$(ls -AR /etc/systemd/system)"
refute "and systemd has heard of it" bash -c 'systemctl show crio.service -P After | grep -w zfs-mount.service'
systemctl stop crio

finish
