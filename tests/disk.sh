# SPDX-License-Identifier: GPL-3.0-or-later
# What the tests of disk images share: making them, without root and mounts,
# and reading them back with other people's programs.  Sourced.
#
# Needs of the environment: SPPCTL, FIXTURES, SOURCE (see tests/CMakeLists.txt).

PATH=$PATH:/sbin:/usr/sbin
export SOURCE_DATE_EPOCH=1700000000
MKVOLUME=$FIXTURES/mkvolume

case $("$SPPCTL" --version) in
*'disk images: lib'*) ;;
*) echo "skipped: no disk images in this build"; exit 77 ;;
esac
. "$SOURCE/tests/image.sh"
need mkntfs ntfscat ntfsfix ntfsinfo sfdisk qemu-img qemu-nbd qemu-io \
	hivexget python3

# volume FILE MIB SECTOR [MKVOLUME-COMMAND...]: NTFS, then the commands
volume()
{
	file=$1
	size=$2
	sector=$3
	shift 3
	rm -f "$file"
	truncate -s "${size}M" "$file"
	mkntfs -Q -q -F -s "$sector" -p 0 -H 0 -S 0 -L Windows "$file" \
		>mkntfs.out 2>&1 || { cat mkntfs.out; exit 2; }
	"$MKVOLUME" "$file" "$@" || exit 2
}

# The folders of Windows, and its three hives.
FOLDERS="mkdir Windows/System32/config
	mkdir Windows/ServiceProfiles/NetworkService"

# windows FILE MIB SECTOR [MKVOLUME-COMMAND...]: one with Windows on it
windows()
{
	file=$1
	size=$2
	sector=$3
	shift 3
	volume "$file" "$size" "$sector" $FOLDERS \
		put "$FIXTURES/kms-primary.hive" $CONFIG/SOFTWARE \
		put "$FIXTURES/system.hive" $CONFIG/SYSTEM \
		put "$FIXTURES/netsvc.hive" $NETSVC/NTUSER.DAT "$@"
}

# fill DISK VOLUME...: one behind the other, from 2 MiB on
fill()
{
	disk=$1
	shift
	at=2
	for v; do
		dd if="$v" of="$disk" bs=1M seek=$at conv=notrunc,sparse \
			status=none
		at=$((at + $(stat -c %s "$v") / 1048576))
	done
}

# gpt DISK VOLUME...: each volume a partition, behind one of 1 MiB
gpt()
{
	disk=$1
	shift
	at=2
	echo "label: gpt" >table
	echo "start=2048, size=2048, name=\"EFI\"," \
		"type=C12A7328-F81F-11D2-BA4B-00A0C93EC93B" >>table
	for v; do
		size=$(($(stat -c %s "$v") / 1048576))
		echo "start=$((at * 2048)), size=$((size * 2048))," \
			"type=EBD0A0A2-B9E5-4433-87C0-68B6B72699C7," \
			"name=\"Basic data\"" >>table
		at=$((at + size))
	done
	rm -f "$disk"
	truncate -s $((at + 1))M "$disk"
	sfdisk -q "$disk" <table || exit 2
	fill "$disk" "$@"
}

# gpt4k DISK VOLUME: the same with sectors of 4096 bytes, which sfdisk does
# not make in a file
gpt4k()
{
	rm -f "$1"
	python3 - "$1" "$2" <<'END' || exit 2
import os, struct, sys, uuid, zlib
S = 4096
size = 3 * 1048576 + os.path.getsize(sys.argv[2])
data = uuid.UUID('ebd0a0a2-b9e5-4433-87c0-68b6b72699c7').bytes_le
entry = data + uuid.uuid4().bytes_le + struct.pack('<QQQ', 512, \
	512 + os.path.getsize(sys.argv[2]) // S - 1, 0)
entries = (entry + 'Basic data'.encode('utf-16le')).ljust(128 * 128, b'\0')
def header(own, other, at):
    head = struct.pack('<8sIIIIQQQQ16sQIII', b'EFI PART', 0x10000, 92, 0, 0, \
        own, other, 6, size // S - 6, uuid.uuid4().bytes_le, at, 128, 128, \
        zlib.crc32(entries))
    return (head[:16] + struct.pack('<I', zlib.crc32(head)) + head[20:])
with open(sys.argv[1], 'wb') as f:
    last = size // S - 1
    f.truncate(size)
    f.seek(446)
    f.write(struct.pack('<BBBBBBBBII', 0, 0, 2, 0, 0xee, 255, 255, 255, 1, \
        last))
    f.seek(510)
    f.write(b'\x55\xaa' + b'\0' * (S - 512) + header(1, last, 2))
    f.seek(2 * S)
    f.write(entries)
    f.seek((last - 4) * S)
    f.write(entries + header(last, 1, last - 4))
END
	fill "$@"
}

# extract DISK FORMAT OFFSET-MIB SIZE-MIB TO: a volume out of an image
extract()
{
	rm -f "$5" raw.tmp
	qemu-img convert -t unsafe -f "$2" -O raw "$1" raw.tmp || fail "qemu-img convert"
	dd if=raw.tmp of="$5" bs=1M skip="$3" count="$4" conv=sparse status=none
	rm -f raw.tmp
}

# value VOLUME NAME: of the SPP key, by ntfscat and hivexget
value()
{
	ntfscat "$1" $CONFIG/SOFTWARE >hive.tmp 2>ntfscat.out ||
		fail "ntfscat $1: $(cat ntfscat.out)"
	hivexget hive.tmp "$SPP" "$2" 2>&1
	rm -f hive.tmp
}

# sound VOLUME: by ntfsfix, and its hives by sppctl check
sound()
{
	ntfsfix -n "$1" >ntfsfix.out 2>&1 &&
		grep -q 'processed successfully' ntfsfix.out ||
		fail "ntfsfix -n $1: $(cat ntfsfix.out)"
}
