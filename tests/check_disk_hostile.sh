#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Images that were built, or broken, to break their reader: each gets a
# verdict, in time, and none a crash.
# label: thorough 16
set -u
. "$SOURCE/tests/disk.sh"

volume win.ntfs 3 512 mkdir $CONFIG \
	put "$FIXTURES/kms-primary.hive" $CONFIG/SOFTWARE
gpt gpt.raw win.ntfs
truncate -s 8M mbr.raw
printf 'label: dos\nstart=2048, size=8192, type=f\nstart=4096, size=6144, type=7\n' |
	sfdisk -q mbr.raw
dd if=win.ntfs of=mbr.raw bs=512 seek=4096 conv=notrunc status=none
for format in qcow2 vhdx vpc vmdk vdi; do
	qemu-img convert -t unsafe -O $format gpt.raw image.$format
done
record=$(ntfsinfo -F $CONFIG/SOFTWARE win.ntfs 2>/dev/null |
	sed -n 's/.*Dumping Inode \([0-9]*\).*/\1/p')

python3 - "${record:-64}" <<'END' || failed=1
import os, random, subprocess, sys

ROUNDS = int(os.environ.get('HOSTILE_ROUNDS', '12'))
env = dict(os.environ, ASAN_OPTIONS='exitcode=77:log_path=asan')
bad = 0

def run(what, *args):
    global bad
    try:
        p = subprocess.run([os.environ['SPPCTL'], *args], env=env, timeout=60,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT)
    except subprocess.TimeoutExpired:
        print(what, args, 'does not end')
        bad += 1
        return
    if p.returncode not in (0, 1, 3, 4):
        print(what, args, 'exit', p.returncode, p.stdout[:500])
        bad += 1

def mutations(rng, size, places):
    'bytes at places or anywhere, by the numbers that parsers dislike'
    for i in range(rng.randint(1, 4)):
        first, last = rng.choice(places) if places else (0, size)
        at = rng.randrange(first, min(last, size))
        yield at, rng.choice([
            bytes([rng.randrange(256)]), b'\xff' * rng.choice([1, 2, 4, 8]),
            b'\0' * rng.choice([1, 2, 4, 8]), b'\xff\xff\xff\x7f',
            bytes(rng.randrange(256) for i in range(rng.choice([2, 4, 8])))])

def attack(name, places, rounds, edit):
    good = open(name, 'rb').read()
    rng = random.Random(name)
    for i in range(rounds):
        b = bytearray(good)
        for at, new in mutations(rng, len(b), places):
            b[at:at + len(new)] = new
        b = b[:len(good)]
        if rng.randrange(12) == 0:
            b = b[:rng.randrange(len(b))]
        with open('x.img', 'wb') as f:
            f.write(b)
        kind = [] if name.endswith('raw') or name.endswith('ntfs') else \
            ['--target-kind', name.split('.')[1]]
        run((name, i), 'info', 'x.img', *kind)
        if edit:
            run((name, i), 'set', 'x.img', 'host-caching=on', 'kms-port=1700',
                *kind)
            if os.path.exists('x.img.sppctl-journal'):
                print(name, i, 'left a journal')
                os.unlink('x.img.sppctl-journal')

record = int(sys.argv[1])
image = open('win.ntfs', 'rb').read()
cluster = image[13] * 512
mft = int.from_bytes(image[48:56], 'little') * cluster
records = [(mft + 1024 * n, mft + 1024 * n + 400)
           for n in list(range(12)) + [record - 3, record - 2, record - 1,
           record, record]]
attack('win.ntfs', records, 6 * ROUNDS, True)
attack('win.ntfs', [(0, 512)], ROUNDS, True)
attack('gpt.raw', [(440, 1024), (1024, 1536)], ROUNDS, False)
attack('mbr.raw', [(440, 512), (1048576 + 440, 1048576 + 512)], ROUNDS, False)
attack('image.qcow2', [(0, 120)], ROUNDS, False)
attack('image.vhdx', [(0, 8), (65536, 65616), (131072, 131152),
    (196608, 196700), (2097152, 2097400)], ROUNDS, False)
attack('image.vpc', [(0, 1024)], ROUNDS, False)
attack('image.vmdk', [(0, 1024)], ROUNDS, False)
attack('image.vdi', [(64, 512)], ROUNDS, False)
sys.exit(1 if bad else 0)
END
exit $failed
