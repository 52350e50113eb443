#!/usr/bin/python3
"""In the guest: the advice of failing layouts, carried out line by line.

  python3 /carried_out.py FILE.jsonl[:REPORTS] ... [-- ID ...]

A layout (layouts.py describes the lines) is set up, with its flags and variables in crio.service. Then
`crio-guard --check --json` runs, the commands of its advice are given to a shell one after the other, and it is
checked again, for up to four rounds. "Or" and "If not" begin another way: it is tried only when the first did not
help. Prints a row for each layout: its name, the codes, who mounted what graphroot lies on, how many lines were
carried out, and

  ok                the check ends without an error, what was found is gone, and CRI-O runs
  a person decides  it is not, and the advice says what only a person can do, decide or fill in
  WRONG             neither, or the advice has taken a dataset away, or a mount that is not a person's

REPORTS is a directory with ID.report.json: only the layouts with the verdict "error" are taken of that file.
"""

import json
import os
import pathlib
import re
import subprocess
import sys

import layouts

# CRI-O is started without the guard before it, and no more than once.
ALONE = pathlib.Path("/run/systemd/system/crio.service.d/zz-alone.conf")
ROUNDS = 4
# What a text says that hands on to a person, or what a command leaves open for one.
PERSON = re.compile(
    r"systemctl edit crio\.service|person has to decide|^In /etc/|(?<!mounted )(?<!need )there\.$|^(?:Correct|Remove|Write|Set|Add) (?!the driver|graphroot)"
    r"|\b(?:POOL|DIRECTORY|OLD-DISK|SIZE|VALUE|NAME)\b|^In a container|^Or set graphroot|and put graphroot|Type the passphrase|shell cannot"
)
ANOTHER_WAY = re.compile(r"^(?:Or|If not|If it is not|To give)\b")


def output(*command):
    done = subprocess.run(command, env=layouts.BASE, cwd="/", stdin=subprocess.DEVNULL, capture_output=True, text=True)
    return done.stdout.strip()


def service(case):
    """The flags and variables of the layout, where a node has them. A daemon-reload takes seconds here."""
    lines = [f"{name}={json.dumps(value)}" for name, value in case["env"].items()]
    lines += [f"CRIO_STORAGE_OPTIONS={json.dumps(' '.join(case['args']))}"] if case["args"] else []
    if lines:
        pathlib.Path("/etc/default/crio").write_text("\n".join(lines) + "\n")


def check():
    done = subprocess.run(["crio-guard", "--check", "--json"], env=layouts.BASE, cwd="/", stdin=subprocess.DEVNULL, capture_output=True, text=True)
    try:
        return json.loads(done.stdout)
    except ValueError:
        sys.exit(f"crio-guard --check --json: {done.stdout}{done.stderr}")


def shown(report):
    """The findings whose advice a reader sees: of an error no echo and no information, of a warning itself."""
    severities = ["error"] if report["verdict"] == "error" else ["error", "warning"]
    return [f for f in report["findings"] if f["severity"] in severities and "follows" not in f and not f["ignored"]]


def mounts():
    """In the order in which they were made: of those on the way to a path the last is the one that shows."""
    for line in pathlib.Path("/proc/self/mountinfo").read_text().splitlines():
        fields, kind = line.split(" - ")[0].split(), line.split(" - ")[1].split()
        yield re.sub(r"\\([0-7]{3})", lambda digits: chr(int(digits[1], 8)), fields[4]), kind[1], kind[0]


def owner(target, source, kind):
    if target == "/":
        return "root file system"
    fstab = [line.split() for line in pathlib.Path("/etc/fstab").read_text().splitlines() if not line.startswith("#")]
    if any(len(fields) > 1 and fields[1] == target for fields in fstab):
        return "fstab"
    unit = output("systemd-escape", "-p", "--suffix=mount", target)
    if output("systemctl", "show", "-P", "FragmentPath", unit).startswith(("/etc/", "/run/systemd/system", "/usr/", "/lib/")):
        return "a unit"
    if kind == "zfs" and output("zfs", "get", "-H", "-o", "value", "mountpoint", source) == target:
        return "its property"
    return "a person"


def owner_of_graphroot(report):
    root = (report.get("effective") or {}).get("graphroot", {}).get("value", "")
    root = os.path.realpath(root) if root.startswith("/") else "/"
    under = [m for m in mounts() if (root + "/").startswith(m[0].rstrip("/") + "/")]
    return owner(*under[-1])


