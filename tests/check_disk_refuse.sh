#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What sppctl must not touch, and says why; what a person may decide, and how.
# label: thorough 14
set -u
. "$SOURCE/tests/disk.sh"

# refused IMAGE PATTERN [OPTION...]: not shown and not edited, exit 4, the
# image as it was; sppctl info says the same
refused()
{
	image=$1
	words=$2
	shift 2
	was=$(hash "$image")
	expect 4 "$words" "$SPPCTL" show "$image" "$@"
	expect 4 "$words" "$SPPCTL" set "$image" kms-port=1700 "$@"
	expect 4 "edit: refused.*$words" "$SPPCTL" info "$image" "$@"
	[ "$(hash "$image")" = "$was" ] || fail "$image was changed"
	[ -e "$image.sppctl-journal" ] && fail "$image: a journal is left"
}

# patch FILE PYTHON: changes bytes of a file; b is a bytearray of them
patch()
{
	python3 - "$1" "$2" <<'END' || exit 2
import struct, sys
b = bytearray(open(sys.argv[1], 'rb').read())
def crc32c(data):
    crc = 0xffffffff
    for byte in data:
        crc ^= byte
        for i in range(8):
            crc = crc >> 1 ^ (0x82f63b78 if crc & 1 else 0)
    return crc ^ 0xffffffff
def vhd(at):
    b[at + 64:at + 68] = bytes(4)
    struct.pack_into('>I', b, at + 64, ~sum(b[at:at + 512]) & 0xffffffff)
exec(sys.argv[2])
open(sys.argv[1], 'wb').write(b)
END
}

# --- The volume, as Windows left it.

for mark in hibr HIBR rstr; do
	printf %s $mark >hiberfil
	truncate -s 65536 hiberfil
	windows win.ntfs 12 512 put hiberfil hiberfil.sys
	refused win.ntfs "hibernated, or was shut down by fast startup"
done
expect 0 "used in its present state: Windows is hib" \
	"$SPPCTL" show win.ntfs --unclean
expect 4 "hibernated" "$SPPCTL" set win.ntfs kms-port=1700 --unclean
printf wake >hiberfil
truncate -s 65536 hiberfil
windows win.ntfs 12 512 put hiberfil hiberfil.sys
expect 0 "edit: possible" "$SPPCTL" info win.ntfs

# A catalog of shadow copies: with a copy, without, and out of reach.
shadow='
guid = bytes.fromhex("6b87083876c1484eb7ae04046e6cc752")
at = b.rindex(bytes(32768)) & ~16383
b[0x1e00:0x1e38] = guid + struct.pack("<IIQQQQ", 1, 1, 0x1e00, 0, 0, at)
b[at:at + 24] = guid + struct.pack("<II", 1, 2)
'
windows win.ntfs 12 512
patch win.ntfs "$shadow"
expect 0 "edit: possible" "$SPPCTL" info win.ntfs
"$SPPCTL" info win.ntfs 2>&1 | grep 'shadow' &&
	fail 'shadow copies where the catalog is empty'
patch win.ntfs "${shadow}b[at + 256] = 2"
expect 0 "has volume shadow copies, which are not read" \
	"$SPPCTL" show win.ntfs
expect 0 "has volume shadow copies, which are not read" \
	"$SPPCTL" info win.ntfs
patch win.ntfs 'b[0x1e30:0x1e38] = bytes([255] * 8)'
expect 0 "has volume shadow copies" "$SPPCTL" show win.ntfs

windows win.ntfs 12 512 log cached
refused win.ntfs "LogFile is of version 2.0"
windows win.ntfs 12 512 log unclean
refused win.ntfs "not closed cleanly"
expect 0 "used in its present state" "$SPPCTL" show win.ntfs --unclean
expect 4 "not closed cleanly" "$SPPCTL" set win.ntfs kms-port=1700 --unclean
windows win.ntfs 12 512 log clean
expect 0 "1 change" "$SPPCTL" set win.ntfs kms-port=1700
sound win.ntfs

windows win.ntfs 12 512 dirty
refused win.ntfs "marked dirty, to be checked by chkdsk"
expect 0 "used in its present state" "$SPPCTL" show win.ntfs --unclean
expect 0 "1 change" "$SPPCTL" set win.ntfs kms-port=1700 --unclean
expect 0 "^1700$" "$SPPCTL" get win.ntfs kms-port --unclean
expect 4 "marked dirty" "$SPPCTL" get win.ntfs kms-port

# --- The hive's file.

