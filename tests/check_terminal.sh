#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# No byte of a name, value or header reaches a terminal as it is: every
# command, with hostile names in every place where a name can stand.  What is
# printed is UTF-8 without controls and without marks that turn the direction
# of writing, and no name begins a line of its own.
# label: thorough 12
. "$SOURCE/tests/fast.sh"
. "$SOURCE/tests/check.sh"
cp "$SOURCE"/policy/ready/client.json good.json

cp "$SOURCE/tests/terminal.py" .
cat >sweep.py <<'PY'
import json, os, pty, shutil, struct, subprocess, sys, terminal, unicodedata
from concurrent.futures import ThreadPoolExecutor

sppctl, fixtures = os.fsencode(sys.argv[1]), os.fsencode(sys.argv[2])
# ESC, newline, DEL, U+009B, U+202E, U+2028, BEL, and what is not UTF-8.
EVIL = "a\x1b[31m\nINJECTED\x7f\u009b2J\u202eb\u2028\x07\rINJECTED"
RAW = os.fsencode(EVIL) + b"\x9b\xff"
bad = []

def judge(what, out):
    try:
        text = out.decode()
    except UnicodeDecodeError as e:
        bad.append(f"{what}: not UTF-8: {out[max(0, e.start - 40):e.end]}")
        return
    for c in text:
        if c in "\n\t":
            continue
        if unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp"):
            at = text.index(c)
            bad.append(f"{what}: U+{ord(c):04X} in "
                       f"{text[max(0, at - 60):at + 10]!r}")
            return
    for line in text.splitlines():
        if line.lstrip(' "').startswith("INJECTED"):
            bad.append(f"{what}: a name begins a line")
            return

def call(*args):
    args = [os.fsencode(a) for a in args]
    p = subprocess.run([sppctl, *args], capture_output=True,
                       stdin=subprocess.DEVNULL, timeout=60,
                       env={**os.environ, "NO_COLOR": "1"})
    what = b" ".join(args)[:90]
    if p.returncode not in (0, 1, 2, 3, 4):
        bad.append(f"{what}: exit code {p.returncode}: {p.stderr[-300:]}")
    # recover -o - writes a hive.
    if not p.stdout.startswith(b"regf"):
        judge(f"stdout of {what}", p.stdout)
    judge(f"stderr of {what}", p.stderr)
    return p.stdout + p.stderr

jobs = []

def add(*args):
    jobs.append(args)

# Folders and files of hostile names, good and bad in content.
os.mkdir(RAW)
def copy(name, to):
    with open(fixtures + b"/" + name, "rb") as f, open(to, "wb") as g:
        g.write(f.read())
hive = RAW + b"/HIVE"
copy(b"kms-primary.hive", hive)
copy(b"hostile-names.hive", RAW + b"/EVIL")
copy(b"dirty-new.hive", RAW + b"/DIRTY")
copy(b"dirty-new.hive.LOG1", RAW + b"/DIRTY.LOG1")
copy(b"truncated.hive", RAW + b"/CUT")
with open(RAW + b"/text", "w") as f:
    f.write(EVIL)
with open(RAW + b"/empty.wim", "wb") as f:
    f.write(b"MSWIM\0\0\0" + b"\xd0\0\0\0" + bytes(196))

# A dump whose every text is hostile.
with open("evil.json", "w") as f:
    image = {k: EVIL for k in
             ("product", "edition", "version", "build", "revision",
              "installation", "computer", "host", "dns_suffix", "domain")}
    image["build"] = "20348"
    image["has_system"] = True
    image["hooks"] = [{"program": EVIL, "value": EVIL, "data": EVIL}]
    hexes = EVIL.encode("utf-16-le").hex() + "0000"
    value = {"type": "REG_SZ", "hex": hexes}
    json.dump({"sppctl-policy": 1, "name": EVIL, "description": EVIL,
               "scopes": {"spp": {"host-version": value,
                                  "kms-host": value, "lookup-domain": value,
                                  "kms-port": value,
                                  "publish-list": {"type": "REG_MULTI_SZ",
                                                   "hex": hexes + "0000"}},
                          "activation": {"alternate-url": value}},
               "observed": {"cache": {"cached-host": value}},
               "unknown": [{"kind": "value", "place": "spp", "key": EVIL,
                            "name": EVIL, "type": "REG_SZ", "size": 4,
                            "hex": hexes},
                           {"kind": "unreadable", "place": "spp",
                            "key": EVIL, "name": EVIL, "why": EVIL},
                           {"kind": "key", "place": "spp", "key": EVIL,
                            "why": EVIL}],
               "image": image}, f)
