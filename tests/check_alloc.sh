#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Allocations fail in every kind of command: each place that wants memory, and a
# share of all; nothing crashes, leaks or is half done.  SPPCTL_STRIDE=1 tries
# every one.
# label: thorough 16
. "$SOURCE/tests/check.sh"
"$SPPCTL" export "$FIXTURES/kms-primary.hive" --to gpo-backup -o gpo \
	>/dev/null || exit 2
mkdir runs
cd runs || exit 2
"$BUILD/tests/alloc" "$FIXTURES" "${SPPCTL_STRIDE:-160}" || failed=1
cd "$work" || exit 2
exit $failed
