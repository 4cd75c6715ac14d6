# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes WIMs for tests that wimcapture does not: see the functions.

wim.py FILE entry NAME FIELD VALUE   a number in the entry of a file; the WIM
                                     must not be packed
wim.py FILE header OFFSET VALUE      four bytes of the header
wim.py FILE chunks OLD               how many packed chunks of the last file
                                     in it the largest file in OLD has too,
                                     and how many there are
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


def files(path):
    """The chunks of each packed file, by where it is stored."""
    wim = open(path, 'rb').read()
    size, table, chunk = *struct.unpack_from('<QQ', wim, 48), \
        struct.unpack_from('<I', wim, 20)[0]
    found = {}
    for at in range(table, table + (size & (1 << 56) - 1), 50):
        stored, off, usize = struct.unpack_from('<QQQ', wim, at)
        flags, stored = stored >> 56, stored & (1 << 56) - 1
        if flags & 2 or not flags & 4:
            continue
        count = -(-usize // chunk)
        begin = [0, *struct.unpack_from(f'<{count - 1}I', wim, off), None]
        data = wim[off + 4 * (count - 1):off + stored]
        found[off] = [data[begin[i]:begin[i + 1]] for i in range(count)]
    return found


def main():
    path, what = sys.argv[1:3]
    if what == 'chunks':
        new = files(path)
        last, most = new[max(new)], max(files(sys.argv[3]).values(), key=len)
        print(sum(a == b for a, b in zip(last, most)), len(last))
        return
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
