#!/usr/bin/env python3
"""Boot an image and copy its root file system to a pool on the disk pool0. Arguments: result, image.
The disk is RESULT/machine/pool0.qcow2."""

import pathlib
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from machine import Failure, Machine  # noqa: E402

COPY = """
set -e
modprobe zfs
# Version 5000 with all features, as Debian makes it; only the mountpoints are those of a root file system.
zpool create -f -o cachefile=none -o autotrim=on -O mountpoint=none -O canmount=off -O compression=lz4 -O acltype=posix \
  -O xattr=sa -O relatime=on -O dnodesize=auto -R /target rpool /dev/disk/by-id/virtio-pool0
zfs create -o mountpoint=none -o canmount=off rpool/ROOT
zfs create -o mountpoint=/ -o canmount=noauto rpool/ROOT/debian
zfs mount rpool/ROOT/debian
zfs create -o mountpoint=/home rpool/home
zpool set bootfs=rpool/ROOT/debian rpool
tar -C / --one-file-system --exclude=./target -cf - . | tar -C /target -xpf -
mkdir -p /target/dev /target/proc /target/sys /target/run /target/tmp
# The job that is running here is not that machine's.
rm -f /target/var/lib/vm-agent/*
sync
zpool export rpool
"""


def main():
    result, image = (pathlib.Path(a).resolve() for a in sys.argv[1:3])
    work = result / "machine"
    work.mkdir()
    try:
        with Machine(image, directory=work) as machine:
            machine.wait_ready()
            said = bytearray()
            ended = machine.job(["bash", "-c", COPY], 900, lambda _, data: said.extend(data))
            if ended["code"] != 0:
                raise Failure("the root file system was not copied:\n" + said.decode(errors="replace"))
            machine.qmp("quit")  # it writes the tables of the disk
            machine.process.wait(60)
    except Failure as failure:
        print(f"vm build: error: {failure}", file=sys.stderr)
        return 1
    return 0


sys.exit(main())
