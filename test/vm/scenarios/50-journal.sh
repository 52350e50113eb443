#!/bin/bash
# The journal: every record is found the way people look for it, the restart loop does not fill it, and a
# journald that is stopped or stuck costs next to nothing.
. /usr/local/lib/vm/lib.sh

layout() {
  zpool create -m none tank "$D0"
  zfs create -o mountpoint=/var/lib/crio tank/crio
  printf '[storage]\ndriver = "zfs"\ngraphroot = "%s"\nrunroot = "/var/run/crio"\n' "$1" >/etc/containers/storage.conf
}
only_check() {
  printf 'mode = "check"\ndeadline = 60\n' >/etc/crio-guard/crio-guard.conf
}
# An emulated machine that is not alone needs longer than the default to look at anything.
correcting() { printf 'deadline = 60\n' >/etc/crio-guard/crio-guard.conf; }
mkdir -p /etc/crio-guard
# Records since the scenario began that match, as JSON, one a line. Not by the cursor of the last reset:
# journalctl 252 --after-cursor leaves out the first record that matches when the cursor's own does not.
begin() {
  scenario "$@"
  since=@$(date +%s.%6N)
}
found() { journalctl -q -o json --since="$since" "$@"; }
count() { found "$@" | wc -l; }
field() { found "${@:2}" | jq -r --arg name "$1" '.[$name] | if type == "array" then .[] else . end'; }
# Sends to journald's socket until it takes no more.
fill_queue() {
  python3 - <<'EOP'
import socket
sockets, number = [], 0
while True:
    # A socket of ours is full long before that of journald: only a fresh one that takes nothing tells.
    s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    s.setblocking(False)
    sockets.append(s)
    before = number
    try:
        while True:
            s.sendto(b"MESSAGE=filler\n", "/run/systemd/journal/socket")
            number += 1
    except BlockingIOError:
        if number == before:
            break
print(f"# journald's queue is full after {number} records")
EOP
}
summary=24c06b5f7ae6d858931c55869e026e08
unchanged=7ac598ceabbe58c0f765185e6b4220b1
corrected=1dba5ede76de2899db7b8edff39ed59f
journalctl --update-catalog

begin "a start that fails"
layout /var/lib/crio
only_check
refute "crio.service does not start" systemctl start crio
check "-u crio shows the finding" bash -c "journalctl -q -o cat -u crio --since='$since' | grep -q '^CG201 error '"
check "-t crio-guard finds a summary and a finding" test "$(count -t crio-guard)" -ge 2
check "the summary by its id" test "$(count MESSAGE_ID=$summary)" = 1
check "the finding by its name" test "$(count CRIO_GUARD_SLUG=graphroot-is-mountpoint)" = 1
id=$(field MESSAGE_ID CRIO_GUARD_SLUG=graphroot-is-mountpoint)
check "by its code, with what is to be done about it" test "$(count CRIO_GUARD_CODE=CG201)" = 2
check "and by its own id" test "$(count MESSAGE_ID="$id")" = 1
check "its priority is error" test "$(field PRIORITY CRIO_GUARD_SLUG=graphroot-is-mountpoint)" = 3
check "the run binds them" test "$(count CRIO_GUARD_RUN="$(field CRIO_GUARD_RUN MESSAGE_ID=$summary)")" = "$(count -t crio-guard)"
check "the decision is told: check stops nothing, CRI-O fails by itself" test "$(field CRIO_GUARD_DECISION MESSAGE_ID=$summary)" = start
check "-x explains it" bash -c "journalctl -q -x -u crio --since='$since' | grep -q 'Subject: CG201: '"
check "with the placeholders filled" bash -c "journalctl -q -x -u crio --since='$since' | tr -s '\n ░' ' ' | grep -q 'graphroot is /var/lib/crio, set by /etc/containers/storage.conf'"
check "in Chinese, too" bash -c "LC_MESSAGES=zh_CN.UTF-8 LC_ALL= LANG=zh_CN.UTF-8 journalctl -q -x CRIO_GUARD_CODE=CG201 | grep -q '处理办法'"
check "nothing is said twice" test "$(journalctl -q -o cat -u crio --since="$since" | grep -c '^CG201 error ')" = 1
check "an ordinary user reads the report" setpriv --reuid alice --clear-groups jq -e '.verdict == "error"' /run/crio-guard/report.json

