#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Which lines of the product run in tests:
#
#	sh tests/coverage.sh [LABEL]	builds, runs quick tests (or others), and
#					prints each folder, and the files with
#					the most lines that nothing ran
#	sh tests/coverage.sh FILE.c...	these lines, after a run
#
# BUILD is where the build is (build/coverage), JOBS how many tests run at
# once.  Lines that confined children run count, too; see coverage.c.
set -eu
cd "$(dirname "$0")/.."
source=$PWD
build=${BUILD:-build/coverage}
label=quick

# gcov WORD...: on the objects of the product, from the build folder
gcov_all()
{
	(cd "$build" && find CMakeFiles/spp*.dir -name '*.gcno' -print0 |
		xargs -0 gcov -r -s "$source" "$@" 2>/dev/null)
}

case ${1:-} in
*.c)
	for file; do
		(cd "$build" && gcov -t "$(find CMakeFiles/spp*.dir \
			-path "*${file#./}.gcno")" 2>/dev/null) | awk -v file="$file" '
		/^ *-: *0:Source:/ { mine = index($0, file) }
		mine && /^ *#####:/' | sed "s|^ *#####: *|$file:|"
	done
	exit ;;
?*) label=$1 ;;
esac

cmake -S . -B "$build" -G Ninja -DSPPCTL_BUILD=coverage \
	-DSPPCTL_PLAIN="$source/$build/sppctl" >"$build.log"
cmake --build "$build" >>"$build.log"
find "$build" -name '*.gcda' -delete
ctest --test-dir "$build" -j "${JOBS:-$(nproc)}" -L "^$label\$" \
	--timeout 600 >>"$build.log" ||
	sed -n '/tests passed/,$p' "$build.log"
# A line for each file and folder: its name, lines that ran, lines.
gcov_all -n | awk '
/^File / { gsub(/^File .([.][.]\/)*|.$/, ""); file = $0 }
/^Lines executed:/ {
	split($0, n, /[:% ]+/)
	if (file !~ /^(hive|policy|cli)\/.*[.]c$/) next
	ran = int(n[3] * $NF / 100 + 0.5)
	all[file] = $NF
	if (ran > hit[file]) hit[file] = ran
	file = "" # the last such line is the sum of all
}
END {
	for (file in all) {
		room = file; sub(/[^\/]*$/, "", room)
		top = file; sub(/\/.*/, "/", top)
		h[room] += hit[file]; a[room] += all[file]
		if (top != room) { h[top] += hit[file]; a[top] += all[file] }
		print file, hit[file], all[file]
	}
	for (room in a) print room, h[room], a[room]
}' | awk '{ printf "%6.1f %% of %6d  %5d missing  %s\n",
	$3 ? 100 * $2 / $3 : 100, $3, $3 - $2, $1 }' >"$build.lines"
grep '/$' "$build.lines" | sort -k7
echo
grep 'c$' "$build.lines" | sort -rnk5 | head -40
