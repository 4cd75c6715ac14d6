#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What --dry-run and info foretell is what the edit does: the same code where
# it is refused or fails, 1 or 0 where it goes; and neither writes anything.
# label: thorough 10
set -u
. "$SOURCE/tests/fast.sh"
. "$SOURCE/tests/image.sh"
# Quick, as it starts hundreds of times.
[ -x "$PLAIN" ] && SPPCTL=$PLAIN
export SOURCE_DATE_EPOCH=1700000000

# listing: all that is here, to the nanosecond, but for what this test writes
listing()
{
	find t -printf '%p %i %s %T@ %m %n\n' -type f -exec md5sum {} +
}

# foretold TARGET [OPTION...]: in a fresh folder t
foretold()
{
	target=$1
	shift
	listing >before
	as "$SPPCTL" info "$target" >info.out 2>&1
	info=$?
	as "$SPPCTL" set "$target" kms-port=1811 --dry-run "$@" >dry.out 2>&1
	dry=$?
	listing >after
	cmp -s before after ||
		fail "$name: $target $*: not left alone: $(diff before after)"
	as "$SPPCTL" set "$target" kms-port=1811 "$@" >set.out 2>&1
	set=$?
	# Not what stands against an edit, but what is not there to be edited.
	grep -q 'has no SOFTWARE hive, which' set.out && return
	want=$set
	[ $set -ne 0 ] || want=1
	[ $dry -eq $want ] ||
		fail "$name: $target $*: set $set ($(cat set.out)), --dry-run $dry ($(cat dry.out))"
	# info is told nothing of what a person would let pass.
	[ $# -gt 0 ] || [ $info -eq $set ] ||
		fail "$name: $target: set $set ($(cat set.out)), info $info ($(tail -1 info.out))"
	[ $set -ne 0 ] && return
	as "$SPPCTL" set "$target" kms-port=1811 --dry-run "$@" >dry.out 2>&1
	dry=$?
	[ $dry -eq 0 ] || fail "$name: $target: nothing to change: $dry ($(cat dry.out))"
}

as()
{
	"$@"
}

fresh()
{
	chmod -R u+w t 2>/dev/null
	rm -rf t
	mkdir t
}

# Every hive there is.
for hive in "$FIXTURES"/*.hive; do
	name=${hive##*/}
	fresh
	cp "$hive" t/SOFTWARE
	chmod u+w t/SOFTWARE
	for log in LOG1 LOG2 LOG; do
		[ ! -e "${hive%.hive}.$log" ] ||
			cp "${hive%.hive}.$log" t/SOFTWARE.$log
	done
	foretold t/SOFTWARE
done

# What stands against an edit from outside.
name=
hive()
{
	fresh
	cp "$FIXTURES/kms-primary.hive" t/SOFTWARE
	chmod 644 t/SOFTWARE
}
hive
chmod 444 t/SOFTWARE
foretold t/SOFTWARE
hive
ln t/SOFTWARE t/other
foretold t/SOFTWARE
foretold t/SOFTWARE --break-links
hive
foretold t/SOFTWARE --backup
if command -v flock >/dev/null; then
	hive
	exec 8<t/SOFTWARE
	flock 8
	foretold t/SOFTWARE
	exec 8<&-
fi
hive
mkdir t/.SOFTWARE.sppctl-new
foretold t/SOFTWARE
hive
touch t/SOFTWARE.bak.999999
foretold t/SOFTWARE --backup
for n in 244 243 242; do
	long=$(printf %0${n}d 0)
	hive
	mv t/SOFTWARE t/$long
	foretold t/$long
	for more in $((255 - n)) $((254 - n)); do
		hive
		mv t/SOFTWARE t/$long
		foretold t/$long --backup=.$(printf %0${more}d 0)
	done
