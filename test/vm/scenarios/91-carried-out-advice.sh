#!/bin/bash
# The advice of failing layouts, carried out line by line: afterwards the check is ok and CRI-O runs, or the advice
# says that a person has to decide. One row for each layout.
# No correction helps: the advice alone has to do it.
printf 'deadline = 60\nmode = "check"\n' >/etc/crio-guard/crio-guard.conf
exec python3 /layouts/carried_out.py /layouts/advice.jsonl /layouts/cases.jsonl:/hosts "$@"
