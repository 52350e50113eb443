#!/bin/bash
# The pool is ONLINE, and its disk has stopped answering: no error, and every read waits in the kernel. Nothing
# in /proc says so. crio-guard asks a child, leaves it behind at its deadline, and CRI-O starts unchecked.
. /usr/local/lib/vm/lib.sh

state() { cat "/proc/spl/kstat/zfs/$1/state"; }
layout() {
  modprobe dm_mod
  echo "0 $(blockdev --getsz "$D0") linear $D0 0" | dmsetup create silent
  udevadm settle
  zpool create -m none tank /dev/mapper/silent
  zfs create -o mountpoint=/var/lib/crio tank/crio
  mkdir /var/lib/crio/containers
  zfs create -o mountpoint=/var/lib/crio-guard tank/guard
  chmod 0700 /var/lib/crio-guard
  printf '[storage]\ndriver = "zfs"\ngraphroot = "/var/lib/crio/containers"\nrunroot = "/var/run/crio"\n' >/etc/containers/storage.conf
  mkdir -p /etc/crio-guard && echo 'deadline = 30' >/etc/crio-guard/crio-guard.conf
}
silence() {
  # Out of the memory: what is read from now on has to come from the disk.
  zpool export tank && zpool import -o readonly=on -d /dev/mapper tank && dmsetup suspend --nolockfs "$1"
}
# within SECONDS COMMAND...: its exit code in $code; 124 when it did not end in time
within() {
  local limit=$1 began=$SECONDS
  shift
  code=0
  timeout "$limit" "$@" >/run/out 2>&1 || code=$?
  took=$((SECONDS - began))
  printf '# %s took %d s\n' "$*" $took
}

scenario "the disk of CRI-O's pool stops answering"
layout
check "all is well before" crio-guard --check
check "CRI-O starts before" timeout 120 systemctl start crio
systemctl stop crio
silence silent
check "the pool is ONLINE" test "$(state tank)" = ONLINE

within 90 crio-guard --check --json
check "the check ends" test $code -ne 124
check "its exit code says unknown" test $code = 2
check "its verdict is unknown, and it says what did not answer" \
  jq -e '.verdict == "unknown" and .prediction.outcome == "unknown"' /run/out
check "the pool is still ONLINE" test "$(state tank)" = ONLINE

# What CRI-O does on such a disk is its own: only the step of the guard has to end.
{
  printf '[Service]\nType=exec\nExecStart=/bin/sleep infinity\n'
  grep -h '^ExecStartPre=' /usr/lib/systemd/system/crio.service.d/10-crio-guard.conf
} >/run/systemd/system/guard-step.service
systemctl daemon-reload
check "the step is the guard's" grep -q -- --prestart /run/systemd/system/guard-step.service
within 150 systemctl start guard-step.service
check "the guard's step ends and lets the unit start" test $code = 0
check "within its deadline, and not by the time limit of the shell" test $took -lt 60

# A crio.service with a limit of its own: the guard ends in half of it, whatever its deadline.
mkdir -p /run/systemd/system/crio.service.d
printf '[Service]\nTimeoutStartSec=40\n' >/run/systemd/system/crio.service.d/limit.conf
systemctl stop guard-step.service && systemctl daemon-reload
within 150 systemctl start guard-step.service
check "the guard's step ends in half of the time that crio.service has" test $code = 0 -a $took -lt 26
rm /run/systemd/system/crio.service.d/limit.conf

dmsetup resume silent
check "the disk answers again" timeout 60 ls /var/lib/crio/containers
systemctl stop guard-step.service
rm /run/systemd/system/guard-step.service && systemctl daemon-reload
zpool export tank && zpool import -d /dev/mapper tank
check "the check is as before" crio-guard --check
check "CRI-O starts as before" timeout 120 systemctl start crio
systemctl stop crio

zpool destroy tank
dmsetup remove silent
rm -rf /etc/crio-guard
finish
