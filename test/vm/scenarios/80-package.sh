#!/bin/bash
# The life of Debian's package under the real systemd: installed, upgraded from a previous build with a correction in
# force, removed, purged. The package of `make deb` is copied in:
#
#   test/vm/run --timeout 2400 --in build/packages/crio-guard_VERSION_all.deb:/packages/crio-guard.deb \
#     --in test/vm/scenarios:/scenarios -- bash /scenarios/80-package.sh
# shellcheck source=../guest/lib.sh
. /usr/local/lib/vm/lib.sh

deb=/packages/crio-guard.deb
drop_in=/etc/crio/crio.conf.d/zz-crio-guard.conf
ledger=/var/lib/crio-guard/ledger.json
name=io.github.crioguard.Guard1 path=/io/github/crioguard/Guard1
# Emulated, the Node of the distribution takes most of a minute to start. The package names it all the same.
node_is_quick() { mountpoint -q /usr/bin/node || mount --bind /opt/node20/bin/node /usr/bin/node; }
starts() { systemctl restart crio && systemctl is-active crio; }
holds() { journal crio | grep -F -- "$1"; }
property() { busctl --system --timeout=60 get-property $name $path $name "$1"; }
says() { # says WORDS COMMAND...
  local words=$1 said
  shift
  said=$("$@" 2>&1)
  printf '%s\n' "$said"
  [[ $said == *"$words"* ]]
}
# Every file outside of what changes by itself.
files() {
  find / -xdev ! -type d ! -path '/tmp/*' ! -path '/root/*' ! -path '/packages/*' ! -path '/guard/*' \
    ! -path '/var/log/*' ! -path '/var/cache/*' | sort
}
checked_at_start() { says main.cjs systemctl show -P ExecStartPre crio; }
configuration() {
  mkdir -p /etc/crio-guard
  echo 'deadline = 60' >/etc/crio-guard/crio-guard.conf
}

# Other scenarios of this machine have the program of `make install`.
if [[ -d /guard ]]; then
  systemctl stop crio crio-guard-report.path crio-guard-worker.socket crio-guard-dbus.service 2>/dev/null
  (cd /guard && find . ! -type d -printf '/%P\0') | xargs -0 rm -f
  rm -rf /usr/share/crio-guard /etc/crio-guard
  rm -f /etc/systemd/system/multi-user.target.wants/crio-guard-report.path
  for directory in /usr/lib/systemd/system /etc/systemd/system; do rmdir $directory/crio.service.d 2>/dev/null; done
  systemctl daemon-reload
fi

# The same package under an older version, with another program.
previous=/tmp/previous.deb
rm -rf /tmp/unpacked
dpkg-deb -R $deb /tmp/unpacked
sed -i 's/^Version: .*/Version: 0.0.9-1/' /tmp/unpacked/DEBIAN/control
echo '// A previous version.' >>/tmp/unpacked/usr/share/crio-guard/program.cjs
dpkg-deb --root-owner-group -Zgzip -z1 -b /tmp/unpacked $previous >/dev/null
rm -rf /tmp/unpacked

scenario "the previous version is installed"
node_is_quick
files >/root/files-before
refute "crio.service has no check yet" checked_at_start
check "dpkg installs it" dpkg -i $previous
check "crio.service has the check without a reload by hand" checked_at_start
check "systemd has read everything" test "$(systemctl show -P NeedDaemonReload crio)" = no
check "the Node of the distribution is named" says ' /usr/bin/node ' systemctl show -P ExecStartPre crio
check "a new report is waited for" systemctl is-active crio-guard-report.path
check "and at the next boot as well" systemctl is-enabled crio-guard-report.path
check "the user of the service is there" getent passwd crio-guard
check "the explanations are in the catalog" bash -c 'journalctl --list-catalog | grep -q CRI-O'
check "no configuration was made" test ! -e /etc/crio-guard
check "the service answers on the bus" eventually 60 says 's "' property Version

