#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Disk images of every format and layout are read, edited and read back.
# label: thorough 13
set -u
. "$SOURCE/tests/disk.sh"

# meta VOLUME: what must not change of the hive's file
meta()
{
	ntfsinfo -F $CONFIG/SOFTWARE "$1" 2>/dev/null | grep -E \
		'File Creation|File Altered|MFT Changed|Last Accessed|Inode:|MFT Record|Security|Filename:|File attributes'
}

windows win.ntfs 12 512
gpt disk.raw win.ntfs
sleep 1.1 # so that a time that is changed below is another second
[ "$(meta win.ntfs)" ] || fail "ntfsinfo says nothing"
before=$(value win.ntfs DisableKeyManagementServiceHostCaching)
[ "$before" = 1 ] || fail "the fixture has $before"

# check_image IMAGE QEMU-FORMAT EXTRACTED: as others see it
check_image()
{
	case $2 in
	qcow2 | vhdx | vmdk | vdi)
		qemu-img check -q -f "$2" "$1" || fail "qemu-img check $1" ;;
	esac
	extract "$1" "$2" 2 12 "$3"
	sound "$3"
}

for format in raw qcow2 vhdx vpc vmdk vdi; do
	image=disk.$format
	[ $format = raw ] || qemu-img convert -t unsafe -O $format disk.raw $image
	was=$(hash $image)
	expect 0 "host-caching  *off .*hive" "$SPPCTL" show $image
	expect 0 "edit: possible" "$SPPCTL" info $image
	expect 1 "pending" "$SPPCTL" set $image host-caching=on --dry-run
	expect 0 "nothing to change" "$SPPCTL" set $image host-caching=off
	[ "$(hash $image)" = "$was" ] || fail "$image changed without an edit"

	# In place, where the value's size stays: two pages and no metadata.
	cp --sparse=always $image kept
	expect 0 "1 change" "$SPPCTL" set $image host-caching=on --backup
	check_image $image $format after.ntfs
	is=$(value after.ntfs DisableKeyManagementServiceHostCaching)
	[ "$is" = 0 ] || fail "$image: host caching is $is"
	[ "$(meta win.ntfs)" = "$(meta after.ntfs)" ] ||
		fail "$image: the hive's file record changed"
	[ -f $image.bak ] || fail "$image: no undo file"
	[ "$(stat -c %s $image.bak)" -lt 40000 ] || fail "a large undo file"
	[ -e $image.sppctl-journal ] && fail "$image: the journal is still there"
	# A second edit keeps its own, and each undoes the last one.
	is=$(hash $image.bak)
	expect 0 "1 change" "$SPPCTL" set $image kms-port=1700 --backup
	[ -f $image.bak.2 ] || fail "$image: no second undo file"
	[ "$(hash $image.bak)" = "$is" ] || fail "$image: a backup was replaced"
	expect 0 "put back from $image.bak.2" "$SPPCTL" restore $image
	expect 1 "" "$SPPCTL" get $image kms-port

	# Growing: a list that no free cell holds.
	set --
	for i in 1 2 3 4 5 6 7 8 9; do
		set -- "$@" --add "a-rather-long-domain-name-$i.corp.example"
		set -- "$@" --add "b-rather-long-domain-name-$i.corp.example"
		set -- "$@" --add "c-rather-long-domain-name-$i.corp.example"
	done
	expect 0 "1 change" "$SPPCTL" publish $image "$@"
	check_image $image $format grown.ntfs
	value grown.ntfs DnsDomainPublishList | grep -q c-rather-long-domain-name-9 ||
		fail "$image: the long list is not there"
	[ "$(meta win.ntfs)" = "$(meta grown.ntfs)" ] ||
		fail "$image: the grown hive's file record changed"
	expect 0 "0 errors" "$SPPCTL" check $image
	expect 0 "on$" "$SPPCTL" get $image host-caching
	# What was edited since cannot be undone; what was not can, in place.
	expect 4 "has changed since the edit" "$SPPCTL" restore $image
	cp --sparse=always kept $image
	rm -f $image.bak
	expect 0 "1 change" "$SPPCTL" set $image host-caching=on --backup
	expect 1 "would be put back" "$SPPCTL" restore $image --dry-run
	expect 0 "put back from $image.bak" "$SPPCTL" restore $image
	qemu-img compare -q -f $format -F $format kept $image ||
		fail "$image: not as it was before the edit"
	[ -e $image.bak ] && fail "$image: the undo file is still there"
	expect 0 "nothing is put back" "$SPPCTL" restore $image
	rm -f kept
	[ $format = raw ] || rm -f $image
	[ $format = raw ] && { rm -f disk.raw; gpt disk.raw win.ntfs; }
