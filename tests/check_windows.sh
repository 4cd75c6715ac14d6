#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Several installations, or several files for one hive: nothing is edited
# before a person says which one is meant.  The same for each kind of target.
# label: thorough 8
set -u
. "$SOURCE/tests/fast.sh"
disks=yes
(. "$SOURCE/tests/disk.sh") >/dev/null 2>&1 || disks=
wims=yes
(. "$SOURCE/tests/wim.sh") >/dev/null 2>&1 || wims=
if [ $disks ]; then
	. "$SOURCE/tests/disk.sh"
else
	. "$SOURCE/tests/image.sh"
fi
one=$FIXTURES/kms-primary.hive
two=$FIXTURES/kms-client.hive

# tree SPEC...: a folder t, "HIVE=PATH" or "PATH/", and the same elsewhere
tree()
{
	rm -rf t t.wim
	commands=
	mkdir t
	for item; do
		path=${item#*=}
		folder=${path%/*}
		mkdir -p "t/$folder"
		case " $commands " in
		*" mkdir $folder "*) ;;
		*) commands="$commands mkdir $folder" ;;
		esac
		case $item in
		*=*)
			cp "${item%%=*}" "t/$path"
			commands="$commands put ${item%%=*} $path"
			;;
		esac
	done
	targets=t
	if [ $disks ]; then
		volume t.ntfs 8 512 $commands
		targets="$targets t.ntfs"
	fi
	if [ $wims ]; then
		wimcapture t t.wim T >wim.out 2>&1 || exit 2
		targets="$targets t.wim"
	fi
}

state()
{
	if [ -d "$1" ]; then
		find "$1" -type f -exec md5sum {} + | sort
	else
		md5sum <"$1"
	fi
}

# many PATTERN...: refused, each named, nothing changed
many()
{
	for t in $targets; do
		was=$(state $t)
		for command in show "set kms-port=1811" info \
			"set kms-port=1811 --dry-run"; do
			name=${command%% *}
			rest=${command#"$name"}
			# shellcheck disable=SC2086 # they are words
			expect 4 "choose one with --windows" "$SPPCTL" $name $t $rest
			for pattern; do
				grep -q "'$pattern'" out ||
					fail "$t: no $pattern: $(cat out)"
			done
		done
		[ "$(state $t)" = "$was" ] || fail "$t was changed"
	done
}

# pick PATH CACHING: what is there by its host-caching, then an edit of it
pick()
{
	for t in $targets; do
		expect "$2" "$3" "$SPPCTL" get $t host-caching --windows "$1"
		expect 0 "1 change" "$SPPCTL" set $t kms-port=1811 --windows "$1"
		expect 0 "^1811$" "$SPPCTL" get $t kms-port --windows "$1"
	done
}

cp "$one" first
cp "$two" second
chmod u+w first second
"$SPPCTL" set first host-caching=off >/dev/null || exit 2
"$SPPCTL" set second host-caching=on >/dev/null || exit 2
one=first
two=second

tree $one=$CONFIG/SOFTWARE $two=WINDOWS/system32/config/software
many $CONFIG/SOFTWARE WINDOWS/system32/config/software
pick Windows 0 '^off$'
pick WINDOWS 0 '^on$'
for t in $targets; do
	expect 2 "no SOFTWARE hive in 'windows'; it has 'W" \
		"$SPPCTL" show $t --windows windows
	expect 2 "no SOFTWARE hive in 'Windows/system32'" \
		"$SPPCTL" show $t --windows Windows/system32
done

tree $one=$CONFIG/SOFTWARE $two=WINNT/system32/config/software
many $CONFIG/SOFTWARE WINNT/system32/config/software
pick WINNT 0 '^on$'
pick 'Windows\System32' 0 '^off$'

tree $one=$CONFIG/SOFTWARE $two=$CONFIG/software
many $CONFIG/SOFTWARE $CONFIG/software
pick $CONFIG/software 0 '^on$'
pick $CONFIG/SOFTWARE 0 '^off$'

tree $one=$CONFIG/SOFTWARE $two=Windows/System32/Config/Software
many $CONFIG/SOFTWARE Windows/System32/Config/Software
pick Windows/System32/Config 0 '^on$'

# The hive that is not edited is not guessed either.
tree $one=$CONFIG/SOFTWARE "$FIXTURES/system.hive=$CONFIG/SYSTEM" \
	"$FIXTURES/system.hive=$CONFIG/System"
many $CONFIG/SYSTEM $CONFIG/System
pick $CONFIG/System 0 '^off$'

# Only one is a hive's: the others hide nothing.
tree WINDOWS/ WINNT/system32/ $one=windows/SYSTEM32/Config/Software \
	$CONFIG/SOFTWARE/
for t in $targets; do
	expect 0 '^off$' "$SPPCTL" get $t host-caching
	expect 0 "1 change" "$SPPCTL" set $t kms-port=1811
done
tree $one=winnt/system32/config/software
pick winnt 0 '^off$'

# A folder may be the volume, its Windows, or System32/config.
tree $one=$CONFIG/SOFTWARE $two=$CONFIG/software $two=Windows/system32/config/SOFTWARE
targets=t/Windows
many System32/config/SOFTWARE System32/config/software system32/config/SOFTWARE
pick system32 0 '^on$'
targets=t/$CONFIG
many SOFTWARE software
pick SOFTWARE 0 '^off$'

# Logs: those that are spelled as the hive are its own.
tree $one=$CONFIG/SOFTWARE $two=$CONFIG/software
: >t/$CONFIG/SOFTWARE.LOG1
: >t/$CONFIG/software.LOG1
[ $disks ] && { : >empty; "$MKVOLUME" t.ntfs put empty $CONFIG/SOFTWARE.LOG1 \
	put empty $CONFIG/software.LOG1; targets=t.ntfs; pick $CONFIG/software 0 '^on$'; }

# Too many are no reason to take one.
if [ $disks ]; then
	commands=
	for a in s S; do for b in o O; do for c in f F; do for d in t T; do
		commands="$commands put $one $CONFIG/$a$b$c${d}WARE"
	done; done; done; done
	volume t.ntfs 8 512 mkdir $CONFIG $commands
	expect 4 "several SOFTWARE hives" "$SPPCTL" show t.ntfs
	"$MKVOLUME" t.ntfs put $one $CONFIG/software
	expect 4 "too many files" "$SPPCTL" show t.ntfs
fi
exit $failed
