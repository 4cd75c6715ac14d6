#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Hives that hide one thing each: an audit finds it, in text, JSON and SARIF,
# in the hive and in its dump; show lists it.
# label: thorough 8
. "$SOURCE/tests/fast.sh"
. "$SOURCE/tests/check.sh"

cat >look.py <<'PY'
import json, subprocess, sys, os
sppctl, source, hives = sys.argv[1:4]
bad = n = 0

def call(*args):
    p = subprocess.run([sppctl, *args], capture_output=True)
    if p.returncode not in (0, 1):
        fail(f"exit code {p.returncode}: {args}: {p.stderr[-500:]}")
    return p.stdout.decode()

def fail(text):
    global bad
    bad += 1
    print(f"check_hidden: {name}: {text}")

for name in sorted(os.listdir(source)):
    name = name[:-len(".recipe")]
    n += 1
    wants = [line[10:].rstrip("\n").strip().split(" ", 2) for line in
             open(f"{source}/{name}.recipe") if line.startswith("# expect: ")]
    if not wants:
        fail("expects nothing")
    hive = f"{hives}/{name}.hive"
    open("dump.json", "w").write(call("dump", hive))
    again = json.loads(call("audit", "--json", "dump.json"))
    found = json.loads(call("audit", "--json", hive))
    sarif = json.loads(call("audit", "--sarif", hive))["runs"][0]["results"]
    text = call("audit", hive)
    show = call("show", "--all", hive)
    plain = call("show", hive) if "R51" in [w[0] for w in wants] else ""
    findings = found["targets"][0]["findings"]
    for rule, grade, what in wants:
        if not [f for f in findings if f["rule"] == rule and
                f["severity"] == grade and what in json.dumps(
                    [f["text"], f["registry"], f["key"]],
                    ensure_ascii=False).replace("\\\\", "\\")]:
            fail(f"{rule} {grade} {what}: not found")
        if f"{grade:8}  {rule}" not in text:
            fail(f"{rule} {grade}: not in the text")
        if not [r for r in sarif if r["ruleId"] == rule]:
            fail(f"{rule}: not in SARIF")
        if rule == "R51" and "unreadable" not in show + plain and \
                "more than are kept" not in text and " more" not in show:
            fail("not told by show")
    strip = [[f[k] for k in ("rule", "severity", "text", "key", "registry")]
             for f in findings]
    if strip != [[f[k] for k in ("rule", "severity", "text", "key",
                                 "registry")]
                 for f in again["targets"][0]["findings"]]:
        fail("the dump has other findings")
    for out in text, show, plain:
        for c in out:
            if c != "\n" and (ord(c) < 32 or 0x7f <= ord(c) < 0xa0 or
                              c in "\u202e\u2028"):
                fail(f"prints U+{ord(c):04X}")
if n < 20:
    name = "all"
    fail(f"only {n} hives")
sys.exit(bad != 0)
PY
python3 look.py "$SPPCTL" "$SOURCE/fixtures/hidden" "$FIXTURES/hidden" ||
	failed=1
exit $failed
