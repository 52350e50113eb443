#!/usr/bin/python3
"""The guest's side of test/vm/run: takes one job from the host over a virtio-serial port,
runs it as root and sends its output back as it comes.

Frames both ways: one byte of type, four of length, the payload.
  host to guest   J a job (JSON)   I standard input   K end the job now
  guest to host   R ready (JSON)   O standard output  E standard error   X the job's end (JSON)

Files travel as tar archives on two raw disks (virtio-in, virtio-out). A job that called
vm-reboot is followed, after a real reboot, by the command that vm-reboot was given.
"""

import fcntl
import json
import os
import pty
import selectors
import signal
import struct
import subprocess
import sys
import time

PORT = "/dev/virtio-ports/agent"
STATE = "/var/lib/vm-agent"
JOB, NEXT = STATE + "/job.json", STATE + "/next.json"
RNDRESEEDCRNG = 0x5207


class Port:
    def __init__(self):
        while True:
            try:
                self.fd = os.open(PORT, os.O_RDWR)
                break
            except OSError:
                time.sleep(0.05)
        self.buffer = b""

    def send(self, kind, payload):
        if not isinstance(payload, bytes):
            payload = json.dumps(payload).encode()
        data = kind + struct.pack(">I", len(payload)) + payload
        while data:
            data = data[os.write(self.fd, data):]

    def frames(self):
        """Every whole frame that one read brings."""
        data = os.read(self.fd, 65536)
        if not data:  # nobody at the other end yet
            time.sleep(0.02)
        self.buffer += data
        while len(self.buffer) >= 5:
            (size,) = struct.unpack(">I", self.buffer[1:5])
            if len(self.buffer) < 5 + size:
                return
            kind, payload = self.buffer[:1], self.buffer[5:5 + size]
            self.buffer = self.buffer[5 + size:]
            yield kind, payload


def take_up(job):
    """What a machine that slept in a snapshot needs before it can work again."""
    time.clock_settime(time.CLOCK_REALTIME, job["clock"])
    with open("/dev/urandom", "wb", buffering=0) as pool:
        pool.write(bytes.fromhex(job["seed"]))
        fcntl.ioctl(pool, RNDRESEEDCRNG)
    if job.get("cpus") == 1:
        with open("/sys/devices/system/cpu/cpu1/online", "w") as online:
            online.write("0")
    if job["in"]:
        subprocess.run(["tar", "-xf", "/dev/disk/by-id/virtio-in", "-C", "/", "--numeric-owner"], check=True)


def start(job):
    env = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root", "LANG": "C.UTF-8"}
    env.update(job["env"])
    common = dict(env=env, cwd="/root", start_new_session=True)
    if job["tty"]:
        env.setdefault("TERM", "xterm")
        master, slave = pty.openpty()
        fcntl.ioctl(slave, 0x5414, struct.pack("HHHH", *job["tty"], 0, 0))  # TIOCSWINSZ
        child = subprocess.Popen(job["argv"], stdin=slave, stdout=slave, stderr=slave,
                                 preexec_fn=lambda: fcntl.ioctl(0, 0x540E, 0), **common)  # TIOCSCTTY
        os.close(slave)
        return child, {master: b"O"}, master
    child = subprocess.Popen(job["argv"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **common)
    return child, {child.stdout.fileno(): b"O", child.stderr.fileno(): b"E"}, None


def run(port, job):
    try:
        child, streams, keyboard = start(job)
    except OSError as error:
        port.send(b"E", f"{job['argv'][0]}: {error.strerror}\n".encode())
        return 127
    ended = os.pidfd_open(child.pid)
    select = selectors.DefaultSelector()
    for fd in [*streams, ended, port.fd]:
        select.register(fd, selectors.EVENT_READ)
    code, last = None, None
    while streams:
        # What the job left running may hold its output open: a quiet third of a second ends it.
        events = select.select(None if code is None else 0.3)
        if code is not None and not events:
            break
        if code is not None and time.monotonic() > last + 20:
            break
        for key, _ in events:
            if key.fd == ended:
                code, last = child.wait(), time.monotonic()
                select.unregister(ended)
            elif key.fd == port.fd:
                for kind, payload in port.frames():
                    if kind == b"K":
                        kill(child)
                    elif kind == b"I" and keyboard is not None:
                        os.write(keyboard, payload)
            else:
                try:
                    data = os.read(key.fd, 65536)
                except OSError:  # a terminal whose last program ended
                    data = b""
                if data:
                    port.send(streams[key.fd], data)
                else:
                    select.unregister(key.fd)
                    del streams[key.fd]
    if code is None:
        code = child.wait()
    return code if code >= 0 else 128 - code


def kill(child):
    for number in signal.SIGTERM, signal.SIGKILL:
        try:
            os.killpg(child.pid, number)
        except ProcessLookupError:
            return
        time.sleep(1)


def keep(path, value):
    os.makedirs(STATE, exist_ok=True)
    with open(path, "w") as file:
        json.dump(value, file)
        file.flush()
        os.fsync(file.fileno())


def pack(paths):
    """The wanted results onto the out disk; what does not exist is left out."""
    there = [p.lstrip("/") for p in paths if os.path.lexists(p)]
    if there:
        disk = "/dev/disk/by-id/virtio-out"
        subprocess.run(["tar", "-cf", disk, "-C", "/", "--", *there], check=False)
        fd = os.open(disk, os.O_RDWR)
        os.fsync(fd)
        os.close(fd)
    return there


def finish(port, job, code, **more):
    out = pack(job["out"])
    port.send(b"X", {"code": code, "out": out, **more})
    for path in JOB, NEXT:
        if os.path.exists(path):
            os.unlink(path)


def main():
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    port = Port()
    if os.path.exists(JOB):
        job = json.load(open(JOB))
        if os.path.exists(NEXT):
            job["argv"] = json.load(open(NEXT))
            os.unlink(NEXT)
            try:
                subprocess.run(["systemctl", "is-system-running", "--wait"], stdout=subprocess.DEVNULL, timeout=120)
            except subprocess.TimeoutExpired:
                pass
            work(port, job)
        else:
            finish(port, job, 125, error="the guest restarted in the middle of the job")
    else:
        port.send(b"R", {})
    while True:
        for kind, payload in port.frames():
            if kind == b"J":
                job = json.loads(payload)
                try:
                    take_up(job)
                except (OSError, subprocess.CalledProcessError) as error:
                    port.send(b"X", {"code": 125, "out": [], "error": str(error)})
                    continue
                work(port, job)


def work(port, job):
    keep(JOB, job)
    code = run(port, job)
    if os.path.exists(NEXT):
        subprocess.run(["systemctl", "reboot"], check=False)
        time.sleep(3600)
    finish(port, job, code)


if __name__ == "__main__":
    sys.exit(main())
