#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes small mistakes in a copy of the source; the quick tests must see each.

    tests/mutate/mutate.py [-j N] [--check] [--unit] [WORD...]

Runs the mutations of tests/mutate/list whose names contain one of the words;
all of them without words.  --check only looks whether each still applies;
--unit runs unit tests alone, so that what survives may be killed by others.
Prints a line for each, "killed" and by which test, or "SURVIVED", and exits 1
if one survived or no longer applies.  Not part of the ordinary tests: each
mutation is a build.  The copy is made in TMPDIR.
"""
import argparse
import glob
import os
import re
import shutil
import subprocess
import sys
import tempfile

TOP = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
TOO_LONG = 120  # seconds for a test that ends in a few


class Mutation:
    """A name, and what to replace by what behind which place."""

    def __init__(self, block):
        self.name = ""
        part = {"@": [], "-": [], "+": []}
        for line in block:
            if not self.name:
                self.name = line
            elif line[0] in part:
                part[line[0]].append(line[1:].strip())
            else:
                sys.exit(f"list: '{line}' of '{self.name}' is not understood")
        self.place, self.old, self.new = (
            " ".join(part[key]) for key in "@-+")

    def apply(self, sources):
        """The file and its new text, or None and why it does not apply."""
        anchor = self.place or self.old
        found = [(path, m) for path, text in sources.items()
                 for m in pattern(anchor).finditer(text)]
        if len(found) != 1:
            return None, f"'{anchor}' is there {len(found)} times"
        path, at = found[0]
        text = sources[path]
        if self.place:
            at = pattern(self.old).search(text, at.end())
            if not at:
                return None, f"'{self.old}' is not behind '{self.place}'"
        return path, text[:at.start()] + self.new + text[at.end():]


def pattern(words):
    """Finds the words with any white space between them."""
    return re.compile(r"\s+".join(map(re.escape, words.split())))


def read_list():
    """Blocks of lines, separated by empty ones."""
    with open(os.path.join(TOP, "tests/mutate/list"), encoding="utf-8") as f:
        text = "\n".join(line for line in f.read().split("\n")
                         if not line.startswith("#"))
    return [Mutation(block.split("\n"))
            for block in re.split(r"\n\n+", text.strip("\n"))]


def run(command, cwd, log):
    """The exit code; what it prints goes to a file."""
    with open(log, "wb") as out:
        try:
            return subprocess.run(command, cwd=cwd, stdout=out,
                                  stderr=subprocess.STDOUT, check=False,
                                  stdin=subprocess.DEVNULL,
                                  timeout=20 * TOO_LONG).returncode
        except subprocess.TimeoutExpired:
            return 99


def configure(tree, build):
    """A release build with tests, in the copy."""
    command = ["cmake", "-S", tree, "-B", build, "-G", "Ninja",
               "-DSPPCTL_BUILD=release", f"-DSPPCTL_PLAIN={build}/sppctl"]
    if shutil.which("ccache"):
        command.append("-DCMAKE_C_COMPILER_LAUNCHER=ccache")
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)


def read(log):
    with open(log, encoding="utf-8", errors="replace") as f:
        return f.read()


# The unit tests are fast and see most: they go first.  How the source looks
# does not count.
STAGES = (
    (["--target", "unit", "fixtures"], ["-R", "^unit\\."]),
    ([], ["-E", "^unit\\.|^check\\.format"]),
)


def near(path, name):
    """Unit tests that sound like the place: they go first of all."""
    stem = os.path.splitext(os.path.basename(path))[0]
    words = {stem, stem.split("_")[0], name.split(":")[0].split(" ")[0],
             os.path.basename(os.path.dirname(path))}
    return r"^unit\.(" + "|".join(map(re.escape, sorted(words))) + ")$"


def test(stage, first, build, jobs, log):
    """Which quick test fails first: its name; None; or "" if not built."""
    targets, chosen = STAGES[stage]
    if run(["cmake", "--build", build, "-j", str(jobs), *targets], build, log):
        return ""
    for some in ([["-R", first]] if first and not stage else []) + [chosen]:
        code = run(["ctest", "-L", "^quick$", *some, "--timeout",
                    str(TOO_LONG), "--stop-on-failure", "-j", str(jobs)],
                   build, log)
        failed = re.findall(r"^\s*\d+ - (\S+) \((?!Skipped|Not Run)",
                            read(log), re.M)
        if failed or code:
            return failed[0] if failed else "ctest"
    return None


class Copy:
    """The copy of the source, and what its tests say of it."""

    def __init__(self, work, sources, jobs, stages):
        self.tree, self.build, self.log = (
            os.path.join(work, n) for n in ("tree", "build", "log"))
        self.sources, self.jobs, self.passed = sources, jobs, set()
        self.stages = range(stages)

    def write(self, path, text):
        with open(os.path.join(self.tree, path), "w", encoding="utf-8") as f:
            f.write(text)

    def judge(self, path, name, text):
        """What kills a mutation: as test() has it."""
        for stage in self.stages:
            # A test that fails anyhow would seem to kill all of them.
            if stage not in self.passed:
                self.write(path, self.sources[path])
                seen = test(stage, None, self.build, self.jobs, self.log)
                if seen is not None:
                    sys.exit("without a mutation this fails: "
                             f"{seen or 'the build'}; nothing was tried")
                self.passed.add(stage)
            self.write(path, text)
            seen = test(stage, near(path, name), self.build, self.jobs,
                        self.log)
            if seen is not None:
                break
        self.write(path, self.sources[path])
        return seen


def main():
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("-j", type=int, default=os.cpu_count())
    options.add_argument("--check", action="store_true")
    options.add_argument("--unit", action="store_true")
    options.add_argument("word", nargs="*")
    given = options.parse_args()
    mutations = [m for m in read_list() if not given.word or
                 any(word in m.name for word in given.word)]
    if not given.check:
        os.environ["CCACHE_NOHASHDIR"] = "1"
    sources = {}
    for room in "hive", "policy", "cli":
        for path in glob.glob(f"{TOP}/{room}/**/*.c", recursive=True):
            with open(path, encoding="utf-8") as f:
                sources[os.path.relpath(path, TOP)] = f.read()
    stale = []
    for m in mutations:
        path, text = m.apply(sources)
        if not path:
            stale.append(m)
            print(f"does not apply: {m.name}: {text}", flush=True)
    if given.check:
        print(f"{len(mutations)} mutations, {len(stale)} do not apply")
        sys.exit(1 if stale else 0)

    work = tempfile.mkdtemp(prefix="sppctl-mutate-")
    copy = Copy(work, sources, given.j, 1 if given.unit else len(STAGES))
    os.environ["CCACHE_BASEDIR"] = copy.tree
    survived, broken = [], []
    try:
        shutil.copytree(TOP, copy.tree, ignore=lambda d, names: [
            n for n in names if d == TOP and n in ("build", ".git")])
        configure(copy.tree, copy.build)
        for m in mutations:
            path, text = m.apply(sources)
            if not path:
                continue
            seen = copy.judge(path, m.name, text)
            if seen == "":
                broken.append(m.name)
                print(f"does not build: {m.name} ({path})", flush=True)
            elif seen:
                print(f"killed   {m.name} ({path}) by {seen}", flush=True)
            else:
                survived.append(m.name)
                print(f"SURVIVED {m.name} ({path})", flush=True)
    finally:
        shutil.rmtree(work)
    print(f"{len(mutations)} mutations, {len(survived)} survived, "
          f"{len(stale)} do not apply, {len(broken)} do not build")
    sys.exit(1 if survived or stale or broken else 0)


if __name__ == "__main__":
    main()
