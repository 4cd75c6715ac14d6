#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the examples of a page and compares what they print.

    tests/readme.py PAGE FOLDER [--update]

Every block marked "console" has lines "$ COMMAND", each with its output below
it.  In JSON the member "evidence" is left out, which no two runs share.  The commands run one after the other, in FOLDER, where "cd" moves for all
that follow.  --update writes what came out into PAGE instead.
"""
import difflib
import os
import re
import subprocess
import sys

page, cwd = sys.argv[1:3]
lines = open(page, encoding="utf-8").read().split("\n")
out, here, inside = [], cwd, False
for line in lines:
    if inside and line == "```":
        inside = False
    if inside and not line.startswith("$ "):
        continue
    out.append(line)
    if line == "```console":
        inside = True
    if inside and line.startswith("$ cd "):
        here = os.path.normpath(os.path.join(here, line[5:]))
    elif inside and line.startswith("$ "):
        ran = subprocess.run(["sh", "-c", line[2:]], cwd=here, text=True,
                             stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                             stderr=subprocess.STDOUT)
        ran.stdout = re.sub(r',\n  "evidence": \{\n.*?\n  \}(?=\n\})', "",
                            ran.stdout, flags=re.S)
        out += ran.stdout.rstrip("\n").split("\n") if ran.stdout else []

if sys.argv[3:] == ["--update"]:
    open(page, "w", encoding="utf-8").write("\n".join(out))
elif out != lines:
    sys.stdout.writelines(s + "\n" for s in difflib.unified_diff(
        lines, out, page, "what came out", lineterm=""))
    sys.exit(1)
