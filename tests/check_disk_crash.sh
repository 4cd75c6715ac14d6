#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# sppctl is ended instead of its Kth write, flush, rename or unlink, for every
# K: the image is the old one or the new one after the next run, and what was
# pending is told.  Without its journal it is old, new or dirty at every moment,
# also where the power fails (tests/powerloss.c).  A K after the flush of a file
# is left out: it leaves what the K before it does.
# label: thorough 20
set -u
. "$SOURCE/tests/fast.sh"
. "$SOURCE/tests/disk.sh"

exit_at
windows win.ntfs 8 512
gpt old.raw win.ntfs

# disk_hash IMAGE: of what the machine sees
disk_hash()
{
	case $1 in
	*.raw) md5sum <"$1" ;;
	*)
		rm -f seen.tmp
		qemu-img convert -t unsafe -O raw "$1" seen.tmp
		md5sum <seen.tmp
		;;
	esac
}

# free IMAGE: until the qemu-nbd of a killed run has let go of it
free()
{
	i=0
	while [ $i -lt 300 ]; do
		"$SPPCTL" info "$1" >out 2>&1
		grep -q 'in use' out || break
		sleep 0.01
		i=$((i + 1))
	done
}

# traced DISK COMMAND...: what is written to the disk goes to the file trace
traced()
{
	disk=$1
	shift
	rm -f trace
	EXIT_DISK=$disk EXIT_TRACE=$work/trace interrupted 1000000 "$@" ||
		fail "$*: $(cat out)"
}

# powerloss OLD NAME JOURNAL: of what was traced
powerloss()
{
	ASAN_OPTIONS=detect_leaks=0 "$BUILD/tests/powerloss" $1 trace $3 8 \
		>lost 2>&1 || fail "power loss, $2: $(cat lost)"
	echo "$2: $(cat lost)"
}

