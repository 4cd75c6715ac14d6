#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What tests cost: runs them one by one and prints seconds of each.

    tests/times.py BUILD [CTEST-OPTION...]      (-L quick, -R disk, ...)

Prints processor time (user and system, children too), wall time, exit code
and name, and the sums; sort(1) puts the most expensive last.  Processor time
says nearly the same on a busy machine; wall time does not.
"""
import json
import os
import re
import resource
import subprocess
import sys
import time


def used():
    """Processor seconds of children that have ended, theirs included."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def run(test):
    """(processor seconds, wall seconds, exit code, name) of one test."""
    env = dict(os.environ)
    cwd = "."
    for prop in test["properties"]:
        if prop["name"] == "ENVIRONMENT":
            env.update(e.split("=", 1) for e in prop["value"])
        elif prop["name"] == "ENVIRONMENT_MODIFICATION":
            for change in prop["value"]:
                name, how, value = re.match("(.*?)=(.*?):(.*)", change).groups()
                assert how == "path_list_prepend"
                env[name] = value + ":" + env.get(name, "")
        elif prop["name"] == "WORKING_DIRECTORY":
            cwd = prop["value"]
    cpu, wall = used(), time.monotonic()
    code = subprocess.run(test["command"], cwd=cwd, env=env, check=False,
                          stdin=subprocess.DEVNULL,
                          stdout=subprocess.DEVNULL,
                          stderr=subprocess.DEVNULL).returncode
    return used() - cpu, time.monotonic() - wall, code, test["name"]


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    listed = subprocess.run(
        ["ctest", "--test-dir", sys.argv[1], "--show-only=json-v1",
         *sys.argv[2:]], capture_output=True, check=True)
    tests = json.loads(listed.stdout)["tests"]
    rows = []
    for test in tests:
        rows.append(run(test))
        print("%7.2f s cpu %7.2f s wall  exit %2d  %s" % rows[-1], flush=True)
    print("%7.2f s cpu %7.2f s wall  %d tests, %d failed" % (
        sum(r[0] for r in rows), sum(r[1] for r in rows), len(rows),
        sum(r[2] not in (0, 77) for r in rows)))
    sys.exit(any(r[2] not in (0, 77) for r in rows))


if __name__ == "__main__":
    main()
