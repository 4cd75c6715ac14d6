# SPDX-License-Identifier: GPL-3.0-or-later
"""What is in a folder when the power fails, for moments of an edit.

    powercut.py FOLDER OUT SAMPLES SHIM [--unflushed NAME] COMMAND...

runs COMMAND with tests/fault/record.c, the shim, and makes OUT/0, OUT/1, ...:
what the files of FOLDER may be after a power cut.  Of what was written to a
file since its last flush, each sector may be on the disk or not, and so may
each change of its size.  Of what happened to names since the last flush of
the folder, either the first part is there (OUT/N.names is "ordered") or any
part ("any").  OUT/N.when says "done" where COMMAND had ended, else "during".
--unflushed: as if the file of this name were never flushed, to see that the
test notices.
"""
import hashlib
import os
import random
import struct
import subprocess
import sys

SECTOR = 512


class File:
    """Bytes on the disk, and what was done to them since."""

    def __init__(self, data=b''):
        self.data = bytearray(data)
        self.pending = []

    def flush(self):
        for change in self.pending:
            apply(self.data, change)
        self.pending = []


def apply(data, change, keep=lambda: True):
    """A change; keep() says of each sector whether it is made."""
    what, off, n, new = change
    if what == 'T':
        if keep():
            del data[off:]
            data.extend(bytes(off - len(data)))
        return
    if what == 'Z':
        n = min(n, max(len(data) - off, 0))
        new = bytes(n)
    at = 0
    while at < n:
        take = min(SECTOR - (off + at) % SECTOR, n - at)
        if keep():
            if len(data) < off + at + take:
                data.extend(bytes(off + at + take - len(data)))
            data[off + at:off + at + take] = new[at:at + take]
        at += take


def parse(log):
    at = 0
    while at < len(log):
        what = chr(log[at])
        inode, a, b, n = struct.unpack_from('=4Q', log, at + 1)
        at += 33
        yield what, inode, a, b, log[at:at + n]
        at += n


class Disk:
    def __init__(self, folder):
        self.folder = os.stat(folder).st_ino
        self.files = {}
        self.names = {}
        self.renamed = []
        for entry in os.scandir(folder):
            with open(entry.path, 'rb') as f:
                self.files[entry.inode()] = File(f.read())
            self.names[entry.name] = self.files[entry.inode()]

    def step(self, record, unflushed):
        """Whether anything may be lost now that could not be before."""
        what, inode, a, b, data = record
        if inode == self.folder:
            if what == 'N':
                name = data.decode()
                if b:
                    self.files[a] = File()
                self.renamed.append({name: self.files.get(a)})
            elif what == 'X':
                one, two = data.decode().split('/')
                self.renamed.append({one: self.files.get(a),
                                     two: self.files.get(b)})
            elif what == 'F':
                for change in self.renamed:
                    self.names.update(change)
                self.renamed = []
            return
        file = self.files.get(inode)
        if not file:
            return
        if what == 'W':
            file.pending.append((what, a, len(data), data))
        elif what in 'ZT':
            file.pending.append((what, a, b, b''))
        elif what == 'F' and file not in unflushed:
            file.flush()

    def sample(self, rng, keep, ordered):
        """Names and bytes; keep of 8 of what is pending is there."""
        kept = lambda: rng.randrange(8) < keep
        names = dict(self.names)
        if ordered:
            count = rng.randint(0, len(self.renamed))
            count = {0: 0, 8: len(self.renamed)}.get(keep, count)
            changes = self.renamed[:count]
        else:
            changes = [c for c in self.renamed if kept()]
        for change in changes:
            names.update(change)
        state = {}
        for name, file in names.items():
            if file:
                data = bytearray(file.data)
                for change in file.pending:
                    apply(data, change, kept)
                state[name] = data
        return state


def write_sparse(path, data):
    with open(path, 'wb') as f:
        f.truncate(len(data))
        for at in range(0, len(data), 65536):
            part = data[at:at + 65536]
            if part != bytes(len(part)):
                f.seek(at)
                f.write(part)


def record(command, shim, log):
    fd = os.open(log, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_TRUNC, 0o600)
    os.dup2(fd, 9)
    os.set_inheritable(9, True)
    env = dict(os.environ, LD_PRELOAD=shim, RECORD_FD='9')
    done = subprocess.run(command, env=env, close_fds=False,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT)
    if done.returncode:
        sys.exit('%s: exit code %d: %s' % (' '.join(command), done.returncode,
                                           done.stdout.decode()))
    with open(log, 'rb') as f:
        return list(parse(f.read()))


def moments(records, samples, rng):
    """Numbers of records before which the power fails, and how much is kept.
    Most is pending just before a flush."""
    end = len(records)
    flushes = [i for i, r in enumerate(records) if r[0] == 'F'] + [end]
    chosen = [(end, keep) for keep in (0, 4, 8)]
    for i in range(samples):
        at = flushes[i % len(flushes)] if i % 3 else rng.randint(1, end)
        chosen.append((at, rng.randint(0, 8)))
    return sorted(chosen)


def main():
    folder, out, samples, shim, *command = sys.argv[1:]
    disk = Disk(folder)
    unflushed = []
    if command[0] == '--unflushed':
        name, command = command[1], command[2:]
    else:
        name = None
    rng = random.Random(1)
    os.mkdir(out)
    records = record(command, shim, out + '/log')
    seen = set()
    at = 0
    if name and name in disk.names:
        unflushed = [disk.names[name]]
    for moment, keep in moments(records, int(samples), rng):
        for one in records[at:moment]:
            disk.step(one, unflushed)
            if name and one[0] == 'N' and one[4].decode() == name:
                unflushed = [disk.files.get(one[2])]
        at = moment
        ordered = rng.randrange(3) > 0
        when = 'done' if moment == len(records) else 'during'
        state = disk.sample(rng, keep, ordered)
        mark = hashlib.sha1(when.encode())
        for file in sorted(state):
            mark.update(file.encode() + b'\0' + hashlib.sha1(
                state[file]).digest())
        if mark.digest() in seen:
            continue
        path = '%s/%d' % (out, len(seen))
        seen.add(mark.digest())
        os.mkdir(path)
        for file, data in state.items():
            write_sparse(path + '/' + file, data)
        for what, word in (('when', when),
                           ('names', 'ordered' if ordered else 'any')):
            with open(path + '.' + what, 'w') as f:
                f.write(word + '\n')
    flushes = sum(r[0] == 'F' for r in records)
    print('%d records, %d flushes, %d states' % (len(records), flushes,
                                                len(seen)))


main()
