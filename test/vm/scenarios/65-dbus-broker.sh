#!/bin/bash
# The service on a bus of dbus-broker, which reads activation files otherwise than dbus-daemon: with a reboot, since
# the bus of a running system cannot be replaced.
# shellcheck source=../guest/lib.sh
. /usr/local/lib/vm/lib.sh

name=io.github.crioguard.Guard1 path=/io/github/crioguard/Guard1
unit=crio-guard-dbus.service
get() { busctl --system --timeout=60 get-property $name $path $name "$1"; }
says() { # says WORDS COMMAND...: the command, failed or not, says the words
  local words=$1 said
  shift
  said=$("$@" 2>&1)
  printf '%s\n' "$said"
  [[ $said == *"$words"* ]]
}
as_alice() { setpriv --reuid=alice --regid=alice --init-groups -- "$@"; }
alice_calls() { as_alice busctl --system --timeout=60 --allow-interactive-authorization=no call $name $path "$@"; }
tell_bus() { busctl call org.freedesktop.DBus / org.freedesktop.DBus ReloadConfig; }
is_activatable() { busctl --system list --activatable --no-legend | grep -q "^$name"; }

if [[ ${1-} != after ]]; then
  systemctl enable -q dbus-broker.service
  vm-reboot bash "$0" after
  exit 0
fi

scenario "the service is called"
mkdir -p /etc/crio-guard
echo 'deadline = 60' >/etc/crio-guard/crio-guard.conf
check "the bus is dbus-broker's" pgrep -x dbus-broker
refute "and not dbus-daemon's" pgrep -f 'dbus-daemon --system'
check "it can be activated" is_activatable
zpool create -m none tank "$D0"
zfs create -o mountpoint=/var/lib/crio tank/crio
printf '[storage]\ndriver = "zfs"\ngraphroot = "/var/lib/crio"\nrunroot = "/var/run/crio"\n' >/etc/containers/storage.conf
check "it answers" says 's "' get Version
check "as a user without rights" test "$(ps -o user= -p "$(systemctl show -P MainPID $unit)")" = crio-guard
check "root has the host checked" says '"error"' busctl --system --timeout=120 call $name $path $name Check
check "alice reads the verdict" says '"error"' as_alice busctl --system --timeout=60 get-property $name $path $name Verdict
check "polkit does not let alice correct" says 'an administrator has to consent' alice_calls $name Fix b false
check "root corrects" says '"applied"' busctl --system --timeout=120 call $name $path $name Fix b false
check "the correction is there" test -s /etc/crio/crio.conf.d/zz-crio-guard.conf

scenario "an installation in the wrong order"
systemctl stop $unit crio-guard-worker.socket
userdel crio-guard
tell_bus
refute "without its user the bus knows no such service" is_activatable
check "the user is made" systemd-sysusers
check "the bus reads its files again" tell_bus
check "it can be activated" is_activatable
check "it answers" says 's "' get Version

finish
