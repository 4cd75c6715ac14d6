#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Runs one end-to-end case: tests/case.sh CASE SPPCTL FIXTURES
#
# A case is a folder:
#   command  shell lines, run in a folder of its own; sppctl is the program,
#            and every call of it is written down: the command line, stdout,
#            stderr with "2| " before each line, and the exit code if not 0
#   input    lines "FIXTURE NAME": what is copied there first
#   out      what was written down
#   files    what became of the files: "NAME changed", "new", "gone" or "is
#            the old NAME"; absent: all of them kept their bytes, times, modes
#            and inodes, and there is no other
#   after    how each changed hive differs as a whole, as three other readers
#            have it: hivexregedit, hivexget and reglookup
#   thorough it takes too long to be quick; why
#   readers  which of them, where not all three can be trusted with the hives
#   against  lines "FIXTURE NAME": what NAME is to differ from instead, where
#            that is not what lay there: a dirty hive is what its logs make it
# A command may also call $SPPCTL itself, where what is to be seen is not a
# transcript; then out and err are what it prints and code is the exit code of
# its last line, and files and after are compared where they are there.  The
# folder of the case is $CASE.
# What a call must always keep, whatever the case: it ends with an exit code
# of its own and says at most one thing that went wrong, and with --json its
# stdout is one JSON document; check_transcripts.sh judges what is in it.  Of several targets each may say one thing.
# The member "evidence" of JSON is left out: it has times, inodes and users.
# UPDATE=1 writes down what came out instead of comparing.
set -u
case=$(cd "$1" && pwd)
tests=$(cd "$(dirname "$0")" && pwd)
program=$(realpath "$2")
fixtures=$(realpath "$3")
work=$(mktemp -d)
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
failed=0
readers='hivexregedit hivexget reglookup'
[ ! -f "$case/readers" ] || readers=$(cat "$case/readers")
exec 3>&1
export SOURCE_DATE_EPOCH=1700000000 NO_COLOR=1 LC_ALL=C.UTF-8 TZ=UTC
umask 022

# broken WHAT: a promise that every call must keep was not
broken()
{
	echo "case $(basename "$case"): $*" >&3
	touch "$work/broken"
}

# same WHAT: the result must be what the case says
same()
{
	touch "$work/expected"
	if [ "${UPDATE:-}" ]; then
		if [ -s "$work/$1" ]; then cp "$work/$1" "$case/$1"
		else rm -f "$case/$1"; fi
	elif ! diff -u "$(test -f "$case/$1" && echo "$case/$1" ||
		echo "$work/expected")" "$work/$1"; then
		failed=1
	fi
}

# settle FILE: without what no two runs share: the evidence in JSON, and of
# SARIF the machine, the user and where the pages are
settle()
{
	sed -i 's/^\( *"\(machine\|account\|helpUri\|informationUri\)": \).*/\1.../
		s/"uri": "file:.*"/"uri": .../' "$1"
	grep -q '^  "evidence": {$' "$1" || return 0
	awk '
	/^  "evidence": [{]$/ { sub(/,$/, "", held); skip = 1 }
	!skip { if (have) print held; held = $0; have = 1 }
	skip && /^  [}]/ { skip = 0 }
	END { if (have) print held }' "$1" >"$1.settled"
	mv "$1.settled" "$1"
}

# quote WORD...: as a line that the shell would read the same way
quote()
{
	for word; do
		case $word in
		*[!A-Za-z0-9_.,:/=@%+-]* | '')
			printf " '%s'" "$word" ;;
		*)
			printf ' %s' "$word" ;;
		esac
	done
	echo
}

# sppctl ARGUMENT...: the program, with everything that it does on record
sppctl()
{
	printf '$ sppctl'
	quote "$@"
	"$program" "$@" >"$work/stdout" 2>"$work/stderr"
	got=$?
	# Few calls print what is to be kept, settled or counted, and each
	# program that does it costs as much as a call.
	case " $* " in
	*' --json '* | *' --sarif '*)
		[ ! -s "$work/stdout" ] || {
			cat "$work/stdout" >>"$work/json"
			echo "$*" >>"$work/json.calls"
		}
		settle "$work/stdout" ;;
	esac
	cat "$work/stdout"
	[ ! -s "$work/stderr" ] || sed 's/^/2| /' "$work/stderr"
	[ $got -eq 0 ] || echo "exit $got"
	[ $got -le 4 ] || broken "exit code $got: $*"
	said=0
	[ ! -s "$work/stderr" ] ||
		said=$(grep -cv '^sppctl: warning: ' "$work/stderr")
	most=1
	case ${1:-} in
	set | apply) [ $# -lt 4 ] || most=$# ;;
	'') most=99 ;; # the help
	esac
	if [ $got -lt 2 ]; then
		[ "$said" -eq 0 ]
	else
		[ "$said" -ge 1 ] && [ "$said" -le $most ]
	fi || broken "exit code $got with $said messages: $*"
	return $got
}