done

# Two hives at once, published together.
expect 0 "1 change" "$SPPCTL" set disk.raw kms-port=1700
expect 0 "2 changes" "$SPPCTL" unset disk.raw kms-port cached-host
expect 1 "" "$SPPCTL" get disk.raw cached-host
extract disk.raw raw 2 12 after.ntfs
sound after.ntfs

# MBR, with the volume as primary and as logical partition, on odd sectors.
mbr()
{
	rm -f mbr.raw
	truncate -s 20M mbr.raw
	sfdisk -q mbr.raw >/dev/null || exit 2
	dd if=win.ntfs of=mbr.raw bs=512 seek="$1" conv=notrunc,sparse status=none
}
printf 'label: dos\nstart=63, size=24576, type=7\n' | mbr 63
expect 0 "1 *32256 .*Windows" "$SPPCTL" info mbr.raw
expect 0 "1 change" "$SPPCTL" set mbr.raw host-caching=on
dd if=mbr.raw of=after.ntfs bs=512 skip=63 count=24576 status=none
sound after.ntfs
[ "$(value after.ntfs DisableKeyManagementServiceHostCaching)" = 0 ] ||
	fail "odd MBR partition not edited"
printf 'label: dos\nstart=2048, size=2048, type=c\nstart=4096, size=36000, type=f\nstart=6144, size=1024, type=7\nstart=10240, size=24576, type=7\n' | mbr 10240
expect 0 "6 *5242880 .*Windows" "$SPPCTL" info mbr.raw
expect 0 "1 change" "$SPPCTL" set mbr.raw host-caching=on
expect 0 "^on$" "$SPPCTL" get mbr.raw host-caching --partition 6

# 4Kn: sectors of 4096 bytes in table and volume.
windows win4k.ntfs 12 4096
gpt4k 4k.raw win4k.ntfs
expect 0 "sectors of 4096 bytes" "$SPPCTL" info 4k.raw
expect 0 "1 change" "$SPPCTL" set 4k.raw host-caching=on
dd if=4k.raw of=after.ntfs bs=1M skip=2 count=12 status=none
sound after.ntfs
[ "$(value after.ntfs DisableKeyManagementServiceHostCaching)" = 0 ] ||
	fail "4Kn not edited"
rm -f 4k.raw win4k.ntfs

# The backup of the GPT serves where the first is damaged.
cp --sparse=always disk.raw gpt2.raw
dd if=/dev/zero of=gpt2.raw bs=512 seek=1 count=1 conv=notrunc status=none
expect 0 "first partition table .* is damaged" "$SPPCTL" show gpt2.raw
dd if=/dev/zero of=gpt2.raw bs=512 seek=$(($(stat -c %s gpt2.raw) / 512 - 1)) \
	count=1 conv=notrunc status=none
expect 3 "both copies of it are damaged" "$SPPCTL" show gpt2.raw
rm -f gpt2.raw

# A volume without a table; a hive in many parts.
volume parts.ntfs 12 512 $FOLDERS \
	pieces "$FIXTURES/kms-primary.hive" $CONFIG/SOFTWARE
