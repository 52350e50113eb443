"""The virtual machine as the host sees it: starting QEMU (plain or from the snapshot), its
monitor, and the frames spoken with the guest's agent (guest/agent.py has the list)."""

import json
import os
import pathlib
import secrets
import select
import shutil
import socket
import struct
import subprocess
import tarfile
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
DISK_SIZE = 1 << 30
DISKS = ("pool0", "pool1")
CPUS = 2

# Copied into the guest at every run, so that a change of them needs no new image.
LIVE = {
    "guest/crio": "/usr/bin/crio",
    "guest/crio_stand_in.py": "/usr/local/lib/vm/crio_stand_in.py",
    "guest/go_toml.py": "/usr/local/lib/vm/go_toml.py",
    "guest/lib.sh": "/usr/local/lib/vm/lib.sh",
}


class Failure(Exception):
    """The machine itself did not do its part; not the job's exit code."""


def cache():
    base = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    return pathlib.Path(os.environ.get("CRIO_GUARD_VM_CACHE") or base + "/crio-guard-vm")


def suite():
    """The Debian of the machine, as test/vm/build takes it."""
    return os.environ.get("SUITE") or "bookworm"


def overlay(path, backing=None, backing_format="qcow2"):
    command = ["qemu-img", "create", "-q", "-f", "qcow2"]
    command += ["-b", str(backing), "-F", backing_format, str(path)] if backing else [str(path), str(DISK_SIZE)]
    subprocess.run(command, check=True)


