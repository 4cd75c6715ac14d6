#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes inputs to begin fuzzing with: seed.py FIXTURES OUT.

FIXTURES is the folder of generated hives, OUT gets a folder for each target.
"""
import os
import struct
import subprocess
import sys
import tempfile
import uuid

fixtures, out = sys.argv[1:3]


def write(target, name, data):
    os.makedirs(os.path.join(out, target), exist_ok=True)
    with open(os.path.join(out, target, name), "wb") as f:
        f.write(data)


def read(name):
    with open(os.path.join(fixtures, name), "rb") as f:
        return f.read()


def part(data):
    data += b"\0" * (-len(data) % 64)
    return struct.pack("<H", len(data) // 64) + data


for name in sorted(os.listdir(fixtures)):
    if not name.endswith(".hive"):
        continue
    hive = read(name)
    if len(hive) > 64 << 10:
        continue
    write("regf", name, hive)
    ops = bytes([3, 0x00, 4, 0, 1, 0x14, 40, 0, 65, 0x28, 0, 0, 0])
    write("edit", name, ops + hive)
    logs = [part(read(name + log)) if os.path.exists(
        os.path.join(fixtures, name + log)) else part(b"")
        for log in (".LOG1", ".LOG2")]
    if any(len(log) > 2 for log in logs):
        write("log", name, bytes([3]) + part(hive) + b"".join(logs))

entries = ["corp.example, 10, 100", "b.example", "a,,10", "x;y", "_vlmcs._tcp.a",
           "b\u00fccher.example, 1, 2", ""]
stored = "".join(e + "\0" for e in entries).encode("utf-16-le") + b"\0\0"
for add in (b"corp.example,10,100", b"branch.example", b"b.example.,1"):
    write("publish", add.decode().replace(",", "-"),
          bytes([len(add)]) + add + stored)
for i, text in enumerate(["on", "off", "1", "1688", "0x698", "120", "ad",
                          "kms1.corp.example", "[2001:db8::1]", "10.0.0.1",
                          "b\u00fccher.example", "spp/office",
                          "a.example, 1, 2; b.example", "hello"]):
    for setting in range(0, 30, 3):
        write("words", f"{i}-{setting}", bytes([setting]) + text.encode())
write("json", "small", b'{"sppctl-policy":1,"scopes":{"spp":{"dns-publishing":'
      b'"on","kms-host":null,"publish-list":["a.example, 1, 2",{"domain":"b.'
      b'example","priority":3,"weight":4}],"kms-port":{"type":"REG_DWORD",'
      b'"hex":"98060000"}},"spp/*/*":{"*":null,"kms-host":{"keep":true}}},'
      b'"observed":{"cache":{"cached-host":{"type":1,"hex":"6100"}}},"image":'
      b'{"build":"22631","hooks":[{"program":"a","value":"b","data":"c"}]}}')

# A journal of two pages for a disk of eight; each sector has its stage.
page = b"".join(struct.pack("<QIxxxx8B8x", at, 4096, *stages) +
                b"\0" * 4096 + b"\x11" * 4096
                for at, stages in ((4096, (5, 4, 4, 4, 4, 4, 4, 4)),
                                   (16384, (1, 1, 2, 4, 4, 6, 7, 1))))
write("journal", "two-pages", b"\0" + struct.pack(
    "<8sIIQQQQ", b"SPPCTL-J", 2, 4096, 8 * 4096, 2, 0, 7).ljust(128, b"\0") +
    page)

# Disk images in pieces: see sparse.h.
CAPITALS = 128 << 10
HIVE = 67  # the record of SOFTWARE on the volumes made here


def sparse(data):
    """What is not zero, in pieces; runs of one byte and the table of capitals
    of NTFS take little."""
    out, at = [struct.pack("<I", len(data))], 0
    begin = data.find(b"".join(struct.pack("<H", i) for i in range(64)))
    while at < len(data):
        if at == begin:
            out.append(struct.pack("<IH", at, 0xffff))
            at += CAPITALS
            continue
        n, byte = 64, data[at]
        block = data[at:at + n]
        if block.count(byte) == len(block):
            while data[at + n:at + n + 64].count(byte) == 64 and \
                    at + n != begin:
                n += 64
            if byte:
                out.append(struct.pack("<IHIB", at, 0, n, byte))
        else:
            out.append(struct.pack("<IH", at, len(block)) + block)
        at += n
    return b"".join(join(out))


def join(pieces):
    """Pieces that follow each other become one."""
    out = []
    for piece in pieces:
        at, n = struct.unpack_from("<IH", piece) if len(piece) > 4 else (0, 0)
        if n and n != 0xffff and len(out) > 1:
            last, have = struct.unpack_from("<IH", out[-1])
            if have and have != 0xffff and last + have == at and \
                    have + n < 0x8000:
                out[-1] = struct.pack("<IH", last, have + n) + out[-1][6:] + \
                    piece[6:]
                continue
        out.append(piece)
    return out


def call(*args):
    """Whether a program is there and did it."""
    try:
        return subprocess.run(args, stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL).returncode == 0
    except OSError:
        return False


def slurp(path):
    with open(path, "rb") as f:
        return f.read()


def without_free_records(volume):
    """They say nothing."""
    at = struct.unpack_from("<Q", volume, 48)[0] * 512
    while volume[at:at + 4] == b"FILE":
        if not volume[at + 22] & 1:
            volume[at:at + 1024] = bytes(1024)
        at += 1024
    return volume


def volumes(work):
    path = os.path.join(work, "volume")
    hive = os.path.join(fixtures, "kms-primary.hive")
    where = "Windows/System32/config"
    os.environ["PATH"] += ":/sbin:/usr/sbin"
    for name, commands in (
            ("plain", []), ("cached", ["log", "cached"]), ("dirty", ["dirty"]),
            ("unclean", ["log", "unclean"]),
            ("holes", ["holes", where + "/SYSTEM", "8192"]),
            ("efs", ["efs", where + "/SOFTWARE"]),
            ("reparse", ["reparse", where + "/SOFTWARE"]),
            ("free", ["free", where + "/SOFTWARE"])):
        with open(path, "wb") as f:
            f.truncate(1100 << 10)
        if not call("mkntfs", "-Q", "-q", "-F", "-s", "512", "-p", "0", "-H",
                    "0", "-S", "0", "-c", "512", path) or not call(
                        os.path.join(fixtures, "mkvolume"), path, "mkdir",
                        where, "pieces" if name == "dirty" else "put", hive,
                        where + "/SOFTWARE", *commands):
            return
        data = sparse(without_free_records(bytearray(slurp(path))))
        write("ntfs", name, data)
        write("ntfs", name + "-odd", data + b"\0")
        write("mft", name, struct.pack("<HHI", HIVE, 1, len(data)) + data)
    # An edit that lengthens the hive: what it changes follows the volume.
    was = slurp(path)
    data = sparse(without_free_records(bytearray(was)))
    call(os.path.join(fixtures, "mkvolume"), path, "reserve",
         where + "/SOFTWARE", "20000")
    pieces = [struct.pack("<IH", at, 64) + new[at:at + 64]
              for new in [slurp(path)] for at in range(0, len(was), 64)
              if new[at:at + 64] != was[at:at + 64]]
    write("mft", "edited", struct.pack("<HHI", HIVE, 1, len(data)) + data +
          data[:4] + b"".join(pieces))


def images(work):
    for kind, options in (
            ("qcow2", []), ("qcow2", ["-o", "compat=0.10"]),
            ("qcow2", ["-o", "cluster_size=512"]), ("vmdk", []),
            ("vmdk", ["-o", "subformat=streamOptimized"]),
            ("vmdk", ["-o", "subformat=monolithicFlat"]), ("vdi", []),
            ("vdi", ["-o", "static=on"]), ("vpc", []),
            ("vpc", ["-o", "subformat=fixed"]), ("vhdx", [])):
        path = os.path.join(work, "image")
        name = "-".join(options[1:]).replace("=", "-") or "plain"
        if call("qemu-img", "create", "-f", kind, *options, path, "1M"):
            write("vhd" if kind == "vpc" else kind, name,
                  sparse(slurp(path)[:4 << 20]))


def wims(work):
    tree, path = os.path.join(work, "tree"), os.path.join(work, "a.wim")
    config = os.path.join(tree, "Windows/System32/config")
    os.makedirs(config)
    with open(os.path.join(config, "SOFTWARE"), "wb") as f:
        f.write(read("kms-primary.hive"))
    with open(os.path.join(config, "SOFTWARE.LOG1"), "wb") as f:
        f.write(read("dirty-new-cut.hive.LOG1")[:1024])
    for name, options in (("plain", ["--compress=none", "--no-check"]),
                          ("sums", ["--compress=none", "--check"]),
                          ("xpress", ["--compress=XPRESS"]),
                          ("lzx", ["--compress=LZX"]),
                          ("solid", ["--solid"])):
        if os.path.exists(path):
            os.unlink(path)
        if not call("wimcapture", tree, path, "Image", "--boot",
                    "--no-acls", *options):
            return
        if name == "plain":
            os.link(os.path.join(config, "SOFTWARE"),
                    os.path.join(config, "SYSTEM"))
            call("wimappend", tree, path, "Second", "--no-acls", "--no-check")
        wim = slurp(path)
        write("wim", name, wim)
        if name == "plain":
            os.unlink(os.path.join(config, "SYSTEM"))
        if name != "plain":
            for how in range(7):
                write("wimedit", f"{name}-{how}", bytes([how]) + wim)
        size, at, whole = struct.unpack_from("<QQQ", wim, 72)
        write("wimxml", name, wim[at:at + whole].decode("utf-16").encode())
        # The same WIM with a copy of its table behind it, and its undo file.
        size, at = struct.unpack_from("<QQ", wim, 48)
        size &= (1 << 56) - 1
        new = bytearray(wim + wim[at:at + size])
        struct.pack_into("<Q", new, 56, len(wim))
        undo = struct.pack("<8sIIQQ", b"SPPCTL-W", 1, 0, len(wim), len(new)) + \
            bytes(32) + wim[:208] + new[:208]
        write("wimundo", name, struct.pack("<H", 512) + undo.ljust(512, b"\0")
              + new)


with tempfile.TemporaryDirectory() as work:
    volumes(work)
    images(work)
    wims(work)

# Partition tables: four primary ones, a chain of logical ones, GPTs with
# sectors of both sizes, the last copy of one, and what LDM uses.
def disk(size, *pieces):
    data = bytearray(size)
    for at, piece in pieces:
        data[at:at + len(piece)] = piece
    return bytes(data)


def mbr(*entries):
    return b"".join(struct.pack("<BxxxBxxxII", 0, *e)
                    for e in entries).ljust(64, b"\0") + b"\x55\xaa"


def gpt(lba, entries, count):
    return b"EFI PART" + struct.pack("<IIIxxxxQQQQ16sQIII", 65536, 92, 0, lba,
                                     0, 3, 20, b"disk", entries, count, 128, 0)


def entry(guid, first, last, name):
    return uuid.UUID(guid).bytes_le + struct.pack(
        "<16sQQQ", b"one", first, last, 0) + name.encode("utf-16-le").ljust(
            72, b"\0")


ntfs = disk(512, (3, b"NTFS    "), (510, b"\x55\xaa"))
basic = entry("ebd0a0a2-b9e5-4433-87c0-68b6b72699c7", 6, 9, "Basic data")
dynamic = entry("5808c8aa-7e8f-42e0-85d2-e1e90434cfb3", 10, 10, "LDM")
write("disk", "mbr", disk(8192, (446, mbr((7, 2, 4), (0x42, 6, 2),
                                          (0x0c, 8, 2), (0x83, 1, 99))),
                          (1024, ntfs)))
write("disk", "logical", disk(8192, (446, mbr((7, 2, 2), (5, 4, 12))),
                              (1024, ntfs), (4 * 512 + 446, mbr(
                                  (7, 1, 2), (5, 4, 4))),
                              (8 * 512 + 446, mbr((7, 1, 2))), (9 * 512, ntfs)))
write("disk", "gpt", disk(8192, (446, mbr((0xee, 1, 15))),
                          (512, gpt(1, 2, 4)), (1024, basic + dynamic),
                          (6 * 512, ntfs)))
write("disk", "gpt-last", disk(8192, (446, mbr((0xee, 1, 15))),
                               (15 * 512, gpt(15, 14, 4)),
                               (14 * 512, basic + dynamic)))
write("disk", "gpt-4096", disk(49152, (446, mbr((0xee, 1, 11))),
                               (4096, gpt(1, 2, 32)), (8192, basic),
                               (6 * 4096, ntfs)))
for name, start in (("bitlocker", b"\xeb\x58\x90-FVE-FS-"), ("luks",
                    b"LUKS\xba\xbe"), ("refs", b"\0\0\0ReFS"),
                    ("exfat", b"\xeb\x76\x90EXFAT   ")):
    write("disk", name, disk(1024, (0, start), (510, b"\x55\xaa")))

# A hive and a backup of it: the same, an older state, another hive.
for name, hive, backup in (
        ("same", "client", "client"), ("other", "system", "netsvc"),
        ("older", "log-after", "log-before")):
    if os.path.exists(os.path.join(fixtures, hive + ".hive")) and \
            os.path.exists(os.path.join(fixtures, backup + ".hive")):
        hive = read(hive + ".hive")
        write("backup", name, struct.pack("<I", len(hive)) + hive +
              read(backup + ".hive"))

# Messages of a child: facts, a hive, its places.
head = struct.pack("<IIQQQQ", 1, 0, 70, 8192, 8192, 1)
extent = struct.pack("<QQ", 16384, 8192)
facts = struct.pack("<QIIBB??i132s", 7, 4096, 512, 3, 1, False, False, 0,
                    b"Windows")
for n in (len(facts), len(facts) + 4):
    write("report", f"hive-{n}", b"".join(
        struct.pack("<BH", kind, len(data)) + data for kind, data in (
            (0, facts.ljust(n, b"\0")), (1, head), (2, extent))))

# A server of a disk of 1 MiB: its greeting, and answers to what is asked.
reply = struct.pack(">II", 0x67446698, 0)
ready = struct.pack(">QQH", 0x4e42444d41474943, 0x49484156454f5054, 3)
old = struct.pack(">QQQI", 0x4e42444d41474943, 0x00420281861253, 1 << 20, 5)
answers = b"".join(reply + struct.pack(">Q", i) + bytes(n)
                   for i, n in enumerate((1024, 512, 1024, 512, 1024, 0, 0), 1))
option = struct.pack(">QII", 0x3e889045565a9, 8, 0x80000001) + bytes(4)
export = struct.pack(">QIIIHQH", 0x3e889045565a9, 7, 3, 12, 0, 1 << 20, 5)
ack = struct.pack(">QIII", 0x3e889045565a9, 7, 1, 0)
write("nbd", "old", old.ljust(152, b"\0") + answers)
write("nbd", "new", ready + option + export + ack + answers)

line = b'{"sppctl":"1","document":"result","target":"%s","job":"1",' \
    b'"status":"%s","exit":%d}\n'
lines = line % (b"a", b"changed", 0) + line % (b"b", b"failed", 3) + \
    line % (b"c", b"refused", 4)
write("results", "three", b"\x40" + struct.pack("<H", 4) + b"a\0b\0" + lines)
write("results", "cut", b"\0" + struct.pack("<H", 3) + b"a\0b" + lines[:-9])
write("results", "foreign", b"\0\0\0" + lines + b'{"my":"precious"}')
write("results", "bytes", b"\0\0\0" + b'{"sppctl":"1","document":"judged",'
      b'"target":"?","target_bytes":"/w==","job":"1","status":"found","exit":1}\n')
record = b'{"changed":true,"changes":[{"a":1}],"kind":"hive","hives":[],' \
    b'"error":{"status":"io","message":"x","exit":3}}\n{}'
said = b"sppctl: warning: old\nsppctl: error\n"
printed = b'{"targets":[{"path":"a"}],"evidence":{"targets":[{}]}}'
for code in (0, 1, 3, 4, 255):
    for how in (1, 2, 9, 24, 13):
        write("line", f"{code}-{how}", struct.pack(
            "<BBHH", code, how, len(printed), len(said)) + printed + said + record)
write("fleet", "two-hosts", b'{"sppctl-fleet":1,"domains":["corp.example"],'
      b'"hosts":[{"name":"kms01.corp.example","priority":1,"weight":2,'
      b'"port":1688,"targets":["a*.img","b.img"]},{"name":"kms02.corp.example"'
      b',"policy":"p.json","targets":[]}],"clients":[{"policy":{"spp":'
      b'{"kms-host":null}},"targets-from":"list"}],"platform":"physical",'
      b'"site":{"role":"client"},"description":"x"}')

end = "# The end: without this line, the text is taken for cut short.\n"
kept = "[cache]\nread-only cached-host = a\n"
for name, text in (
        ("whole", "dns-publishing = on\nkms-host = kms03.corp.example\n"
         "#kms-port = 1688\npublish-list = a.example, 1, 2\n\tb.example\n" +
         kept + "[spp/office]\ndefault renewal-interval = 120\n"),
        ("removed", "unset kms-host\n[cache]\nunset cached-host\n"),
        ("missing", "kms-port = 1689\n"),
        ("changed", kept.replace("= a", "= b") + "[spp]\nunset *\n"),
        ("wrong", "kms-hots = a\nkms-port = 99999\n" + kept)):
    write("buffer", name, ("# sppctl-settings, version 1\n[spp]\n" + text +
                           end).encode())
