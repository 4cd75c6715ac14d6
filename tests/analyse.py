#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Prints the command with which gcc analyses each source file, one a line.

    analyse.py BUILD SOURCE FLAG...

They are for the folder SOURCE, write nothing, and have what the build in BUILD
says of names, folders and libraries.
"""
import json
import os
import shlex
import sys

build, source, *flags = sys.argv[1:]
with open(os.path.join(build, "compile_commands.json")) as f:
    commands = {os.path.relpath(c["file"], source): c["command"]
                for c in json.load(f)}
for name, command in sorted(commands.items()):
    if not name.startswith(("hive/", "policy/", "cli/")):
        continue
    known = []
    words = iter(shlex.split(command))
    for word in words:
        if word.startswith(("-D", "-I", "-std")):
            known.append(word)
        elif word == "-isystem":
            known += [word, next(words)]
    print(shlex.join(["gcc", *known, *flags, "-c", name]))
