#!/usr/bin/python3
"""In the guest: layouts described in a JSON-lines file, each made on real ZFS and started by
the stand-in for CRI-O on the real containers-storage.

  test/vm/run --in test/vm/layouts.py:/layouts.py --in CASES.jsonl:/cases.jsonl --out /out:DIR \\
    -- python3 /layouts.py /cases.jsonl /out [ID|1/2 ...]

A line: id, setup (shell lines, $D0 and $D1 are disks), files {path: text}, env, args, cleanup
(shell lines), expect {version: {starts, root | error}}, layer {dataset}. Writes OUT/layouts.jsonl:
{id, storage, starts, rc, error, log, root, dataset, agrees, differs}. With CRIO_GUARD set (a command,
absolute) `$CRIO_GUARD --record OUT/ID.json -- ARGS` runs first, in the case's environment.

CRIO_VERSION (1.36.3) is what the stand-in claims to be and whose expectation is compared.
CONTAINERS_STORAGE ("1.57.2 1.64.0") opens the store: CRI-O 1.36 has the library between these
two, so a case that differs with the first is made anew for the next. Exits 1 if one still does. A case
of which nothing is expected (random_layouts.py) runs with each, and leaves a line for each.
"""

import contextlib
import json
import os
import pathlib
import re
import select
import shlex
import socket
import subprocess
import sys
import time

LIBRARY = "/usr/local/lib/vm/lib.sh"
DISKS = {f"D{n}": f"/dev/disk/by-id/virtio-pool{n}-part1" for n in (0, 1)}
BASE = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root"}
VERSION = os.environ.get("CRIO_VERSION", "1.36.3")
STORAGES = os.environ.get("CONTAINERS_STORAGE", "1.57.2 1.64.0").split()
PREFIX = "validating root config: failed to get store to set defaults: "


def shell(line, **more):
    return subprocess.run(["bash", "-c", line], env={**BASE, **DISKS}, capture_output=True, text=True, cwd="/", **more)


def library(function):
    done = shell(f". {LIBRARY}; {function}")
    if done.returncode:
        sys.exit(f"{function}: {done.stderr}")


def set_up(case, storage):
    library("reset_storage")
    for line in case["setup"]:
        done = shell(line)
        if done.returncode:
            sys.exit(f"{case['id']}: {line}: {done.stderr}")
    for path, text in case["files"].items():
        file = pathlib.Path(path)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8", newline="")
    stand_in(storage)


def stand_in(storage):
    pathlib.Path("/etc/crio-stand-in.json").write_text(json.dumps({
        "version": VERSION, "containersStorage": f"/opt/containers-storage/{storage}/containers-storage", "createLayer": True,
    }))


def record(case, out):
    guard = os.environ.get("CRIO_GUARD")
    if guard:
        command = [*shlex.split(guard), "--record", str(out / f"{case['id']}.json"), "--", *case["args"]]
        # By hand crio-guard looks at the service's environment, not at its own.
        with service_environment(case["env"]), open(out / f"{case['id']}.guard", "wb") as said:
            subprocess.run(command, env=BASE, cwd="/", stdin=subprocess.DEVNULL, stdout=said, stderr=said)


@contextlib.contextmanager
def service_environment(variables):
    drop_in = pathlib.Path("/run/systemd/system/crio.service.d/layout.conf")
    if not variables:
        yield
        return
    drop_in.parent.mkdir(parents=True, exist_ok=True)
    quoted = (json.dumps(f"{name}={value}").replace("%", "%%") for name, value in variables.items())
    drop_in.write_text("[Service]\n" + "".join(f"Environment={word}\n" for word in quoted))
    subprocess.run(["systemctl", "daemon-reload"], check=True)
    try:
        yield
    finally:
        drop_in.unlink()
        subprocess.run(["systemctl", "daemon-reload"], check=True)


def effective_root(case, env):
    config = subprocess.run(["/usr/bin/crio", *case["args"], "config"], env=env, cwd="/", capture_output=True, text=True)
    found = re.search(r'^(?:# )?root = "(.*)"$', config.stdout, re.M)
    # abspath leaves two slashes at the beginning.
    return "/" + os.path.abspath(os.path.join("/", found[1])).lstrip("/") if found else ""


