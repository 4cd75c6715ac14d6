#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What sppctl does with libguestfs, and with one that misbehaves: see
# tests/fault/guestfs.c, which takes its place.
set -u
. "$SOURCE/tests/disk.sh"
"$SPPCTL" --version | grep -q '^libguestfs: loaded' || {
	echo "skipped: no libguestfs in this build"
	exit 77
}
mkdir lib
"${CC:-cc}" -D_GNU_SOURCE -shared -fPIC -o lib/libguestfs.so.0 \
	"$SOURCE/tests/fault/guestfs.c" -lnbd || exit 2
"${CC:-cc}" -D_GNU_SOURCE -shared -fPIC -o exit_at.so "$SOURCE/tests/exit_at.c" \
	-ldl || exit 2
export LD_LIBRARY_PATH="$work/lib"
unset LIBGUESTFS_BACKEND
BY=--disk-backend=guestfs

windows win.ntfs 12 512
python3 "$SOURCE/tests/ldm.py" ldm.raw win.ntfs || exit 2
cp --sparse=always ldm.raw ldm.was

# whole IMAGE: the volume, put together by hand, is sound
whole()
{
	dd if="$1" of=after.ntfs bs=1M skip=7 count=6 status=none
	dd if="$1" of=after.ntfs bs=1M skip=1 count=6 seek=6 status=none
	sound after.ntfs
}

# untouched WHAT: the image is as it was, and nothing lies beside it
untouched()
{
	cmp -s ldm.raw ldm.was || fail "$1: the image was changed"
	[ -z "$(find . -name '*sppctl*' -o -name '*.bak')" ] ||
		fail "$1: something is left behind"
}

# --- As it should be.

"$SPPCTL" show win.ntfs --json --all | sed 's/win\.ntfs/ldm.raw/' >builtin.json
expect 0 "" "$SPPCTL" show ldm.raw --json --all $BY
cmp -s out builtin.json || fail "other settings: $(diff out builtin.json)"
expect 0 "1 *- *12.0 MiB *ntfs *Windows *clean */dev/mapper/volume" \
	"$SPPCTL" info ldm.raw $BY
grep -q "edit: possible" out || fail "info: $(cat out)"
expect 0 '"offset": null' "$SPPCTL" info ldm.raw --json $BY
expect 0 "" "$SPPCTL" show ldm.raw $BY --partition 1
expect 0 "" "$SPPCTL" show ldm.raw $BY --partition /dev/mapper/volume
expect 2 "has no partition /dev/sda1" "$SPPCTL" show ldm.raw $BY \
	--partition /dev/sda1
expect 2 "no number" "$SPPCTL" show ldm.raw $BY --partition x
expect 1 "pending" "$SPPCTL" set ldm.raw host-caching=on --dry-run $BY
expect 0 "nothing to change" "$SPPCTL" set ldm.raw host-caching=off $BY
untouched "looking"

set --
for i in $(seq 1 60); do
	set -- "$@" --add "a-rather-long-domain-name-$i.corp.example"
done
expect 0 "1 change" "$SPPCTL" publish ldm.raw "$@" --backup $BY
whole ldm.raw
value after.ntfs DnsDomainPublishList | grep -q domain-name-60 ||
	fail "the long list is not there"
cp --sparse=always ldm.raw ldm.long
expect 0 "1 change" "$SPPCTL" set ldm.raw host-caching=on $BY
expect 4 "not as the edit left it" "$SPPCTL" restore ldm.raw $BY
cp --sparse=always ldm.long ldm.raw
expect 1 "would be put back" "$SPPCTL" restore ldm.raw --dry-run $BY
expect 0 "put back" "$SPPCTL" restore ldm.raw $BY
untouched "undoing"

# As a file of another format, which qemu-nbd unpacks.
qemu-img convert -t unsafe -O vhdx ldm.was ldm.vhdx
expect 0 "1 change" "$SPPCTL" set ldm.vhdx host-caching=on $BY
rm -f seen.raw
qemu-img convert -t unsafe -O raw ldm.vhdx seen.raw
whole seen.raw
[ "$(value after.ntfs DisableKeyManagementServiceHostCaching)" = 0 ] ||
	fail "vhdx: not edited"
rm -f ldm.vhdx seen.raw

# --- As it should not be.

# misbehaves HOW CODE PATTERN: an edit is refused, the image as it was
misbehaves()
{
	expect "$2" "$3" env FAKE_GUESTFS="$1" "$SPPCTL" set ldm.raw \
		host-caching=on $BY
	untouched "$1"
}
misbehaves launch 3 "does not start its machine"
misbehaves look 4 "changes 'ldm.raw' as soon as it looks at it"
misbehaves lose 3 "did not write"
misbehaves more 3 "would change .* pages of 'ldm.raw' for"
misbehaves die 3 "ended unexpectedly"
misbehaves twice 4 "several partitions .*: 1 (/dev/mapper/volume) 'Windows' of"
expect 0 "1 change" env FAKE_GUESTFS=twice "$SPPCTL" set ldm.raw \
	host-caching=on $BY --partition /dev/mirror
cp --sparse=always ldm.was ldm.raw
# Who only reads may have it.
expect 0 "" env FAKE_GUESTFS=look "$SPPCTL" show ldm.raw $BY
untouched "reading"
# The same refusals as without: what Windows left open is not edited.
windows win.ntfs 12 512 log unclean
python3 "$SOURCE/tests/ldm.py" unclean.raw win.ntfs || exit 2
was=$(hash unclean.raw)
expect 4 "/dev/mapper/volume of .*not closed cleanly" \
	"$SPPCTL" set unclean.raw kms-port=1700 $BY
expect 0 "taken as it lies" "$SPPCTL" show unclean.raw --unclean $BY
[ "$(hash unclean.raw)" = "$was" ] || fail "an unclean volume was changed"
rm -f unclean.raw

# --- Ended instead of its Kth write, flush, rename or unlink.

# interrupted NUMBER ARGUMENT...
interrupted()
{
	number=$1
	shift
	EXIT_AT=$number EXIT_LOG=calls LD_PRELOAD=$work/exit_at.so \
		ASAN_OPTIONS=verify_asan_link_order=0 "$SPPCTL" "$@" $BY \
		>out 2>&1
}
interrupted 1000000 set ldm.raw host-caching=on || fail "set: $(cat out)"
calls=$(cat calls)
cp --sparse=always ldm.raw ldm.new
told=0
k=1
while [ $k -le "$calls" ]; do
	cp --sparse=always ldm.was ldm.raw
	interrupted $k set ldm.raw host-caching=on
	got=$?
	# It may have been the child that was ended.
	[ $got -eq 99 ] || { [ $got -eq 3 ] && cmp -s ldm.raw ldm.was; } ||
		fail "no end at $k: $(cat out)"
	if [ -e ldm.raw.sppctl-journal ]; then
		told=$((told + 1))
		was=$(hash ldm.raw)
		expect 0 "^on$" "$SPPCTL" get ldm.raw host-caching $BY
		[ "$(hash ldm.raw)" = "$was" ] || fail "$k: get wrote"
	fi
	expect 0 "nothing to change" "$SPPCTL" unset ldm.raw lookup-domain $BY
	cmp -s ldm.raw ldm.was || cmp -s ldm.raw ldm.new ||
		fail "$k of $calls: neither old nor new"
	rest=$(find . -name '*sppctl-*')
	[ -z "$rest" ] || fail "$k: left behind: $rest"
	k=$((k + 1))
done
echo "$calls calls, pending after $told"
[ $told -gt 0 ] || fail "nothing was ever pending"

exit $failed
