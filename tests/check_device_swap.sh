#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# While a block device is edited, another device takes its name, its loop
# device is given another file, or its journal and backup are replaced: no newer
# disk is lost, none is torn, and success is not told of an edit that nobody
# finds.
# label: thorough 5
set -u
. "$SOURCE/tests/disk.sh"
. "$SOURCE/tests/swap.sh"
[ "$(id -u)" = 0 ] || skip "not root"
# Numbers that nobody else takes: a device that is taken away is free at once.
number=$((100 + $$ % 400 * 2))
mknod one b 7 $number && mknod two b 7 $((number + 1)) || skip "no device nodes"
trap 'losetup -d "$work/one" 2>/dev/null; losetup -d "$work/two" 2>/dev/null; rm -rf "$work"' EXIT

windows old.raw 3 512
cp old.raw newer.raw
"$SPPCTL" set newer.raw host-caching=on >log/out 2>&1 || fail "$(cat log/out)"
cp newer.raw edited.raw
"$SPPCTL" set edited.raw kms-port=1701 >log/out 2>&1 || fail "$(cat log/out)"
was=$(sum old.raw)
newer=$(sum newer.raw)
newer_edited=$(sum edited.raw)
cp old.raw a.raw
cp newer.raw b.raw
losetup "$work/one" a.raw 2>log/err && losetup "$work/two" b.raw 2>log/err ||
	skip "no loop device: $(cat log/err)"
mkdir j
set -- "$SPPCTL" set d/f kms-port=1701 --journal-dir j --backup

# begin WHAT: an old disk under the name, and a newer one
begin()
{
	about="$1 at call $k"
	fresh
	rm -f j/* j/.f*
	cat old.raw >one
	cat newer.raw >two
	mknod d/f b 7 $number
}

# disk DEVICE: what is on it
disk()
{
	cksum <$1
}

k=none
visible=look
begin learn
calls "$@"
edited=$(disk one)
[ "$edited" != "$was" ] || fail "nothing is edited"
last=$(cat log/visible)

for k in $(points d/f); do
	begin "another device"
	rm -f with
	mknod with b 7 $((number + 1))
	meddle $k swap d/f "$@"
	within "the old disk" "$(disk one)" "$was" "$edited"
	within "the newer disk" "$(disk two)" "$newer" "$newer_edited"
	[ $code -ne 0 ] || [ "$(disk two)" != "$newer" ] || [ $k -gt $last ] ||
		fail "$about: done, it says, and it is not"
done
meddle_beside begin 'disk one' "$@"

# The kernel keeps the old file in a device that is in use.
losetup -d "$work/two"
for k in $(points d/f written); do
	about="another file at call $k"
	fresh
	mknod d/f b 7 $number
	rm -f j/* j/.f*
	cp old.raw a.raw
	cp newer.raw b.raw
	losetup -d "$work/one" 2>/dev/null
	losetup "$work/one" a.raw || exit 2
	cp b.raw with
	meddle $k rebind d/f "$@"
	losetup -d "$work/one" 2>/dev/null
	within "the old disk" "$(sum a.raw)" "$was" "$edited"
	within "the newer disk" "$(sum with)" "$newer" "$newer_edited"
	[ $code -ne 0 ] || [ "$(sum a.raw)" = "$edited" ] ||
		within "the newer disk" "$(sum with)" "$newer_edited"
done
exit $failed