# alone IMAGE: parted from its journal it is old, new or dirty
alone()
{
	cp --sparse=always $1 alone.${1##*.}
	if "$SPPCTL" show alone.${1##*.} >alone.out 2>&1; then
		sed 's/alone\.//g' alone.out >alone.show
		cmp -s alone.show old.show || cmp -s alone.show new.show ||
			fail "$1, $k: torn without its journal, and clean"
	else
		dirty=$((dirty + 1))
		grep -q 'dirty' alone.out ||
			fail "$1, $k: without its journal: $(cat alone.out)"
	fi
	rm -f alone.${1##*.}
}

# crash FORMAT STEP COMMAND ARGUMENT...: for every STEPth K
crash()
{
	format=$1
	step=$2
	command=$3
	shift 3
	if [ $format = raw ]; then cp --sparse=always old.raw first.$format
	else qemu-img convert -t unsafe -O $format old.raw first.$format; fi
	cp --sparse=always first.$format new.$format
	interrupted 1000000 "$SPPCTL" $command new.$format "$@" ||
		fail "$command: $(cat out)"
	calls=$(cat calls)
	cp same skipped
	[ -s skipped ] || fail "no flush was seen"
	old=$(disk_hash first.$format)
	new=$(disk_hash new.$format)
	[ "$old" = "$new" ] && fail "$command changed nothing"
	extract new.$format $format 2 8 after.ntfs
	sound after.ntfs
	expect 0 "0 errors" "$SPPCTL" check new.$format
	"$SPPCTL" show first.$format | sed 's/first\.//g' >old.show
	"$SPPCTL" show new.$format | sed 's/new\.//g' >new.show
	dirty=0
	kept=0
	told=0
	k=1
	while [ $k -le "$calls" ]; do
		if grep -qx $k skipped && [ $step -eq 1 ]; then
			k=$((k + 1))
			continue
		fi
		cp --sparse=always first.$format disk.$format
		interrupted $k "$SPPCTL" $command disk.$format "$@"
		[ $? -eq 99 ] || fail "$format: no end at $k: $(cat out)"
		[ $format = raw ] || free disk.$format
		between=$(hash disk.$format)
		alone disk.$format
		# Looking writes nothing, and tells what is pending.
		expect 0 "clean" "$SPPCTL" show disk.$format
		[ "$(hash disk.$format)" = "$between" ] ||
			fail "$format, $k: show wrote to the image"
		if [ -e disk.$format.sppctl-journal ]; then
			told=$((told + 1))
			grep -q "was interrupted" out ||
				fail "$format, $k: show does not tell"
			expect 0 "unfinished edit.*recover completes" \
				"$SPPCTL" info disk.$format
		else
			is=$(disk_hash disk.$format)
			[ "$is" = "$old" ] || [ "$is" = "$new" ] ||
				fail "$format, $k: torn, and no journal"
		fi
		# An edit that has nothing to do completes or discards it.
		expect 0 "nothing to change" "$SPPCTL" unset disk.$format \
			lookup-domain
		is=$(disk_hash disk.$format)
		[ "$is" = "$old" ] && kept=$((kept + 1))
		[ "$is" = "$old" ] || [ "$is" = "$new" ] ||
			fail "$format, $k of $calls: neither old nor new"
		rest=$(find . -name '*sppctl-*')
		[ -z "$rest" ] || fail "$format, $k: left behind: $rest"
		k=$((k + step))
	done
	echo "$format $command: $calls calls, old after $kept of them, pending" \
		"after $told, dirty without the journal after $dirty"
	[ $dirty -gt 0 ] || fail "$format: nothing was ever dirty"
	[ $told -gt 0 ] || fail "$format: nothing was ever pending"
	rm -f disk.$format new.$format first.$format
}

# A value of the same size: every K.
crash raw 1 set host-caching=on
crash qcow2 1 set host-caching=on
# Growing, so that the file system's own structures change too: some K.
set --
for i in $(seq 1 150); do
	set -- "$@" --add "a-rather-long-domain-name-$i.corp.example"
done
crash raw 3 publish "$@"
crash qcow2 2 publish "$@"

# Where the power fails: a value of the same size, a longer hive, and both
# taken back.
cp --sparse=always old.raw disk.raw
traced disk.raw "$SPPCTL" set disk.raw host-caching=on --backup
powerloss old.raw set disk.raw.bak
cp --sparse=always old.raw long.raw
traced long.raw "$SPPCTL" publish long.raw --backup=.undo "$@"
powerloss old.raw publish long.raw.undo
cp --sparse=always long.raw first.raw
traced long.raw "$SPPCTL" restore long.raw --backup=.undo
powerloss first.raw restore -
cmp long.raw old.raw || fail "not put back byte for byte"
# A hive in many pieces, with records beside its own.
volume pieces.ntfs 8 512 $FOLDERS \
	pieces "$FIXTURES/kms-primary.hive" $CONFIG/SOFTWARE \
	put "$FIXTURES/system.hive" $CONFIG/SYSTEM
gpt first.raw pieces.ntfs
cp --sparse=always first.raw long.raw
traced long.raw "$SPPCTL" publish long.raw --backup=.undo "$@"
powerloss first.raw "publish in pieces" long.raw.undo
# Two hives at once, one of them longer.
{
	printf '{"sppctl-policy": 1, "scopes": {"spp": {"publish-list": ['
	for i in $(seq 1 150); do
		[ $i -eq 1 ] || printf ', '
		printf '{"domain": "a-rather-long-domain-name-%d.example"}' $i
	done
	printf ']}, "cache": {"cached-host": null}}}'
} >two.json
rm -f disk.raw*
cp --sparse=always old.raw disk.raw
traced disk.raw "$SPPCTL" apply disk.raw two.json --backup
powerloss old.raw "apply to two hives" disk.raw.bak
rm -f long.raw* first.raw

# A journal that does not fit is not applied, whoever asks.
rm -f disk.raw*
cp --sparse=always old.raw disk.raw
interrupted 1000000 "$SPPCTL" set disk.raw host-caching=on
last=$(($(cat calls) - 2))
cp --sparse=always old.raw disk.raw
interrupted $((last - 2)) "$SPPCTL" set disk.raw host-caching=on
[ -e disk.raw.sppctl-journal ] || fail "no journal to play with"
cp disk.raw.sppctl-journal journal
mv disk.raw between.raw
between=$(hash between.raw)
cp --sparse=always old.raw disk.raw
rm -f disk.raw.sppctl-journal
expect 0 "1 change" "$SPPCTL" set disk.raw kms-port=1700
was=$(hash disk.raw)
cp journal disk.raw.sppctl-journal
expect 4 "does not fit" "$SPPCTL" show disk.raw
expect 4 "does not fit" "$SPPCTL" set disk.raw kms-port=1701
expect 4 "does not fit" "$SPPCTL" recover disk.raw
expect 4 "does not fit" "$SPPCTL" recover disk.raw --discard
[ "$(hash disk.raw)" = "$was" ] || fail "a foreign journal was applied"

# half [JOURNAL]: the image as the interrupted edit left it
half()
{
	cp --sparse=always between.raw disk.raw
	rm -f disk.raw.sppctl-journal
	cp journal disk.raw.sppctl-journal
}

# Nor is one that is damaged, or of somebody else, or a link.
half
printf x | dd of=disk.raw.sppctl-journal bs=1 seek=5000 conv=notrunc status=none
expect 3 "is damaged" "$SPPCTL" show disk.raw
head -c 5000 journal >disk.raw.sppctl-journal
expect 3 "is damaged" "$SPPCTL" set disk.raw kms-port=1701
half
ln disk.raw.sppctl-journal another
expect 4 "2 hard links; it is not applied" "$SPPCTL" set disk.raw kms-port=1701
rm -f another
ln -sf journal disk.raw.sppctl-journal
expect 4 "is a link; it is not applied" "$SPPCTL" set disk.raw kms-port=1701
if [ "$(id -u)" = 0 ]; then
	half
	chown 65534 disk.raw.sppctl-journal
	expect 4 "made by user 65534" "$SPPCTL" set disk.raw kms-port=1701
	expect 4 "made by user 65534" "$SPPCTL" show disk.raw
	chown 65534 disk.raw
	expect 0 "was interrupted" "$SPPCTL" show disk.raw
fi
# One that does is carried out, by an edit of something else, before its own,
# and only when that is not refused.
half
expect 2 "too long" "$SPPCTL" set disk.raw kms-port=1702 \
	--backup=.a-suffix-for-which-the-journal-has-no-room-any-more
expect 2 "kms-port" "$SPPCTL" set disk.raw kms-port=x
expect 1 "pending" "$SPPCTL" set disk.raw kms-port=1702 --dry-run
expect 0 "nothing is put back" "$SPPCTL" restore disk.raw --dry-run
[ "$(hash disk.raw)" = "$between" ] || fail "a refused edit wrote to the image"
expect 0 "is completed before this one" "$SPPCTL" set disk.raw kms-port=1702
expect 0 "^on$" "$SPPCTL" get disk.raw host-caching
expect 0 "^1702$" "$SPPCTL" get disk.raw kms-port
# By hand, in both ways.
half
expect 0 "interrupted edit is completed" "$SPPCTL" recover disk.raw
expect 0 "^on$" "$SPPCTL" get disk.raw host-caching
expect 0 "no edit is pending" "$SPPCTL" recover disk.raw
half
expect 0 "interrupted edit is taken back" "$SPPCTL" recover disk.raw --discard
cmp disk.raw old.raw || fail "not taken back byte for byte"
[ -e disk.raw.sppctl-journal ] && fail "a journal is left"
# Windows that came in between and is hibernated: nothing is written.
half
dd if=disk.raw of=part.ntfs bs=1M skip=2 count=8 status=none
printf hibr >hiber
"$FIXTURES/mkvolume" part.ntfs put hiber hiberfil.sys
dd if=part.ntfs of=disk.raw bs=1M seek=2 conv=notrunc status=none
was=$(hash disk.raw)
expect 4 "" "$SPPCTL" set disk.raw kms-port=1702
expect 4 "" "$SPPCTL" recover disk.raw
[ "$(hash disk.raw)" = "$was" ] || fail "a hibernated volume was changed"
# Beside a fresh copy of the image, to which it wrote nothing, a journal is not
# carried out by an edit of something else.
cp --sparse=always old.raw disk.raw
cp journal disk.raw.sppctl-journal
expect 0 "before it wrote anything" "$SPPCTL" show disk.raw
expect 0 "before it wrote anything" "$SPPCTL" set disk.raw kms-port=1703
[ -e disk.raw.sppctl-journal ] && fail "a journal is left"
expect 0 "^off$" "$SPPCTL" get disk.raw host-caching
cp --sparse=always old.raw disk.raw
cp journal disk.raw.sppctl-journal
expect 0 "interrupted edit is completed" "$SPPCTL" recover disk.raw
expect 0 "^on$" "$SPPCTL" get disk.raw host-caching

# After a power cut a qcow2 may count clusters behind its end, which nothing
# refers to: the edit that was interrupted is completed all the same.
cat >leak.py <<'END'
import os, struct, sys
with open(sys.argv[1], 'r+b') as f:
    head = f.read(72)
    bits, = struct.unpack('>I', head[20:24])
    f.seek(struct.unpack('>Q', head[48:56])[0])
    block, = struct.unpack('>Q', f.read(8))
    f.seek(block + 2 * ((os.path.getsize(sys.argv[1]) >> bits) + 3))
    f.write(b'\0\1')
END
qemu-img convert -t unsafe -O qcow2 old.raw disk.qcow2
interrupted 13 "$SPPCTL" set disk.qcow2 host-caching=on
[ -e disk.qcow2.sppctl-journal ] || fail "no journal beside the qcow2"
free disk.qcow2
python3 leak.py disk.qcow2
expect 0 "was interrupted" "$SPPCTL" show disk.qcow2
expect 0 "is completed" "$SPPCTL" recover disk.qcow2
expect 0 "1 change" "$SPPCTL" set disk.qcow2 kms-port=1703
expect 0 "^on$" "$SPPCTL" get disk.qcow2 host-caching
truncate -s $(($(stat -c %s disk.qcow2) - 200000)) disk.qcow2
expect 4 "is truncated" "$SPPCTL" set disk.qcow2 kms-port=1704
rm -f disk.qcow2

# Somebody takes the name of the backup while the edit is unfinished: the
# edit is completed all the same, and its backup has the next number.
n=1
while [ $n -lt 60 ]; do
	cp --sparse=always old.raw disk.raw
	rm -f disk.raw.*
	interrupted $n "$SPPCTL" set disk.raw host-caching=on --backup && break
	[ -e disk.raw.sppctl-journal ] && ! cmp -s disk.raw old.raw && break
	n=$((n + 1))
done
[ -e disk.raw.sppctl-journal ] || fail "no edit was left unfinished"
echo other >disk.raw.bak
expect 0 "is completed" "$SPPCTL" recover disk.raw
[ "$(cat disk.raw.bak)" = other ] && [ -s disk.raw.bak.2 ] ||
	fail "the backup has another name: $(ls disk.raw.*)"
expect 0 "put back from disk.raw.bak.2" "$SPPCTL" restore disk.raw
cmp -s disk.raw old.raw || fail "the image is not as it was"
rm -f disk.raw disk.raw.*

# Who is killed takes his qemu-nbd with him: the image is free at once, or as
# soon as the kernel has seen to it.
qemu-img convert -t unsafe -O qcow2 old.raw disk.qcow2
n=0
while [ $n -lt 10 ]; do
	(timeout -s KILL 0.0$n "$SPPCTL" set disk.qcow2 kms-port=17$n >out 2>&1)
	free disk.qcow2
	expect 0 "" "$SPPCTL" set disk.qcow2 kms-port=1699
	n=$((n + 1))
done

exit $failed
