#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""ldm.py DISK VOLUME: a dynamic disk with the volume on it, in two pieces.

The second half of the volume lies in front of the first, so that nobody finds
it who does not read the database of the Logical Disk Manager, which is in the
last MiB of the disk.  As much of it is written as libldm reads.
"""
import struct
import sys
import uuid

SECTOR = 512
MIB = 1048576 // SECTOR
NAMESPACE = uuid.NAMESPACE_DNS


def guid(name):
    return uuid.uuid5(NAMESPACE, name)


def number(n):
    data = n.to_bytes((n.bit_length() + 7) // 8 or 1, 'big')
    return bytes([len(data)]) + data


def text(s):
    return bytes([len(s)]) + s.encode()


def vblk(sequence, kind, flags, body):
    head = b'VBLK' + struct.pack('>IIHH', sequence, sequence, 0, 1)
    record = struct.pack('>HBBI', 0, flags, kind, len(body))
    data = head + record + body
    assert len(data) <= 128
    return data.ljust(128, b'\0')


def part(ident, name, start, at, size, index):
    return (number(ident) + text(name) + bytes(12) +
            struct.pack('>QQ', start, at) + number(size) + number(3) +
            number(1) + number(index))


def main(disk, volume):
    data = open(volume, 'rb').read()
    sectors = len(data) // SECTOR
    half = sectors // 2
    start, config = MIB, MIB + sectors + MIB
    group, own = guid('group'), guid('disk')

    head = b'PRIVHEAD' + struct.pack('>IHHQQQQ', 0, 2, 12, 0, 0, 0, 0)
    for name in own, guid('host'), group:
        head += str(name).encode().ljust(64, b'\0')
    head += b'sppctlDg0'.ljust(32, b'\0') + bytes(11)
    head += struct.pack('>QQQQQQIIQQ', start, config - start, config, MIB,
                        1, 2045, 1, 1, 1481, 224)

    toc = b'TOCBLOCK' + struct.pack('>I4xI16x', 1, 1)
    toc += b'config\0\0' + struct.pack('>HQQQ', 6, 17, 1481, 0)
    toc += b'log\0\0\0\0\0' + struct.pack('>HQQQ', 6, 1498, 224, 0)

    blocks = [
        vblk(4, 0x35, 0, number(5) + text('sppctlDg0') + text(str(group))),
        vblk(5, 0x34, 0, number(1) + text('Disk1') + text(str(own))),
        vblk(6, 0x51, 0, number(2) + text('Volume1') + text('gen') + text('') +
             bytes(14) + b'\3' + bytes(6) + number(1) + bytes(16) +
             number(sectors) + bytes(4) + b'\7' + guid('volume').bytes),
        vblk(7, 0x32, 0, number(3) + text('Volume1-01') + text('ACTIVE') +
             b'\2' + bytes(4) + number(2) + bytes(16) + number(2) + b'\0'),
        vblk(8, 0x33, 8, part(6, 'Disk1-01', sectors - half, 0, half, 0)),
        vblk(9, 0x33, 8, part(7, 'Disk1-02', 0, half, sectors - half, 1)),
    ]
    vmdb = b'VMDB' + struct.pack('>IIIHHH', 10, 128, 512, 1, 4, 10)
    vmdb += b'sppctlDg0'.ljust(31, b'\0')
    vmdb += str(group).encode().ljust(64, b'\0')
    vmdb += struct.pack('>QQ4I12x4I12xQ', 1, 1, 1, 1, 2, 1, 0, 0, 0, 0, 0)

    with open(disk, 'wb') as f:
        f.truncate((config + MIB) * SECTOR)
        f.seek(446)
        f.write(struct.pack('<B3sB3sII', 0, b'\0\1\0', 0x42, b'\xff' * 3, MIB,
                            config - start))
        f.seek(510)
        f.write(b'\x55\xaa')
        f.seek(6 * SECTOR)
        f.write(head)
        f.seek(start * SECTOR)
        f.write(data[half * SECTOR:] + data[:half * SECTOR])
        f.seek((config + 2) * SECTOR)
        f.write(toc)
        f.seek((config + 17) * SECTOR)
        f.write(vmdb)
        f.seek((config + 18) * SECTOR)
        f.write(b''.join(blocks))


main(*sys.argv[1:])
