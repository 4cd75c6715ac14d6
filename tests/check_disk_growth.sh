#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A hive that grows on a volume touches nothing but its own, and a byte that is
# changed elsewhere is refused (tests/growth.c).
# label: thorough 10
set -u
. "$SOURCE/tests/disk.sh"

# grow VOLUME BYTES ROUNDS [stray]
grow()
{
	expect 0 "$3 rounds" "$BUILD/tests/growth" "$@"
	[ $# -eq 3 ] || grep refused out || fail "no strays: $(cat out)"
}

windows plain.ntfs 24 512
for bytes in 4096 12288 1048576 5242880; do
	grow plain.ntfs $bytes 1
done
grow plain.ntfs 8192 5
grow plain.ntfs 12288 1 stray

# Sectors and records of 4096 bytes.
windows large.ntfs 24 4096
grow large.ntfs 1048576 1
grow large.ntfs 12288 1 stray

# A folder with so many files that it has index blocks; a closed log; a hive
# with room behind what was written.
set --
many=40
while [ $many -gt 0 ]; do
	set -- "$@" put "$FIXTURES/netsvc.hive" $CONFIG/other$many
	many=$((many - 1))
done
windows folder.ntfs 24 512 "$@" log clean
grow folder.ntfs 1048576 1
grow folder.ntfs 12288 1 stray
windows room.ntfs 24 512 reserve $CONFIG/SOFTWARE 900000
grow room.ntfs 4096 2
grow room.ntfs 1048576 1 stray

# A free disk in pieces.
windows chopped.ntfs 24 512 chop
grow chopped.ntfs 12288 20
grow chopped.ntfs 12288 1 stray

# A hive in pieces: with records beside its own, and one that comes to need
# them, for which the MFT grows.
head -c 1200000 /dev/zero >big
volume pieces.ntfs 24 512 $FOLDERS pieces big $CONFIG/SOFTWARE chop
grow pieces.ntfs 12288 1 stray
head -c 760000 /dev/zero >big
for many in 1 4; do
	set --
	while [ $many -gt 0 ]; do
		set -- "$@" put big small$many
		many=$((many - 1))
	done
	volume more.ntfs 24 512 $FOLDERS \
		pieces big $CONFIG/SOFTWARE "$@" chop
	grow more.ntfs 12288 25
	[ "$(grep -o 'MFT of .*' out | sort -u | wc -l)" = 2 ] ||
		fail "the MFT did not grow: $(cat out)"
done
exit $failed
