#!/bin/bash
# The disk of a pool is gone. The pool is SUSPENDED then: whoever reads or writes, and many a zfs or zpool command,
# waits in the kernel and cannot be killed. crio-guard reads the kernel's word for it, asks the pool nothing,
# ends in time, and keeps CRI-O from hanging at its start for ever.
. /usr/local/lib/vm/lib.sh

says() { journalctl -q -o json --after-cursor="$vm_cursor" | jq -r 'select(.SYSLOG_IDENTIFIER == "crio-guard").MESSAGE' | grep -F -- "$1"; }
state() { cat "/proc/spl/kstat/zfs/$1/state"; }
suspended() { [[ $(state tank) == SUSPENDED ]]; }
report() { crio-guard --check --json >/run/report.json; test $? = 1; }
in_report() { jq -e "$1" /run/report.json; }

scenario "the disk of CRI-O's pool goes away"
zpool create -m none tank "$D0"
zfs create -o mountpoint=/var/lib/crio tank/crio
mkdir /var/lib/crio/containers
# The state of crio-guard itself lies there, too.
zfs create -o mountpoint=/var/lib/crio-guard tank/guard
chmod 0700 /var/lib/crio-guard
head -c 1M /dev/urandom >/var/lib/crio/containers/lost
zpool create -m /srv aux "$D1"
printf '[storage]\ndriver = "zfs"\ngraphroot = "/var/lib/crio/containers"\nrunroot = "/var/run/crio"\n' >/etc/containers/storage.conf
check "all is well before" crio-guard --check

# Every call of zfs and zpool from now on is written down first.
for tool in zfs zpool; do
  mv "/usr/sbin/$tool" "/usr/sbin/$tool.real"
  printf '#!/bin/bash\necho "%s $*" >>/run/calls\nexec /usr/sbin/%s.real "$@"\n' $tool $tool >"/usr/sbin/$tool"
  chmod 0755 "/usr/sbin/$tool"
done

# Out of the memory: what is read below has to come from the disk. And nothing to be written: OpenZFS 2.1 tries that
# again and again where the disk is gone, and leaves this machine no processor.
zpool.real export tank && zpool.real import -o readonly=on -d /dev/disk/by-id tank
device=$(readlink -f "/sys/class/block/$(basename "$(readlink -f "$D0")")/../device")
basename "$device" >/sys/bus/virtio/drivers/virtio_blk/unbind
# Whoever reads finds the disk gone, and stays behind in the kernel.
(cat /var/lib/crio/containers/lost >/dev/null 2>&1 &)
check "the pool is suspended" eventually 60 suspended
check "the other pool is not" test "$(state aux)" = ONLINE
: >/run/calls

began=$SECONDS
check "check says error" report
took=$((SECONDS - began))
printf '# the check took %d s\n' $took
check "and ends within its deadline" test $took -lt 60
check "the pool is named with its state" in_report '.findings[] | select(.code == "CG307") | .data.pool == "tank" and .data.state == "SUSPENDED"'
check "what CRI-O would do is not guessed" in_report '.prediction.outcome == "unknown"'
check "no command touched the pool" bash -c '! grep -v -- "-- aux$" /run/calls'

refused() { timeout 120 systemctl start crio; test $? = 1; }
check "CRI-O is not started, so that it cannot hang" refused
check "no CRI-O is there" bash -c '! pgrep -x crio'
systemctl stop crio
check "the journal says why" says CG307
check "still no command touched the pool" bash -c '! grep -v -- "-- aux$" /run/calls'

finish