HIVE=$CONFIG/SOFTWARE
volume win.ntfs 12 512 $FOLDERS packed "$FIXTURES/kms-primary.hive" $HIVE
refused win.ntfs "compressed by NTFS"
volume win.ntfs 12 512 $FOLDERS holes $HIVE 100000
refused win.ntfs "is a sparse file"
windows win.ntfs 12 512 efs $HIVE
refused win.ntfs "encrypted by EFS"
windows win.ntfs 12 512 reparse $HIVE
refused win.ntfs "its content elsewhere"
windows win.ntfs 12 512 free $HIVE
expect 0 "" "$SPPCTL" show win.ntfs
expect 4 "counts as free" "$SPPCTL" set win.ntfs kms-port=1700
volume win.ntfs 12 512 $FOLDERS put "$FIXTURES/truncated.hive" $HIVE
refused win.ntfs "truncated"
volume win.ntfs 12 512 $FOLDERS put "$FIXTURES/dirty.hive" $HIVE
refused win.ntfs "dirty"

# A volume without room: nothing is written, what fits still goes.
volume win.ntfs 3 512 $FOLDERS put "$FIXTURES/full-bins.hive" $HIVE
i=200
while [ $i -gt 0 ]; do
	head -c $((i * 4096)) /dev/zero | tr '\0' x >filler
	"$MKVOLUME" win.ntfs put filler filler$i 2>/dev/null || i=$((i / 2))
	i=$((i - 1))
done
refused_full=$(hash win.ntfs)
expect 4 "the volume is full" "$SPPCTL" set win.ntfs \
	kms-host=a-new-value-that-needs-a-new-bin.example
[ "$(hash win.ntfs)" = "$refused_full" ] || fail "a full volume was changed"

# --- The disk.

windows win.ntfs 12 512
windows other.ntfs 12 512
gpt two.raw win.ntfs other.ntfs
refused two.raw "several partitions .*: 2 'Windows' of 12 MiB, 3 'Windows' of"
expect 0 "1 change" "$SPPCTL" set two.raw kms-port=1700 --partition 3
expect 1 "" "$SPPCTL" get two.raw kms-port --partition 2
expect 0 "^1700$" "$SPPCTL" get two.raw kms-port --partition 3
expect 2 "has no partition 4" "$SPPCTL" show two.raw --partition 4
expect 2 "not a partition number" "$SPPCTL" show two.raw --partition x
expect 3 "partition 1 of .* has no NTFS" "$SPPCTL" show two.raw --partition 1

cp --sparse=always two.raw bitlocker.raw
for mib in 2 14; do
	printf %s -FVE-FS- | dd of=bitlocker.raw bs=1 seek=$((mib * 1048576 + 3)) \
		conv=notrunc status=none
done
refused bitlocker.raw "partition 2 of .* is encrypted by BitLocker"
refused bitlocker.raw "partition 3 of .* is encrypted by BitLocker" \
	--partition 3
cp --sparse=always win.ntfs bitlocker.raw
printf %s -FVE-FS- | dd of=bitlocker.raw bs=1 seek=3 conv=notrunc status=none
refused bitlocker.raw "is encrypted by BitLocker"

volume empty.ntfs 12 512 mkdir Users
gpt empty.raw empty.ntfs
expect 3 "no Windows on" "$SPPCTL" show empty.raw
expect 3 "no Windows on" "$SPPCTL" info empty.raw
expect 3 "NTFS, but no Windows" "$SPPCTL" show empty.raw --partition 2
truncate -s 1M zero.raw
expect 3 "neither a partition table nor" "$SPPCTL" show zero.raw
mv zero.raw zero
expect 3 "not a registry hive" "$SPPCTL" show zero
expect 3 "neither a partition table nor" \
	"$SPPCTL" show zero --target-kind raw

# A volume that is larger than its partition.
gpt small.raw win.ntfs
python3 - <<'END'
import struct
f = open('small.raw', 'r+b')
f.seek(2 << 20)
boot = bytearray(f.read(512))
boot[40:48] = struct.pack('<Q', struct.unpack('<Q', boot[40:48])[0] * 2)
f.seek(2 << 20)
f.write(boot)
END
refused small.raw "it is larger than its partition"
rm -f small.raw

# Dynamic disks, by both tables.
gpt ldm.raw win.ntfs
sfdisk -q --part-type ldm.raw 2 AF9B60A0-1431-4F62-BC68-3311714A69AD
refused ldm.raw "dynamic disk (LDM)"
truncate -s 16M ldm.mbr
printf 'label: dos\nstart=4096, size=24576, type=42\n' | sfdisk -q ldm.mbr
dd if=win.ntfs of=ldm.mbr bs=1M seek=2 conv=notrunc,sparse status=none
refused ldm.mbr "dynamic disk (LDM)"
rm -f ldm.raw ldm.mbr two.raw bitlocker.raw other.ntfs

# --- The image.

gpt disk.raw win.ntfs
chmod a-w disk.raw
expect 4 "marked read-only" "$SPPCTL" set disk.raw kms-port=1700
chmod u+w disk.raw

