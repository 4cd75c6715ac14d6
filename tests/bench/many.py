#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Times one command over many targets.

    tests/bench/many.py BUILD [HIVES] [IMAGES] [RUNS]

BUILD is a release build.  HIVES (10000) small hives and IMAGES (100) thin
qcow2 clones of one image are worked on at -j 1, 2 and 4, RUNS (3) times, in
turn; printed are medians of targets a second, the processor time of parent
and children a target, the parent's highest memory and the bytes of results a
target.  The overhead of the runner is what -j 1 takes a target beyond a loop
inside one process would: measured by a command that only opens the hive.
Beside it GNU parallel runs the same program once for each target, where it is
installed.
"""
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

BUILD = os.path.abspath(sys.argv[1])
HIVES, IMAGES, RUNS = (int(a) for a in (sys.argv[2:] + ["10000", "100", "3"]
                                        [len(sys.argv) - 2:]))
PROGRAM = BUILD + "/sppctl"
RECIPES = os.path.join(os.path.dirname(os.path.abspath(__file__)),
                       "../../fixtures/recipes")


def timed(words):
    """Seconds, processor seconds, and peak KiB of the process alone."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began, peak = time.monotonic(), 0
    run = subprocess.Popen(words, stdout=subprocess.DEVNULL,
                           stderr=subprocess.DEVNULL)
    while True:
        try:
            for line in open("/proc/%d/status" % run.pid):
                if line.startswith("VmHWM"):
                    peak = max(peak, int(line.split()[1]))
        except OSError:
            pass
        try:
            run.wait(0.02)
            break
        except subprocess.TimeoutExpired:
            pass
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (time.monotonic() - began,
            after.ru_utime + after.ru_stime - before.ru_utime -
            before.ru_stime, peak)


def table(name, count, ways):
    """ways: [(title, words, file of results or None)], run in turn."""
    found = {title: [] for title, _, _ in ways}
    sizes = {}
    for _ in range(RUNS):
        for title, words, results in ways:
            if results and os.path.exists(results):
                os.unlink(results)
            found[title].append(timed(words))
            if results:
                sizes[title] = os.path.getsize(results)
    base = None
    print("\n%s, %d targets" % (name, count))
    for title, _, _ in ways:
        wall, cpu, peak = (statistics.median(one) for one in
                           zip(*found[title]))
        base = base or wall
        print("  %-34s %8.1f/s  %5.2f x  wall %6.2f ms  processor %6.2f ms"
              "  parent %5.1f MiB%s"
              % (title, count / wall, base / wall, 1000 * wall / count,
                 1000 * cpu / count, peak / 1024,
                 "  results %d bytes" % (sizes[title] / count)
                 if title in sizes else ""))


def ways(command, rest, extra, listed):
    rows = []
    for jobs in 1, 2, 4:
        rows.append(("-j %d" % jobs,
                     [PROGRAM, command, "-j", str(jobs), "--targets-from",
                      listed, "--results", "r.ndjson"] + extra + rest,
                     "r.ndjson"))
    if shutil.which("parallel"):
        rows.append(("GNU parallel -j 2, a program each",
                     ["parallel", "--will-cite", "-j2", "-a", listed, PROGRAM,
                      command] + extra + ["{}"] + rest, None))
    else:
        print("skipped: GNU parallel is not installed")
    return rows


def main():
    os.environ["HOME"] = os.getcwd()
    subprocess.run([BUILD + "/fixtures/mkhive", RECIPES + "/kms-primary.recipe",
                    "one.hive"], check=True)
    for folder in range(100):
        os.makedirs("h/%02d" % folder)
    with open("hives", "w") as f:
        for i in range(HIVES):
            name = "h/%02d/%d" % (i % 100, i)
            shutil.copy("one.hive", name)
            f.write(name + "\n")
    with open("few", "w") as f:
        f.writelines(open("hives").readlines()[:min(HIVES, 1000)])
    few = min(HIVES, 1000)
    table("get of small hives, only read", few,
          ways("get", ["kms-port"], [], "few"))
    table("set of small hives, already set", HIVES,
          ways("set", ["kms-port=1688"], [], "hives")[:3])
    # The same without children: one program, one target, in a loop.
    began = time.monotonic()
    for line in open("few"):
        subprocess.run([PROGRAM, "get", line.strip(), "kms-port"],
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    alone = time.monotonic() - began
    print("  one program after the other, no runner: %.2f ms a target"
          % (1000 * alone / few))
    if IMAGES and shutil.which("qemu-img") and shutil.which("mkntfs",
                                                            path=os.environ[
            "PATH"] + ":/sbin:/usr/sbin"):
        images()


def images():
    os.environ["PATH"] += ":/sbin:/usr/sbin"
    subprocess.run("truncate -s 16M base.raw && mkntfs -Q -q -F -s 512 -p 0 "
                   "-H 0 -S 0 base.raw && %s/fixtures/mkvolume base.raw mkdir "
                   "%s put one.hive %s/SOFTWARE && qemu-img convert -f raw "
                   "-O qcow2 base.raw base.qcow2 && mkdir c" %
                   (BUILD, "Windows/System32/config",
                    "Windows/System32/config"),
                   shell=True, check=True, stdout=subprocess.DEVNULL)
    with open("images", "w") as f:
        for i in range(IMAGES):
            name = "c/%d.qcow2" % i
            subprocess.run(["qemu-img", "create", "-q", "-f", "qcow2", "-F",
                            "qcow2", "-b", "../base.qcow2", name], check=True)
            f.write(name + "\n")
    extra = ["--backing-dir", "."]
    table("show of thin qcow2 clones", IMAGES,
          ways("get", ["kms-port"], extra, "images"))
    rows = ways("set", ["kms-port=1801"], extra, "images")
    # Each turn sets another value, so that there is something to write.
    for i, (title, words, results) in enumerate(rows):
        rows[i] = (title, [w.replace("1801", str(1801 + i)) for w in words],
                   results)
    table("set of thin qcow2 clones", IMAGES, rows)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        main()
