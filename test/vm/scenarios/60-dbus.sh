#!/bin/bash
# io.github.crioguard.Guard1 on the system bus: activated, readable by everybody, changed by nobody whom
# polkit does not let, gone when idle without losing a call, and in nobody's way.
. /usr/local/lib/vm/lib.sh

name=io.github.crioguard.Guard1 path=/io/github/crioguard/Guard1
unit=crio-guard-dbus.service
properties=org.freedesktop.DBus.Properties

get() { busctl --system --timeout=60 get-property $name $path $name "$1"; }
bus_call() { busctl --system --timeout=120 call $name $path "$@"; }
as_alice() { setpriv --reuid=alice --regid=alice --init-groups -- "$@"; }
alice_calls() { as_alice busctl --system --timeout=60 --allow-interactive-authorization=no call $name $path "$@"; }
says() { # says WORDS COMMAND...: the command, failed or not, says the words
  local words=$1 got
  shift
  got=$("$@" 2>&1)
  grep -qF -- "$words" <<<"$got" || { printf '%s\n' "$got"; return 1; }
}
log_says() { # log_says WORDS FILE: or shows what it holds
  grep -F -- "$1" "$2" || { cat "$2"; return 1; }
}
is() { # is EXPECTED COMMAND...
  local wanted=$1 got
  shift
  got=$("$@" 2>&1)
  [[ $got == "$wanted" ]] || { printf '%s\n' "$got"; return 1; }
}
state_of() { systemctl show -P ActiveState "$1"; }
rests() { [[ $(state_of $unit) == inactive ]]; }
main_pid() { systemctl show -P MainPID $unit; }
part() { printf '\n# %s\n' "$*"; } # part NAME: a heading, on the host as the part before left it
# The same service for the parts that start it often or wait for it; the other parts have it as it is shipped.
# It runs on the machine's quick Node. Its patience comes from a file, which systemd reads at each start: reading
# its units again takes systemd seconds here. While /run/hurry is there, it gives a worker's Check 8 s, not 70.
tune() {
  cat >/run/hurry.cjs <<'JS'
const { existsSync } = require('node:fs');
const original = globalThis.setTimeout;
globalThis.setTimeout = (done, after, ...rest) =>
  original(done, after === 70_000 && existsSync('/run/hurry') ? 8_000 : after, ...rest);
JS
  mkdir -p /run/systemd/system/$unit.d
  cat >/run/systemd/system/$unit.d/tuned.conf <<CONF
[Service]
EnvironmentFile=/run/idle.env
ExecStart=
$(sed -n 's|^ExecStart=[^ ]*|ExecStart=/usr/local/bin/node --require=/run/hurry.cjs|p' /usr/lib/systemd/system/$unit) --idle=\${IDLE}
CONF
  idle_after 60
}
idle_after() { echo "IDLE=$1" >/run/idle.env; } # idle_after SECONDS: its patience, from its next start on
layout() {
  zpool create -m none tank "$D0"
  zfs create -o mountpoint=/var/lib/crio tank/crio
  graphroot "$1"
}
graphroot() {
  printf '[storage]\ndriver = "zfs"\ngraphroot = "%s"\nrunroot = "/var/run/crio"\n' "$1" >/etc/containers/storage.conf
}
watch_bus() { # what is said on the bus from now on, in /run/bus.log
  dbus-monitor --system "sender='$name'" >/run/bus.log 2>&1 &
  watcher=$!
  eventually 20 grep -q NameAcquired /run/bus.log
}
unwatch() { kill "$watcher" 2>/dev/null; wait "$watcher" 2>/dev/null; true; }
# An emulated processor, shared with other machines, may need longer than the default deadline.
mkdir -p /etc/crio-guard
echo 'deadline = 30' >/etc/crio-guard/crio-guard.conf
drop_in=/etc/crio/crio.conf.d/zz-crio-guard.conf

scenario "the service is there when somebody calls"
check "the units are sound" systemd-analyze verify --man=no $unit crio-guard-worker.socket crio-guard-worker@1.service \
  crio-guard-report.path crio-guard-report.service
