#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Every call of the operating system fails, is cut short or ends in a crash, in
# every command that writes (fault.c says what is left out as it comes to the
# same); then sppctl is killed at random moments.
# SPPCTL_KILLS is how often, 100 if it is not set.
# label: thorough 25
. "$SOURCE/tests/check.sh"
[ -x "$PLAIN" ] || skip "there is no build without sanitizers"
flags='-std=c11 -D_GNU_SOURCE -O1 -Wall -Wextra -Wno-missing-field-initializers'
"$CC" $flags -shared -fPIC -o shim.so "$SOURCE/tests/fault/shim.c" -ldl ||
	exit 1
"$CC" $flags -o fault "$SOURCE/tests/fault/fault.c" \
	"$SOURCE/tests/fault/job.c" || exit 1
mkdir calls kills
./fault "$PLAIN" "$work/shim.so" "$FIXTURES" calls || failed=1
./fault --kill "${SPPCTL_KILLS:-100}" "$PLAIN" "$FIXTURES" kills || failed=1
exit $failed
