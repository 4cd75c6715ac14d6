#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes inputs to begin fuzzing with: seed.py FIXTURES OUT.

FIXTURES is the folder of generated hives, OUT gets a folder for each target.
"""
import os
import struct
import sys

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

# A journal of two pages for a disk of eight.
page = b"".join((struct.pack("<QHxxxxxx", at, 4096) + b"\0" * 4096 +
                 b"\x11" * 4096) for at in (4096, 16384))
write("journal", "two-pages", b"\0" + struct.pack(
    "<8sIIQQQQ", b"SPPCTL-J", 1, 4096, 8 * 4096, 2, 0, 7).ljust(128, b"\0") +
    page)
