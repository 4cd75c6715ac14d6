#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Every allocation fails once, in every kind of command; nothing crashes,
# leaks or is half done.  SPPCTL_STRIDE=1 tries every one, not a share of them.
# label: thorough 30
. "$SOURCE/tests/check.sh"
mkdir runs
cd runs || exit 2
"$BUILD/tests/alloc" "$FIXTURES" "${SPPCTL_STRIDE:-40}" || failed=1
cd "$work" || exit 2
exit $failed