check "nothing runs beforehand" rests
check "it can be activated" bash -c "busctl --system list --activatable --no-legend | grep -q ^$name"
check "busctl reads" is 's "unknown"' get Verdict
check "systemd has started it" test "$(state_of $unit)" = active
check "as a user without rights" test "$(ps -o user= -p "$(main_pid)")" = crio-guard
check "busctl introspects" says VerdictChanged busctl --system introspect $name $path
check "busctl finds the object" says $path busctl --system tree $name
check "gdbus introspects" says 'readonly a(sssss) Findings' gdbus introspect --system --dest $name --object-path $path
check "gdbus calls" says graphroot gdbus call --system --dest $name --object-path $path --method $name.Explain CG201
check "nothing is at /" says 'node name=\"io\"' busctl --system call $name / org.freedesktop.DBus.Introspectable Introspect
check "the machine's id" is "s \"$(cat /etc/machine-id)\"" bus_call org.freedesktop.DBus.Peer GetMachineId
check "an error carries no file names" bash -c "! busctl --system call $name $path $name Nonsense 2>&1 | grep -E 'cjs|at '"

part "root checks, plans, corrects and takes back"
layout /var/lib/crio
watch_bus
check "Check gives the verdict" is 's "error"' bus_call $name Check
check "the properties show it" is 's "error"' get Verdict
check "Prediction has CRI-O's words" says 'no zfs dataset found for rootdir' get Prediction
check "GraphRoot" is 's "/var/lib/crio"' get GraphRoot
check "Findings are structured" says '"CG201"' get Findings
check "Check has written nothing" test ! -e $drop_in
# What root plans is asked further down, together with what alice plans.
check "Fix corrects" says '"applied"' bus_call $name Fix b false
check "the drop-in is there" test -s $drop_in
check "the properties show it" is 's "/var/lib/crio/containers"' get GraphRoot
check "the dataset is known" is 's "tank/crio"' get Dataset
tune # for later parts; Revert has systemd read its units again
check "Revert is refused, because CRI-O needs the correction" says 'would fail' bus_call $name Revert
check "and takes nothing back" test -s $drop_in
check "root takes it back by force" crio-guard --revert --force
check "the drop-in is gone" test ! -e $drop_in
unwatch
check "dbus-monitor saw the verdict change" grep -q 'member=VerdictChanged' /run/bus.log
check "and the properties" grep -q 'member=PropertiesChanged' /run/bus.log
check "no worker is left" eventually 20 bash -c '! systemctl list-units --no-legend "crio-guard-worker@*" | grep -q .'

part "an ordinary user reads and cannot change"
check "alice reads a property" says '"' as_alice busctl --system get-property $name $path $name Verdict
check "alice reads all" says LastCheck as_alice busctl --system call $name $path $properties GetAll s $name
check "alice asks what a finding means" says CG201 alice_calls $name Explain s CG201
before=$(get Verdict)
check "the bus denies Set to alice" says 'Access denied' alice_calls $properties Set ssv $name Verdict s mine
check "and to root" says 'Access denied' bus_call $properties Set ssv $name Verdict s mine
check "nothing was set" is "$before" get Verdict
for method in 'Fix b true' 'Fix b false' Revert Check; do
  # shellcheck disable=SC2086 # the arguments of the method
  check "polkit does not let alice $method, and would ask" says 'an administrator has to consent' alice_calls $name $method
done
check "nothing was corrected" test ! -e $drop_in
refute "alice cannot have the name" as_alice busctl --system call org.freedesktop.DBus / org.freedesktop.DBus RequestName su $name 4
refute "alice cannot ask the worker" as_alice bash -c 'exec 3<>/run/crio-guard-worker.socket'

cat >/run/ask.py <<'PY'
import os, pty, select, sys, termios, time
# A terminal for alice, with polkit's agent on it, which asks for the administrator's password.
password, command, seen = sys.argv[1], sys.argv[2:], b""
pid, terminal = pty.fork()
if pid == 0:
    os.execvp(command[0], command)
asked, end = False, time.time() + 150
while time.time() < end:
    # The agent throws away what is typed before it has turned the echo off.
    if not asked and b"assword:" in seen and not termios.tcgetattr(terminal)[3] & termios.ECHO:
        asked = True
        os.write(terminal, password.encode() + b"\n")
    if not select.select([terminal], [], [], 0.1)[0]:
        continue
    try:
        data = os.read(terminal, 4096)
    except OSError:
        break
    if not data:
        break
    seen += data