done
mkdir -p w/$CONFIG
cp "$FIXTURES/kms-primary.hive" w/$CONFIG/SOFTWARE
chmod -R u+w w
fresh
cp -r w t
foretold t/w
chmod 444 t/w/$CONFIG/SOFTWARE
foretold t/w
# An edit of two hives is refused before the first is replaced.
both()
{
	find t -type f -printf '%p %i %s %T@ %m %n\n' >before
	"$SPPCTL" slmgr t/w /skms a.example --dry-run "$@" >dry.out 2>&1
	dry=$?
	"$SPPCTL" slmgr t/w /skms a.example "$@" >set.out 2>&1
	set=$?
	[ $dry -eq $set ] && [ $dry -gt 2 ] ||
		fail "two hives, $*: $set ($(cat set.out)), --dry-run $dry ($(cat dry.out))"
	find t -type f -printf '%p %i %s %T@ %m %n\n' >after
	cmp -s before after || fail "two hives, $*: $(diff before after)"
}
fresh
cp -r w t
mkdir -p t/w/$NETSVC
cp "$FIXTURES/netsvc.hive" t/w/$NETSVC/NTUSER.DAT
chmod -R u+w t
touch t/w/$NETSVC/NTUSER.DAT.bak.999999
both --backup
both --backup=.$(printf %0245d 0)
mkdir t/w/$NETSVC/.NTUSER.DAT.sppctl-new
both
if [ "$(id -u)" = 0 ] && command -v setpriv >/dev/null; then
	as()
	{
		setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
	}
	chmod 755 "$work"
	cp "$SPPCTL" sppctl
	SPPCTL=$work/sppctl
	hive
	chown -R 65534 t
	chmod 555 t
	foretold t/SOFTWARE
	hive
	chmod 666 t/SOFTWARE
	chmod 777 t
	foretold t/SOFTWARE # another's, whose owner could not be kept
	fresh
	cp -r w t
	chown -R 65534 t
	foretold t/w
	chmod 555 t/w/$CONFIG
	foretold t/w
	as()
	{
		"$@"
	}
fi

# A disk image, if this build has them.
disks()
{
	command -v mkntfs >/dev/null && command -v qemu-img >/dev/null &&
		"$SPPCTL" --version | grep -q 'disk images: lib'
}
volume()
{
	truncate -s 6M d.raw
	mkntfs -Q -q -F -s 512 -p 0 -H 0 -S 0 d.raw >mkntfs.out 2>&1 &&
		"$FIXTURES/mkvolume" d.raw mkdir $CONFIG put "$1" \
			$CONFIG/SOFTWARE || exit 2
}
if disks; then
	for name in kms-primary dirty truncated layered damaged-list-element-twice; do
		[ -e "$FIXTURES/$name.hive" ] || continue
		rm -f d.raw
		volume "$FIXTURES/$name.hive"
		fresh
		cp d.raw t
		foretold t/d.raw
	done
	rm -f d.raw
	volume "$FIXTURES/kms-primary.hive"
	fresh
	cp d.raw t
	chmod 444 t/d.raw
	foretold t/d.raw
	# Names for the files beside it that are too long.
	long=$(printf %0216d 0)
	fresh
	cp d.raw t/$long.raw
	foretold t/$long.raw --backup=.$(printf %039d 0)
	foretold t/$long.raw --backup=.$(printf %034d 0)
	for n in 232 231; do
		long=$(printf %0${n}d 0)
		fresh
		cp d.raw t/$long.raw
		foretold t/$long.raw
	done
	for format in qcow2 vmdk vmdk,subformat=streamOptimized; do
		fresh
		qemu-img convert -O ${format%%,*} \
			$([ $format = "${format#*,}" ] || echo "-o ${format#*,}") \
			d.raw t/d.img
		foretold t/d.img
	done
	fresh
	qemu-img convert -O qcow2 d.raw t/d.qcow2
	qemu-img snapshot -c one t/d.qcow2
	foretold t/d.qcow2
	foretold t/d.qcow2 --snapshots
fi

# A WIM.
if command -v wimcapture >/dev/null && "$SPPCTL" --version | grep -q 'WIM: libwim'; then
	wimcapture w d.wim one >wim.out 2>&1 || exit 2
	fresh
	cp d.wim t
	foretold t/d.wim
	chmod 444 t/d.wim
	foretold t/d.wim
	fresh
	cp d.wim t
	wimoptimize t/d.wim --pipable >wim.out 2>&1
	foretold t/d.wim
	ln w/$CONFIG/SOFTWARE w/$CONFIG/again
	rm d.wim
	wimcapture w d.wim one >wim.out 2>&1 || exit 2
	fresh
	cp d.wim t
	foretold t/d.wim
fi
[ $failed -eq 0 ]
