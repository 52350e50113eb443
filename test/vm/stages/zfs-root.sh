#!/bin/bash
# The same machine with its root file system on ZFS, as Debian's guide for root on ZFS lays it out. The machine itself
# copies it, since the host has no ZFS. $1 result, $2 an image, $3 the result of its module stage, $4 of its rootfs stage.
# Result: root.raw, vmlinuz, initrd.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=common.sh
. "$here/common.sh"
# shellcheck source=initrd.sh
. "$here/initrd.sh"
out=$(realpath "$1") image=$(realpath "$2") module=$(realpath "$3") rootfs=$(realpath "$4")
kver=$(cat "$module/kver")

"$here/copy-root.py" "$out" "$image"
qemu-img convert -O raw "$out/machine/pool0.qcow2" "$out/root.raw"
rm -rf "$out/machine"
cp "$image/vmlinuz" "$out/vmlinuz"

# The rootfs has no modules.
tree=$out/tree
cp -a "$rootfs/root" "$tree"
tar -C "$tree" --keep-directory-symlink -xf "$module/modules.tar"
depmod -b "$tree" "$kver"
make_initrd "$tree" "$kver" "$out/initrd" zfs virtio_pci virtio_blk virtio_console zfs
rm -rf --one-file-system "$tree"
