#!/bin/bash
# Stage 3: the bootable machine. $1 result, $2 result of the module stage, $3 of the rootfs
# stage, $4 a node binary. Result: root.raw, vmlinuz, initrd.
set -euo pipefail
# shellcheck source=common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
# shellcheck source=initrd.sh
. "$(dirname "${BASH_SOURCE[0]}")/initrd.sh"
out=$(realpath "$1") module=$(realpath "$2") rootfs=$(realpath "$3") node=$4
guest=$(realpath "$(dirname "${BASH_SOURCE[0]}")/../guest")
tree=$out/tree
kver=$(cat "$module/kver")

cp -a "$rootfs/root" "$tree"
tar -C "$tree" --keep-directory-symlink -xf "$module/modules.tar"
depmod -b "$tree" "$kver"

# Node of this host: official builds start six times faster in the guest than Debian's.
mkdir -p "$tree/opt/node20/bin"
cp "$node" "$tree/opt/node20/bin/node"
chroot "$tree" /opt/node20/bin/node --version >/dev/null || say "warning: this host's node does not run in the guest"

mkdir -p "$tree"/usr/local/{lib/vm,bin} "$tree/var/lib/vm-agent" "$tree/etc/modprobe.d"
install -m 0755 "$guest/agent.py" "$tree/usr/local/lib/vm/agent.py"
install -m 0755 "$guest/vm-reboot" "$tree/usr/local/bin/vm-reboot"
install -m 0644 "$guest/vm-agent.service" "$tree/etc/systemd/system/vm-agent.service"
install -m 0644 "$guest/crio.service" "$tree/lib/systemd/system/crio.service"
mkdir -p "$tree/etc/systemd/system/multi-user.target.wants"
ln -s ../vm-agent.service "$tree/etc/systemd/system/multi-user.target.wants/vm-agent.service"
# The event daemon starts a shell script for every event, and a zpool create has dozens: at
# the guest's speed that is six seconds of seven. A scenario that wants it can start it.
rm -f "$tree"/etc/systemd/system/{zed.service,zfs.target.wants/zfs-zed.service}
# Whenever systemd reads its units anew it runs its generators, which takes a second here; the machine needs two.
mkdir -p "$tree/etc/systemd/system-generators"
for generator in "$tree"/lib/systemd/system-generators/systemd-*; do
  [[ $generator == *-fstab-generator ]] || ln -s /dev/null "$tree/etc/systemd/system-generators/${generator##*/}"
done
# 2 GiB of memory are shared with everything else.
echo 'options zfs zfs_arc_max=134217728 zfs_arc_min=33554432' >"$tree/etc/modprobe.d/zfs-vm.conf"

make_initrd "$tree" "$kver" "$out/initrd" ext4 virtio_pci virtio_blk virtio_console ext4
cp "$module/vmlinuz" "$out/vmlinuz"

truncate -s 3G "$out/root.raw"
mke2fs -q -t ext4 -L crio-node -E lazy_itable_init=1,lazy_journal_init=1,root_owner=0:0 -d "$tree" "$out/root.raw"
rm -rf "$tree"
