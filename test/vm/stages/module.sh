#!/bin/bash
# Stage 1: the kernel and its ZFS module, compiled at native speed in a build root of its
# own. Inside the emulated guest the same would take hours.
# Result in $1: vmlinuz, modules.tar (lib/modules/KVER), kver.
set -euo pipefail
# shellcheck source=common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
out=$(realpath "$1")

# zfs-dkms is unpacked, not installed: its maintainer script builds for the running kernel.
cat >"$out/build.sh" <<'GUEST'
set -eu
kver=$(ls /lib/modules | grep cloud | sort -V | tail -n 1)
cd /tmp
apt-get download zfs-dkms
dpkg -x zfs-dkms_*.deb unpacked
cp -a unpacked/usr/src/zfs-* /usr/src/
version=$(ls -d /usr/src/zfs-* | sed 's|.*/zfs-||')
dkms add "zfs/$version"
dkms build -j "$(nproc)" -k "$kver" "zfs/$version" || {
  cat "/var/lib/dkms/zfs/$version/build/make.log" | tail -n 60
  exit 1
}
dkms install --force -k "$kver" "zfs/$version"
find "/lib/modules/$kver" -name 'zfs.ko*' | grep -q .
depmod "$kver"
mkdir /vm-out
echo "$kver" >/vm-out/kver
cp "/boot/vmlinuz-$kver" /vm-out/vmlinuz
tar -C / -cf /vm-out/modules.tar --exclude="lib/modules/$kver/build" --exclude="lib/modules/$kver/source" "lib/modules/$kver"
GUEST

vm_out=/dev/null
bootstrap linux-image-cloud-amd64,linux-headers-cloud-amd64,dkms,build-essential,kmod,libelf-dev,python3,file,lsb-release \
  --format=null \
  --customize-hook="copy-in $out/build.sh /tmp" \
  --customize-hook='chroot "$1" sh /tmp/build.sh' \
  --customize-hook="sync-out /vm-out $out"
rm "$out/build.sh"
