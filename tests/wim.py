# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes WIMs for tests that wimcapture does not: see the functions.

wim.py FILE entry NAME FIELD VALUE   a number in the entry of a file; the WIM
                                     must not be packed
wim.py FILE header OFFSET VALUE      four bytes of the header
"""
import hashlib, struct, sys

FIELDS = {'attributes': (8, '<I'), 'security': (12, '<i'), 'created': (40, '<Q'),
          'tag': (88, '<I'), 'group': (88, '<Q')}


def metadata(wim):
    """(offset of the entry in the table, offset, size) of image 1"""
    size, table = struct.unpack_from('<QQ', wim, 48)
    size &= (1 << 56) - 1
    for at in range(table, table + size, 50):
        stored, off, usize = struct.unpack_from('<QQQ', wim, at)
        if stored >> 56 & 2:
            assert not stored >> 56 & 4, 'packed'
            return at, off, usize


def main():
    path, what = sys.argv[1:3]
    wim = bytearray(open(path, 'rb').read())
    if what == 'header':
        off, value = (int(word, 0) for word in sys.argv[3:5])
        struct.pack_into('<I', wim, off, value)
    else:
        name, field, value = sys.argv[3:6]
        entry, off, size = metadata(wim)
        at = wim.index(name.encode('utf-16le') + b'\0\0', off, off + size)
        where, form = FIELDS[field]
        struct.pack_into(form, wim, at - 102 + where, int(value, 0))
        wim[entry + 30:entry + 50] = hashlib.sha1(wim[off:off + size]).digest()
    open(path, 'wb').write(wim)


main()
