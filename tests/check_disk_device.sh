#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Block devices are edited like raw images, with their journal where the user
# says; and an image is edited only where its journal would be found again.
set -u
. "$SOURCE/tests/disk.sh"

"${CC:-cc}" -D_GNU_SOURCE -shared -fPIC -o exit_at.so "$SOURCE/tests/exit_at.c" \
	-ldl || exit 2
windows win.ntfs 8 512
gpt old.raw win.ntfs

# interrupted NUMBER COMMAND...: ended instead of call NUMBER
interrupted()
{
	number=$1
	shift
	EXIT_AT=$number EXIT_LOG=calls LD_PRELOAD=$work/exit_at.so \
		ASAN_OPTIONS=verify_asan_link_order=0 "$@" >out 2>&1
}

# Names of one file in two folders: the journal is beside one of them only.
cp --sparse=always old.raw disk.raw
mkdir other
ln disk.raw other/disk.raw
expect 4 "2 hard links" "$SPPCTL" set disk.raw kms-port=1700
expect 4 "2 hard links" "$SPPCTL" info disk.raw
cmp disk.raw old.raw || fail "an image with two names was changed"
expect 0 "" "$SPPCTL" show disk.raw
rm other/disk.raw

# A journal in another folder, of an image too.
mkdir journals
expect 0 "1 change" "$SPPCTL" set disk.raw kms-port=1700 --backup \
	--journal-dir journals
[ -e journals/disk.raw.bak ] || fail "no backup in the folder of the journal"
expect 0 "put back from journals/disk.raw.bak" "$SPPCTL" restore disk.raw \
	--journal-dir journals
cmp disk.raw old.raw || fail "not put back"
expect 3 "cannot open the folder 'nowhere'" "$SPPCTL" set disk.raw \
	kms-port=1700 --journal-dir nowhere

# Two edits of one export at once: the second is refused.
if command -v flock >/dev/null; then
	qemu-nbd -f raw -t -k "$work/nbd.sock" disk.raw &
	server=$!
	for i in $(seq 1 100); do [ -S nbd.sock ] && break; sleep 0.05; done
	expect 4 "in use by another sppctl" flock .nbd.sock.sppctl-lock \
		"$SPPCTL" set "nbd+unix:///?socket=$work/nbd.sock" kms-port=1701
	expect 0 "1 change" "$SPPCTL" set \
		"nbd+unix:///?socket=$work/nbd.sock" kms-port=1701
	[ -e .nbd.sock.sppctl-lock ] && fail "a lock is left"
	kill $server
	wait $server
fi

[ "$(id -u)" = 0 ] || { echo "devices skipped: not root"; exit $failed; }

# A single file that is mounted, as containers do it.
cp --sparse=always old.raw disk.raw
touch mounted.raw
if unshare -m true 2>/dev/null; then
	expect 4 "mounted as a single file" unshare -m sh -c "
		mount --bind disk.raw mounted.raw &&
		'$SPPCTL' set mounted.raw kms-port=1700"
fi

loop=$(losetup -f --show disk.raw 2>/dev/null) ||
	{ echo "devices skipped: no loop device"; exit $failed; }
trap 'losetup -d $loop; rm -rf "$work"' EXIT
name=${loop##*/}
ln -s $loop link
for device in $loop link; do
	expect 0 "Windows Server" "$SPPCTL" show $device
	expect 4 "with --journal-dir" "$SPPCTL" info $device
	expect 0 "Windows" "$SPPCTL" info $device --journal-dir journals
	expect 4 "with --journal-dir" "$SPPCTL" set $device kms-port=1700
	expect 0 "1 change" "$SPPCTL" set $device kms-port=1700 --backup \
		--journal-dir journals
	[ -e journals/$name.bak ] || fail "no backup of $device"
	expect 0 "^1700$" "$SPPCTL" get $device kms-port
	expect 0 "put back" "$SPPCTL" restore $device --journal-dir journals
	sync
	cmp $loop old.raw || fail "$device: not put back byte for byte"
done
# Interrupted, it is dirty, and completed by whoever finds the journal.
interrupted 1000000 "$SPPCTL" set $loop host-caching=on --journal-dir journals
expect 0 "" "$SPPCTL" set $loop host-caching=off --journal-dir journals
interrupted $(($(cat calls) - 4)) "$SPPCTL" set $loop host-caching=on \
	--journal-dir journals
[ $? -eq 99 ] || fail "not interrupted: $(cat out)"
expect 4 "dirty" "$SPPCTL" get $loop host-caching
expect 4 "pass the --journal-dir that it had" "$SPPCTL" show $loop
expect 0 "was interrupted" "$SPPCTL" show $loop --journal-dir journals
expect 0 "is completed" "$SPPCTL" recover $loop --journal-dir journals
expect 0 "^on$" "$SPPCTL" get $loop host-caching
# A disk whose guest wrote another header to its first sectors.
printf 'QFI\373\0\0\0\3' | dd of=$loop conv=notrunc status=none
expect 4 "is a block device but has the header" "$SPPCTL" get $loop kms-port
dd if=old.raw of=$loop count=1 conv=notrunc status=none
# One that takes no writes, though it may be opened for them.
readonly=$(losetup -r -f --show old.raw)
expect 4 "is read-only" "$SPPCTL" info $readonly --journal-dir journals
expect 4 "is read-only" "$SPPCTL" set $readonly kms-port=1700 \
	--journal-dir journals
[ -e journals/${readonly##*/}.sppctl-journal ] && fail "a journal is left"
losetup -d $readonly
# In use: mounted.
if command -v mkfs.ext2 >/dev/null; then
	truncate -s 4M ext.raw
	mkfs.ext2 -q -F ext.raw
	second=$(losetup -f --show ext.raw)
	mkdir mnt
	if mount -t ext2 $second mnt 2>/dev/null; then
		expect 4 "is mounted, or part of" "$SPPCTL" info $second
		umount mnt
	fi
	losetup -d $second
fi

exit $failed
