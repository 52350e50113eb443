#!/bin/bash
# crio-guard is never the reason that CRI-O does not start, and looking changes nothing.
. /usr/local/lib/vm/lib.sh

program=$(readlink -f /usr/bin/crio-guard)
healthy() {
  zpool create -m none tank "$D0"
  zfs create -o mountpoint=/var/lib/crio tank/crio
  printf '[storage]\ndriver = "zfs"\ngraphroot = "/var/lib/crio/containers"\nrunroot = "/var/run/crio"\n' >/etc/containers/storage.conf
}
says() { journalctl -q -o json --after-cursor="$vm_cursor" | jq -r 'select(.SYSLOG_IDENTIFIER == "crio-guard").MESSAGE' | grep -Ei "$1"; }
starts() { systemctl start crio && systemctl is-active crio; }
cp -a "$program" /root/main.cjs
drop_in=/usr/lib/systemd/system/crio.service.d/10-crio-guard.conf own=/run/systemd/system/crio.service.d/20-own.conf
# The drop-in's own line with changes of a sed SCRIPT, and more settings of the service.
with_own_line() {
  mkdir -p "${own%/*}"
  sed -n "/^\[Service\]/p; s/^ExecStartPre=/&\n&/; $1; /^ExecStartPre=/p" "$drop_in" >"$own"
  printf '%s\n' "${@:2}" >>"$own"
  systemctl daemon-reload
}
without_own_line() { rm "$own" && systemctl daemon-reload; }
restore() { cp -a /root/main.cjs "$program"; }

scenario "the drop-in as it is shipped, on the Node of the distribution"
healthy
# Emulated, this Node takes most of a minute: only the times differ from what is shipped.
with_own_line 's|/opt/node20/bin/node|/usr/bin/node|; s/ -s KILL 75 / -s KILL 300 /' 'TimeoutStartSec=400'
check "names that Node" grep -q ' /usr/bin/node ' "$own"
check "CRI-O starts" starts
refute "nothing is said of an unchecked start" bash -c "journalctl -q -o cat -u crio --after-cursor='$vm_cursor' | grep unchecked"
without_own_line

scenario "the guard throws at once"
healthy
printf '#!/usr/bin/env node\nthrow new Error("broken")\n' >"$program"
check "CRI-O starts" starts
restore

scenario "the guard is not JavaScript"
healthy
printf '#!/usr/bin/env node\nnot javascript\n' >"$program"
check "CRI-O starts" starts
restore

scenario "the guard is killed"
healthy
printf '#!/usr/bin/env node\nprocess.kill(process.pid, "SIGSEGV")\n' >"$program"
check "CRI-O starts" starts
restore

scenario "the guard is gone"
healthy
rm "$program"
check "CRI-O starts" starts
restore

scenario "the guard runs in circles"
healthy
printf '#!/usr/bin/env node\nfor (;;);\n' >"$program"
with_own_line 's/ -s KILL 75 / -s KILL 5 /'
check "the drop-in has a limit of its own" grep -q ' -s KILL 5 ' "$own"
check "CRI-O starts" timeout 60 systemctl start crio
without_own_line
restore

scenario "its zfs call hangs for ever"
healthy
mv /usr/sbin/zfs /usr/sbin/zfs.real
cat >/usr/sbin/zfs <<'EOS'
#!/bin/bash
case $* in *filesystem,volume*) trap '' TERM INT HUP; while :; do sleep 1000; done ;; esac
exec /usr/sbin/zfs.real "$@"
EOS
chmod 0755 /usr/sbin/zfs
echo 'deadline = 6' >/etc/crio-guard/crio-guard.conf
began=$SECONDS
check "CRI-O starts" starts
# The machine is emulated: Node's own start and that of the stand-in take their seconds beside the deadline.
check "within the deadline and some" test $((SECONDS - began)) -lt 60
echo 'deadline = 60' >/etc/crio-guard/crio-guard.conf
check "the guard says what it could not look at" says 'unknown|could not'
mv /usr/sbin/zfs.real /usr/sbin/zfs
# systemd would wait 90 s for what hangs in the service.
pkill -KILL -x sleep

scenario "mode off"
healthy
printf 'mode = "off"\n' >/etc/crio-guard/crio-guard.conf
check "CRI-O starts" starts
check "and the journal says that nothing was checked" bash -c "journalctl -q -o cat -u crio --after-cursor='$vm_cursor' | grep -i 'off'"
echo 'deadline = 60' >/etc/crio-guard/crio-guard.conf

scenario "driver overlay on ext4: silence"
printf '[storage]\ndriver = "overlay"\ngraphroot = "/var/lib/containers/storage"\nrunroot = "/run/containers/storage"\n' >/etc/containers/storage.conf
check "exits 0" crio-guard --prestart
check "says nothing" test -z "$(crio-guard --prestart 2>&1)"
strace -f -e trace=execve -o /tmp/exec.trace crio-guard --prestart
check "no other program is run" test "$(grep -c 'execve(.*= 0' /tmp/exec.trace)" -le 2
check "CRI-O's service starts" starts

scenario "--check opens nothing for writing and makes nothing"
zpool create -m none tank "$D0"
zfs create -o mountpoint=/var/lib/crio tank/crio
printf '[storage]\ndriver = "zfs"\ngraphroot = "/var/lib/crio"\nrunroot = "/var/run/crio"\n' >/etc/containers/storage.conf
strace -f -y -e trace=open,openat,openat2,creat,mkdir,mkdirat,rename,renameat,renameat2,unlink,unlinkat,rmdir,link,linkat,symlink,symlinkat,mount,umount2,mknod,mknodat,chmod,fchmod,fchmodat,chown,truncate,ftruncate \
  -o /tmp/check.trace crio-guard --check >/dev/null
# The device of ZFS is opened for reading and writing by every zfs command; /dev/null and pipes are no files.
writes() {
  grep -E 'O_WRONLY|O_RDWR|O_CREAT|O_TRUNC|^[0-9]+ +(creat|mkdir|rename|unlink|rmdir|link|symlink|mount|umount|mknod|chmod|fchmod|chown|truncate|ftruncate)' /tmp/check.trace |
    grep -vE '"/dev/(zfs|null|tty)"|= -1 E|/proc/self/(fd|task)|anon_inode|resumed'
}
check "the trace saw the check" grep -q mountinfo /tmp/check.trace
refute "no write" writes
check "no directory in /run" test ! -e /run/crio-guard

finish
