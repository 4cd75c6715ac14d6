#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# WIMs cut off anywhere and with any bytes changed: a message and an exit code,
# never a crash, never a hang, and never more memory than there is.
# label: thorough 18
set -u
. "$SOURCE/tests/wim.sh"
export SOURCE_DATE_EPOCH=1700000000

# bear WIM WHAT: whoever looks at it and whoever edits it comes back
bear()
{
	for command in "show $1#1" "info $1" "set $1#2 kms-port=1700"; do
		timeout 20 "$SPPCTL" $command >out 2>err
		got=$?
		[ $got -le 4 ] || fail "exit $got: $2: $command: $(head -c 600 err)"
		grep -q -e 'Sanitizer' -e 'runtime error' err &&
			fail "$2: $command: $(head -c 600 err)"
		said=$(grep -cv '^sppctl: warning: ' err)
		[ "$said" -le 1 ] || fail "$2: $command says $said things"
	done
	count=$((count + 1))
}

count=0
for how in '--compress=none --check' '--compress=LZX' '--solid'; do
	wim old.wim $how
	size=$(stat -c %s old.wim)
	# Cut off.
	for i in 0 1 7 8 100 207 208 209 $(seq 2 7); do
		[ $i -lt 8 ] && [ $i -gt 1 ] && i=$((size * i / 8))
		head -c $i old.wim >bad.wim
		bear bad.wim "cut at $i"
	done
	# Bytes changed: in the header, in the table, anywhere.
	for seed in $(seq 1 16); do
		python3 - $seed $how <<'END'
import random, struct, sys
seed = int(sys.argv[1])
random.seed(repr(sys.argv))
wim = bytearray(open('old.wim', 'rb').read())
size, table = struct.unpack_from('<QQ', wim, 48)
size &= (1 << 56) - 1
where = [(8, 208), (table, table + size), (208, len(wim)), (44, 148)][seed % 4]
for i in range(random.choice((1, 1, 2, 8))):
    at = random.randrange(*where)
    wim[at] = random.choice((0, 1, 0xff, 0x7f, 0x80, random.randrange(256)))
open('bad.wim', 'wb').write(wim)
END
		bear bad.wim "changed, $seed of $how"
	done
done

# A tree that leads back into itself, names and lengths that do not fit: with
# hashes that do, or it would not come so far.
for seed in $(seq 1 24); do
	[ -e tree.wim ] || wimcapture tree tree.wim one --compress=none >wim.out 2>&1
	python3 - $seed <<'END'
import hashlib, random, struct, sys
random.seed(int(sys.argv[1]))
wim = bytearray(open('tree.wim', 'rb').read())
size, table = struct.unpack_from('<QQ', wim, 48)
size &= (1 << 56) - 1
for at in range(table, table + size, 50):
    stored, off, n = struct.unpack_from('<QQQ', wim, at)
    if stored >> 56 & 2:
        break
for i in range(random.choice((1, 2, 4))):
    spot = off + random.randrange(n)
    form = random.choice('BHIQ')
    value = random.choice((0, 1, 8, 102, 0xffff, 0xffffffff, n, n - 8,
        random.randrange(n), random.randrange(0, n, 8)))
    if spot + struct.calcsize(form) <= off + n:
        struct.pack_into('<' + form, wim, spot,
            value & ((1 << 8 * struct.calcsize(form)) - 1))
wim[at + 30:at + 50] = hashlib.sha1(wim[off:off + n]).digest()
open('bad.wim', 'wb').write(wim)
END
	cp bad.wim again.wim
	bear bad.wim "tree, $seed"
	timeout 20 "$SPPCTL" set again.wim kms-port=1700 >out 2>err
	[ $? -le 4 ] || fail "tree, $seed: $(head -c 600 err)"
done
echo "$count bad WIMs"

# What is damaged is told in one line, and exits 3.
wim old.wim --compress=LZX
head -c 3000 old.wim >bad.wim
expect 4 'truncated or damaged' "$SPPCTL" show bad.wim#1
cp old.wim bad.wim
wimdir old.wim 1 --detailed >listing
at=$(sed -n '/config.SOFTWARE"/,/Offset in WIM/s/^Offset in WIM *= \([0-9]*\).*/\1/p' listing | head -1)
printf 'XXXXXXXX' | dd of=bad.wim bs=1 seek=$((at + 900)) conv=notrunc status=none
was=$(state bad.wim)
expect 3 'is damaged' "$SPPCTL" show bad.wim#1
expect 3 'is damaged' "$SPPCTL" set bad.wim#1 kms-port=1
[ "$(state bad.wim)" = "$was" ] || fail "a damaged WIM was written to"
exit $failed
