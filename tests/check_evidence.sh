#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What is filed of a target is what is there: hashes as sha256sum has them,
# fields as they lie in the file, each log entry with its verdict, copies and
# a manifest; counts of an edit are about the file as it was; and nothing of
# the target is changed by looking.
# label: quick 5
. "$SOURCE/tests/check.sh"
command -v python3 >/dev/null || skip "no python3"
export SOURCE_DATE_EPOCH=1700000000

# listing: all that a look must leave alone
listing()
{
	find t -printf '%p %i %s %T@ %C@ %m %n\n' | sort
	find t -type f -exec md5sum {} + | sort
}

mkdir t
cp "$FIXTURES/dirty-new.hive" t/SOFTWARE
cp "$FIXTURES/dirty-new.hive.LOG1" t/Software.log1
chmod 644 t/*
listing >before
run 0 evidence t/SOFTWARE -o filed
(cd filed && sha256sum -c --quiet --strict SHA256SUMS) ||
	fail "the manifest is wrong"
[ "$(ls filed | tr '\n' ' ')" = \
	'SHA256SUMS SOFTWARE SOFTWARE.LOG1 SOFTWARE.recovered evidence.json evidence.txt ' ] ||
	fail "filed: $(ls filed)"
cmp t/SOFTWARE filed/SOFTWARE && cmp t/Software.log1 filed/SOFTWARE.LOG1 ||
	fail "the copies differ"
[ "$(stat -c '%a' filed filed/SOFTWARE | tr '\n' ' ')" = '700 400 ' ] ||
	fail "others can read what is filed"
run 0 recover t/SOFTWARE -o recovered
cmp recovered filed/SOFTWARE.recovered || fail "recovered otherwise"
run 0 show t/SOFTWARE --json --evidence
cp log/out shown.json
run 0 show t/SOFTWARE --json
cp log/out cheap.json
run 0 show t/SOFTWARE --evidence
grep -q 'verdict: applied' log/out ||
	fail "no verdict in the text"
run 4 evidence t/SOFTWARE -o filed
run 2 evidence t/SOFTWARE
listing >after
cmp before after || fail "not left alone: $(diff before after)"

# An edit of the replayed hive counts all that differs from the old file.
cp -r t e
run 0 set e/SOFTWARE kms-port=1811 --json
cp log/out edited.json
python3 - <<'PY' || failed=1
import hashlib, json, os, struct, sys
was = open("t/SOFTWARE", "rb").read()
log = open("t/Software.log1", "rb").read()
new = open("e/SOFTWARE", "rb").read()
bad = []

def same(what, got, want):
    if got != want:
        bad.append("%s is %r, not %r" % (what, got, want))

def sha(data):
    return hashlib.sha256(data).hexdigest()

shown = json.load(open("shown.json"))["evidence"]
filed = json.load(open("filed/evidence.json"))["evidence"]
same("the target as filed", [t["hives"] for t in filed["targets"]],
     [t["hives"] for t in shown["targets"]])
same("made", shown["made"], "2023-11-14T22:13:20.0000000Z")
same("command", shown["command"],
     ["sppctl", "show", "t/SOFTWARE", "--json", "--evidence"])
hive = shown["targets"][0]["hives"][0]
same("sha256", hive["sha256"], sha(was))
same("recovered", hive["sha256_recovered"],
     sha(open("recovered", "rb").read()))
same("sequences", (hive["base"]["sequence1"], hive["base"]["sequence2"]),
     struct.unpack("<II", was[4:12]))
same("name", hive["base"]["name"],
     was[48:112].decode("utf-16-le").split("\0")[0])
st = os.stat("t/SOFTWARE")
same("inode", hive["file"]["inode"], st.st_ino)
same("path", hive["file"]["path"], os.path.realpath("t/SOFTWARE"))
one, = hive["logs"]
same("log", one["sha256"], sha(log))
same("its path", one["file"]["path"], os.path.realpath("t/Software.log1"))
same("entries", [(e["offset"], e["applied"]) for e in one["entries"]],
     [(512, True), (8192, True), (45056, False)])
for e in one["entries"]:
    head = log[e["offset"]:e["offset"] + 40]
    same("signature", head[:4], b"HvLE")
    same("size", e["size"], struct.unpack("<I", head[4:8])[0])
    same("number", e["sequence"], struct.unpack("<I", head[12:16])[0])
cheap = json.load(open("cheap.json"))["evidence"]["targets"][0]["hives"][0]
same("a hash that nobody asked for", cheap["sha256"], None)
edited = json.load(open("edited.json"))["targets"][0]["hives"][0]
same("before", edited["sha256_before"], sha(was))
same("after", edited["sha256_after"], sha(new))
same("bytes changed", edited["bytes_changed"],
     sum(a != b for a, b in zip(was, new)))
same("bytes grown", edited["bytes_grown"], len(new) - len(was))
print("\n".join(bad) if bad else "all as it lies there")
sys.exit(1 if bad else 0)
PY

# What writes or reads documents files the same.
cp "$FIXTURES/kms-primary.hive" primary
cp "$FIXTURES/client.hive" client
run 0 dump primary && cp log/out plain.json
run 0 dump primary --evidence && cp log/out dump.json
run 0 export primary --format json --evidence && cp log/out export.json
run 0 export primary --format reg --evidence -o kms.reg
grep -q '^  command: sppctl export primary' log/out ||
	fail "no evidence after an export to a file"
run 0 export primary --format reg --evidence
grep -q '^  command: sppctl export primary' log/err ||
	fail "no evidence beside an export to stdout"
cmp log/out kms.reg || fail "evidence is in the export"
run 0 import kms.reg --evidence && cp log/out import.json
run 0 convert kms.reg - --to json --evidence && cp log/out convert.json
run 0 diff primary kms.reg --json && cp log/out diff.json
run 0 audit plain.json --json && cp log/out audit.json
run 1 apply client dump.json --json -n && cp log/out apply.json
run 1 apply client primary dump.json --json -n && cp log/out many.json
run 0 set primary kms-port=1700 --backup
cp primary changed
run 0 restore primary --json --evidence && cp log/out restore.json
run 0 restore primary --evidence
grep -q '^evidence:' log/out || fail "restore has no evidence in text"
python3 - <<'PY' || failed=1
import hashlib, json, sys
bad = []

def load(name):
    return json.load(open(name + ".json"))

def sha(path):
    return hashlib.sha256(open(path, "rb").read()).hexdigest()

def targets(name):
    return load(name)["evidence"]["targets"]

def same(what, got, want):
    if got != want:
        bad.append("%s: %r, not %r" % (what, got, want))

dump = load("dump")
primary = dump.pop("evidence")["targets"][0]["hives"][0]["sha256"]
same("a dump beside its evidence", dump, load("plain"))
for name in "export", "diff":
    same(name, targets(name)[0]["path"], "primary")
for name, i, path, kind in (("import", 0, "kms.reg", "reg"),
                            ("convert", 0, "kms.reg", "reg"),
                            ("diff", 1, "kms.reg", "reg"),
                            ("audit", 0, "plain.json", "json"),
                            ("apply", 1, "dump.json", "json"),
                            ("many", 2, "dump.json", "json")):
    t = targets(name)[i]
    same(name, (t["path"], t["kind"], t["format"], t["sha256"]),
         (path, "policy", kind, sha(path)))
same("restore", targets("restore")[0]["hives"][0]["sha256"], sha("changed"))
same("restored", sha("primary"), primary)
print("\n".join(bad) if bad else "documents file the same")
sys.exit(1 if bad else 0)
PY

# A dirty hive that is refused: why, for each log and each of its entries.
cp "$FIXTURES/dirty-badhash2.hive" refused
cp "$FIXTURES/dirty-badhash2.hive.LOG1" refused.LOG1
why='.LOG1: its first entry, at byte 512, is rejected: the hash of its head is wrong'
run 4 show refused
grep -qF "$why" log/err || fail "show: no reason: $(cat log/err)"
run 4 show refused --json
grep -qF "$why" log/out || fail "show --json: no reason"
run 1 check refused
grep -qF "$why" log/out || fail "check: no reason: $(cat log/out)"
for command in check info; do
	run '1|4' $command refused --evidence
	sed -n 's/^ *verdict: //p' log/out >verdicts
	diff - verdicts <<'END' || fail "$command: verdicts"
the hash of its head is wrong
follows an entry that is rejected
out of order: left over from an earlier use of the log
END
done

# The log that goes on where another ends is told of, too.
cp "$FIXTURES/dirty-split.hive" split
cp "$FIXTURES/dirty-split.hive.LOG1" split.LOG1
cp "$FIXTURES/dirty-split.hive.LOG2" split.LOG2
run 0 show split
[ ! -s log/err ] || fail "a good pair of logs: $(cat log/err)"
printf '\377' | dd of=split.LOG2 bs=1 seek=700 conv=notrunc 2>log/dd
run 0 show split
grep -q "entry 1 of its log .LOG2, at byte 512, is rejected" log/err ||
	fail "a rejected second log is not told of: $(cat log/err)"

# A truncated hive: what to do.
cp "$FIXTURES/truncated.hive" cut
run 4 show cut
grep -q 'show --partial' log/err || fail "no word of --partial"

# Product keys of the command line are not filed.
key=AAAAA-BBBBB-CCCCC-DDDDD-EEEEE
cp "$FIXTURES/client.hive" $key
run 0 show $key --json
sed -n '/"command"/,/]/p' log/out | grep -q 'AAAAA-BBBBB' &&
	fail "a product key is filed"
exit $failed
