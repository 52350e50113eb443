#!/usr/bin/env python3
"""Stage 4: boot the image once and keep the running machine. Arguments: result, image."""

import pathlib
import shutil
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from machine import DISKS, Failure, Machine  # noqa: E402

# Programs that the scenarios start are read once, so that they come out of the page cache.
WARM = """
systemctl is-system-running --wait >/dev/null || systemctl --failed
modprobe zfs
for n in 0 1; do
  # The only program here that partitions a disk.
  zpool create -m none tank /dev/disk/by-id/virtio-pool$n && zpool destroy tank
  udevadm settle
  blkdiscard -f /dev/disk/by-id/virtio-pool$n-part1 2>/dev/null
done
for n in 1 2; do /opt/node20/bin/node -e 0; node -e 0; done
zpool list >/dev/null 2>&1; zfs list >/dev/null 2>&1; zfs version >/dev/null
for c in /opt/containers-storage/[0-9]*/containers-storage; do
  "$c" --storage-driver vfs --graph /tmp/warm --run /tmp/warm.run status >/dev/null 2>&1
done
rm -rf /tmp/warm /tmp/warm.run
python3 -c 'import json, tomllib, socket, subprocess, tarfile'
journalctl -n 1 >/dev/null; logger warm; jq -n 1 >/dev/null; strace -o /dev/null true
busctl --no-pager >/dev/null; gdbus help >/dev/null 2>&1
journalctl --rotate --vacuum-time=1s >/dev/null 2>&1
sync
"""


def main():
    result, image = (pathlib.Path(a).resolve() for a in sys.argv[1:3])
    work = result / "machine"
    work.mkdir()
    try:
        with Machine(image, directory=work) as machine:
            machine.wait_ready()
            said = bytearray()
            ended = machine.job(["bash", "-c", WARM], 300, lambda _, data: said.extend(data))
            if ended["code"] != 0 or said:
                raise Failure("the guest is not well:\n" + said.decode(errors="replace"))
            machine.snapshot(result)
    except Failure as failure:
        print(f"vm build: error: {failure}", file=sys.stderr)
        return 1
    for name in ("root", *DISKS):
        (work / f"{name}.qcow2").rename(result / f"{name}.qcow2")
    shutil.rmtree(work)
    with Machine(image, result) as machine:  # it is good only if it comes back
        if machine.job(["zpool", "list"], 60)["code"] != 0:
            print("vm build: error: the snapshot came back without ZFS", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