def carry_out(case, findings, log):
    """Returns how many lines were carried out."""
    lines = 0
    for finding in findings:
        for step in finding["remedy"]:
            if "command" not in step:
                if ANOTHER_WAY.search(step["text"]) and is_right(check(), [finding["code"]]):
                    break
                continue
            lines += 1
            done = subprocess.run(["sh", "-c", step["command"]], env=layouts.BASE, cwd="/", stdin=subprocess.DEVNULL,
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=120)
            log.append(f"$ {step['command']}  -> {done.returncode}")
            if done.returncode:
                log.extend(done.stdout.splitlines()[-4:])
    return lines


def is_right(report, codes):
    return report["verdict"] != "error" and not {f["code"] for f in report["findings"]} & set(codes)


def runs():
    """CRI-O 1.36 has the library between these versions of containers-storage, as layouts.py says."""
    for storage in layouts.STORAGES:
        if output("systemctl", "is-active", "crio.service") == "active":
            return True
        layouts.stand_in(storage)
        output("systemctl", "reset-failed", "crio.service")
        output("systemctl", "start", "crio.service")
    return output("systemctl", "is-active", "crio.service") == "active"


def datasets():
    return {name for name in output("zfs", "list", "-H", "-o", "name").split("\n") if not re.search(r"/[0-9a-f]{64}", name)}


def try_out(case):
    output("systemctl", "stop", "crio.service")
    layouts.set_up(case, layouts.STORAGES[0])
    service(case)
    log, lines, codes, persons, right = [], 0, [], [], False
    report = check()
    if not shown(report):
        return None
    whose = owner_of_graphroot(report)
    names, before = datasets(), set(mounts())
    for _ in range(ROUNDS):
        findings = shown(report)
        new = [f["code"] for f in findings if f["code"] not in codes]
        if not findings or not new:
            break
        codes += new
        persons += [text for f in findings for step in f["remedy"] for text in step.values() if PERSON.search(text)]
        lines += carry_out(case, findings, log)
        report = check()
        right = is_right(report, codes)
        if right:
            break
    lost = [(mount, owner(*mount)) for mount in before - set(mounts())]
    taken = [f"dataset {name}" for name in names - datasets()] + [
        f"mount {mount[0]} of {whom}" for mount, whom in lost if whom != "a person"]
    if taken:
        result = f"WRONG: takes away {', '.join(taken)}"
    elif right and runs():
        result = "ok"
    elif not right and persons:
        result = "a person decides"
    else:
        log += [f"{report['verdict']}: {[f['code'] for f in report['findings']]}", output("journalctl", "-u", "crio", "-n", "12", "-o", "cat")]
        result = "WRONG: CRI-O does not run" if right else f"WRONG: still {' '.join(f['code'] for f in shown(report))}"
    for line in case["cleanup"]:
        layouts.shell(line)
    layouts.shell("rm -rf /var/lib/crio.before-mount /root/*.conf* /etc/systemd/system/zfs-mount.service.d")
    layouts.shell("! rm /etc/systemd/system/crio.service.d/cg*.conf 2>/dev/null || systemctl daemon-reload")
    return codes, whose, lines, result, log, persons


def cases_of(word):
    path, _, reports = word.partition(":")
    for line in pathlib.Path(path).read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        report = pathlib.Path(reports) / f"{case['id']}.report.json"
        if not reports or json.loads(report.read_text(encoding="utf-8"))["verdict"] == "error":
            yield case


def main():
    words, _, ids = " ".join(sys.argv[1:]).partition(" -- ")
    part, parts = (int(number) for number in os.environ.get("PART", "1/1").split("/"))
    count = {"ok": 0, "a person decides": 0, "WRONG": 0}
    fstab = pathlib.Path("/etc/fstab").read_text()
    layouts.library("reset_host")
    ALONE.parent.mkdir(parents=True, exist_ok=True)
    ALONE.write_text("[Service]\nExecStartPre=\nRestart=no\n")
    output("systemctl", "daemon-reload")
    cases = [case for word in words.split() for case in cases_of(word) if not ids or case["id"] in ids.split()]
    for case in cases[part - 1::parts]:
        tried = try_out(case)
        if tried is None:
            print(f"{case['id']}: nothing is wrong with it on this machine", flush=True)
            continue
        codes, whose, lines, result, log, persons = tried
        pathlib.Path("/etc/fstab").write_text(fstab)
        count[result.split(":")[0]] += 1
        good = not result.startswith("WRONG")
        print(f"{'ok' if good else 'not ok'} {case['id']:<24} {' '.join(codes):<14} {whose:<17} {lines:>2}  {result}", flush=True)
        if not good or os.environ.get("VERBOSE"):
            print("".join(f"    {line}\n" for line in [*log, *persons]), flush=True)
    layouts.library("reset_host")
    print("\n" + ", ".join(f"{number} {result}" for result, number in count.items()))
    print(f"{count['ok'] + count['a person decides']} passed, {count['WRONG']} failed")
    return 1 if count["WRONG"] else 0


if __name__ == "__main__":
    sys.exit(main())
