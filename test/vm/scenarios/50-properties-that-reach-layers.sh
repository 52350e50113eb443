#!/bin/bash
# Which properties of the parent dataset a layer of the zfs driver really gets: CG501, CG503, CG511.
. /usr/local/lib/vm/lib.sh

store() {
  /opt/containers-storage/1.57.2/containers-storage --storage-driver zfs --run /run/crio \
    --graph /var/lib/crio/containers "$@"
}
# Makes a layer and mounts it; its path is in $layer. Not inside of check, which is a shell of its own.
make_layer() {
  local id
  layer=/nowhere
  id=$(store create-layer 2>/dev/null | head -n 1 | tr -d '[:space:]') && layer=$(store mount "$id" 2>&1 | tail -n 1)
  check "a layer is made and mounted" test -d "$layer"
}
pool_with() {
  zpool create -m none tank "$D0" || { udevadm settle && zpool create -f -m none tank "$D0"; }
  zfs create "$@" -o mountpoint=/var/lib/crio tank/crio
}
set_attribute() { python3 -c 'import os, sys; os.setxattr(sys.argv[1], "user.a", b"b")' "$1"; }
flags_of() { findmnt -no VFS-OPTIONS "$1"; }

scenario "exec, setuid and devices off"
pool_with -o exec=off -o setuid=off -o devices=off
make_layer
check "the layer inherits the properties" test "$(zfs get -Ho value exec "$(findmnt -no SOURCE "$layer")")" = off
printf 'mounted with: %s; the dataset itself: %s\n' "$(flags_of "$layer")" "$(flags_of /var/lib/crio)"
cp /usr/bin/id "$layer/id" && chmod 4755 "$layer/id" && chmod 755 /var/lib/crio /var/lib/crio/containers \
  /var/lib/crio/containers/zfs /var/lib/crio/containers/zfs/graph "$layer"
cp /usr/bin/id /var/lib/crio/id
mknod -m 666 "$layer/null" c 1 3
refute "a program on the dataset itself does not run" /var/lib/crio/id
check "a program in the layer runs" "$layer/id"
check "a setuid program in the layer changes its user" \
  sh -c "setpriv --reuid alice --regid alice --clear-groups '$layer/id' | grep -q 'euid=0(root)'"
check "a device in the layer opens" sh -c "echo x > '$layer/null'"

scenario "xattr off"
pool_with -o xattr=off
make_layer
touch "$layer/file"
refute "a file in the layer takes no attribute" set_attribute "$layer/file"

scenario "xattr sa"
pool_with -o xattr=sa
make_layer
touch "$layer/file"
check "a file in the layer takes an attribute" set_attribute "$layer/file"

scenario "readonly on, after the store was made"
pool_with
check "the store is made" store status
zfs create -o readonly=on -o mountpoint=none tank/layers
refute "no layer can be made" store --storage-opt zfs.fsname=tank/layers create-layer

scenario "the name of the dataset is too long for a layer"
long=tank/$(printf 'n%.0s' $(seq 186))
zpool create -m none tank "$D0"
zfs create -o mountpoint=/var/lib/crio "$long"
printf '[storage]\ndriver = "zfs"\ngraphroot = "/var/lib/crio/containers"\nrunroot = "/run/crio"\n' >/etc/containers/storage.conf
check "CG514 is found" bash -c 'crio-guard --check --json | jq -e ".findings[] | select(.code == \"CG514\") | .data.fails == \"layers\""'
check "the store opens" store layers
refute "no layer can be made" store create-layer
zfs rename "$long" "${long%n}"
check "with one byte less the first layer can be made" store create-layer

finish
