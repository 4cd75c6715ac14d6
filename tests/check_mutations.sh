#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# label: quick 2
# Each mutation in mutate/list has its place in the source: one whose place has
# moved would test nothing.
# shellcheck source=tests/check.sh
. "$SOURCE/tests/check.sh"
command -v python3 >/dev/null || skip "no python3"
python3 "$SOURCE/tests/mutate/mutate.py" --check >log/out ||
	fail "$(grep -v '^[0-9]* mutations' log/out)"
exit $failed
