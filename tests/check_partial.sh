#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A hive that is cut anywhere: what is there is shown as it was, what is not is
# unreadable and never a default, it is marked, and it is never edited.
# label: quick 8
. "$SOURCE/tests/fast.sh"
. "$SOURCE/tests/check.sh"

cat >cut.py <<'PY'
import json, subprocess, sys
sppctl, fixtures = sys.argv[1:3]
bad = told = 0

def fail(text):
    global bad
    bad += 1
    print(f"check_partial: {name} cut to {size}: {text}")

def call(codes, *args):
    p = subprocess.run([sppctl, *args], capture_output=True, timeout=20)
    if p.returncode not in codes:
        fail(f"exit code {p.returncode}: {args}: {p.stderr[-300:]}")
        return None
    return p.stdout.decode()

def settings(document):
    return {(s["scope"], s["name"]): s for s in document["settings"]}

show = ("show", "--as", "SOFTWARE", "--all", "--json")
for name in "kms-primary", "client", "big-sibling", "remnants":
    try:
        data = open(f"{fixtures}/{name}.hive", "rb").read()
    except FileNotFoundError:
        continue
    size = len(data)
    open("hive", "wb").write(data)
    whole = json.loads(call((0,), *show, "hive"))
    if json.loads(call((0,), *show, "--partial", "hive"))["settings"] != \
            whole["settings"]:
        fail("--partial changes what a whole hive shows")
    for size in range(len(data) - 4096, 4096, -4096 if len(data) < 20000
                      else -8192):
        size += 100
        open("hive", "wb").write(data[:size])
        call((4,), "show", "--as", "SOFTWARE", "hive")
        call((4,), "check", "hive")
        call((4,), "set", "hive", "--as", "SOFTWARE", "kms-port=1690")
        out = call((0, 4), *show, "--partial", "hive")
        text = call((1, 4), "check", "--partial", "hive")
        if not out or not text:
            continue
        told += 1
        out = json.loads(out)
        lost = len(data) - size + 100
        if out["target"]["hives"][0].get("missing_bytes") != lost:
            fail(f"not marked with {lost} bytes")
        if not [w for w in out["warnings"] if "truncated" in w]:
            fail("no warning")
        if f"its last {lost} bytes are missing" not in text:
            fail("check does not tell")
        unreadable = [u for u in out["unknown"] if u["kind"] == "unreadable"]
        now = settings(out)
        for key, was in settings(whole).items():
            s = now.get(key)
            if was["set"] and not (s["unreadable"] if s else unreadable) and \
                    (not s or s["value"] != was["value"]):
                fail(f"{key} is lost without a word: {s}")
        for key, s in now.items():
            was = settings(whole).get(key)
            if s["set"] and (not was or s["value"] != was["value"]):
                fail(f"{key} is another than it was")
        if open("hive", "rb").read() != data[:size]:
            fail("it was changed")
if told < 4:
    name = size = "all"
    fail(f"only {told} could be read in part")
sys.exit(bad != 0)
PY
python3 cut.py "$SPPCTL" "$FIXTURES" || failed=1
exit $failed
