#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The findings as CSV and as JUnit XML: the same as in JSON, whatever a hive
# calls its hosts; no cell that a spreadsheet would run.
# label: quick 2
. "$SOURCE/tests/check.sh"
command -v python3 >/dev/null || skip "no python3"
cp "$FIXTURES/audit-user-operations.hive" soft
cp "$FIXTURES/client.hive" '=1+1 "x", <a>&amp;'
for host in "=cmd|' /C calc'!A0" '+1' '-2' '@SUM(1)' 'a,"b"' '<x>&'; do
	n=$((${n:-0} + 1))
	printf '{"sppctl-policy":1,"scopes":{"spp":{"kms-host":{"type":"REG_SZ","hex":"%s0000"}}}}' \
		"$(printf '%s' "$host" | iconv -t UTF-16LE | od -An -v -tx1 | tr -d ' \n')" >"$n.json"
done
set -- soft '=1+1 "x", <a>&amp;' ./*.json
run '1|3' audit "$@" nothing --json && cp log/out out.json
run '1|3' audit "$@" nothing --csv && cp log/out out.csv
run '1|3' audit "$@" nothing --junit && cp log/out out.xml
run 2 audit soft --csv --json

# What the site file accepts, and two values of one name.
cat >site.json <<'END'
{ "sppctl-site": 1, "suppressions": [
  { "rule": "R31", "reason": "=1+1, \"<b>\"", "author": "@jd",
    "expires": "2999-12-31" } ] }
END
cp "$FIXTURES/hidden/twin-value.hive" twin
for form in json csv junit sarif; do
	run 1 audit soft twin --site site.json --$form
	cp log/out accepted.$form
done
python3 - <<'PY' || failed=1
import csv, json, re, sys
import xml.etree.ElementTree as ET
bad = []
why = '=1+1, "<b>" (@jd, until 2999-12-31)'

def same(what, got, want):
    if got != want:
        bad.append("%s: %r, not %r" % (what, got, want))

soft, twin = sorted(json.load(open("accepted.json"))["targets"],
                    key=lambda t: t["path"])
twins = [(f["rule"], f["severity"], f["registry"]) for f in twin["findings"]]
names = {n for _, _, n in twins}
if len(names) != 2 or len({n.lower() for n in names}) != 1:
    bad.append("twins of other names: %r" % names)
rows = list(csv.DictReader(open("accepted.csv", newline="",
                                encoding="utf-8")))
same("CSV", [(r["rule"], r["severity"], r["accepted"]) for r in rows
             if r["target"] == "soft"], [("R31", "accepted", "'" + why)])
same("twins in CSV", [(r["rule"], r["severity"], r["registry"])
                      for r in rows if r["target"] == "twin"], twins)
results = json.load(open("accepted.sarif"))["runs"][0]["results"]
same("SARIF", [r["suppressions"] for r in results if r["ruleId"] == "R31"],
     [[{"kind": "external", "justification": why}]])
same("twins in SARIF", [
    (r["ruleId"], r["properties"]["severity"],
     r["locations"][0]["logicalLocations"][0]["name"])
    for r in results if "suppressions" not in r], twins)
for mark in "sppctl/v1", "primaryLocationLineHash":
    marks = [r["partialFingerprints"][mark] for r in results]
    same(mark, len(set(marks)), len(results))
suites = {s.get("name"): s for s in
          ET.parse("accepted.junit").getroot().findall("testsuite")}
same("failures of what is accepted", suites["soft"].get("failures"), "0")
case, = [c for c in suites["soft"].findall("testcase")
         if c.get("name").startswith("R31 ")]
text = case.find("system-out").text
if not text.startswith("accepted: ") or why not in text or "fix:" in text:
    bad.append("JUnit: %r" % text)
said = [c.find("failure").text for c in suites["twin"].findall("testcase")
        if c.find("failure") is not None]
same("twins in JUnit", sorted(t.split(":")[0] for s in said
                              for t in s.splitlines() if t),
     sorted(s for _, s, _ in twins))
print("\n".join(bad) or "accepted, and twins: four times the same")
sys.exit(1 if bad else 0)
PY
python3 - <<'PY' || failed=1
import csv, json, sys
import xml.etree.ElementTree as ET
bad = []
targets = json.load(open("out.json"))["targets"]
want = [(t["path"], f["rule"], f["severity"]) for t in targets
        for f in t.get("findings", [])]
rows = list(csv.DictReader(open("out.csv", newline="", encoding="utf-8")))
got = [(r["target"], r["rule"], r["severity"]) for r in rows if r["rule"]]
plain = lambda path: "'" + path if path[0] in "=+-@" else path
if sorted(got) != sorted((plain(t), r, s) for t, r, s in want):
    bad.append("CSV has %r, not %r" % (got, want))
if [r["target"] for r in rows if r["severity"] == "error"] != ["nothing"]:
    bad.append("CSV does not name what failed")
for row in rows:
    bad += ["a cell runs: %r" % c for c in row.values()
            if c and c[0] in "=+-@\t\r"]
suites = ET.parse("out.xml").getroot().findall("testsuite")
if [s.get("name") for s in suites] != [t["path"] for t in targets]:
    bad.append("suites: %r" % [s.get("name") for s in suites])
fails = {(s.get("name"), c.get("name").split()[0]) for s in suites
         for c in s.findall("testcase") if c.find("failure") is not None}
if fails != {(t, r) for t, r, s in want
             if s in ("medium", "high", "critical")}:
    bad.append("failures: %r" % fails)
for s in suites:
    n = len(s.findall("testcase/failure"))
    if int(s.get("failures")) != n or int(s.get("tests")) != \
            len(s.findall("testcase")):
        bad.append("%s: wrong numbers" % s.get("name"))
print("\n".join(bad) or "%d findings, three times" % len(want))
sys.exit(1 if bad else 0)
PY
exit $failed