class Machine:
    """One QEMU with its own directory of throw-away disks."""

    def __init__(self, image, snapshot=None, cpus=CPUS, directory=None):
        self.directory = pathlib.Path(directory or tempfile.mkdtemp(prefix="crio-guard-vm."))
        self.keep = directory is not None
        self.console = self.directory / "console.log"
        disks = {"root": self.directory / "root.qcow2"}
        for name in DISKS:
            disks[name] = self.directory / f"{name}.qcow2"
        if snapshot:
            for name, path in disks.items():
                overlay(path, pathlib.Path(snapshot).resolve() / path.name)
        else:
            overlay(disks["root"], pathlib.Path(image).resolve() / "root.raw", "raw")
            for name in DISKS:
                overlay(disks[name])
        for name in "in", "out":
            with open(self.directory / f"{name}.raw", "wb") as file:
                file.truncate(DISK_SIZE)
        agent, agent_far = socket.socketpair()
        monitor, monitor_far = socket.socketpair()
        self.agent, self.monitor = agent, monitor.makefile("rwb", buffering=0)
        self.agent.setblocking(False)
        # norandmaps: what TCG has translated it finds again by its address. With every process at other
        # addresses a fifth of the time went into translating the same programs anew.
        command = [
            "setpriv", "--pdeathsig", "KILL", "--",
            "qemu-system-x86_64", "-nodefaults", "-no-user-config", "-display", "none",
            "-machine", "pc,usb=off", "-accel", "tcg,thread=multi,tb-size=1024", "-cpu", "max,-erms,-fsrm",
            "-smp", str(cpus), "-m", "1536",
            "-kernel", f"{image}/vmlinuz", "-initrd", f"{image}/initrd",
            "-append", "console=ttyS0 quiet loglevel=4 mitigations=off nokaslr norandmaps audit=0 random.trust_cpu=1 "
                       "tsc=reliable panic=-1 systemd.show_status=0 rw init=/sbin/init",
            "-chardev", f"file,id=console,path={self.console}", "-serial", "chardev:console",
            "-chardev", f"socket,id=monitor,fd={monitor_far.fileno()}", "-mon", "chardev=monitor,mode=control",
            "-chardev", f"socket,id=agent,fd={agent_far.fileno()}",
            "-device", "virtio-serial-pci,id=serial", "-device", "virtserialport,bus=serial.0,chardev=agent,name=agent",
        ]
        for name, path in [*disks.items(), ("in", self.directory / "in.raw"), ("out", self.directory / "out.raw")]:
            kind = "raw" if path.suffix == ".raw" else "qcow2"
            command += ["-drive", f"if=none,id={name},file={path},format={kind},cache=unsafe,discard=unmap",
                        "-device", f"virtio-blk-pci,id=disk-{name},drive={name},serial={name}"]
        if snapshot:
            command += ["-incoming", f"exec:zstd -qdc '{snapshot}/state.zst'"]
        self.errors = open(self.directory / "qemu.log", "w+")
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=self.errors, stderr=self.errors,
                                        pass_fds=[monitor_far.fileno(), agent_far.fileno()])
        agent_far.close()
        monitor_far.close()
        self.buffer = b""
        self._reply()  # the greeting
        self.qmp("qmp_capabilities")
        if snapshot:
            self._until(lambda: self.qmp("query-status")["status"] != "inmigrate", "the snapshot did not load", 60)
            self.qmp("cont")

    def _reply(self):
        while True:
            line = self.monitor.readline()
            if not line:
                raise Failure("QEMU ended: " + self.said())
            message = json.loads(line)
            if "error" in message:
                raise Failure("QEMU: " + message["error"]["desc"])
            if "return" in message or "QMP" in message:
                return message.get("return")

    def qmp(self, command, **arguments):
        self.monitor.write(json.dumps({"execute": command, "arguments": arguments}).encode())
        return self._reply()

    def _until(self, done, complaint, limit):
        end = time.monotonic() + limit
        while not done():
            if time.monotonic() > end:
                raise Failure(complaint)
            time.sleep(0.05)

    def said(self):
        self.errors.flush()
        return (self.directory / "qemu.log").read_text(errors="replace").strip() or "without a word"

    def send(self, kind, payload):
        if not isinstance(payload, bytes):
            payload = json.dumps(payload).encode()
        data = kind + struct.pack(">I", len(payload)) + payload
        while data:
            try:
                data = data[self.agent.send(data):]
            except BlockingIOError:
                select.select([], [self.agent], [], 5)

    def frames(self, timeout, also=()):
        """Frames as they come within the time; a readable `also` is yielded as itself."""
        ready, _, _ = select.select([self.agent, *also], [], [], timeout)
        for other in also:
            if other in ready:
                yield other, None
        if self.agent not in ready:
            return
        data = self.agent.recv(1 << 20)
        if not data:
            raise Failure("QEMU ended: " + self.said())
        self.buffer += data
        while len(self.buffer) >= 5:
            (size,) = struct.unpack(">I", self.buffer[1:5])
            if len(self.buffer) < 5 + size:
                break
            kind, payload = self.buffer[:1], self.buffer[5:5 + size]
            self.buffer = self.buffer[5 + size:]
            yield kind, payload

    def wait_ready(self, limit=600):
        end = time.monotonic() + limit
        while time.monotonic() < end:
            for kind, _ in self.frames(1):
                if kind == b"R":
                    return
        raise Failure("the guest did not come up:\n" + self.console_tail())

    def console_tail(self, lines=30):
        try:
            text = self.console.read_text(errors="replace")
        except OSError:
            return ""
        return "\n".join(text.splitlines()[-lines:])

    def start(self, argv, env=None, put=(), get=(), cpus=None, tty=None):
        """Hand over a job. put: (host path, guest path) pairs."""
        put = list(put)
        if put:
            pack(self.directory / "in.raw", put)
        self.send(b"J", {
            "argv": list(argv), "env": env or {}, "in": bool(put), "out": list(get), "cpus": cpus, "tty": tty,
            "clock": time.time(), "seed": secrets.token_hex(32),
        })

    def job(self, argv, limit=600, on_output=lambda kind, data: None, **more):
        """A job to its end without a terminal: its exit code and the last frame."""
        self.start(argv, **more)
        end, killed = time.monotonic() + limit, False
        while True:
            for kind, payload in self.frames(min(5, max(0, end - time.monotonic()))):
                if kind == b"X":
                    result = json.loads(payload)
                    if killed:
                        result["code"] = 124
                    return result
                if kind in (b"O", b"E"):
                    on_output(kind, payload)
            if time.monotonic() > end:
                if killed:
                    raise Failure("the guest no longer answers:\n" + self.console_tail())
                killed, end = True, time.monotonic() + 45
                self.send(b"K", b"")

    def snapshot(self, to):
        """Stop and write memory and disks to the directory `to`; the machine ends."""
        self.qmp("stop")
        self.qmp("migrate-set-parameters", **{"max-bandwidth": 1 << 40})
        self.qmp("migrate", uri=f"exec:zstd -q -3 -T2 -o '{to}/state.zst'")
        self._until(lambda: self.qmp("query-migrate").get("status") in ("completed", "failed"), "no end of saving", 300)
        answer = self.qmp("query-migrate")
        if answer["status"] != "completed":
            raise Failure(f"the snapshot failed: {answer}")
        self.qmp("quit")
        self.process.wait(60)

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.errors.close()
        if not self.keep:
            shutil.rmtree(self.directory, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def pack(disk, pairs):
    def as_root(info):
        info.uid = info.gid = 0
        info.uname = info.gname = ""
        return info

    with open(disk, "r+b") as file, tarfile.open(fileobj=file, mode="w", format=tarfile.GNU_FORMAT) as archive:
        for here, there in pairs:
            archive.add(here, arcname=there.strip("/"), filter=as_root)


def unpack(disk, pairs):
    """What the guest left on the out disk, each (guest path, host path) to its place."""
    with tarfile.open(disk, "r:") as archive:
        for info in archive:
            for there, here in pairs:
                there = there.strip("/")
                if info.name == there or info.name.startswith(there + "/"):
                    place(archive, info, pathlib.Path(here), info.name[len(there):].strip("/"))


def place(archive, info, base, rest):
    if ".." in pathlib.PurePosixPath(rest).parts:
        return
    target = base / rest if rest else base
    target.parent.mkdir(parents=True, exist_ok=True)
    if info.isdir():
        target.mkdir(exist_ok=True)
    elif info.isfile():
        with archive.extractfile(info) as source, open(target, "wb") as file:
            shutil.copyfileobj(source, file)
        target.chmod(info.mode & 0o777)
    elif info.issym():
        if target.is_symlink() or target.exists():
            target.unlink()
        target.symlink_to(info.linkname)
