#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# No files include or call each other in a circle.
# label: quick 3
. "$SOURCE/tests/check.sh"
command -v python3 >/dev/null || skip "no python3"
for room in hive policy cli; do
	python3 "$SOURCE/tests/circles.py" "$SOURCE" "$BUILD" $room ||
		fail "circles in $room"
done
# And the test finds one where there is one.
mkdir -p src/cli build/CMakeFiles/x.dir/cli
printf 'void b(void);\nvoid a(void) { b(); }\n' >src/cli/a.c
printf 'void a(void);\nvoid b(void) { a(); }\n' >src/cli/b.c
for f in a b; do
	"$CC" -c -o build/CMakeFiles/x.dir/cli/$f.c.o src/cli/$f.c
done
python3 "$SOURCE/tests/circles.py" src build cli >found &&
	fail "a circle was not found"
grep -q 'cli/a -> cli/b -> cli/a' found || fail "$(cat found)"
exit $failed
