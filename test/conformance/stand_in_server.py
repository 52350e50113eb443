"""Answers calls of the stand-in for CRI-O, one JSON line each, without starting Python each time."""

import contextlib
import io
import json
import os
import sys

sys.path.insert(0, sys.argv[1])
import crio_stand_in  # noqa: E402

# The directories of a case are covered and emptied between the calls.
os.chdir("/")
for line in sys.stdin:
    call = json.loads(line)
    os.environ.clear()
    os.environ.update(call["environment"])
    values = {"version": call["version"], "containersStorage": "/bin/false", "createLayer": False, "delay": 0}
    crio_stand_in.stand_in = lambda values=values: values
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = crio_stand_in.main(call["arguments"])
    print(json.dumps({"exitCode": code, "stdout": out.getvalue(), "stderr": err.getvalue()}), flush=True)