# In use: by qemu's own locks, and by whoever has it open for writing.
qemu-img convert -t unsafe -O qcow2 disk.raw disk.qcow2
for image in disk.raw disk.qcow2; do
	qemu-nbd -f ${image#*.} -k "$work/nbd.sock" -t $image &
	server=$!
	while ! [ -S nbd.sock ]; do sleep 0.02; done
	refused $image "in use by qemu-nbd (process $server)"
	kill $server
	wait $server
	rm -f nbd.sock
	(
		exec 9<>$image
		refused $image "which has it open for writing"
		exit $failed
	) || failed=1
	expect 0 "edit: possible" "$SPPCTL" info $image
done
# A reader of qemu's and one of ours get along; a writer and it do not, until
# it is done.
for image in disk.qcow2 disk.raw; do
	qemu-nbd -r -f ${image#*.} -k "$work/nbd.sock" -t $image &
	server=$!
	while ! [ -S nbd.sock ]; do sleep 0.02; done
	expect 0 "" "$SPPCTL" show $image
	expect 4 "in use by qemu-nbd" "$SPPCTL" set $image kms-port=1700
	(sleep 0.5; kill $server) &
	expect 1 "" "$SPPCTL" set $image kms-port=1709 --wait 60 --dry-run
	wait $server
	rm -f nbd.sock
done
expect 2 "is not a number of seconds" "$SPPCTL" show disk.raw --wait x

# qcow2: what lies in other files, snapshots, encryption, unfinished writes.
qemu-img create -q -f qcow2 -b disk.qcow2 -F qcow2 over.qcow2
refused over.qcow2 "is an overlay of another image"
expect 4 "and that is not" "$SPPCTL" show over.qcow2 --backing disk.raw
expect 0 "overlay of 'disk.qcow2'" \
	"$SPPCTL" info over.qcow2 --backing disk.qcow2
was=$(hash disk.qcow2)
expect 0 "1 change" "$SPPCTL" set over.qcow2 kms-port=1703 --backing disk.qcow2
expect 0 "^1703$" "$SPPCTL" get over.qcow2 kms-port --backing disk.qcow2
[ "$(hash disk.qcow2)" = "$was" ] || fail "the backing file was written to"
qemu-img check -q over.qcow2 || fail "the overlay is damaged"
qemu-img create -q -f qcow2 -b over.qcow2 -F qcow2 top.qcow2
# A folder of trusted backing files, and what leads out of it.
mkdir base
ln disk.qcow2 base/disk.qcow2
expect 0 "^1703$" "$SPPCTL" get over.qcow2 kms-port --backing-dir .
expect 4 "which is not below 'base'" "$SPPCTL" get over.qcow2 kms-port \
	--backing-dir base
qemu-img create -q -f qcow2 -F qcow2 -b base/disk.qcow2 in.qcow2
expect 1 "" "$SPPCTL" get in.qcow2 kms-port --backing-dir base
qemu-img create -q -f qcow2 -F qcow2 -b base/../disk.qcow2 out.qcow2
expect 4 "which is not below 'base'" "$SPPCTL" get out.qcow2 kms-port \
	--backing-dir base
rm base/disk.qcow2
ln -s ../disk.qcow2 base/disk.qcow2
expect 4 "which is not below 'base'" "$SPPCTL" get in.qcow2 kms-port \
	--backing-dir base
expect 4 "which is not below" "$SPPCTL" get in.qcow2 kms-port \
	--backing-dir nowhere
rm -r base in.qcow2 out.qcow2
expect 4 "over.qcow2' is an overlay" \
	"$SPPCTL" show top.qcow2 --backing over.qcow2
expect 0 "^1703$" "$SPPCTL" get top.qcow2 kms-port \
	--backing over.qcow2 --backing disk.qcow2
echo secret >"$work/secret"
qemu-img create -q -u -f qcow2 -b "$work/secret" -F raw steal.qcow2 16M
refused steal.qcow2 "is an overlay of another image"
rm -f over.qcow2 top.qcow2 steal.qcow2

cp disk.qcow2 snap.qcow2
qemu-img snapshot -c first snap.qcow2
refused snap.qcow2 "has internal snapshots"
expect 0 "edit: possible" "$SPPCTL" info snap.qcow2 --snapshots
expect 0 "1 change" "$SPPCTL" set snap.qcow2 kms-port=1704 --snapshots
expect 0 "^1704$" "$SPPCTL" get snap.qcow2 kms-port --snapshots
qemu-img check -q snap.qcow2 || fail "the image with a snapshot is damaged"
qemu-img create -q -f qcow2 -o data_file=data.raw,data_file_raw=on \
	data.qcow2 16M
refused data.qcow2 "keeps its data in another file"
cp disk.qcow2 luks.qcow2
patch luks.qcow2 'b[35] = 2'
refused luks.qcow2 "is encrypted"
cp disk.qcow2 bad.qcow2
patch bad.qcow2 'b[79] |= 1'
refused bad.qcow2 "was not closed by the program that wrote it last"
patch bad.qcow2 'b[79] = 2'
expect 3 "marked as corrupt" "$SPPCTL" show bad.qcow2
patch bad.qcow2 'b[79] = 128'
expect 4 "a feature of a later version" "$SPPCTL" show bad.qcow2
patch bad.qcow2 'b[7] = 9'
expect 4 "another version" "$SPPCTL" show bad.qcow2
rm -f *.qcow2 data.raw

# The other formats: children without their parents, other files, logs.
qemu-img convert -t unsafe -O vdi disk.raw disk.vdi
patch disk.vdi 'b[76] = 4'
refused disk.vdi "is a differencing image"
qemu-img convert -t unsafe -O vpc disk.raw disk.vhd
patch disk.vhd 'b[84] = 1; vhd(0); b[-512:] = b[:512]'
refused disk.vhd "a machine in saved state"
patch disk.vhd 'b[63] = 4; b[84] = 0; vhd(0); b[-512:] = b[:512]'
refused disk.vhd "is a differencing image"
patch disk.vhd 'b[70] ^= 1; b[-512:] = b[:512]'
expect 3 "checksum of its footer" "$SPPCTL" show disk.vhd
qemu-img convert -t unsafe -O vhdx disk.raw disk.vhdx
patch disk.vhdx '
for at in 65536, 131072:
    b[at + 48] = 1
    b[at + 4:at + 8] = bytes(4)
    struct.pack_into("<I", b, at + 4, crc32c(b[at:at + 4096]))'
refused disk.vhdx "writes in its log"
qemu-img convert -t unsafe -O vmdk disk.raw disk.vmdk
cp disk.vmdk child.vmdk
patch child.vmdk 'b[:] = b.replace(b"parentCID=ffffffff", b"parentCID=12345678")'
refused child.vmdk "is a differencing image"
cp disk.vmdk open.vmdk
patch open.vmdk 'b[72] = 1'
refused open.vmdk "was not closed"
qemu-img convert -t unsafe -O vmdk -o subformat=monolithicFlat disk.raw flat.vmdk
refused flat.vmdk "describes a disk that is in other files"
qemu-img convert -t unsafe -O vmdk -o subformat=streamOptimized disk.raw \
	stream.vmdk
expect 0 "" "$SPPCTL" show stream.vmdk
expect 4 "compressed stream" "$SPPCTL" set stream.vmdk kms-port=1700
rm -f *.vdi *.vhd *.vhdx *.vmdk

# --target-kind overrides, but a header must be there.
expect 3 "is not a qcow2 image" "$SPPCTL" show disk.raw --target-kind qcow2
expect 2 "unknown target kind" "$SPPCTL" show disk.raw --target-kind floppy
expect 0 "" "$SPPCTL" show disk.raw --target-kind raw
expect 3 "not a registry hive" "$SPPCTL" show disk.raw --target-kind hive
expect 2 "not a URI" "$SPPCTL" show disk.raw --target-kind nbd
expect 2 "names no socket" "$SPPCTL" show nbd+unix:///x
expect 3 "cannot open" "$SPPCTL" show "nbd+unix:///?socket=$work/none"

# Without qemu-nbd, raw images still work and the others say what is missing.
qemu-img convert -t unsafe -O qcow2 disk.raw disk.qcow2
expect 0 "" env PATH=/nonexistent "$SPPCTL" show disk.raw
expect 3 "install qemu-utils" env PATH=/nonexistent "$SPPCTL" show disk.qcow2

# It may be in any folder of PATH; one that the sandbox cannot run is told so.
mkdir -p tools/bin broken
cp "$(command -v qemu-nbd)" tools/bin/
expect 0 "" env PATH=$work/tools/bin "$SPPCTL" show disk.qcow2
printf '#!%s/sh\n' "$work" >broken/qemu-nbd
cp /bin/sh sh
chmod +x broken/qemu-nbd
if "$SPPCTL" --version | grep -q Landlock; then
	expect 3 "cannot be executed" env PATH=$work/broken "$SPPCTL" \
		show disk.qcow2
fi
rm -rf tools broken sh

# A copy that was cut short is not edited, though all that is asked for is
# there.
size=$(stat -c %s disk.qcow2)
head -c $((size - 65536)) disk.qcow2 >cut.qcow2
for command in show dump info; do
	expect 4 "is truncated: it has data after its end" "$SPPCTL" \
		$command cut.qcow2
done
expect 4 "is truncated" "$SPPCTL" set cut.qcow2 kms-port=1700
size=$(stat -c %s disk.raw)
head -c $((size / 2)) disk.raw >cut.raw
refused cut.raw "is truncated: its partition . reaches past its end"

exit $failed