scenario "an upgrade while a correction is in force"
node_is_quick
configuration
zpool create -m none tank "$D0"
zfs create -o mountpoint=/var/lib/crio tank/crio
storage_conf /var/lib/crio
stand_in '{"createLayer": true}'
check "CRI-O starts" starts
check "by a correction" test -s $drop_in
check "that the journal tells of" holds CG201
check "the bus shows the verdict" eventually 90 says '"ok"' property Verdict
cp -a $ledger /root/ledger
cp -a $drop_in /root/drop-in
pid=$(systemctl show -P MainPID crio)
code=$(sha256sum </usr/share/crio-guard/program.code)
check "dpkg upgrades it" dpkg -i $deb
check "CRI-O was left alone" test "$(systemctl show -P MainPID crio)" = "$pid"
# shellcheck disable=SC2016 # dpkg's variable
check "the program is another one" says "$(dpkg-deb -f $deb Version)" dpkg-query -W -f '${Version}' crio-guard
refute "and was compiled anew" test "$(sha256sum </usr/share/crio-guard/program.code)" = "$code"
check "the correction is kept" cmp /root/drop-in $drop_in
check "the ledger is kept" cmp /root/ledger $ledger
check "the configuration is kept" grep -qx 'deadline = 60' /etc/crio-guard/crio-guard.conf
check "systemd has read everything" test "$(systemctl show -P NeedDaemonReload crio)" = no
check "CRI-O starts again" starts
check "without another correction" cmp /root/ledger $ledger
check "the report is still waited for" systemctl is-active crio-guard-report.path
check "the service answers" eventually 60 says '"ok"' property Verdict

# No new scenario: what is in force has to be there at the removal.
dpkg -L crio-guard >/root/package-files
check "dpkg removes it" bash -c 'dpkg -r crio-guard >/root/removal 2>&1'
check "the correction that CRI-O needs is named" grep '^Kept: the correction of CG201' /root/removal
check "and kept" cmp /root/drop-in $drop_in
check "with the ledger" cmp /root/ledger $ledger
check "CRI-O was left alone" systemctl is-active crio
refute "crio.service has no check any more" checked_at_start
check "systemd has read everything" test "$(systemctl show -P NeedDaemonReload crio)" = no
check "CRI-O starts without the guard" starts
check "nothing of it runs" bash -c '! systemctl list-units --all --no-legend "crio-guard*" | grep -E "active|running" | grep -v inactive'
refute "nothing answers on the bus" property Version
left() { while read -r file; do [[ ! -f $file && ! -L $file ]] || printf '%s\n' "$file"; done </root/package-files; }
check "no file of the package is left" test -z "$(left)"
left
check "nor what it compiled" test ! -e /usr/share/crio-guard
check "nor the directory of the drop-in" bash -c '! ls -d /usr/lib/systemd/system/crio.service.d 2>/dev/null'

scenario "a run-time correction ends with the package"
node_is_quick
check "dpkg installs it again" dpkg -i $deb
configuration
zpool create -m none tank "$D0"
zfs create -o mountpoint=/var/lib/crio tank/crio
storage_conf /var/lib/crio/containers overlay
printf '[storage.options.overlay]\nmountopt = "nodev"\n' >>/etc/containers/storage.conf
mkdir -p /etc/crio/crio.conf.d
printf '[crio]\nstorage_driver = "zfs"\n' >/etc/crio/crio.conf.d/10-storage.conf
stand_in '{"createLayer": true}'
check "CRI-O starts" starts
check "by a variable" grep -qx 'STORAGE_DRIVER=zfs' /run/crio-guard/crio.env
check "dpkg removes it" bash -c 'dpkg -r crio-guard >/root/removal 2>&1'
check "the lines for systemctl edit are printed before" grep -qx ' *Environment=STORAGE_DRIVER=zfs' /root/removal
refute "without them CRI-O fails as it did without the guard" systemctl restart crio
systemctl stop crio
systemctl reset-failed crio
mkdir -p /etc/systemd/system/crio.service.d
printf '[Service]\nEnvironment=STORAGE_DRIVER=zfs\n' >/etc/systemd/system/crio.service.d/override.conf
systemctl daemon-reload
check "with them it starts" starts
systemctl stop crio
rm -r /etc/systemd/system/crio.service.d
systemctl daemon-reload

check "dpkg purges it" dpkg -P crio-guard
check "its state is gone" bash -c '! ls -d /var/lib/crio-guard /run/crio-guard /run/crio-guard-dbus 2>/dev/null'
check "the configuration is the administrator's" test -e /etc/crio-guard/crio-guard.conf
rm -r /etc/crio-guard
reset_host
files >/root/files-after
echo '    changed since before the installation:'
diff /root/files-before /root/files-after | sed -n 's/^[<>]/        &/p'
refute "no file has its name" grep -E 'crio-?guard' /root/files-after

finish
