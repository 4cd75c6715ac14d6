#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# sppctl is ended instead of its Kth write, flush, rename or unlink, for every
# K: the image is the old one or the new one after the next run, and what lies
# between is told.
set -u
. "$SOURCE/tests/disk.sh"

"${CC:-cc}" -D_GNU_SOURCE -shared -fPIC -o exit_at.so "$SOURCE/tests/exit_at.c" \
	-ldl || exit 2
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
	while [ $i -lt 100 ] && ! "$SPPCTL" get "$1" kms-port >out 2>&1 &&
		grep -q 'in use' out; do
		sleep 0.01
		i=$((i + 1))
	done
}

# interrupted NUMBER COMMAND...: ended instead of call NUMBER
interrupted()
{
	number=$1
	shift
	EXIT_AT=$number EXIT_LOG=calls LD_PRELOAD=$work/exit_at.so \
		ASAN_OPTIONS=verify_asan_link_order=0 "$@" >out 2>&1
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
	old=$(disk_hash first.$format)
	new=$(disk_hash new.$format)
	[ "$old" = "$new" ] && fail "$command changed nothing"
	extract new.$format $format 2 8 after.ntfs
	sound after.ntfs
	expect 0 "0 errors" "$SPPCTL" check new.$format
	kept=0
	told=0
	k=1
	while [ $k -le "$calls" ]; do
		cp --sparse=always first.$format disk.$format
		interrupted $k "$SPPCTL" $command disk.$format "$@"
		[ $? -eq 99 ] || fail "$format: no end at $k: $(cat out)"
		[ $format = raw ] || free disk.$format
		between=$(disk_hash disk.$format)
		# Looking writes nothing, and tells what is pending.
		expect 0 "clean" "$SPPCTL" show disk.$format
		[ "$(disk_hash disk.$format)" = "$between" ] ||
			fail "$format, $k: show wrote to the image"
		if [ -e disk.$format.sppctl-journal ]; then
			told=$((told + 1))
			grep -q "was interrupted" out ||
				fail "$format, $k: show does not tell"
			expect 0 "unfinished edit" "$SPPCTL" info disk.$format
		elif [ "$between" != "$old" ] && [ "$between" != "$new" ]; then
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
		"after $told"
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

# A journal that does not fit is not applied, whoever asks.
cp --sparse=always old.raw disk.raw
interrupted 1000000 "$SPPCTL" set disk.raw host-caching=on
last=$(($(cat calls) - 2))
cp --sparse=always old.raw disk.raw
interrupted $last "$SPPCTL" set disk.raw host-caching=on
[ -e disk.raw.sppctl-journal ] || fail "no journal to play with"
cp disk.raw.sppctl-journal journal
cp --sparse=always old.raw disk.raw
"$SPPCTL" set disk.raw host-version=10.0.1.2 >/dev/null 2>&1
rm -f disk.raw.sppctl-journal
cp --sparse=always old.raw disk.raw
expect 0 "1 change" "$SPPCTL" set disk.raw kms-port=1700
was=$(hash disk.raw)
cp journal disk.raw.sppctl-journal
expect 4 "does not fit" "$SPPCTL" show disk.raw
expect 4 "does not fit" "$SPPCTL" set disk.raw kms-port=1701
[ "$(hash disk.raw)" = "$was" ] || fail "a foreign journal was applied"
# Nor is one that is damaged.
cp --sparse=always old.raw disk.raw
cp journal disk.raw.sppctl-journal
printf x | dd of=disk.raw.sppctl-journal bs=1 seek=5000 conv=notrunc status=none
expect 3 "is damaged" "$SPPCTL" show disk.raw
head -c 5000 journal >disk.raw.sppctl-journal
expect 3 "is damaged" "$SPPCTL" set disk.raw kms-port=1701
rm -f disk.raw.sppctl-journal
# One that does is, also by an edit of something else, and beside its own.
cp --sparse=always old.raw disk.raw
interrupted $last "$SPPCTL" set disk.raw host-caching=on
expect 0 "is now completed" "$SPPCTL" set disk.raw kms-port=1702
expect 0 "^on$" "$SPPCTL" get disk.raw host-caching
expect 0 "^1702$" "$SPPCTL" get disk.raw kms-port
# So is one that was put aside.
cp --sparse=always old.raw disk.raw
cp journal disk.raw.sppctl-journal
expect 0 "was interrupted" "$SPPCTL" show disk.raw
expect 0 "is now completed" "$SPPCTL" unset disk.raw kms-port
expect 0 "^on$" "$SPPCTL" get disk.raw host-caching
[ -e disk.raw.sppctl-journal ] && fail "a journal is left"

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
