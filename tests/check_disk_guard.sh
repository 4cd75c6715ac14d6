#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What an image must not bring about: other files of the host are neither read
# nor written, what it is is not for its guest to decide, and whoever ends
# sppctl leaves a qcow2 whole.
set -u
. "$SOURCE/tests/disk.sh"

"${CC:-cc}" -D_GNU_SOURCE -shared -fPIC -o exit_at.so "$SOURCE/tests/exit_at.c" \
	-ldl || exit 2
windows win.ntfs 8 512
gpt disk.raw win.ntfs

# --- A VMDK of size 0, whose descriptor names other files.

# The part of the disk that is the hive, so that an edit would write to it.
truncate -s 65536 victim
was=$(hash victim)
python3 - "$work" <<'END' || exit 2
import os, struct, sys
os.chdir(sys.argv[1])
disk = open('disk.raw', 'rb').read()
at = disk.index(b'regf') // 512 * 512
open('1', 'wb').write(disk[:at])
open('3', 'wb').write(disk[at + 65536:])
open('victim', 'r+b').write(disk[at:at + 65536])
text = f'''# Disk DescriptorFile
# createType="monolithicFlat"
version=1
CID=12345678
parentCID=ffffffff
createType="monolithicSparse"
RW {at // 512} FLAT "1" 0
RW 128 FLAT "victim" 0
RW {(len(disk) - at) // 512 - 128} FLAT "3" 0
'''.encode()
head = b'KDMV' + struct.pack('<IIQQQQIQQQ', 1, 3, 0, 128, 1, 20, 512, 21, 26,
    128)
evil = head.ljust(512, b'\0') + text.ljust(20 * 512, b'\0') + b'\0' * 65536
open('evil', 'wb').write(evil)
# The same as what the guest of a raw disk wrote.
open('guest.raw', 'wb').write(evil + disk[len(evil):])
END
was=$(hash victim)
cp evil evil.vmdk
for image in evil evil.vmdk; do
	for command in 'info' 'show' 'set'; do
		edit=
		[ $command != set ] || edit=kms-port=1700
		expect 4 "a disk that is in other files" \
			"$SPPCTL" $command $image $edit
	done
	expect 4 "a disk that is in other files" \
		"$SPPCTL" set $image kms-port=1700 --target-kind vmdk
done
for name in guest.raw guest.img guest.dd guest-flat.vmdk; do
	[ $name = guest.raw ] || cp guest.raw $name
	expect 4 "raw image but has the header of a vmdk image" \
		"$SPPCTL" set $name kms-port=1700
	expect 3 "" "$SPPCTL" set $name kms-port=1700 --target-kind raw
done
ln -s guest.raw link
expect 4 "raw image but has the header of a vmdk image" "$SPPCTL" show link
[ "$(hash victim)" = "$was" ] || fail "another file was written to"

# --- A kernel without Landlock: said by the version, and once for an image.

cat >old.py <<'END'
import ctypes, os, struct, sys
# landlock_create_ruleset() is 444 on all processors; ENOSYS is 38.
code = b''.join(struct.pack('HBBI', *op) for op in [(0x20, 0, 0, 0),
    (0x15, 0, 1, 444), (6, 0, 0, 0x50000 | 38), (6, 0, 0, 0x7fff0000)])
held = ctypes.create_string_buffer(code)
program = struct.pack('HP', 4, ctypes.addressof(held))
libc = ctypes.CDLL(None)
libc.prctl(38, 1, 0, 0, 0)
libc.prctl(22, 2, program, 0, 0) and sys.exit(99)
os.execv(sys.argv[1], sys.argv[1:])
END
qemu-img convert -t unsafe -O qcow2 disk.raw disk.qcow2
python3 old.py "$SPPCTL" --version >out 2>&1
if [ $? -ne 99 ]; then
	grep -q 'confined by .*no Landlock' out || fail "$(cat out)"
	expect 0 "no Landlock: a crafted image could" \
		python3 old.py "$SPPCTL" set disk.qcow2 kms-port=1700
	expect 0 "" python3 old.py "$SPPCTL" show disk.raw
	grep -q Landlock out && fail "a raw disk is warned of: $(cat out)"
fi

# --- Names and content.

qemu-img convert -t unsafe -O qcow2 disk.raw disk.qcow2
cp disk.qcow2 disk.img
expect 4 "named like a raw image but has the header of a qcow2 image" \
	"$SPPCTL" show disk.img
expect 0 "" "$SPPCTL" show disk.img --target-kind qcow2
qemu-img create -q -f qcow2 -F qcow2 -b disk.img over.qcow2
expect 0 "" "$SPPCTL" show over.qcow2 --backing disk.img
gzip -c disk.raw >disk.raw.gz
expect 4 "is compressed with gzip; unpack it first" "$SPPCTL" info disk.raw.gz
qemu-img convert -O qed disk.raw a.qed
qemu-img convert -O parallels disk.raw a.hdd
qemu-img convert -O vmdk -o subformat=twoGbMaxExtentSparse disk.raw s.vmdk
tar cf a.ova a.qed
for row in 'a.qed QED' 'a.hdd Parallels' 'a.ova OVA' 's-s001.vmdk several'; do
	expect 4 "${row#* }" "$SPPCTL" set ${row% *} kms-port=1700
done
rm -f disk.img over.qcow2 disk.raw.gz a.* s*.vmdk guest* evil* link 1 3

# --- Signals: qemu-nbd closes the image, and its bitmaps stay valid.

# bitmaps: whether a backup program could go on with them
bitmaps()
{
	! qemu-img info -U disk.qcow2 | grep -q in-use
}
qemu-img bitmap --add disk.qcow2 checkpoint
cp disk.qcow2 first.qcow2
for signal in 1 2 9 15; do
	for number in 1 4 7; do
		cp first.qcow2 disk.qcow2
		rm -f disk.qcow2.sppctl-*
		(EXIT_SIGNAL=$signal EXIT_AT=$number LD_PRELOAD=$work/exit_at.so \
			ASAN_OPTIONS=verify_asan_link_order=0 \
			"$SPPCTL" set disk.qcow2 kms-port=1700) >out 2>&1
		n=0
		while [ $n -lt 100 ] && ! bitmaps; do
			sleep 0.02
			n=$((n + 1))
		done
		bitmaps || fail "bitmaps broken by signal $signal at $number"
		expect 0 "" "$SPPCTL" set disk.qcow2 kms-port=1701
		bitmaps || fail "bitmaps broken after signal $signal at $number"
	done
done

# Those that another program broke are told.
qemu-nbd -f qcow2 -k "$work/nbd.sock" -t disk.qcow2 &
server=$!
while ! [ -S nbd.sock ]; do sleep 0.02; done
qemu-io -f raw -c 'read 0 512' "nbd+unix:///?socket=$work/nbd.sock" >out 2>&1
kill -9 $server
wait $server 2>/dev/null
expect 0 "1 persistent bitmap of .* cannot be used any more" \
	"$SPPCTL" show disk.qcow2
exit $failed
