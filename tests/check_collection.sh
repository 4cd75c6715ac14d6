#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A collection of real hives by its own catalogue, where it is at hand: every
# command that reads, no finding on a healthy hive, all damage told, logs
# replayed or refused as the catalogue says, and nothing changed: not a byte,
# a time or a name in a folder.
# label: judges 30
. "$SOURCE/tests/check.sh"
hives=$SOURCE/../shared/hives
[ -f "$hives/CATALOG.md" ] || skip "there is no collection of hives"
command -v python3 >/dev/null || skip "no python3"
[ ! -x "$PLAIN" ] || SPPCTL=$PLAIN
cp -r "$hives" all
chmod -R u+w all

cat >look.py <<'PY'
import hashlib, json, os, re, subprocess, sys
from concurrent.futures import ThreadPoolExecutor

sppctl, root = sys.argv[1], "all"
# What the catalogue says of a file by its name alone, and who finds it.
NAMED = {
    "yarp/BadListHive": "shared-cell", "yarp/BadSubkeyHive": "parent",
    "yarp/CompHive": "hash", "yarp/DuplicateSubkeysHive": "twins",
    "yarp/InvalidParentHive": "parent", "yarp/WrongOrderHive": "order",
    "artemis/registry/win10/NTUSER_Bad.DAT": "shared-cell",
    "yarp/TruncatedNameHive": "key",
}
bad, seen = [], {"healthy": 0, "damaged": 0, "dirty": 0, "odd": 0}

def call(*args, codes=(0,)):
    p = subprocess.run([sppctl, *args], capture_output=True, timeout=120,
                       stdin=subprocess.DEVNULL)
    if p.returncode not in codes:
        bad.append(f"{' '.join(args)}: exit code {p.returncode}: "
                   f"{p.stderr.decode()[-200:]}")
    return p.returncode, p.stdout, p.stderr.decode()

def content(path):
    return open(os.open(path, os.O_RDONLY | os.O_NOATIME), "rb").read()

def state():
    found = {}
    for folder, names, files in os.walk(root):
        names.sort()
        for name in [""] + sorted(files):
            path = os.path.join(folder, name)
            st = os.lstat(path)
            found[path] = (st.st_ino, st.st_size, st.st_mtime_ns,
                           st.st_ctime_ns, st.st_mode,
                           st.st_atime_ns if name else 0,
                           sorted(os.listdir(path)) if not name else
                           hashlib.sha256(content(path)).hexdigest())
    return found

text = open(os.path.join(root, "CATALOG.md"), encoding="utf-8").read()
rows, replays = {}, {}
for line in text.splitlines():
    cells = [c.strip() for c in line.strip().strip("|").split("|")]
    name = cells[0].strip("*")
    if not os.path.isfile(os.path.join(root, name)):
        continue
    if len(cells) >= 13 and cells[11].count("/") >= 1 and "err" in cells[11]:
        rows[name] = cells
    elif re.match("auto |recover_old|-$", cells[1]):
        replays[name] = "recovery refused" in line
if len(rows) < 40 or len(replays) < 5:
    bad.append(f"the catalogue is not understood: {len(rows)} hives, "
               f"{len(replays)} replays")

