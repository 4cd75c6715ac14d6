#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Hostile files: one line, exit code 3, within a second and 64 MiB.
# label: thorough 6
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# Sanitizers need more of both.
limits=yes
[ -n "${PLAIN:-}" ] && [ -x "$PLAIN" ] || { PLAIN=$SPPCTL; limits=; }

mkdir "$work/files"
python3 - "$work/files" <<'END'
import os, struct, sys

work = sys.argv[1]
xml = b'<?xml version="1.0" encoding="utf-8"?>\n'
root = b'<RegistrySettings clsid="{A3CCFC41-DFDB-43a5-8D26-0FE8B954DA51}">'
v5 = b"Windows Registry Editor Version 5.00\n\n"
spp = (b"SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\"
       b"SoftwareProtectionPlatform")
hklm = b"HKEY_LOCAL_MACHINE\\"
MiB = 1 << 20

def guid(n):
    return b"%08x-0000-0000-0000-000000000000" % n

def laughs():
    yield xml + b"<!DOCTYPE lolz [<!ENTITY l0 \"lol\">"
    for i in range(1, 20):
        yield b'<!ENTITY l%d "%s">' % (i, b"&l%d;" % (i - 1) * 10)
    yield b"]><RegistrySettings>&l19;</RegistrySettings>"

def record(key, name, kind, size, data):
    u = lambda b: b.decode().encode("utf-16-le")
    return (u(b"[" + key) + u(b"\0;" + name) + u(b"\0;") +
            struct.pack("<I", kind) + u(b";") + struct.pack("<I", size) +
            u(b";") + data + u(b"]"))

files = {
    "laughs.xml": b"".join(laughs()),
    "external.xml": xml + b'<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/'
        b'passwd">]><RegistrySettings>&x;</RegistrySettings>',
    "dtd.xml": xml + b'<!DOCTYPE r SYSTEM "http://127.0.0.1:9/x.dtd"><r/>',
    "laughs16.xml": b"\xff\xfe" + b"".join(laughs()).decode().encode(
        "utf-16-le"),
    "nesting.xml": xml + root + b"<Collection>" * 100000,
    "nesting-report.xml": b'<GPO xmlns="http://www.microsoft.com/GroupPolicy/'
        b'Settings">' + b"<Computer>" * 100000,
    "attribute-7M.xml": xml + root + b'<Registry name="' + b"a" * (7 * MiB) +
        b'"/></RegistrySettings>',
    "attribute-6M.xml": xml + root + b'<Registry name="' + b"a" * (6 * MiB) +
        b'"/></RegistrySettings>',
    "text-6M.xml": xml + root + b"<Registry><Properties><Values><Value>" +
        b"a" * (6 * MiB),
    "attributes.xml": xml + root + b"<Registry " + b" ".join(
        b'a%d="1"' % i for i in range(600000)) + b"/></RegistrySettings>",
    "spaces.xml": xml + root + b"<Registry " + b" ".join(
        b'xmlns:a%d="1"' % i for i in range(250000)) + b"/></RegistrySettings>",
    "items.xml": xml + root + b"<Registry/>" * 600000 +
        b"</RegistrySettings>",
    "values.xml": xml + root + b"<Registry><Properties><Values>" +
        b"<Value/>" * 900000,
    "open.xml": xml + root + b"<" * (7 * MiB),
    "noise.xml": xml + root + os.urandom(MiB),
    "size.pol": b"PReg\1\0\0\0" + record(b"A", b"B", 1, 0xffffffff, b""),
    "size.xxx.pol": b"PReg\1\0\0\0" + record(b"A", b"B", 1, 100, b""),
    "records.pol": b"PReg\1\0\0\0" + b"".join(
        record(spp + b"\\" + guid(n), b"SkipRearm", 4, 4, b"\1\0\0\0")
        for n in range(20000)) + b"x",
    "settings.pol": b"PReg\1\0\0\0" + b"".join(
        record(spp + b"\\" + guid(n), b"KeyManagementServiceName", 1, 2,
               b"\0\0") for n in range(20000, 0, -1)),
    "settings.reg": v5 + b"".join(
        b"[%s%s\\%s]\n\"KeyManagementServiceName\"=\"a\"\n" % (
            hklm, spp, guid(n)) for n in range(40000, 0, -1)),
    "deletions.reg": v5 + b"".join(
        b"[-%s%s\\%s]\n" % (hklm, spp, guid(n)) for n in range(20000)),
    "offers.pol": b"PReg\1\0\0\0" + b"".join(
        record(spp + b"\\" + guid(n), b"**soft.KeyManagementServiceName", 1, 2,
               b"\0\0") for n in range(20000)),
    "quotes.reg": v5 + b"[" + hklm + spp + b"]\n\"a\"=\"" + b"x\n" * (4 * MiB - 999),
    "wide.reg": b"\xff\xfe" + (v5 + b"[" + hklm + spp + b"]\n\"a\"=\"")
        .decode().encode("utf-16-le") + b"\x00\x4e" * (3 * MiB + MiB // 2),
    "hex.reg": v5 + b"[" + hklm + spp + b"]\n\"a\"=hex:" + b"00,\\\n" * (MiB + MiB // 2),
    "unended.txt": b"Computer\n" + b"a" * (7 * MiB),
}
for name, data in files.items():
    with open(os.path.join(work, name), "wb") as f:
        f.write(data)
# A gigabyte that takes no room.
with open(os.path.join(work, "attribute-1G.xml"), "wb") as f:
    f.write(xml + root + b'<Registry name="')
    f.truncate(1 << 30)
with open(os.path.join(work, "1G.pol"), "wb") as f:
    f.write(b"PReg\1\0\0\0")
    f.truncate(1 << 30)
END

# Another process, for a child's share counts what its parent had when it
# was born.
python3 - "$PLAIN" "$work" "$limits" "$FIXTURES/kms-primary.hive" <<'END'
import os, resource, shutil, subprocess, sys

program, work, limits, hive = sys.argv[1:]
def limit():
    resource.setrlimit(resource.RLIMIT_CPU, (20, 20))

bad = 0
for name in sorted(os.listdir(work + "/files")):
    path = os.path.join(work, "files", name)
    target = shutil.copy(hive, os.path.join(work, "hive"))
    os.chmod(target, 0o600)
    commands = [["import", path, "-o", os.path.join(work, "out")]]
    if limits: # with sanitizers one way in is enough
        commands.append(["apply", target, path])
    for command in commands:
        child = subprocess.Popen([program] + command, stdout=subprocess.PIPE,
                                 stderr=subprocess.PIPE,
                                 preexec_fn=limit)
        text = child.stderr.read().decode(errors="replace")
        child.stdout.read()
        _, status, usage = os.wait4(child.pid, 0)
        # Of the processor: others may be at work as well.
        took = usage.ru_utime + usage.ru_stime
        code = os.waitstatus_to_exitcode(status)
        rss = usage.ru_maxrss // 1024
        ok = code == 3 and text.count("\n") == 1 and len(text) < 1200
        if limits:
            ok = ok and took < 1 and rss < 64
        if not ok:
            bad += 1
        print("%-4s %-20s %-7s exit %d, %4.2f s, %3d MiB: %s" % (
            "ok" if ok else "BAD", name, command[0], code, took, rss,
            text.strip()[:160].replace(work + "/files/", "")))
    if open(target, "rb").read() != open(hive, "rb").read():
        print("BAD  %s: the hive was changed" % name)
        bad += 1
sys.exit(bad > 0)
END