def start(case):
    """The stand-in as a daemon, until READY=1 or its end."""
    env = {**BASE, **case["env"]}
    result = {"root": effective_root(case, env)}
    notify = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    notify.bind("\0layouts")
    log = open("/run/layouts.log", "w+", errors="replace")
    daemon = subprocess.Popen(["/usr/bin/crio", *case["args"]], env={**env, "NOTIFY_SOCKET": "@layouts"}, cwd="/",
                              stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    end, ready = time.monotonic() + 120, False
    while not ready and daemon.poll() is None and time.monotonic() < end:
        readable, _, _ = select.select([notify], [], [], 0.1)
        ready = bool(readable) and b"READY=1" in notify.recv(4096)
    log.seek(0)
    said = log.read()
    result["starts"] = ready
    if ready:
        layer = re.search(r'msg="create-layer: ([0-9a-f]{64})', said)
        names = subprocess.run(["zfs", "list", "-H", "-o", "name"], capture_output=True, text=True).stdout.split("\n")
        landed = [n.rsplit("/", 1)[0] for n in names if layer and n.endswith("/" + layer[1])]
        if landed:
            result["dataset"] = landed[0]
        daemon.terminate()
        daemon.wait(30)
    else:
        daemon.kill()
        result["rc"] = daemon.wait(30)
        lines = said.strip().splitlines()
        fatal = [l for l in lines if "level=fatal" in l]
        result["error"] = json.loads(fatal[-1].split("msg=", 1)[1]) if fatal else lines[-1] if lines else ""
        logged = re.findall(r"level=error.*backingFS=.*", said)
        if logged:
            result["log"] = logged[0]
    notify.close()
    return result


def alike(error):
    """Words that differ between builds of the same driver, not between outcomes."""
    error = error.strip().replace('zfs fs list', 'zfs list')
    error = re.sub(r"compat\d+", "compatN", error)
    error = re.sub(r"open (\S+): open \1:", r"open \1:", error)
    return re.sub(r": (decode slice|.*readObjectStart).*", ": decode slice", error)


def compare(case, result):
    wanted = case["expect"].get(VERSION)
    if not wanted:
        return
    differs = []
    if wanted["starts"] != result["starts"]:
        differs.append("starts")
    elif wanted["starts"]:
        if wanted["root"] != result["root"]:
            differs.append("root")
        if case.get("layer") and case["layer"]["dataset"] != result.get("dataset"):
            differs.append("dataset")
    elif alike(wanted["error"]) != alike(result["error"]):
        differs.append("error")
    result["agrees"] = not differs
    if differs:
        result["differs"] = differs
        result["wanted"] = {**wanted, **({"dataset": case["layer"]["dataset"]} if case.get("layer") else {})}


def report(case, result, results):
    results.write(json.dumps(result, ensure_ascii=False) + "\n")
    results.flush()
    print(case["id"], case.get("kind", ""), result["storage"],
          "starts" if result["starts"] else "fails: " + result["error"].removeprefix(PREFIX),
          "DIFFERS in " + ", ".join(result["differs"]) if "differs" in result else "", flush=True)


def main():
    source, out, *wanted = sys.argv[1:]
    out = pathlib.Path(out)
    out.mkdir(parents=True, exist_ok=True)
    with open(source, encoding="utf-8") as file:
        cases = [json.loads(line) for line in file if line.strip()]
    for word in wanted:
        if "/" in word:
            share, parts = (int(n) for n in word.split("/"))
            cases = [c for n, c in enumerate(cases) if n % parts == share % parts]
        else:
            cases = [c for c in cases if c["id"] in wanted]
    disagree = 0
    with open(out / "layouts.jsonl", "w", encoding="utf-8") as results:
        for case in cases:
            for storage in STORAGES:
                set_up(case, storage)
                if storage == STORAGES[0]:
                    record(case, out)
                result = {"id": case["id"], "storage": storage, **start(case)}
                compare(case, result)
                for line in case["cleanup"]:
                    shell(line)
                done = result.get("agrees", bool(case["expect"]))
                if done or storage == STORAGES[-1] or not case["expect"]:
                    report(case, result, results)
                if done:
                    break
            disagree += result.get("agrees") is False
    library("reset_storage")
    print(f"\n{len(cases) - disagree} passed, {disagree} failed")
    return 1 if disagree else 0


if __name__ == "__main__":
    sys.exit(main())
