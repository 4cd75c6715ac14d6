#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Every command with every kind of failure: the exit code is the expected one,
# stderr has one line for it, and with --json stdout is one document that ends
# with the same code and holds the error.
# label: thorough 9
. "$SOURCE/tests/fast.sh"
. "$SOURCE/tests/check.sh"
command -v python3 >log/which || skip "no python3"
cat >sweep.py <<'END2'
import json, os, shutil, subprocess, sys
sppctl, fixtures, source = sys.argv[1:4]
os.environ["PAGER"] = "cat"

# H is the target; a command without a word for it takes none.
commands = {
    "show": "H", "get": "H kms-port", "set": "H kms-port=1689",
    "unset": "H kms-port", "publish": "H", "clear-cache": "H --overrides",
    "move": "H --scope sl", "apply": "H p.json", "diff": "H p.json",
    "audit": "H", "dns": "H", "simulate": "H", "check": "H", "info": "H",
    "recover": "H", "restore": "H", "dump": "H", "export": "H --to gpp",
    "import": "H", "convert": "H out.reg", "slmgr": "H /sdns",
    "ospp": "H /remhst", "evidence": "H -o filed", "fleet": "plan H",
    "settings": "", "report": "H -o r.html", "merge": "H", "help": "H",
}
# These have no --json.
plain = {"report", "merge", "help"}
# The result itself says that a target cannot be edited.
results = {"info"}

def fresh():
    for name in os.listdir("."):
        if name == "sweep.py" or name == "log":
            continue
        shutil.rmtree(name) if os.path.isdir(name) else os.unlink(name)
    for name, fixture in (("H", "kms-primary"), ("secret", "kms-primary"),
                          ("truncated", "truncated"),
                          ("dirty", "dirty-badhash")):
        shutil.copy(fixtures + "/" + fixture + ".hive", name)
    shutil.copy(source + "/policy/ready/client.json", "p.json")
    os.chmod("secret", 0)
    os.mkdir("folder")
    open("empty", "w").close()
    with open("text", "w") as f:
        f.write("hello\n")

def failures(command, words):
    """name, arguments, exit codes that are right"""
    given = words.split()
    # These go on: restore where no backup is, evidence and check with what
    # there is, merge without a line; get and convert write nothing to stdout.
    idle = {0, 1} if command in ("restore", "evidence", "check", "merge",
                                 "get", "convert") else set()
    swap = lambda name: [command] + [name if w == "H" else w for w in given]
    refused = {2, 3, 4}
    if "H" in given and command != "help":
        yield "not there", swap("nope"), refused
        yield "a folder", swap("folder"), refused
        yield "text", swap("text"), refused | idle
        yield "nothing in it", swap("empty"), refused | idle
        yield "truncated", swap("truncated"), refused | idle
        yield "dirty", swap("dirty"), refused | idle
        yield "another's", swap("secret"), refused
        yield "no name", swap(""), refused
        yield "no operand", [command], {2}
    yield "/dev/full", [command] + given, {2, 3} | idle
    yield "an unknown option", [command] + given + ["--frob"], {2}
    yield "an option without value", [command] + given + ["--scope"], {2}
    yield "a wrong kind", [command] + given + ["--target-kind", "qcow"], {2}
    yield "an unknown scope", [command] + given + ["--scope", "osp"], {2}

def run(args, failure):
    def other():
        os.setgid(65534)
        os.setuid(65534)
    out = open("/dev/full", "w") if failure == "/dev/full" else subprocess.PIPE
    r = subprocess.run([sppctl] + args, stdin=subprocess.DEVNULL, stdout=out,
                       stderr=subprocess.PIPE, timeout=60,
                       preexec_fn=other if failure == "another's" else None)
    return r.returncode, r.stdout or b"", r.stderr.decode("utf-8", "replace")

def has_error(document):
    """Its own, or that of one of several targets."""
    if isinstance(document, list):
        return any(map(has_error, document))
    if not isinstance(document, dict):
        return False
    return "error" in document or any(map(has_error, document.values()))

bad = count = 0
for command, words in commands.items():
    for failure, args, codes in failures(command, words):
        if failure == "another's" and os.geteuid():
            continue
        fresh()
        wrong = []
        code, out, err = run(args, failure)
        said = [l for l in err.splitlines()
                if not l.startswith("sppctl: warning")]
        if code not in codes:
            wrong.append("exit code %s" % code)
        if code > 1 and command not in results and not said:
            wrong.append("nothing is said")
        if code > 1 and len(said) > (2 if command == "report" else 1):
            wrong.append("%d lines" % len(said))
        fresh()
        again, out, err = run(args + ["--json"], failure)
        if command in plain and again != 2:
            wrong.append("--json is taken")
        elif command not in plain and failure != "/dev/full":
            try:
                document = json.loads(out)
            except ValueError:
                document = None
                wrong.append("no JSON: %r" % out[:50])
            if again != code:
                wrong.append("with --json %s" % again)
            if code > 1 and not has_error(document) and \
                    command not in results:
                wrong.append("no error in JSON")
        count += 1
        if wrong:
            bad += 1
            print(command, "with", failure + ":", ", ".join(wrong), said[:2])
if count < 300:
    print("only", count, "calls")
sys.exit(bad or count < 300)
END2
umask 022
chmod 755 .
timeout 300 python3 sweep.py "$SPPCTL" "$FIXTURES" "$SOURCE" || failed=1
exit $failed
