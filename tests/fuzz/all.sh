#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Every fuzz target for some minutes, as a machine may do at night:
#
#	sh tests/fuzz/all.sh MINUTES [TARGET...]
#
# Needs clang.  What is found is left in build/fuzz/found/TARGET, and the
# corpus grows in build/fuzz/corpus/TARGET from call to call.  Exits 1 if
# anything was found.
#
#	JOBS	how many targets run at once (default: one a core)
set -u
cd "$(dirname "$0")/../.." || exit 2
minutes=${1:?usage: all.sh MINUTES [TARGET...]}
shift
case $minutes in
*[!0-9]* | 0)
	echo "MINUTES must be a number from 1" >&2
	exit 2
	;;
esac
CC=clang cmake -S . -B build/fuzz -G Ninja -DSPPCTL_BUILD=developer \
	-DSPPCTL_FUZZ=ON >/dev/null &&
	cmake --build build/fuzz >build/fuzz/log || {
	tail -20 build/fuzz/log
	exit 2
}
python3 tests/fuzz/seed.py build/fuzz/fixtures build/fuzz/seeds || exit 2
[ $# -gt 0 ] || set -- $(cd tests/fuzz && ls fuzz_*.c | sed 's/fuzz_//; s/\.c//')

cd build/fuzz || exit 2
mkdir -p found corpus
export ASAN_OPTIONS=detect_leaks=1 UBSAN_OPTIONS=print_stacktrace=1
for target; do
	mkdir -p "found/$target" "corpus/$target" "seeds/$target" \
		"../../fixtures/corpus/$target"
	echo "$target"
done | MINUTES=$minutes xargs -P "${JOBS:-$(nproc)}" -I '{}' sh -c '
	"tests/fuzz_$1" -max_total_time=$((MINUTES * 60)) -timeout=30 \
		-rss_limit_mb=2048 -max_len=70000 -print_final_stats=1 \
		-artifact_prefix="found/$1/" "corpus/$1" "seeds/$1" \
		"../../fixtures/corpus/$1" >"found/$1.log" 2>&1
	code=$?
	runs=$(sed -n "s/^stat::number_of_executed_units: *//p" "found/$1.log")
	echo "$1: ${runs:-no} runs, exit $code"
' sh '{}'
rmdir ../../fixtures/corpus/* 2>/dev/null
found=$(find found -mindepth 2 -type f)
[ ! "$found" ] || {
	echo "found:"
	echo "$found"
	exit 1
}
