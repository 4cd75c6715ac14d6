#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Times one command over many targets.

    tests/bench/many.py BUILD [HIVES] [IMAGES] [RUNS]

BUILD is a release build.  HIVES (10000) small hives and IMAGES (100) thin
qcow2 clones of one image are worked on at -j 1, 2 and 4, RUNS (5) times, in
turn.  Printed are medians: targets a second, how many times -j 1 of the same
turn that is, wall and processor time a target (parent and children), the
parent's highest memory, and the bytes of results a target.  Beside it GNU
parallel runs the same program once for each target, where it is installed.

The overhead of the runner is what -j 1 with --results takes a target beyond
the same command in a loop inside one process (inside.c).
"""
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
SOURCE = os.path.dirname(os.path.dirname(HERE))
BUILD = os.path.abspath(sys.argv[1])
GIVEN = sys.argv[2:]
HIVES, IMAGES, RUNS = (int(GIVEN[i]) if len(GIVEN) > i else default
                       for i, default in enumerate((10000, 100, 5)))
PROGRAM = BUILD + "/sppctl"


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
            run.wait(0.05)
            break
        except subprocess.TimeoutExpired:
            pass
    wall = time.monotonic() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (wall, after.ru_utime + after.ru_stime - before.ru_utime -
            before.ru_stime, peak)


def table(name, count, rows):
    """rows: (title, words, results or not), run in turn; their medians."""
    found = {title: [] for title, _, _ in rows}
    sizes = {}
    for _ in range(RUNS):
        for title, words, results in rows:
            if results and os.path.exists("r.ndjson"):
                os.unlink("r.ndjson")
            found[title].append(timed(words))
            if results:
                sizes[title] = os.path.getsize("r.ndjson")
    first = found[rows[0][0]]
    print("\n%s, %d targets" % (name, count))
    for title, _, _ in rows:
        wall, cpu, peak = (statistics.median(one) for one in
                           zip(*found[title]))
        ratio = statistics.median(a[0] / b[0]
                                  for a, b in zip(first, found[title]))
        print("  %-33s %8.1f/s  %5.2f x  wall %7.3f ms  processor %7.3f ms"
              "  parent %5.1f MiB%s"
              % (title, count / wall, ratio, 1000 * wall / count,
                 1000 * cpu / count, peak / 1024,
                 "  results %d bytes" % (sizes[title] / count)
                 if title in sizes else ""), flush=True)
    return found


def ways(command, rest, extra, listed):
    rows = []
    for jobs in 1, 2, 4:
        rows.append(("-j %d" % jobs,
                     [PROGRAM, command, "-j", str(jobs), "--targets-from",
                      listed, "--results", "r.ndjson"] + extra + rest, True))
    if shutil.which("parallel"):
        rows.append(("GNU parallel -j 2, a program each",
                     ["parallel", "--will-cite", "-j2", "-a", listed, PROGRAM,
                      command] + extra + ["{}"] + rest, False))
    else:
        print("skipped: GNU parallel is not installed")
    return rows


def changing(extra, listed):
    """Each sets another value, so that there is something to write."""
    return [(title, [w.replace("1801", str(1801 + i)) for w in words], results)
            for i, (title, words, results) in
            enumerate(ways("set", ["kms-port=1801"], extra, listed))]


def overhead(listed, count, command, rest):
    """What the runner takes beyond a loop inside one process."""
    link = subprocess.run(["ninja", "-C", BUILD, "-t", "commands", "sppctl"],
                          capture_output=True, text=True)
    main = "CMakeFiles/sppctl.dir/cli/main.c.o"
    words = link.stdout.splitlines()[-1].split() if link.stdout else []
    if main not in words:
        print("skipped: no overhead without a build by ninja")
        return
    here = os.getcwd()
    words[words.index(main)] = "%s/inside.o" % here
    words[words.index("-o") + 1] = "%s/inside" % here
    subprocess.run(["cc", "-O2", "-D_GNU_SOURCE", "-I", SOURCE, "-c", "-o",
                    "inside.o", HERE + "/inside.c"], check=True)
    subprocess.run(" ".join(words), shell=True, check=True, cwd=BUILD)
    walls, cpus = [], []
    for _ in range(RUNS):
        inside = subprocess.run(["./inside", listed, command] + rest,
                                stdout=subprocess.DEVNULL,
                                stderr=subprocess.PIPE, text=True)
        wall, cpu = (int(n) for n in inside.stderr.split()[-2:])
        if os.path.exists("r.ndjson"):
            os.unlink("r.ndjson")
        runner = timed([PROGRAM, command, "-j1", "--targets-from", listed,
                        "--results", "r.ndjson"] + rest)
        walls.append((1000 * runner[0] - wall / 1000) / count)
        cpus.append((1000 * runner[1] - cpu / 1000) / count)
    print("  overhead of the runner a target: wall %.3f ms, processor %.3f ms"
          " (beyond %.3f ms in one process)"
          % (statistics.median(walls), statistics.median(cpus),
             cpu / 1000 / count), flush=True)


def hives():
    subprocess.run([BUILD + "/fixtures/mkhive", SOURCE +
                    "/fixtures/recipes/kms-primary.recipe", "one.hive"],
                   check=True)
    for folder in range(100):
        os.makedirs("h/%02d" % folder)
    with open("hives", "w") as f:
        for i in range(HIVES):
            name = "h/%02d/%d" % (i % 100, i)
            shutil.copy("one.hive", name)
            f.write(name + "\n")
    few = min(HIVES, 1000)
    with open("few", "w") as f:
        f.writelines(open("hives").readlines()[:few])
    table("get of small hives", few, ways("get", ["kms-port"], [], "few"))
    overhead("few", few, "get", ["kms-port"])
    table("audit of small hives", few, ways("audit", [], [], "few"))
    table("set of small hives", few, changing([], "few"))
    subprocess.run([PROGRAM, "set", "--targets-from", "hives",
                    "kms-port=1688"], stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL)
    table("set of small hives, already set", HIVES,
          ways("set", ["kms-port=1688"], [], "hives")[:3])


def images():
    os.environ["PATH"] += ":/sbin:/usr/sbin"
    if not shutil.which("qemu-img") or not shutil.which("mkntfs"):
        print("skipped: no qemu-img or mkntfs, so no images")
        return
    config = "Windows/System32/config"
    subprocess.run("truncate -s 16M base.raw && mkntfs -Q -q -F -s 512 -p 0 "
                   "-H 0 -S 0 base.raw && %s/fixtures/mkvolume base.raw mkdir "
                   "%s put one.hive %s/SOFTWARE && qemu-img convert -f raw "
                   "-O qcow2 base.raw base.qcow2 && mkdir c" %
                   (BUILD, config, config),
                   shell=True, check=True, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL)
    with open("images", "w") as f:
        for i in range(IMAGES):
            name = "c/%d.qcow2" % i
            subprocess.run(["qemu-img", "create", "-q", "-f", "qcow2", "-F",
                            "qcow2", "-b", "../base.qcow2", name], check=True)
            f.write(name + "\n")
    extra = ["--backing-dir", "."]
    table("get in thin qcow2 clones", IMAGES,
          ways("get", ["kms-port"], extra, "images"))
    table("set in thin qcow2 clones", IMAGES, changing(extra, "images"))


def main():
    os.environ["HOME"] = os.getcwd()
    subprocess.run(["cmake", "--build", BUILD, "--target", "sppctl", "mkhive",
                    "mkvolume"], check=True, stdout=subprocess.DEVNULL)
    print("%d processors, load %.1f" % (os.cpu_count(), os.getloadavg()[0]))
    hives()
    if IMAGES:
        images()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        main()
