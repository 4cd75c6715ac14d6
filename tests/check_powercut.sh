#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The power fails while a hive file or a WIM is edited: it is the old one or
# the new one, whole, and the next edit goes on from there.
# label: thorough 4
set -u
. "$SOURCE/tests/fast.sh"
. "$SOURCE/tests/wim.sh"
. "$SOURCE/tests/powercut.sh"

# is FILE OLD NEW: sets $verdict
is()
{
	if cmp -s "$1" "$3"; then verdict=new
	elif cmp -s "$1" "$2"; then verdict=old
	else bad "neither old nor new"
	fi
}

# again FILE NEW ARGUMENT...: the same edit leads to the same file
again()
{
	file=$1 new=$2
	shift 2
	"$SPPCTL" set "$file" "$@" >out 2>&1 ||
		bad "the next edit fails: $(cat out)"
	cmp -s "${file%#*}" "$new" || bad "the next edit leads elsewhere"
	rest=$(ls -A "${file%/*}" | grep sppctl)
	[ ! "$rest" ] || bad "left behind: $rest"
}

judge_hive()
{
	is $1/SOFTWARE one/SOFTWARE new.hive
	[ $verdict = new ] && [ $names = ordered ] &&
		! cmp -s $1/SOFTWARE.bak one/SOFTWARE && bad "no backup"
	again $1/SOFTWARE new.hive host-caching=on
}

mkdir one
cp "$FIXTURES/kms-primary.hive" one/SOFTWARE
cp one/SOFTWARE new.hive
expect 0 '1 change' "$SPPCTL" set new.hive host-caching=on
power "a hive" 120 one .SOFTWARE.sppctl-new judge_hive \
	"$SPPCTL" set d/SOFTWARE host-caching=on --backup

# hive WIM: the bytes of the one that is edited
hive()
{
	wimextract "$1" 2 /$CONFIG/SOFTWARE --to-stdout 2>extract.out | md5sum
}

judge_wim()
{
	wimverify $1/f.wim >out 2>&1 || bad "wimverify: $(tail -3 out)"
	case $(hive $1/f.wim) in
	"$new_hive") verdict=${verdict:-new} ;;
	"$old_hive") verdict=${verdict:-old} ;;
	*) bad "neither old nor new" ;;
	esac
	if [ $verdict = new ] && [ $names = ordered ] && [ "$backup" ]; then
		cp -r $1 restored
		"$SPPCTL" restore restored/f.wim >out 2>&1 ||
			bad "restore: $(cat out)"
		cmp -s restored/f.wim wims/f.wim || bad "restored, another"
		rm -rf restored
	fi
	again $1/f.wim#2 new.wim dns-publishing=off
}

mkdir wims
wim wims/f.wim --compress=LZX
cp wims/f.wim new.wim
expect 0 '1 change' "$SPPCTL" set new.wim#2 dns-publishing=off
old_hive=$(hive wims/f.wim)
new_hive=$(hive new.wim)
backup=yes
power "a WIM" 60 wims f.wim judge_wim \
	"$SPPCTL" set d/f.wim#2 dns-publishing=off --backup
exit $failed