begin "the restart loop"
layout /var/lib/crio
only_check
systemctl start crio
full=$(count -t crio-guard)
systemctl stop crio
systemctl start crio
systemctl stop crio
systemctl start crio
check "the second and third are one line each" test "$(count -t crio-guard)" = $((full + 2))
check "with an id of their own" test "$(count MESSAGE_ID=$unchanged)" = 2
jq -c '.full = "2001-01-01T00:00:00.000Z"' /run/crio-guard/last-report.json >/tmp/last && cat /tmp/last >/run/crio-guard/last-report.json
systemctl stop crio
systemctl start crio
check "an hour later it is written in full" test "$(count -t crio-guard)" = $((2 * full + 2))

begin "a start that is corrected"
layout /var/lib/crio
correcting
check "crio.service starts" bash -c "systemctl start crio || { journalctl -q -o cat -u crio --since='$since'; exit 1; }"
check "the correction has its id and names the finding" test "$(field CRIO_GUARD_CODE MESSAGE_ID=$corrected)" = CG201
check "and every action" bash -c "test \"\$(journalctl -q -o json --since='$since' MESSAGE_ID=$corrected | jq -r '.CRIO_GUARD_ACTION | length')\" -ge 2"
check "nothing went to standard error" test "$(journalctl -q -o json --since="$since" -u crio | jq -r 'select(._TRANSPORT == "stdout") | .MESSAGE' | grep -c crio-guard:)" = 0
systemctl stop crio

begin "names that would forge a field"
zpool create -m none tank "$D0"
forged=$'/var/lib/crio\nMESSAGE_ID=ffffffffffffffffffffffffffffffff\n\nPRIORITY=0'
zfs create -o mountpoint=/var/lib/crio tank/crio
printf '[storage]\ndriver = "zfs"\ngraphroot = "%s"\nrunroot = "/var/run/crio"\n' "${forged//$'\n'/\\n}" >/etc/containers/storage.conf
crio-guard --prestart >/dev/null
check "no forged id" test "$(count MESSAGE_ID=ffffffffffffffffffffffffffffffff)" = 0
check "the record is whole" test "$(count MESSAGE_ID=$summary)" = 1
check "the name is visible in it" bash -c "journalctl -q -o json --since='$since' MESSAGE_ID=$summary | jq -r .CRIO_GUARD_GRAPHROOT | grep -qF 'crio\\nMESSAGE_ID='"

begin "journald is stuck"
layout /var/lib/crio/containers
# The limit is a tenth of the deadline: one second by default, whatever else could be looked at by then.
rm /etc/crio-guard/crio-guard.conf
pid=$(systemctl show -P MainPID systemd-journald)
kill -STOP "$pid"
fill_queue
# Whole runs differ by more than a second under emulation: taken is the time from the look at the socket
# to the report on standard error, and the shortest of four, for a machine that is not alone.
cat >/tmp/waited.py <<'EOP'
import re, sys, time
began = None
for line in sys.stdin:
    if "stat /run/systemd/journal/socket" in line:
        began = time.monotonic()
    if began and re.match("<[346]>crio-guard: (ok|warning|error|unknown): ", line):
        print(int((time.monotonic() - began) * 1000))
EOP
for _ in 1 2 3 4; do timeout 120 crio-guard --prestart --verbose 2>&1 >/dev/null | python3 /tmp/waited.py; done >/tmp/waits
waited=$(sort -n /tmp/waits | head -1)
kill -CONT "$pid"
printf '# waited for journald: %s ms\n' "$(paste -sd' ' /tmp/waits)"
check "the report is on standard error instead" test -n "$waited"
check "a stuck journald costs about a second" test "$waited" -lt 2000

begin "journald is not there"
layout /var/lib/crio/containers
correcting
systemctl stop systemd-journald.socket systemd-journald-dev-log.socket systemd-journald-audit.socket systemd-journald.service 2>/dev/null
mv /run/systemd/journal/socket /run/systemd/journal/socket.away 2>/dev/null
for _ in 1 2 3; do timeout 120 crio-guard --prestart --verbose 2>&1 >/dev/null | python3 /tmp/waited.py; done >/tmp/waits
gone=$(sort -n /tmp/waits | head -1)
timeout 60 crio-guard --prestart >/dev/null 2>/tmp/gone
mv /run/systemd/journal/socket.away /run/systemd/journal/socket 2>/dev/null
systemctl start systemd-journald.socket systemd-journald-dev-log.socket systemd-journald.service
printf '# waited without journald: %s ms\n' "$(paste -sd' ' /tmp/waits)"
check "costs nothing" test "$gone" -lt 1000
check "the report is on standard error instead" grep -q '^<6>crio-guard: ok: ' /tmp/gone

rm -rf /etc/crio-guard
finish
