#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# sppctl is ended instead of its Kth write, flush or rename, for every K, and
# killed at any time: the WIM is sound, its image the old one or the new one,
# and the next edit goes on from there.  A K after the flush of a file is left
# out: it leaves what the K before it does.
# label: thorough 18
set -u
. "$SOURCE/tests/fast.sh"
. "$SOURCE/tests/wim.sh"
export SOURCE_DATE_EPOCH=1700000000

exit_at

# hive WIM: the bytes of the one that is edited
hive()
{
	wimextract "$1" 2 /$CONFIG/SOFTWARE --to-stdout 2>extract.out | md5sum
}

# learn: what it is before the edit and after
learn()
{
	cp old.wim new.wim
	expect 0 '1 change' "$SPPCTL" set new.wim#2 dns-publishing=off
	old_hive=$(hive old.wim)
	new_hive=$(hive new.wim)
	[ "$old_hive" != "$new_hive" ] || fail "nothing changed"
	[ "$(value new.wim 2 DisableDnsPublishing)" = 1 ] || fail "no change"
}

# whole WIM: sound, and says on or off where the edit was
whole()
{
	sound "$1"
	case $(hive "$1") in
	"$new_hive") is=new ;;
	"$old_hive") is=old ;;
	*) is=torn ;;
	esac
}

# crash OPTION...: at every K
crash()
{
	cp old.wim new.wim
	interrupted 1000000 "$SPPCTL" set new.wim#2 dns-publishing=off "$@" ||
		fail "set $*: $(cat out)"
	calls=$(cat calls)
	cp same skipped
	[ -s skipped ] || fail "no flush was seen"
	whole new.wim
	[ $is = new ] || fail "set $*: not done"
	kept=0
	k=1
	while [ $k -le "$calls" ]; do
		if grep -qx $k skipped; then
			k=$((k + 1))
			continue
		fi
		rm -f disk.wim* .disk.wim*
		cp old.wim disk.wim
		interrupted $k "$SPPCTL" set disk.wim#2 dns-publishing=off "$@"
		[ $? -eq 99 ] || fail "no end at $k: $(cat out)"
		whole disk.wim
		[ $is != torn ] || fail "$k of $calls: neither old nor new"
		[ $is = new ] || kept=$((kept + 1))
		[ $is = new ] || same disk.wim old.wim '1 2'
		expect 0 '' "$SPPCTL" show disk.wim#2
		# A backup that was written for nothing is in nobody's way.
		expect 0 '' "$SPPCTL" set disk.wim#2 dns-publishing=off "$@"
		cmp -s disk.wim new.wim ||
			fail "$k of $calls: not as if nothing had happened"
		case $* in
		*--backup*)
			expect 0 'put back' "$SPPCTL" restore disk.wim
			cmp -s disk.wim old.wim || fail "$k: not as it was" ;;
		esac
		rest=$(ls -A | grep -e '^\.disk' -e sppctl-)
		[ -z "$rest" ] || fail "$k: left behind: $rest"
		k=$((k + 1))
	done
	echo "set $*: $calls calls, old after $kept of them"
}

wim old.wim --compress=LZX --check
learn
crash
crash --backup
crash --rebuild

# Of each image in a process of its own, one after the other: the backup undoes
# all that was done.  The process of the first image ends, or that of the
# second.
cp old.wim new.wim
expect 0 'wim#2' "$SPPCTL" set new.wim#all dns-publishing=off --backup
# put_back WIM: by all its backups, the newest first; what was done after a
# process ended has one of its own
put_back()
{
	expect 0 'put back' "$SPPCTL" restore "$1"
	[ ! -e "$1.bak" ] || expect 0 'put back' "$SPPCTL" restore "$1"
}

# all_ends K: what an end at K leaves is put back, or completed
all_ends()
{
	sound disk.wim
	if [ "$(value disk.wim 1 DisableDnsPublishing)" = 1 ]; then
		half=$((half + 1))
		for file in disk.wim*; do
			cp "$file" "half${file#disk}"
		done
		put_back half.wim
		cmp -s half.wim old.wim || fail "#all, $1: not put back"
	fi
	expect 0 '' "$SPPCTL" set disk.wim#all dns-publishing=off --backup
	cmp -s disk.wim new.wim || fail "#all, $1: not completed"
	put_back disk.wim
	cmp -s disk.wim old.wim || fail "#all, $1: not as it was"
	[ ! -e disk.wim.bak ] || fail "#all, $1: a third backup"
}

k=1
half=0
while :; do
	rm -f disk.wim* .disk.wim* reached
	cp old.wim disk.wim
	EXIT_SKIP=$work/reached interrupted $k "$SPPCTL" set disk.wim#all \
		dns-publishing=off --backup
	code=$?
	[ -e reached ] || break
	[ $code -eq 0 ] || all_ends "$k of the second"
	rm -f disk.wim* .disk.wim*
	cp old.wim disk.wim
	interrupted $k "$SPPCTL" set disk.wim#all dns-publishing=off --backup
	all_ends "$k of the first"
	k=$((k + 1))
done
[ $half -gt 4 ] || fail "#all: ended $half times in between"
echo "set #all: $((k - 1)) calls, the first image changed after $half of them"
rm -f half.wim* reached

# One that restores.
cp old.wim edited.wim
expect 0 '1 change' "$SPPCTL" set edited.wim#2 dns-publishing=off --backup
cp edited.wim new.wim
cp edited.wim.bak new.wim.bak
interrupted 1000000 "$SPPCTL" restore new.wim || fail "$(cat out)"
calls=$(cat calls)
k=1
while [ $k -le "$calls" ]; do
	cp edited.wim disk.wim
	cp edited.wim.bak disk.wim.bak
	interrupted $k "$SPPCTL" restore disk.wim
	whole disk.wim
	[ $is != torn ] || fail "restore, $k: neither old nor new"
	[ ! -e disk.wim.bak ] || expect 0 'put back' "$SPPCTL" restore disk.wim
	cmp -s disk.wim old.wim || fail "restore, $k: not as it was"
	k=$((k + 1))
done

# Killed whenever it happens to be.
head -c 6000000 /dev/urandom | base64 >tree/Windows/noise
wim old.wim --compress=LZX --check
learn
killed=0
for i in $(seq 1 20); do
	cp old.wim disk.wim
	"$SPPCTL" set disk.wim#2 dns-publishing=off >/dev/null 2>&1 &
	pid=$!
	sleep "0.0$((i * 4 % 97 + 10))"
	kill -9 $pid 2>/dev/null
	wait $pid 2>/dev/null
	[ $? -eq 137 ] && killed=$((killed + 1))
	whole disk.wim
	[ $is != torn ] || fail "killed: neither old nor new"
	expect 0 '' "$SPPCTL" set disk.wim#2 dns-publishing=off
	whole disk.wim
	[ $is = new ] || fail "killed: the next edit does not do"
done
echo "killed $killed times"
exit $failed
