# Sourced by the scenarios, in the guest:  . /usr/local/lib/vm/lib.sh
#
#   $D0 $D1                   two empty partitions of 1 GiB
#   scenario NAME             a heading, on a freshly reset host
#   check WHAT COMMAND...     prints "ok WHAT" or "not ok WHAT" with the command's output
#   refute WHAT COMMAND...    the same for a command that must fail
#   eventually SECONDS CMD... tries until it succeeds
#   journal UNIT              what the unit's journal holds since the last reset, messages only
#   storage_conf ROOT [DRIVER]  the storage.conf of a node with this graphroot, and driver zfs unless another is named
#   comes_up                  waits until CRI-O runs after a boot; otherwise prints what its journal holds
#   reboot_into WORD          when this script ends, the machine boots anew and runs it with WORD
#   take_up_counts            in the script after a boot: counts go on from those before
#   stand_in JSON             settings of the stand-in for CRI-O (guest/crio_stand_in.py lists them)
#   unload_zfs                takes the module away (reset_host brings it back)
#   reset_host                no pool, no mount, no configuration, no store, crio stopped
#   finish                    the closing line; ends the script, with 1 if a check failed
# shellcheck shell=bash

# On a whole disk most of a `zpool create` would be partitioning.
D0=/dev/disk/by-id/virtio-pool0-part1 D1=/dev/disk/by-id/virtio-pool1-part1
export D0 D1
vm_passed=0 vm_failed=0 vm_began=0 vm_cursor=
vm_baseline=/run/vm-baseline.mounts
# The pool of the root file system is the host's, whatever a scenario does.
vm_root_pool=$(findmnt -nro SOURCE -t zfs / | cut -d/ -f1)

# The mountpoints, in mountinfo's order and spelling, in the array vm_points. No other program:
# starting one takes 30 ms here.
vm_read_mounts() {
  local point
  vm_points=()
  while read -r _ _ _ _ point _; do vm_points+=("$point"); done </proc/self/mountinfo
}
if [[ ! -e $vm_baseline ]]; then
  vm_read_mounts
  printf '%s\n' "${vm_points[@]}" >"$vm_baseline"
fi

vm_unmount_leftovers() {
  local point round again i
  local -A known=()
  while read -r point; do known[$point]=1; done <"$vm_baseline"
  for round in 1 2 3 4; do
    again=
    vm_read_mounts
    for ((i = ${#vm_points[@]} - 1; i >= 0; i--)); do
      point=${vm_points[i]}
      case $point in /proc | /proc/* | /sys | /sys/* | /dev | /dev/* | /run/credentials/* | /run/user/*) continue ;; esac
      [[ ${known[$point]-} ]] && continue
      again=1
      printf -v point '%b' "$point"
      umount -- "$point" 2>/dev/null || { ((round > 2)) && umount -l -- "$point" 2>/dev/null; } || true
    done
    [[ $again ]] || return 0
  done
}

reset_host() {
  if [[ $(systemctl show -P ActiveState crio.service) != inactive ]]; then
    systemctl stop crio.service
    systemctl reset-failed crio.service 2>/dev/null || true
  fi
  reset_storage
  rm -rf /run/systemd/system/crio.service.d
  if compgen -G '/etc/systemd/system/crio.service.d/*' >/dev/null; then
    find /etc/systemd/system/crio.service.d -type f ! -name 10-crio-guard.conf -delete
  fi
  [[ $(systemctl show -P NeedDaemonReload crio.service) == no ]] || systemctl daemon-reload
  vm_cursor=$(journalctl -n 0 --show-cursor 2>/dev/null | sed -n 's/^-- cursor: //p')
}

# The part of reset_host that does not need systemd.
reset_storage() {
  local pool disk
  [[ -e /dev/zfs.off ]] && mv /dev/zfs.off /dev/zfs
  cd / || exit 1
  vm_unmount_leftovers
  if [[ ! -e /sys/module/zfs ]]; then
    modprobe zfs
    udevadm settle
  fi
  for pool in $(zpool list -H -o name 2>/dev/null); do
    [[ $pool == "$vm_root_pool" ]] || zpool destroy -f "$pool"
  done
  # An exported pool is still there.
  for disk in "$D0" "$D1"; do
    blkdiscard -f "$disk" 2>/dev/null
  done
  # shellcheck disable=SC2114 # the guest's own /srv and /mnt
  rm -rf --one-file-system /etc/containers /etc/crio /etc/default/crio /etc/crio-stand-in.json \
    /usr/share/containers/storage.conf /var/lib/crio /var/lib/containers /var/log/crio /var/lib/crio-guard \
    /run/crio /run/crio-run /run/crio-guard /run/containers /run/zkey /run/crio-stand-in.* \
    /data /data2 /tank /aux /elsewhere /lnk /lnkp /newroot /opt/c /opt/path /srv /mnt
  mkdir -p /srv /mnt /etc/crio /etc/containers
}

unload_zfs() {
  local pool
  systemctl stop zfs-zed.service
  for pool in $(zpool list -H -o name 2>/dev/null); do
    zpool export -f "$pool"
  done
  modprobe -r zfs || return 1
  udevadm settle
  rm -f /dev/zfs
}

stand_in() { printf '%s\n' "$1" >/etc/crio-stand-in.json; }

storage_conf() {
  printf '[storage]\ndriver = "%s"\ngraphroot = "%s"\nrunroot = "/var/run/crio"\n' "${2:-zfs}" "$1" >/etc/containers/storage.conf
}

comes_up() {
  eventually 240 systemctl is-active -q crio && return
  journalctl -b -q --no-pager -o cat -u crio -u zfs-mount | tail -n 40
  return 1
}

reboot_into() {
  echo "$vm_passed $vm_failed" >/root/counted
  vm-reboot bash "$0" "$1"
}
take_up_counts() { read -r vm_passed vm_failed </root/counted; }

journal() { journalctl --no-pager -q -o cat -u "$1" ${vm_cursor:+--after-cursor="$vm_cursor"}; }

scenario() {
  reset_host
  vm_began=$SECONDS
  printf '\n# %s\n' "$*"
}

vm_report() {
  local outcome=$1 what=$2 said=$3
  if [[ $outcome == ok ]]; then
    vm_passed=$((vm_passed + 1))
    printf 'ok %s\n' "$what"
  else
    vm_failed=$((vm_failed + 1))
    printf 'not ok %s\n' "$what"
    [[ -z $said ]] || printf "    %s\n" "${said//$'\n'/$'\n'    }"
  fi
}

check() {
  local what=$1 said code=0
  shift
  said=$("$@" 2>&1 </dev/null) || code=$?
  if ((code == 0)); then vm_report ok "$what" ""; else vm_report 'not ok' "$what" "\$ $* -> $code"$'\n'"$said"; fi
}

refute() {
  local what=$1 said
  shift
  if said=$("$@" 2>&1 </dev/null); then vm_report 'not ok' "$what" "\$ $* -> 0"$'\n'"$said"; else vm_report ok "$what" ""; fi
}

eventually() {
  local end=$((SECONDS + $1))
  shift
  until "$@"; do
    ((SECONDS < end)) || return 1
    sleep 0.5
  done
}

finish() {
  printf '\n%d passed, %d failed\n' "$vm_passed" "$vm_failed"
  ((vm_failed == 0)) || exit 1
  exit 0
}
