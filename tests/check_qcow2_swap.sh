#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A disk image that qemu-nbd unpacks is replaced by another meanwhile, and so
# are its journal and its backup.
# label: thorough 7
set -u
. "$SOURCE/tests/disk.sh"
. "$SOURCE/tests/swap.sh"
besides='d/f.sppctl-journal d/f.bak'
visible=look
sends=48
plant=
windows one.raw 3 512
qemu-img convert -t unsafe -O qcow2 one.raw one.qcow2
cp one.qcow2 two.qcow2
"$SPPCTL" set two.qcow2 host-caching=on >log/out 2>&1 || fail "$(cat log/out)"
scenario "set" one.qcow2 two.qcow2 "$SPPCTL" set d/f kms-port=1701 --backup
exit $failed