with open("unknown.json", "w") as f:
    json.dump({"sppctl-policy": 1, EVIL: 1}, f)
with open("site.json", "w") as f:
    json.dump({"sppctl-site": 1, "domains": [EVIL]}, f)
with open("evil.reg", "w") as f:
    f.write("Windows Registry Editor Version 5.00\n\n[HKEY_LOCAL_MACHINE\\"
            "SOFTWARE\\x\x1b[31m\u009b]\n\"y\x1b[31m\u202e\"=\"z\"\n")

targets = [hive, RAW + b"/EVIL", RAW + b"/DIRTY", RAW + b"/CUT",
           RAW + b"/text", RAW + b"/empty.wim", RAW, RAW + b"/nothing",
           "evil.json", "unknown.json", "evil.reg"]
one = [["show"], ["show", "--all"], ["show", "--json"], ["check"],
       ["check", "--json"], ["info"], ["info", "--json"], ["dump"],
       ["audit"], ["audit", "--json"], ["audit", "--sarif"], ["dns"],
       ["dns", "--style", "bind"], ["dns", "--style", "powershell"],
       ["dns", "--json"], ["simulate"], ["publish"], ["recover", "-o", "-"],
       ["restore", "-n"], ["clear-cache", "-n"]]
for t in targets:
    for c in one:
        add(c[0], t, *c[1:])
    add("get", t, "kms-host")
    add("get", t, EVIL)
    add("set", t, "kms-host=" + EVIL)
    add("set", t, "-n", "kms-host=kms9.corp.example")
    add("unset", t, EVIL)
    add("apply", "evil.json", t)
    add("apply", t, "evil.json", "-n")
    add("diff", t, hive)
    add("diff", hive, t)
    add("slmgr", t, "/dlv")
    add("slmgr", t, "/skms", EVIL)
    add("audit", "good.json", "--site", t)
    add("export", t, "--format", "json")
    add("import", t)
    add("recover", t, "-o", RAW + b"/HIVE")
for name in RAW, EVIL:
    add(name)
    add("show", name)
    add("show", hive, name)
    add("help", name)
    add("settings", name)
    add(os.fsencode("--") + os.fsencode(name))
    for option in ("--scope", "--as", "--format", "--target-kind", "--wait",
                   "--partition", "--windows", "--system", "--netsvc",
                   "--site", "--fail-on", "--ignore", "--backup", "--style",
                   "--domain", "--down", "--clients", "--seed", "--ttl",
                   "--to", "--backing", "--journal-dir", "--changed",
                   "--uid", "--language", "--flavour", "--prefix"):
        for c in "show", "set", "audit", "dns", "simulate", "export", "get":
            add(c, hive, option, name)
add("audit", hive, "--site", "site.json")
add("publish", hive, "-n", "--add", EVIL)
add("publish", hive, "-n", "--remove", EVIL)

with ThreadPoolExecutor(4) as pool:
    list(pool.map(lambda a: call(*a), jobs))

# What names its backing file: the header of a qcow2 image.
head = bytearray(65536)
name = RAW.replace(b"/", b"-")
head[0:4] = b"QFI\xfb"
for at, n, size in ((4, 2, 4), (8, 1024, 8), (16, len(name), 4), (20, 16, 4),
                    (24, 1 << 20, 8), (36, 1, 4), (40, 8192, 8)):
    head[at:at + size] = n.to_bytes(size, "big")
head[1024:1024 + len(name)] = name
with open("evil.qcow2", "wb") as f:
    f.write(head + bytes(1 << 16))
call("info", "evil.qcow2")
call("show", "evil.qcow2")
call("info", "evil.qcow2", "--json")