# list: "INODE TIME MODE SUM NAME" of each file
list()
{
	(cd "$work/d" && find . ! -type d -printf '%i %T@ %m %P\n' |
		LC_ALL=C sort -k4 >"$work/states"
	cut -d ' ' -f 4- "$work/states" | tr '\n' '\0' |
		xargs -0 -r md5sum -z | tr '\0' '\n' >"$work/sums") 2>/dev/null
	awk '
	FILENAME ~ /sums$/ { sum[substr($0, 35)] = $1; next }
	{ name = $0; sub(/^[^ ]+ [^ ]+ [^ ]+ /, "", name)
	  print $1, $2, $3, sum[name] "", name }' "$work/sums" "$work/states"
}

# compare_lists: what became of the files of list.before in list.after
compare_lists()
{
	awk '
	{ key = $1 " " $2 " " $3 " " $4; $1 = $2 = $3 = $4 = ""; name = $0
	  sub(/^ */, "", name) }
	FILENAME ~ /before$/ { was[name] = key; owner[key] = name; next }
	{
		is[name] = 1
		if (name in was && was[name] == key) next
		if (key in owner) print name, "is the old " owner[key]
		else print name, name in was ? "changed" : "new"
	}
	END { for (name in was) if (!(name in is)) print name, "gone" }
	' "$work/list.before" "$work/list.after" | LC_ALL=C sort
}

# by_hivexget FILE: the values of the keys in $work/keys
by_hivexget()
{
	while read -r key; do
		echo "[$key]"
		hivexget "$1" "$key" 2>&1 # a key that is not there
	done <"$work/keys"
}

by_reglookup()
{
	reglookup -H "$1" 2>/dev/null
}

# differ READER NAME: what it sees otherwise in a hive than before
differ()
{
	echo "$1"
	# Some of them have no end on a hive that leads back to itself.
	if [ "$1" = hivexregedit ]; then
		(ulimit -v 2000000; ulimit -t 40; perl "$tests/hivex.pl" \
			"$work/was/$2" "$work/one" "$work/d/$2" "$work/two")
	else
		(ulimit -v 2000000; ulimit -t 20
		"by_$1" "$work/was/$2") >"$work/one"
		(ulimit -v 2000000; ulimit -t 20
		"by_$1" "$work/d/$2") >"$work/two"
	fi
	diff "$work/one" "$work/two" | grep '^[<>]' | tee "$work/differs"
}

# compare_hives: every hive that has changed, seen by other readers
compare_hives()
{
	sed -n 's/ changed$//p' "$work/files" | while read -r name; do
		[ "$(head -c 4 "$work/was/$name")" = regf ] || continue
		echo "$name"
		: >"$work/keys"
		for reader in $readers; do
			differ $reader "$name"
			sed -n 's/^[<>] \[\\\([^]]*\)\].*/\1/p' \
				"$work/differs" | sort -u >>"$work/keys"
		done
	done
}

mkdir "$work/d"
if [ -f "$case/input" ]; then
	while read -r from to; do
		mkdir -p "$work/d/$(dirname "$to")"
		cp "$fixtures/$from" "$work/d/$to" || exit 2
		touch -d '2024-03-05 06:07:08.123456789' "$work/d/$to"
	done <"$case/input"
fi
list >"$work/list.before"
cp -r "$work/d" "$work/was"
if [ -f "$case/against" ]; then
	while read -r from to; do
		cp "$fixtures/$from" "$work/was/$to" || exit 2
	done <"$case/against"
fi
export SPPCTL="$program" CASE="$case"
# Looking for leaks takes a third of the time; check.alloc does in every command.
export ASAN_OPTIONS="${ASAN_OPTIONS:-detect_leaks=0}"
(cd "$work/d" && set +u && . "$case/command") >"$work/out" 2>"$work/err"
code=$?
what='out files after'
if grep -qF '$SPPCTL' "$case/command"; then
	what='out err code'
	[ ! -e "$case/files" ] || what="$what files"
	[ ! -e "$case/after" ] || what="$what after"
	: >"$work/code"
	[ $code -eq 0 ] || echo $code >"$work/code"
else
	cat "$work/err" >>"$work/out"
fi
settle "$work/out"
chmod -R u+rwX "$work/d"
list >"$work/list.after"
compare_lists >"$work/files"
compare_hives >"$work/after"
for one in $what; do
	same $one
done
if [ -e "$work/json" ] && ! python3 -c '
import json, sys
text, seen = open(sys.argv[1], encoding="utf-8").read().lstrip(), 0
while text:
    document, end = json.JSONDecoder().raw_decode(text)
    text, seen = text[end:].lstrip(), seen + 1
sys.exit(seen != len(open(sys.argv[2]).readlines()))
' "$work/json" "$work/json.calls" 2>"$work/json.err"; then
	broken "not one JSON document each: $(tail -1 "$work/json.err"
		cat "$work/json.calls")"
fi
[ ! -e "$work/broken" ] || failed=1
exit $failed
