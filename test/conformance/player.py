"""Plays a version of CRI-O out of a file of cases: the answer of the case whose machine it finds itself on.

    player.py CASES VERSION ARGUMENTS...

It looks at the machine itself, so that an answer proves that the case was set up as it is written.
"""

import json
import os
import subprocess
import sys


def number(version):
    return [int(part) for part in version.split(".")]


def content(path):
    try:
        with open(path) as file:
            return file.read()
    except OSError:
        return None


def is_set_up(case):
    """How much of the case is here; None where something is missing."""
    files, links, directories = case.get("files", {}), case.get("symlinks", {}), case.get("directories", case.get("dirs", []))
    variables = {k: v for k, v in os.environ.items() if k not in ("PATH", "HOME", "PWD", "LC_CTYPE")}
    met = [content(path) == text for path, text in files.items()]
    met += [os.path.islink(path) and os.readlink(path) == target for path, target in links.items()]
    met += [os.path.isdir(path) for path in directories]
    met += [os.path.ismount(path) for path in case.get("mounts", [])]
    if "listing" not in case:
        return len(met) if all(met) and case.get("env", {}) == variables else None
    met.append(os.path.exists("/dev/zfs") == case["device"])
    program = os.path.join(os.environ["PATH"], "zfs")
    met.append(os.path.exists(program) == case["zfs"])
    if case["zfs"] and all(met):
        done = subprocess.run([program, "list"], capture_output=True, text=True)
        said = {"exitCode": done.returncode, "stdout": done.stdout, "stderr": done.stderr}
        met.append(said == case["listing"])
    return len(met) if all(met) else None


def command_line(case):
    if "listing" not in case:
        return case.get("args", []) + ["config"]
    given = ["--root", case["root"], "--runroot", case["runroot"], "--storage-driver", case["driver"]]
    given += ["--imagestore", case["imagestore"]] if "imagestore" in case else []
    for option in case.get("options", []):
        given += ["--storage-opt", option]
    return given + case["command"]


def main(path, version, *arguments):
    if arguments == ("--version",):
        print(f"crio version {version}")
        return 0
    with open(path) as file:
        cases = [json.loads(line) for line in file]
    met = [(is_set_up(case), case) for case in cases if command_line(case) == list(arguments)]
    _, case = max((pair for pair in met if pair[0] is not None), key=lambda pair: pair[0])
    began = [name for name in case["expect"] if number(name) <= number(version)]
    answer = case["expect"][max(began, key=number)]
    if isinstance(answer, list):
        print("\n".join(answer[0]["messages"]), file=sys.stderr)
        return answer[0]["exitCode"]
    if not answer["ok"]:
        print(f"level=fatal msg={json.dumps(answer['error'], ensure_ascii=False)}", file=sys.stderr)
        return 1
    for key, name in ("root", "root"), ("runroot", "runroot"), ("imagestore", "imagestore"), ("storage_driver", "driver"):
        print(f'{key} = "{answer[name]}"')
    print("storage_option = [", *(f"\t{json.dumps(option, ensure_ascii=False)}," for option in answer["options"]), "]", sep="\n")
    return 0


sys.exit(main(*sys.argv[1:]))