def judge(name):
    cells, path = rows[name], os.path.join(root, name)
    errors = int(re.search(r"err(\d+)", cells[11]).group(1))
    dirty = "**D**" in cells[6] or cells[9] == "BAD"
    refused = replays.get(name, dirty)
    truncated = int(cells[3]) <= 12288 and errors > 1
    damaged = errors > 0 or name in NAMED
    kind = "dirty" if dirty else "damaged" if damaged else "healthy"
    seen[kind] += 1
    cannot = (4,) if truncated or refused else (0,)
    soft = ("--as", "SOFTWARE")

    code, out, err = call("check", path, "--json", codes=(0, 1, 4))
    check = json.loads(out)
    if truncated:
        if code != 4 or "truncated" not in err:
            bad.append(f"{name}: check does not say that it is truncated")
    else:
        hive = check["hives"][0]
        rules = {f["rule"] for f in hive["findings"]
                 if f["severity"] == "error"}
        if refused and not hive["dirty"]:
            bad.append(f"{name}: check does not say that it is dirty")
        if damaged and code != 1:
            bad.append(f"{name}: check finds no damage")
        if name in NAMED and NAMED[name] not in rules:
            bad.append(f"{name}: {rules}, not {NAMED[name]}")
        if kind == "healthy" and hive["errors"]:
            bad.append(f"{name}: healthy, but {rules}")
        whole = {f["rule"] for f in hive["findings"]}
        # "sur" is said of whole pairs, too.
        for mark, rule in (("NUL", "name-nul"), ("sur", "name-text")):
            if mark in cells[12] and name not in NAMED and \
                    (mark == "NUL" or "TruncatedPair" in name):
                seen["odd"] += 1
                if rule not in whole:
                    bad.append(f"{name}: no {rule} in {whole}")

    code, out, err = call("show", "--all", *soft, path, codes=cannot)
    if code == 4 and not ("logs do not replay (" in err or
                          "no logs beside it" in err or "truncated" in err):
        bad.append(f"{name}: refused without a reason: {err}")
    if cells[8] == "1.6" and "layered" not in err:
        bad.append(f"{name}: show does not say that it is layered")
    if dirty and not refused and b"recovered from its logs" not in out:
        bad.append(f"{name}: show does not say that it is replayed")
    # Damage far from the settings is no finding of an audit.
    code, out, err = call("audit", *soft, path, "--json",
                          codes=(0, 1, *cannot))
    if code != 4:
        found = {(f["rule"], f["severity"]) for t in
                 json.loads(out)["targets"] for f in t.get("findings", [])}
        if found - ({("R51", "high")} if damaged else set()):
            bad.append(f"{name}: {kind}, but {found}")
        if errors and not found and "damaged" not in err and \
                check["hives"][0]["errors"] == 0:
            bad.append(f"{name}: nobody tells its damage")

    # The others that read: they end as they should and leave all alone.
    call("info", path, codes=(0, 4))
    call("info", path, "--evidence", codes=(0, 4))
    call("show", path, "--json", *soft, codes=cannot)
    call("get", path, "kms-host", *soft,
         codes=(1, *cannot, *([3] if damaged else [])))
    call("publish", path, *soft, codes=cannot)
    call("dump", path, "--evidence", *soft, codes=cannot)
    call("export", path, "--format", "reg", *soft, codes=cannot)
    call("diff", path, "empty.json", *soft, codes=cannot)
    call("dns", path, *soft, codes=cannot)
    call("slmgr", path, "/dlv", *soft, codes=cannot)
    call("set", path, "kms-port=1701", "-n", *soft,
         codes=(1, 3, 4) if kind != "healthy" or cells[8] == "1.6" else (1,))
    if not truncated:
        call("show", path, "--discard-logs", *soft,
             codes=(0, 4) if cells[9] == "BAD" else (0,))
        call("diff", path, "--states", *soft,
             codes=(0, 1, 4) if cells[9] == "BAD" else (0, 1, *cannot))
    else:
        call("show", path, "--partial", "--discard-logs", *soft,
             codes=(0, 4))
    folder = "filed-" + name.replace("/", "-")
    call("evidence", path, "-o", folder, *soft)
    filed = json.load(open(folder + "/evidence.json"))
    hive = filed["evidence"]["targets"][0]["hives"][0]
    if hive["sha256"] != hashlib.sha256(content(path)).hexdigest():
        bad.append(f"{name}: another hash")
    base = hive["base"]
    if base and dirty == (not base["dirty"] and base["checksum_right"]):
        bad.append(f"{name}: evidence says {base}")
    if base and [base["sequence1"], base["sequence2"]] != [
            int(n) for n in re.findall(r"\d+", cells[6])][:2]:
        bad.append(f"{name}: sequence numbers {base}")
    code, out, err = call("recover", path, "-o", "-", codes=cannot)
    wanted = os.path.join(root, "expected", name + ".expected")
    if not code and os.path.isfile(wanted):
        seen["replayed"] = seen.get("replayed", 0) + 1
        want = content(wanted)
        size = 4096 + int.from_bytes(want[40:44], "little")
        if out[4096:size] != want[4096:size]:
            bad.append(f"{name}: replayed otherwise than expected")

open("empty.json", "w").write('{"sppctl-policy": 1}')
# Long ago, so that any access would show.
for folder, _, files in os.walk(root):
    for name in files:
        path = os.path.join(folder, name)
        os.utime(path, ns=(10**18, os.stat(path).st_mtime_ns))
before = state()
with ThreadPoolExecutor(2) as pool:
    list(pool.map(judge, sorted(rows)))
after = state()
for path in sorted(set(before) | set(after)):
    if before.get(path) != after.get(path):
        bad.append(f"{path}: {before.get(path)} became {after.get(path)}")
for what, least in (("healthy", 40), ("damaged", 8), ("dirty", 8),
                    ("replayed", 4)):
    if seen.get(what, 0) < least:
        bad.append(f"only {seen.get(what, 0)} {what}")
print(", ".join(f"{n} {what}" for what, n in seen.items()))
for line in bad[:40]:
    print("check_collection:", line)
sys.exit(bool(bad))
PY
python3 look.py "$SPPCTL" || failed=1
exit $failed
