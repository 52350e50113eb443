#!/bin/bash
# Stage 2: the guest's file system from Debian's packages, without the project's own files.
# Result in $1: root/ (a tree, owned by root).
set -euo pipefail
# shellcheck source=common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
out=$(realpath "$1")

packages=(
  systemd systemd-sysv udev dbus libpam-systemd polkitd kmod util-linux procps mount
  dmsetup e2fsprogs acl attr iproute2 strace jq python3 libglib2.0-bin make zstd locales
  zfsutils-linux zfs-zed containers-storage podman crun nodejs dbus-broker
)

cat >"$out/setup.sh" <<'GUEST'
set -eu
echo crio-node >/etc/hostname
echo '127.0.0.1 localhost crio-node' >/etc/hosts
: >/etc/fstab
echo 'zh_CN.UTF-8 UTF-8' >>/etc/locale.gen
localedef -i zh_CN -f UTF-8 zh_CN.UTF-8
passwd -d root
useradd --create-home --shell /bin/bash alice
# Debian's own storage.conf, put aside: every layout says for itself what is configured.
mkdir -p /opt/debian-conf
if [ -e /usr/share/containers/storage.conf ]; then mv /usr/share/containers/storage.conf /opt/debian-conf/storage.conf; fi
rm -f /etc/machine-id /var/lib/dbus/machine-id
echo 9c2a1d5e7b3f4a60882b6c1f0d4e7a95 >/etc/machine-id
for unit in e2scrub_all.timer e2scrub_reap.service apt-daily.timer apt-daily-upgrade.timer \
  dpkg-db-backup.timer fstrim.timer podman.service podman.socket podman.timer podman-auto-update.timer podman-auto-update.service \
  podman-restart.service systemd-timesyncd.service getty@tty1.service networking.service \
  zfs-scrub-monthly@tank.timer systemd-pstore.service; do
  systemctl mask "$unit" >/dev/null 2>&1 || true
done
# One scenario turns to it, with a reboot.
systemctl disable dbus-broker.service >/dev/null 2>&1
systemctl --global disable dbus-broker.service >/dev/null 2>&1
systemctl set-default multi-user.target >/dev/null 2>&1
apt-get clean
rm -rf /var/lib/apt/lists/* /var/cache/debconf/*-old /usr/share/doc/* /usr/share/man/*
GUEST

IFS=, include="${packages[*]}" && unset IFS
# mmdebstrap makes the directory's device nodes and owners as in a real installation.
vm_out=$out/root
bootstrap "$include" --format=directory \
  --customize-hook="copy-in $out/setup.sh /tmp" \
  --customize-hook='chroot "$1" sh /tmp/setup.sh'
rm -f "$out/setup.sh" "$vm_out/tmp/setup.sh"

# add_containers_storage SUITE: the program of another Debian beside the C library that it
# was linked with, in /opt/containers-storage/VERSION.
add_containers_storage() {
  local suite=$1 tree=$out/$1 program version target sources
  sources=$(apt_sources "$suite")
  printf '%s\n' "$sources" | mmdebstrap --quiet --mode=root --variant=extract \
    "${apt_as_aptopt[@]}" \
    --include=containers-storage "$suite" "$tree" -
  program=$tree/usr/bin/containers-storage
  mkdir -p "$out/$suite.lib"
  copy_libraries "$tree" "$program" "$out/$suite.lib"
  # It opens a store even for its version: a throw-away one, not the host's.
  version=$("$out/$suite.lib"/ld-linux-x86-64.so.2 --library-path "$out/$suite.lib" "$program" \
    --storage-driver vfs --graph "$out/store" --run "$out/store.run" version 2>&1 | sed -n 's/^Version: *//p')
  [[ $version =~ ^[0-9]+\.[0-9.]+$ ]] || die "containers-storage of $suite names no version"
  target=/opt/containers-storage/$version
  mkdir -p "$out/root$target"
  mv "$out/$suite.lib" "$out/root$target/lib"
  cp "$program" "$out/root$target/containers-storage"
  patchelf --set-interpreter "$target/lib/ld-linux-x86-64.so.2" --set-rpath "$target/lib" "$out/root$target/containers-storage"
  ln -sfn "$version" "$out/root/opt/containers-storage/$suite"
  rm -rf "$tree" "$out/store" "$out/store.run"
}

# copy_libraries TREE PROGRAM TO: the program's loader and every library it needs, and theirs.
copy_libraries() {
  local tree=$1 to=$3 queue=("$2") name file
  cp -L "$(find "$tree/usr/lib" -name ld-linux-x86-64.so.2 -print -quit)" "$to/"
  while ((${#queue[@]})); do
    while read -r name; do
      [[ -e $to/$name ]] && continue
      file=$(find "$tree/usr/lib" -name "$name" -print -quit)
      [[ $file ]] || die "$name is missing for containers-storage"
      cp -L "$file" "$to/$name"
      queue+=("$to/$name")
    done < <(patchelf --print-needed "${queue[0]}")
    queue=("${queue[@]:1}")
  done
}

# Versions of other Debians, beside that of this one: the stand-in for CRI-O opens the store with that of 13.
mkdir -p "$vm_out/opt/containers-storage"
case $vm_suite in
  bookworm) others=(trixie sid) ;;
  trixie) others=(sid) ;;
  testing) others=(trixie) ;;
esac
for suite in "${others[@]}"; do add_containers_storage "$suite"; done

version=$(chroot "$vm_out" dpkg-query -W -f '${Version}' containers-storage)
version=${version%%[+~-]*}
mkdir -p "$vm_out/opt/containers-storage/$version"
ln -sfn /usr/bin/containers-storage "$vm_out/opt/containers-storage/$version/containers-storage"
ln -sfn "$version" "$vm_out/opt/containers-storage/$vm_suite"
