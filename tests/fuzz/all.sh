#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Every fuzz target for some minutes, as a machine may do at night:
#
#	sh tests/fuzz/all.sh MINUTES [TARGET...]
#
# 10s instead of MINUTES are 10 seconds.  Needs clang.  What is found is left
# in build/fuzz/found/TARGET, and the corpus grows in build/fuzz/corpus/TARGET
# from call to call.  Exits 1 if anything was found, or lies there from before,
# and 2 if a target could not be run.
#
#	JOBS	how many targets run at once (default: one a core)
set -u
cd "$(dirname "$0")/../.." || exit 2
time=${1-}
[ $# -eq 0 ] || shift
case ${time%s} in
'' | 0* | *[!0-9]*)
	echo "usage: all.sh MINUTES [TARGET...]; 10s are ten seconds" >&2
	exit 2
	;;
esac
case $time in
*s) seconds=${time%s} ;;
*) seconds=$((time * 60)) ;;
esac
mkdir -p build/fuzz
echo "building (the log is build/fuzz/log) ..."
{ CC=clang cmake -S . -B build/fuzz -G Ninja -DSPPCTL_BUILD=developer \
	-DSPPCTL_FUZZ=ON && cmake --build build/fuzz --target fuzzers; } \
	>build/fuzz/log 2>&1 || {
	tail -20 build/fuzz/log
	exit 2
}
python3 tests/fuzz/seed.py build/fuzz/fixtures build/fuzz/seeds || exit 2
all=$(cd build/fuzz/tests && ls -d fuzz_* | sed 's/fuzz_//')
[ $# -gt 0 ] || set -- $all
for target; do
	[ -x "build/fuzz/tests/fuzz_$target" ] || {
		echo "no target '$target'; there are:" $all >&2
		exit 2
	}
done

cd build/fuzz || exit 2
mkdir -p found
rm -f found/*.failed
# A fork copies the tables of all memory, and freed memory that is kept is
# most of it: without, targets that fork run twice as often.
ASAN_OPTIONS=detect_leaks=1:quarantine_size_mb=1:malloc_context_size=8
export ASAN_OPTIONS UBSAN_OPTIONS=print_stacktrace=1
printf '%s\n' "$@" | SECONDS_EACH=$seconds xargs -P "${JOBS:-$(nproc)}" -I '{}' \
	sh -c '
	mkdir -p "found/$1" "corpus/$1" "seeds/$1"
	past=../../fixtures/corpus/$1
	[ -d "$past" ] || past=
	"tests/fuzz_$1" "-max_total_time=$SECONDS_EACH" -timeout=25 \
		-report_slow_units=25 -rss_limit_mb=2048 -max_len=100000 \
		-print_final_stats=1 \
		-artifact_prefix="found/$1/" "corpus/$1" "seeds/$1" $past \
		</dev/null >"found/$1.log" 2>&1
	code=$?
	[ $code -eq 0 ] || >"found/$1.failed"
	runs=$(sed -n "s/^stat::number_of_executed_units: *//p" "found/$1.log")
	echo "$1: ${runs:-no} runs, exit $code"
' sh '{}'
found=$(find found -mindepth 2 -type f)
[ ! "$found" ] || {
	echo "found:"
	echo "$found" | sed 's,^,build/fuzz/,'
	exit 1
}
for failed in found/*.failed; do
	[ ! -e "$failed" ] || {
		echo "build/fuzz/$failed: see the log beside it"
		exit 2
	}
done
