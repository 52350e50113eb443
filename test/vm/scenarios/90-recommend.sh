#!/bin/bash
# --recommend: what it prints, pasted into a shell, ends in a CRI-O that starts and makes its layers in the new dataset.
. /usr/local/lib/vm/lib.sh

# The layout alone has to do it: no correction before the start.
printf 'deadline = 60\nmode = "check"\n' >/etc/crio-guard/crio-guard.conf

is_active() { systemctl is-active crio; }
layer_in() { zfs list -H -o name -r "$1" | grep -E "^$1/[0-9a-f]{64}$"; }
recommends() { crio-guard --recommend "$@" >/run/layout.sh; }
# As a terminal hands it over: line by line, whatever a command says.
pasted() { sh </run/layout.sh; }
answers() {
  local expected=$1 code=0
  shift
  crio-guard --recommend "$@" || code=$?
  test "$code" = "$expected"
}
works() {
  check "$1: a layout is printed" recommends "$2"
  cat /run/layout.sh
  check "$1: nothing was changed" test -z "$(zfs list -H -o name -r "$2" | grep -v "^$2\$")"
  check "$1: it is pasted" pasted
  check "$1: CRI-O runs" is_active
  check "$1: a layer lies in the new dataset" layer_in "$2/crio"
  check "$1: the check is content" crio-guard --check
  check "$1: nothing else has to be done" bash -c 'crio-guard --recommend | tr -d "#\n" | grep -q "nothing has to be changed"'
  check "$1: the unit waits for the mount" bash -c \
    'systemctl show crio.service -p RequiresMountsFor | grep -q "$(findmnt -nro TARGET -S tank/crio || findmnt -nro TARGET -S tank/k8s/crio)"'
  # OpenZFS 2.3 and later print xattr=sa as on.
  check "$1: the properties reach the layers" bash -c 'zfs get -Ho value acltype,xattr,atime "$0" | tr "\n" " " | grep -Eqx "posix (sa|on) off "' \
    "$(layer_in "$2/crio" | head -n 1)"
  check "$1: no correction was made" bash -c '! crio-guard --revert --list | grep -q CG'
}

scenario "a new node: a pool, no configuration"
stand_in '{"createLayer": true}'
zpool create -m none tank "$D0"
works 'new node' tank

scenario "the storage.conf of Debian, for overlay"
stand_in '{"createLayer": true}'
zpool create tank "$D0"
cp /opt/debian-conf/storage.conf /etc/containers/storage.conf
works 'overlay' tank

scenario "options of overlay, a store in the usual place, and a drop-in that overrides"
stand_in '{"createLayer": true}'
zpool create -m none tank "$D0"
zfs create -o mountpoint=none tank/k8s
mkdir -p /var/lib/containers/storage/overlay-layers /etc/crio/crio.conf.d
echo '[{"id":"aaaa"}]' >/var/lib/containers/storage/overlay-layers/layers.json
printf '[storage]\ndriver = "overlay"\ngraphroot = "/var/lib/containers/storage"\nrunroot = "/run/containers/storage"\n[storage.options.overlay]\nmountopt = "nodev"\n' >/etc/containers/storage.conf
printf '[crio]\nroot = "/var/lib/containers/storage"\nstorage_driver = "overlay"\n' >/etc/crio/crio.conf.d/zz-root.conf
works 'a node in use' tank/k8s
check "the store that was there is untouched" grep -q aaaa /var/lib/containers/storage/overlay-layers/layers.json
check "the old storage.conf was copied" grep -q mountopt /etc/containers/storage.conf.before-zfs
umount /var/lib/crio-storage && rmdir /var/lib/crio-storage

scenario "what is missing"
check "no pool" answers 1
check "a pool that is not there" answers 1 tank
zpool create -m none tank "$D0"
check "no pool named: the line to type is printed" bash -c 'crio-guard --recommend | grep -qx "crio-guard --recommend tank"'
check "a dataset that is not there" answers 1 tank/none
zpool export tank
check "a pool that is not imported" answers 1 tank
check "and zpool import is named" bash -c 'crio-guard --recommend tank | grep -qx "zpool import"'

finish
