#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A WIM and its backup are replaced by others meanwhile.
# label: thorough 11
. "$SOURCE/tests/check.sh"
. "$SOURCE/tests/wim.sh"
. "$SOURCE/tests/swap.sh"
besides="$besides d/.f.sppctl-undo"
visible="write"

wim one.wim --compress=none
wim two.wim --compress=none --check
scenario "set" one.wim two.wim "$SPPCTL" set d/f#2 kms-port=1701
scenario "set with backup" one.wim two.wim \
	"$SPPCTL" set d/f#2 kms-port=1701 --backup
visible=rename
scenario "rebuild" one.wim two.wim \
	"$SPPCTL" set d/f#2 kms-port=1701 --rebuild --backup
cp one.wim later.wim
run 0 set later.wim#2 kms-port=1702 --backup
backup=later.wim.bak
scenario "restore" later.wim two.wim "$SPPCTL" restore d/f
backup=one.wim
scenario "restore of a whole one" later.wim two.wim "$SPPCTL" restore d/f
exit $failed
