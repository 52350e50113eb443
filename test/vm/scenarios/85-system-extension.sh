#!/bin/bash
# The system extension on a host without Node: merged, used for a start of CRI-O, on the bus and by hand, unmerged.
# The image of `make sysext` is copied in:
#
#   test/vm/run --timeout 2400 --in build/packages/sysext-x86-64:/packages/sysext --in test/vm/scenarios:/scenarios \
#     -- bash /scenarios/85-system-extension.sh
# shellcheck source=../guest/lib.sh
. /usr/local/lib/vm/lib.sh

image=/packages/sysext/crio-guard.raw own=/usr/lib/crio-guard/node
name=io.github.crioguard.Guard1 path=/io/github/crioguard/Guard1
starts() {
  systemctl restart crio && systemctl is-active crio && return
  journal crio
  return 1
}
holds() { journal crio | grep -F -- "$1"; }
property() { busctl --system --timeout=60 get-property $name $path $name "$1"; }
answers() { [[ "$(property "$1" 2>&1)" == *"$2"* ]]; }
exits() { # exits CODE COMMAND...
  local wanted=$1 code=0
  shift
  "$@" || code=$?
  ((code == wanted))
}
# Since version 255 systemd-sysext lets systemd read its units again.
extension() { # extension merge|unmerge
  systemd-sysext "$1" || return 1
  [[ $(systemctl --version | sed -n '1s/^systemd \([0-9]*\).*/\1/p') -ge 255 ]] || systemctl daemon-reload
}
# What is mounted now belongs to the host: no scenario takes it away.
keep_mounts() {
  vm_read_mounts
  printf '%s\n' "${vm_points[@]}" >"$vm_baseline"
}
files() { find /usr /etc /var -xdev ! -type d ! -path '/var/log/*' ! -path '/var/cache/*' | sort; }

# What the other scenarios use, and the distribution's own: no Node is left.
forget_program() {
  systemctl stop crio crio-guard-report.path crio-guard-worker.socket crio-guard-dbus.service 2>/dev/null
  (cd /guard && find . ! -type d -printf '/%P\0') | xargs -0 rm -f
  rm -rf /usr/share/crio-guard /etc/crio-guard
  rm -f /etc/systemd/system/multi-user.target.wants/crio-guard-report.path /usr/local/bin/node
  for directory in /usr/lib/systemd/system /etc/systemd/system; do rmdir $directory/crio.service.d 2>/dev/null; done
  systemctl daemon-reload
}
[[ ! -d /guard ]] || forget_program
dpkg -r --force-depends nodejs >/dev/null 2>&1
mv /opt/node20 /root/

scenario "the image is merged"
refute "no Node is on this host" command -v node
files >/root/files-before
mkdir -p /var/lib/extensions
cp $image /var/lib/extensions/crio-guard.raw
check "systemd-sysext merges it" extension merge
keep_mounts
systemctl --version | head -n 1
check "crio.service has the check, with the extension's own Node" bash -c "systemctl show -P ExecStartPre crio | grep -F ' $own '"
check "the program runs" crio-guard --version
check "nothing of it lies in /etc or /var" bash -c '! find /etc /var -name "crio-guard*" ! -path /var/lib/extensions/crio-guard.raw | grep .'

scenario "cri-o/cri-o#8771 is corrected before the start"
mkdir -p /etc/crio-guard
echo 'deadline = 60' >/etc/crio-guard/crio-guard.conf
zpool create -m none tank "$D0"
zfs create -o mountpoint=/var/lib/crio tank/crio
printf '[storage]\ndriver = "zfs"\ngraphroot = "/var/lib/crio"\nrunroot = "/var/run/crio"\n' >/etc/containers/storage.conf
stand_in '{"createLayer": true}'
check "by hand it is found" exits 1 crio-guard --check
check "CRI-O starts" starts
check "by a correction" test -s /etc/crio/crio.conf.d/zz-crio-guard.conf
check "that the journal tells of" holds CG201
check "the layer is a dataset of the pool" bash -c "zfs list -H -o name -r tank/crio | grep -E '^tank/crio/.'"
check "by hand it is fine now" exits 0 crio-guard --check

scenario "the service on D-Bus"
# A merge makes no system user and tells no bus: the two lines of the manual.
check "its user is made" systemd-sysusers crio-guard.conf
check "the bus reads its files" busctl call org.freedesktop.DBus / org.freedesktop.DBus ReloadConfig
check "it answers" eventually 60 answers Version 's "'
check "with the extension's own Node" bash -c "tr '\\0' '\\n' </proc/\$(systemctl show -P MainPID crio-guard-dbus)/cmdline | head -n 1 | grep -x $own"

scenario "the image is unmerged"
systemctl stop crio-guard-dbus crio-guard-worker.socket 2>/dev/null
check "systemd-sysext unmerges it" extension unmerge
refute "the program is gone" command -v crio-guard
refute "crio.service has no check any more" bash -c 'systemctl show -P ExecStartPre crio | grep main.cjs'
rm /var/lib/extensions/crio-guard.raw
rm -rf /etc/crio-guard
reset_host
files >/root/files-after
echo '    changed since before the merge:'
diff /root/files-before /root/files-after | sed -n 's/^[<>]/        &/p'
refute "no file has its name" grep -E 'crio-?guard' <(sed '/^\/root/d' /root/files-after)
# Without the guard the host is as it was.
zpool create -m none tank "$D0"
zfs create -o mountpoint=/var/lib/crio tank/crio
mkdir -p /var/lib/crio/containers
printf '[storage]\ndriver = "zfs"\ngraphroot = "/var/lib/crio/containers"\nrunroot = "/var/run/crio"\n' >/etc/containers/storage.conf
check "CRI-O starts without it" starts

finish