print(seen.decode(errors="replace"))
PY
# The agent closes the pipe when polkit knows of it.
cat >/run/ask.sh <<SH
exec 4< <(exec pkttyagent --process \$\$ --notify-fd=3 3>&1 >/dev/tty 2>&1)
read -r -u 4
exec busctl --system --timeout=120 call $name $path $name Fix b true 4<&-
SH
chmod 644 /run/ask.py /run/ask.sh
echo root:consent | chpasswd
asking() { as_alice python3 /run/ask.py "$1" bash /run/ask.sh; }
asking wrong >/run/asked.log 2>&1
refute "without consent no plan is made" grep -F '"planned"' /run/asked.log
check "and alice is told" log_says 'Access denied' /run/asked.log
# Root's plan and alice's at a time: equal questions share one run.
bus_call $name Fix b true >/run/planned.log 2>&1 &
planning=$!
asking consent >/run/asked.log 2>&1
wait $planning
check "a dry run plans" log_says '"planned"' /run/planned.log
check "polkit asks an administrator" log_says "Password:" /run/asked.log
check "in our words" log_says "Authentication is required to correct CRI-O's storage" /run/asked.log
check "with consent the plan is made" log_says '"planned"' /run/asked.log
check "and writes nothing" test ! -e $drop_in

part "a worker that hangs blocks nobody"
[[ $(systemctl show -P NeedDaemonReload $unit) == no ]] || systemctl daemon-reload
systemctl stop $unit
get Version >/dev/null
touch /run/hurry
bus_call $name Check >/run/hanging.log 2>&1 &
hanging=$!
stop_worker() {
  # Looking for it with systemctl alone would take the processor from it.
  compgen -G '/sys/fs/cgroup/system.slice/*/crio-guard-worker@*' >/dev/null &&
    systemctl list-units --no-legend 'crio-guard-worker@*' | grep -q running && systemctl kill -s STOP 'crio-guard-worker@*'
}
check "the worker is stopped in the middle" eventually 20 stop_worker
check "a property is read all the same" says 's "' get Verdict
bus_call $name Check >/run/sharing.log 2>&1 &
sharing=$!
# What alice may do after this; until then polkit has taken notice.
mkdir -p /etc/polkit-1/rules.d
printf 'polkit.addRule(function(a, s) { if (a.id == "io.github.crioguard.check" && s.user == "alice") return "yes"; });\n' \
  >/etc/polkit-1/rules.d/10-alice.rules
wait $hanging $sharing
rm /run/hurry
check "the caller is told in time" log_says 'did not answer' /run/hanging.log
check "a second caller shared the run" test "$(systemctl list-units --no-legend 'crio-guard-worker@*' | wc -l)" -le 1
check "and is told as well" log_says 'did not answer' /run/sharing.log
systemctl kill -s KILL 'crio-guard-worker@*' 2>/dev/null
# One Check for both.
alice_calls $name Check >/run/checked.log 2>&1
check "the next Check works" log_says 's "error"' /run/checked.log
check "a rule of the administrator's lets alice check" log_says 's "error"' /run/checked.log
rm /etc/polkit-1/rules.d/10-alice.rules

part "it goes when nobody calls, and no call is lost"
idle_after 1
systemctl stop $unit
check "it comes" says s get Version
check "it goes after the time" eventually 40 rests
check "cleanly" is success systemctl show -P Result $unit
check "and comes again, however often" is 0 systemctl show -P StartLimitIntervalUSec $unit
# A call needs some time to arrive, so these come before its end, at it and after it.
lost=0 starts=0 last=
for gap in 0.6 0.7 0.75 0.8 0.85 0.95 1.1 1.3; do
  sleep $gap
  get Version >/dev/null 2>&1 || lost=$((lost + 1))
  # As systemctl would say, and at once.
  read -r pid </sys/fs/cgroup/system.slice/$unit/cgroup.procs
  [[ $pid == "$last" ]] || starts=$((starts + 1))
  last=$pid
done
check "8 calls around its end: none is lost" test $lost = 0
check "and it did end in between" test $starts -gt 2
echo "    $starts starts"
idle_after 60
lost=0 callers=()
for _ in 1 2 3; do
  get Version >/dev/null
  systemctl kill $unit # it leaves as it does when idle
  for _ in 1 2 3 4 5 6 7 8; do
    get Version >/dev/null 2>&1 &
    callers+=($!)
    sleep 0.1
  done
done
for caller in "${callers[@]}"; do wait "$caller" || lost=$((lost + 1)); done
check "24 calls while it leaves: none is lost" test $lost = 0
check "what was shown before is shown again" is 's "error"' get Verdict

