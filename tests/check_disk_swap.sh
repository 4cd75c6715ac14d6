#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A disk image, its journal and its backup are replaced by others meanwhile.
# label: thorough 7
set -u
. "$SOURCE/tests/disk.sh"
. "$SOURCE/tests/swap.sh"
besides='d/f.sppctl-journal d/.f.sppctl-journal-new d/f.bak'
visible="write"
export FAULT_FIRST=1 # the children are confined
windows one.raw 3 512
cp one.raw two.raw
"$SPPCTL" set two.raw host-caching=on >log/out 2>&1 || fail "$(cat log/out)"
cp one.raw later.raw
"$SPPCTL" set later.raw kms-port=1702 --backup >log/out 2>&1 ||
	fail "$(cat log/out)"
scenario "set" one.raw two.raw "$SPPCTL" set d/f kms-port=1701 --backup
backup=later.raw.bak
besides='d/f.sppctl-journal'
scenario "restore" later.raw two.raw "$SPPCTL" restore d/f
exit $failed