expect 0 "SOFTWARE .* 3  clean" "$SPPCTL" info parts.ntfs
expect 0 "2 changes" "$SPPCTL" set parts.ntfs host-caching=on kms-port=1700
sound parts.ntfs
[ "$(value parts.ntfs KeyManagementServicePort)" = 1700 ] ||
	fail "hive in parts not edited"

# A hive whose file is longer than what was ever written of it.
windows tail.ntfs 12 512 reserve $CONFIG/SOFTWARE 65536
expect 0 "SOFTWARE *64.0 KiB .* clean" "$SPPCTL" info tail.ntfs
expect 0 "2 changes" "$SPPCTL" set tail.ntfs host-caching=on kms-port=1700
sound tail.ntfs
[ "$(value tail.ntfs KeyManagementServicePort)" = 1700 ] ||
	fail "hive with an unwritten tail not edited"
expect 0 "0 errors" "$SPPCTL" check tail.ntfs

# What qemu would mark as soon as it may write: an edit that comes to nothing
# leaves each byte, and the time.
qemu-img convert -t unsafe -O qcow2 disk.raw marks.qcow2
qemu-img bitmap --add marks.qcow2 backup
was="$(hash marks.qcow2) $(stat -c %y marks.qcow2)"
expect 0 "nothing to change" "$SPPCTL" unset marks.qcow2 lookup-domain
[ "$(hash marks.qcow2) $(stat -c %y marks.qcow2)" = "$was" ] ||
	fail "an image with a bitmap was touched for nothing"
expect 0 "1 change" "$SPPCTL" set marks.qcow2 kms-port=1705
qemu-img check -q marks.qcow2 || fail "an image with a bitmap is damaged"
# The socket to qemu-nbd is where the user wants temporary files.
mkdir tmp
touch -d 2020-01-01 tmp
TMPDIR=$PWD/tmp expect 0 "^1705$" "$SPPCTL" get marks.qcow2 kms-port
[ "$(stat -c %Y tmp)" -gt 1600000000 ] || fail "TMPDIR is not used"
rmdir tmp || fail "something is left in TMPDIR"
rm -f marks.qcow2

# A dirty hive is recovered from the logs that lie beside it.
volume dirty.ntfs 12 512 $FOLDERS \
	put "$FIXTURES/dirty-split.hive" $CONFIG/SOFTWARE \
	put "$FIXTURES/dirty-split.hive.LOG1" $CONFIG/SOFTWARE.LOG1 \
	put "$FIXTURES/dirty-split.hive.LOG2" $CONFIG/SOFTWARE.LOG2
expect 0 "recovered from its logs" "$SPPCTL" show dirty.ntfs
expect 0 "recovered from its logs" "$SPPCTL" info dirty.ntfs
expect 0 "1 change" "$SPPCTL" set dirty.ntfs kms-port=1701
expect 0 "clean" "$SPPCTL" show dirty.ntfs
sound dirty.ntfs
[ "$(value dirty.ntfs KeyManagementServicePort)" = 1701 ] ||
	fail "dirty hive not edited"

# An export that is there already.
qemu-img convert -t unsafe -O qcow2 disk.raw disk.qcow2
qemu-nbd -f qcow2 -k "$work/nbd.sock" -t disk.qcow2 &
server=$!
while ! [ -S nbd.sock ]; do sleep 0.02; done
uri="nbd+unix:///?socket=$work/nbd.sock"
expect 0 "edit: possible" "$SPPCTL" info "$uri"
expect 0 "1 change" "$SPPCTL" set "$uri" kms-port=1702 --backup
expect 0 "^1702$" "$SPPCTL" get "$uri" kms-port
[ -f nbd.sock.bak ] || fail "no undo file beside the socket"
expect 4 "in use" "$SPPCTL" show disk.qcow2
kill $server
wait $server
extract disk.qcow2 qcow2 2 12 after.ntfs
[ "$(value after.ntfs KeyManagementServicePort)" = 1702 ] ||
	fail "the export was not edited"

exit $failed
