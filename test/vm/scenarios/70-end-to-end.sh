#!/bin/bash
# A node's life: CRI-O fails, is started again and again, is corrected, is read about by an ordinary user, survives
# a reboot, and is put back.
. /usr/local/lib/vm/lib.sh

bus() { busctl --system --timeout=60 get-property io.github.crioguard.Guard1 /io/github/crioguard/Guard1 io.github.crioguard.Guard1 "$1"; }
as_alice() { runuser -u alice -- "$@"; }
is() { # is EXPECTED COMMAND...
  local wanted=$1 got
  shift
  got=$("$@" 2>&1)
  [[ $got == "$wanted" ]] || { printf '%s\n' "$got"; return 1; }
}
active() { systemctl is-active -q crio; }
ours() { journalctl -q -o json "$@" | jq -r 'select(.SYSLOG_IDENTIFIER == "crio-guard").MESSAGE'; }
conf=/etc/crio-guard/crio-guard.conf

before_reboot() {
  scenario "a node as in cri-o/cri-o#8771, looked at only"
  zpool create -m none tank "$D0"
  zfs create -o mountpoint=/var/lib/crio tank/crio
  printf '[storage]\ndriver = "zfs"\ngraphroot = "/var/lib/crio"\nrunroot = "/var/run/crio"\n' >/etc/containers/storage.conf
  stand_in '{"createLayer": true}'
  printf 'mode = "check"\ndeadline = 60\n' >$conf
  systemctl enable -q --now crio-guard-report.path
  refute "CRI-O does not start" systemctl start crio
  runs() { ours --after-cursor="$vm_cursor" | grep -c "$1"; }
  check "systemd starts it again by itself" eventually 150 bash -c "test \"\$(systemctl show -P NRestarts crio)\" -ge 2"
  check "the report stands in the journal once" is 1 runs '^CG201 error '
  check "alice reads the verdict on the bus" is 's "error"' as_alice busctl --system --timeout=60 get-property \
    io.github.crioguard.Guard1 /io/github/crioguard/Guard1 io.github.crioguard.Guard1 Verdict
  check "and in the file" as_alice jq -e '.verdict == "error"' /run/crio-guard/report.json

  # Nobody touches crio.service from here on: the next of its restarts is corrected.
  printf 'deadline = 60\n' >$conf
  check "the next restart is corrected" eventually 300 active
  check "the layer lies in the intended dataset" bash -c "zfs list -H -o name -r tank/crio | grep -qE '^tank/crio/[0-9a-f]{64}$'"
  check "the bus hears of it" eventually 60 is 's "ok"' bus Verdict
  zfs list -H -o name -r tank/crio | wc -l >/root/datasets
  systemctl enable -q crio
  reboot_into after
  exit 0
}

after_reboot() {
  printf '\n# after the reboot\n'
  take_up_counts
  check "the machine has booted anew" test "$(cut -d. -f1 /proc/uptime)" -lt 300
  check "CRI-O comes up by itself" eventually 180 active
  check "the dataset is mounted" is zfs findmnt -no FSTYPE /var/lib/crio
  check "crio-guard looked before it" bash -c "journalctl -q -b -o json -u crio | jq -e 'select(.SYSLOG_IDENTIFIER == \"crio-guard\" and .CRIO_GUARD_VERDICT == \"ok\")' | grep -q ."
  calm() { ours -b; test "$(ours -b | grep -cE '^(ok|warning|error|unknown): ')" = 1 && ! ours -b | grep -E ' (warning|error) '; }
  check "and had nothing to warn of" calm
  check "new layers land beside the old" bash -c "eventually() { for _ in 1 2 3 4 5 6 7 8 9 10; do \"\$@\" && return; sleep 1; done; }
    more() { test \"\$(zfs list -H -o name -r tank/crio | wc -l)\" -gt \"\$(cat /root/datasets)\"; }; eventually more"
  check "the report is of this boot" jq -e '.verdict == "ok" and .effective.graphroot.value == "/var/lib/crio/containers"' /run/crio-guard/report.json
  check "the bus has it" eventually 60 is 's "ok"' bus Verdict
  systemctl stop crio
  # The directory stays, since the store is in it.
  crio-guard --revert --force
  check "what was corrected before the reboot can be put back: the drop-in is gone" test ! -e /etc/crio/crio.conf.d/zz-crio-guard.conf
  check "and CRI-O would fail as it did" bash -c 'crio-guard --check --json | jq -e ".prediction.outcome == \"fails\""'
  finish
}

if [[ ${1-} == after ]]; then after_reboot; else before_reboot; fi
