# SPDX-License-Identifier: GPL-3.0-or-later
"""Finds circles: files that call, or include, each other.

    tests/circles.py SOURCE BUILD ROOM...

A file calls another if its object needs a symbol that the other defines, which
nm tells.  Tables name the functions of their rows, which may look at the table:
calls of a table are not followed.
"""
import os
import re
import subprocess
import sys

TABLES = {
    "cli/commands",  # its rows: the commands
    "cli/help/topics",  # its rows: the topics of help
    "policy/audit/rules",  # its rows: the rules
    "policy/format/format",  # its rows: the formats
}

source, build, *rooms = sys.argv[1:]
files = {}
for room in rooms:
    for folder, _, names in os.walk(os.path.join(source, room)):
        for name in names:
            if name.endswith((".c", ".h")):
                path = os.path.relpath(os.path.join(folder, name), source)
                files[path] = path[:-2]
modules = set(files.values())


def includes():
    edges = {}
    for path in files:
        with open(os.path.join(source, path), encoding="utf-8") as text:
            named = re.findall(r'^#include "(.*)"', text.read(), re.M)
        edges[path] = {header for header in named if header in files}
    return edges


def calls():
    defines, needs, objects = {}, {}, {}
    for folder, _, names in os.walk(os.path.join(build, "CMakeFiles")):
        for name in names:
            match = re.search(r"\.dir/(.*)\.c\.o$", os.path.join(folder, name))
            if match and match[1] in modules:
                objects[os.path.join(folder, name)] = match[1]
    if not objects:
        sys.exit("no object files in " + build)
    # "FILE: SYMBOL KIND ...", of those that others can see.
    lines = subprocess.run(["nm", "-A", "-g", "-P", *objects],
                           capture_output=True, text=True, check=True).stdout
    for line in lines.splitlines():
        path, _, rest = line.partition(": ")
        symbol, kind = rest.split()[:2]
        if kind == "U":
            needs.setdefault(objects[path], set()).add(symbol)
        elif kind in "TDRBC":
            defines[symbol] = objects[path]
    return {
        m: {defines[s] for s in symbols if s in defines} - {m}
        for m, symbols in needs.items()
    }


def circle(edges):
    """The files of one circle, in order, or None."""
    state, path = {}, []

    def visit(module):
        state[module] = "open"
        path.append(module)
        for other in sorted(edges.get(module, ())):
            if state.get(other) == "open":
                return path[path.index(other):] + [other]
            if other not in state and other not in TABLES:
                found = visit(other)
                if found:
                    return found
        state[module] = "done"
        path.pop()
        return None

    for module in sorted(edges):
        if module not in state and module not in TABLES:
            found = visit(module)
            if found:
                return found
    return None


bad = 0
for what, edges in ("include", includes()), ("call", calls()):
    found = circle(edges)
    if found:
        print(f"a circle of files that {what} each other:",
              " -> ".join(found))
        bad = 1
sys.exit(bad)