part "a new report wakes it"
graphroot /var/lib/crio/containers
stand_in '{"createLayer": true}'
systemctl stop $unit
check "it rests" rests
check "the path unit starts" systemctl start crio-guard-report.path
watch_bus
check "CRI-O starts" systemctl start crio
check "the verdict change is told" eventually 60 grep -q 'member=VerdictChanged' /run/bus.log
unwatch
check "from the old verdict" grep -q 'string "error"' /run/bus.log
check "the report of the start is shown" is 's "tank/crio"' get Dataset

part "the bus is gone, and nobody waits for it"
took() { local began=${EPOCHREALTIME/./}; "$@" >/dev/null 2>&1; echo $(((${EPOCHREALTIME/./} - began) / 1000)); }
systemctl stop crio
with=$(took systemctl start crio)
get Version >/dev/null
systemctl stop dbus.socket dbus.service
check "the service ends with the bus" eventually 20 bash -c "[[ \$(systemctl show -P ActiveState $unit) =~ inactive|failed ]]"
# A wait for the bus would be there each time, what other machines take from this one is not.
for _ in 1 2 3; do
  systemctl stop crio
  without=$(took systemctl start crio)
  ((without > with * 3 / 2 + 1000)) || break
done
check "CRI-O starts without a bus" systemctl is-active crio
echo "    start of crio.service: $with ms with a bus, $without ms without"
check "just as fast" test "$without" -le $((with * 3 / 2 + 1000))
systemctl start dbus.socket dbus.service
systemctl reset-failed $unit 2>/dev/null
check "with the bus back it answers" eventually 60 is 's "tank/crio"' get Dataset
systemctl stop crio-guard-report.path $unit

part "it keeps no dataset busy"
# From here on as it is shipped again.
rm -rf /run/systemd/system/$unit.d /run/idle.env /run/hurry.cjs
systemctl daemon-reload
systemctl stop crio
mkdir -p /var/lib/crio/containers/layer
mount --bind /var/lib/crio/containers /var/lib/crio/containers
mount --make-private /var/lib/crio/containers # as containers/storage does with its root
zfs create -o mountpoint=legacy tank/crio/layer
zfs create -o mountpoint=/plain tank/plain
mount -t zfs tank/crio/layer /var/lib/crio/containers/layer
check "it starts while a layer is mounted" is 's "tank/crio"' get Dataset
check "it has no mounts of its own" test "$(readlink "/proc/$(main_pid)/ns/mnt")" = "$(readlink /proc/1/ns/mnt)"
check "Check works" says s bus_call $name Check
check "the layer is unmounted" umount /var/lib/crio/containers/layer
check "and destroyed" zfs destroy tank/crio/layer
check "so is a dataset with a mountpoint" zfs destroy tank/plain
check "a new dataset is mounted" zfs create -o mountpoint=/new tank/new
check "and unmounted" zfs unmount tank/new
umount /var/lib/crio/containers
check "the pool is exported" zpool export tank
check "the service still runs" test "$(state_of $unit)" = active

part "small and tight"
for _ in $(seq 10); do get Findings >/dev/null; done
bus_call $name Check >/dev/null
pid=$(main_pid)
check "it runs as it is shipped" is \
  "$(sed -n 's/^ExecStart=//p' /usr/lib/systemd/system/$unit)" bash -c "xargs -0 </proc/$pid/cmdline"
memory() { awk -v key="$1:" '$1 == key { print $2 }' "/proc/$pid/status"; }
rss=$(memory VmRSS) peak=$(memory VmHWM) own=$(memory RssAnon) mapped=$(memory RssFile)
echo "    resident $((rss / 1024)) MiB: $((own / 1024)) of its own, $((mapped / 1024)) of files; peak $((peak / 1024)) MiB," \
  "$(node --version) $(/usr/bin/node --version)"
check "at most 20 MiB of its own" test "$own" -le $((20 * 1024))
# Linux 7 maps files in larger pieces than Linux 6: 52 MiB of Node's in the place of 33. All programs share these.
limit=60
[[ $(uname -r) == [1-6].* ]] || limit=70
check "at most $limit MiB with what it maps of files" test "$peak" -le $((limit * 1024))
score=$(systemd-analyze security --no-pager $unit | sed -n 's/.*exposure level for .*: \([0-9.]*\) .*/\1/p')
echo "    exposure $score"
check "systemd-analyze security: at most 2.0" awk -v score="$score" 'BEGIN { exit !(score != "" && score <= 2.0) }'
check "no capability" is "$(printf 'CapEff:\t0000000000000000')" grep CapEff "/proc/$pid/status"
check "no memory that is writable and executable" bash -c "! grep -E ' rwx' /proc/$pid/maps"

finish
