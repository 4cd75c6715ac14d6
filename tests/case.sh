#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Runs one end-to-end case: tests/case.sh CASE SPPCTL FIXTURES
#
# A case is a folder:
#   command   shell lines, run in an empty folder; $SPPCTL is the program
#   input     lines "FIXTURE NAME": what is copied there first
#   code      the exit code of the last line of command (0 if absent)
#   out, err  what it must print (nothing, if absent)
#   after     lines "FILE KEY": read by hivexget and reglookup afterwards,
#             whose output must be that of after.hivexget, after.reglookup
# UPDATE=1 writes down what came out instead of comparing.
set -u
case=$(cd "$1" && pwd)
SPPCTL=$2
fixtures=$3
work=$(mktemp -d)
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
failed=0
export SPPCTL SOURCE_DATE_EPOCH=1700000000 NO_COLOR=1 LC_ALL=C.UTF-8 TZ=UTC

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

mkdir "$work/d"
if [ -f "$case/input" ]; then
	while read -r from to; do
		mkdir -p "$(dirname "$work/d/$to")"
		cp "$fixtures/$from" "$work/d/$to" || exit 2
	done <"$case/input"
fi
(cd "$work/d" && sh "$case/command") >"$work/out" 2>"$work/err"
code=$?
[ "$code" -eq 0 ] || echo "$code" >"$work/code"
touch "$work/code"
same code
same out
same err
if [ -f "$case/after" ]; then
	: >"$work/after.hivexget"
	: >"$work/after.reglookup"
	while read -r file key; do
		(cd "$work/d" && hivexget "$file" "$key") \
			>>"$work/after.hivexget" 2>&1
		(cd "$work/d" && reglookup -H -p "/$(echo "$key" |
			tr '\\' /)" "$file") >>"$work/after.reglookup" 2>&1
	done <"$case/after"
	same after.hivexget
	same after.reglookup
fi
exit $failed
