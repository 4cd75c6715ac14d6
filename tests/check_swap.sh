#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A hive, its backup and the file of -o are replaced by others meanwhile.
# label: thorough 6
. "$SOURCE/tests/check.sh"
. "$SOURCE/tests/swap.sh"
fixture kms-client one.hive
fixture kms-primary two.hive
scenario "set" one.hive two.hive "$SPPCTL" set d/f kms-port=1701
scenario "set with backup" one.hive two.hive \
	"$SPPCTL" set d/f kms-port=1701 --backup
cp one.hive later.hive
"$SPPCTL" set later.hive kms-port=1702 >log/out 2>&1 || fail "$(cat log/out)"
backup=one.hive
scenario "restore" later.hive two.hive "$SPPCTL" restore d/f
backup=
plant= # the link would be of the caller, and followed
echo 'an older result' >one.json
echo 'a newer result' >two.json
scenario "output" one.json two.json "$SPPCTL" dump one.hive -o d/f
exit $failed