# A WIM whose XML has hostile texts in every place, as far as XML may hold
# them; the controls that it may not hold make it invalid.
def evil_wim(name, text, raw=None):
    if not shutil.which("wimcapture"):
        return print("no wimcapture: no WIM with hostile XML")
    if not os.path.isdir("tree"):
        os.makedirs("tree/Windows/System32/config")
        copy(b"kms-primary.hive", b"tree/Windows/System32/config/SOFTWARE")
    subprocess.run(["wimcapture", "tree", name, "plain"], check=True,
                   stdout=subprocess.DEVNULL)
    wim = bytearray(open(name, "rb").read())
    own = text if raw is None else raw
    tags = ("NAME", "DESCRIPTION", "DISPLAYNAME", "DISPLAYDESCRIPTION",
            "FLAGS")
    inner = ("ARCH", "PRODUCTNAME", "EDITIONID", "INSTALLATIONTYPE",
             "PRODUCTTYPE", "PRODUCTSUITE", "SYSTEMROOT", "HAL")
    fill = lambda names: "".join(f"<{n}>{own}</{n}>" for n in names)
    xml = ("\ufeff<WIM><TOTALBYTES>1</TOTALBYTES><IMAGE INDEX=\"1\">" +
           fill(tags) + "<WINDOWS>" + fill(inner) + "<LANGUAGES>" +
           fill(("LANGUAGE", "DEFAULT")) + "</LANGUAGES><VERSION>" +
           fill(("MAJOR", "MINOR", "BUILD", "SPBUILD", "SPLEVEL")) +
           "</VERSION></WINDOWS></IMAGE></WIM>").encode("utf-16-le")
    at = len(wim)
    struct.pack_into("<QQQ", wim, 72, len(xml) | 2 << 56, at, len(xml))
    with open(name, "wb") as f:
        f.write(wim + xml)
    seen = 0
    for args in (["info"], ["info", "--json"], ["info", "--evidence"],
                 ["show"], ["show", "--json"], ["audit"], ["check"],
                 ["dump"], ["get", "kms-host"], ["evidence", "--json",
                 "-o", name + ".filed"], ["set", "kms-port=1701"],
                 ["set", "kms-port=1702", "--json"], ["restore"]):
        for target in (name, name + "#1"):
            seen += call(args[0], target, *args[1:]).count(b"INJECTED")
    call("show", name + "#" + text.replace("\0", ""))
    if raw is None and not seen:
        bad.append(f"{name}: its texts were not printed")

evil_wim("valid.wim", "".join(c for c in EVIL if c in "\n\r" or c >= " "))
evil_wim("invalid.wim", "x", "a\x1b[31m\x07\u009b\u202e\nINJECTED")
evil_wim("refs.wim", "x", "a&#x1b;[31m&#7;\nINJECTED")

# Files as they are for a pipe, but not for a terminal.
def on_terminal(*args):
    parent, child = pty.openpty()
    # A pager has sequences of its own.
    p = subprocess.Popen([sppctl, *args], stdout=child,
                         stderr=subprocess.DEVNULL,
                         env={**os.environ, "PAGER": "cat"})
    os.close(child)
    out = b"".join(terminal.pieces(parent, 60))
    p.wait()
    os.close(parent)
    judge(f"terminal: {args}", out.replace(b"\r\n", b"\n")
          .replace(b"\x1b[1m", b"").replace(b"\x1b[0m", b""))

# Those that write text of what they are given.
formats = [row.split()[0] for row in
           subprocess.run([sppctl, "help", "formats"], capture_output=True,
                          text=True, check=True).stdout.splitlines()
           if row.split()[2:3] == ["yes"]]
formats = [f for f in formats if f not in ("pol", "gpo-backup", "admx")]
if len(formats) < 6:
    bad.append(f"formats: {formats}")
for t in hive, RAW + b"/EVIL", "evil.json", "evil.reg":
    for to in formats:
        on_terminal("export", t, "--format", to)
    on_terminal("show", t, "--all")

print(f"{len(jobs)} calls, {len(bad)} leaks")
for line in bad[:40]:
    print(line)
sys.exit(bool(bad) or len(jobs) < 500)
PY
python3 -B sweep.py "$PLAIN" "$FIXTURES" || failed=1
exit $failed
