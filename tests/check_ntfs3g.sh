#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A hive on a mounted NTFS volume keeps what Windows has of a file beside its
# bytes: security descriptor, attributes, the time when it was made, streams.
# label: judges 3
. "$SOURCE/tests/check.sh"
for tool in mkntfs ntfs-3g fusermount getfattr setfattr; do
	command -v $tool >log/tool || command -v ${tool}3 >log/tool ||
		skip "there is no $tool"
done
[ -w /dev/fuse ] || skip "/dev/fuse cannot be used"
truncate -s 16M image
mkntfs -q -F -f image >log/mkntfs 2>&1 || {
	cat log/mkntfs
	exit 1
}
mkdir mnt
ntfs-3g image mnt >log/mount 2>&1 || skip "nothing can be mounted here"
unmount()
{
	(fusermount -u mnt || fusermount3 -u mnt || umount mnt) 2>log/umount
}
trap 'cd "$work"; unmount; rm -rf "$work"' EXIT

config=mnt/Windows/System32/config
profile=mnt/Windows/ServiceProfiles/NetworkService
mkdir -p $config $profile
fixture kms-client $config/SOFTWARE
fixture netsvc $profile/NTUSER.DAT

# O:SYG:SYD:PAI(A;;FA;;;SY)(A;;FA;;;BA), as Windows gives it to its hives;
# hidden, system, archive; made in 2019; a stream.
acl=0x01000494480000005400000000000000140000000200340002000000\
00001400ff011f0001010000000000051200000000001800ff011f00010200000000000520\
00000020020000010100000000000512000000010100000000000512000000
for hive in $config/SOFTWARE $profile/NTUSER.DAT; do
	setfattr -h -n system.ntfs_acl -v $acl $hive ||
		skip "this ntfs-3g sets no security descriptors"
	setfattr -h -n system.ntfs_attrib_be -v 0x00000026 $hive
	setfattr -h -n system.ntfs_crtime_be -v 0x01d4fc2d8e5a7b00 $hive
	setfattr -h -n user.Zone -v 'a stream' $hive
done

# attributes HIVE
attributes()
{
	for name in system.ntfs_acl system.ntfs_attrib_be \
		system.ntfs_crtime_be user.Zone; do
		getfattr -h -e hex -n $name "$1" 2>&1 | grep "="
	done
	stat -c '%a %u:%g' "$1"
}
attributes $config/SOFTWARE >software
attributes $profile/NTUSER.DAT >ntuser
grep -q 0x00000026 software || fail "the test cannot set attributes"
grep -q 0x01d4fc2d8e5a7b00 software || fail "the test cannot set times"

run 0 set mnt kms-port=1701 --backup
attributes $config/SOFTWARE | diff software - || fail "SOFTWARE lost something"
attributes $config/SOFTWARE.bak | diff software - ||
	fail "the backup lost something"
cmp -s $config/SOFTWARE.bak "$FIXTURES/kms-client.hive" ||
	fail "the backup is not the old hive"
run 0 unset mnt kms-host cached-host
attributes $config/SOFTWARE | diff software - || fail "SOFTWARE lost something"
attributes $profile/NTUSER.DAT | diff ntuser - ||
	fail "NTUSER.DAT lost something"

# What was written is there when the volume is mounted again.
cp $config/SOFTWARE before
unmount || skip "cannot unmount"
ntfs-3g image mnt >log/mount 2>&1 || fail "cannot mount again"
cmp -s before $config/SOFTWARE || fail "other bytes after a second mount"
attributes $config/SOFTWARE | diff software - || fail "SOFTWARE lost something"
sound $config/SOFTWARE
sound $profile/NTUSER.DAT
[ "$(ls -A $config)" = "$(printf 'SOFTWARE\nSOFTWARE.bak')" ] ||
	fail "left behind: $(ls -A $config)"
run 0 get mnt kms-port
[ "$(cat log/out)" = 1701 ] || fail "the edit is not there"

# An object id belongs to one file of a volume: the new one cannot have it, but
# that is no reason to refuse.
setfattr -h -n system.ntfs_object_id -v \
	0x00112233445566778899aabbccddeeff $config/SOFTWARE 2>log/err &&
	run 0 set mnt kms-port=1702
cd "$work" || exit
unmount || skip "cannot unmount"
exit $failed
