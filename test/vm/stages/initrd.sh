# Sourced by the stages: the RAM disk that finds the root file system and goes there.
# shellcheck shell=bash

# make_initrd TREE KVER RESULT ROOT MODULE...: ROOT is ext4, on the disk /dev/vda, or zfs, the dataset that the bootfs of
# the pool rpool names. The modules come from TREE with those that they need; for zfs, zpool and its libraries too.
make_initrd() {
  local tree=$1 kver=$2 result=$3 root=$4 initrd name verb path file order=()
  shift 4
  initrd=$(mktemp -d)
  mkdir -p "$initrd"/{bin,dev,proc,sys,newroot,modules}
  cp "$(command -v busybox)" "$initrd/bin/busybox"
  file "$initrd/bin/busybox" | grep -q 'statically linked' || die "busybox is not the static one (package busybox-static)"
  for name; do
    while read -r verb path _; do
      [[ $verb == insmod ]] || continue
      path=${path##*"/lib/modules/"}
      file=${path##*/} file=${file%.xz}
      [[ " ${order[*]} " == *" $file "* ]] && continue
      # Newer kernels bring compressed modules, which busybox cannot load.
      case $path in
        *.xz) xz -dc "$tree/lib/modules/$path" >"$initrd/modules/$file" ;;
        *) cp "$tree/lib/modules/$path" "$initrd/modules/$file" ;;
      esac
      order+=("$file")
    done < <(modprobe -d "$tree" -S "$kver" --show-depends "$name" | sed "s|$tree||")
  done
  {
    echo '#!/bin/busybox sh'
    echo '/bin/busybox mount -t devtmpfs dev /dev'
    echo '/bin/busybox mount -t proc proc /proc'
    echo '/bin/busybox mount -t sysfs sys /sys'
    printf '/bin/busybox insmod /modules/%s\n' "${order[@]}"
    case $root in
      ext4)
        echo 'until [ -b /dev/vda ]; do /bin/busybox sleep 0.02; done'
        echo '/bin/busybox mount -t ext4 -o rw,noatime /dev/vda /newroot || exec /bin/busybox sh'
        ;;
      zfs)
        echo 'until [ -b /dev/vda1 ]; do /bin/busybox sleep 0.02; done'
        # Without cachefile=none the kernel writes the list of pools once more after an import, some seconds later: then
        # into /etc/zfs/zpool.cache of the new root, with this pool alone, so that no other one is imported at boot.
        echo '/usr/sbin/zpool import -N -f -o cachefile=none -d /dev/vda1 rpool || exec /bin/busybox sh'
        # shellcheck disable=SC2016 # the RAM disk's
        echo '/bin/busybox mount -t zfs "$(/usr/sbin/zpool get -Ho value bootfs rpool)" /newroot || exec /bin/busybox sh'
        ;;
    esac
    echo '/bin/busybox umount /proc'
    echo '/bin/busybox umount /sys'
    echo '/bin/busybox mount -o move /dev /newroot/dev'
    echo 'exec /bin/busybox switch_root /newroot /sbin/init'
  } >"$initrd/init"
  chmod 0755 "$initrd/init"
  if [[ $root == zfs ]]; then
    for path in /usr/sbin/zpool $(chroot "$tree" ldd /usr/sbin/zpool | grep -o '/[^ ]*'); do
      install -D "$tree$path" "$initrd$path"
    done
  fi
  (cd "$initrd" && find . | cpio --quiet -o -H newc) >"$result"
  rm -rf "$initrd"
}
