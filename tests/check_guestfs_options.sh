#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# --disk-backend and --disk-key without any libguestfs: what is said, and that
# nothing is touched.
set -u
. "$SOURCE/tests/check.sh"

fixture kms-primary SOFTWARE
run 2 show SOFTWARE --disk-backend=qemu
said "'qemu' is none of builtin and guestfs"
run 2 show SOFTWARE --disk-backend
said "no value for '--disk-backend'"
run 2 show SOFTWARE --disk-key key
said "--disk-key is for --disk-backend=guestfs"
run 2 show SOFTWARE --disk-backend=builtin --disk-key key
run 2 settings --disk-backend=guestfs
said "unknown option"
# What is no disk needs nobody's help.
run 0 show SOFTWARE --disk-backend=builtin
run 0 show SOFTWARE --disk-backend=guestfs
for command in show get set unset publish dump diff apply export info \
	check audit dns simulate clear-cache slmgr ospp restore; do
	run 0 help $command
	grep -q -e '--disk-backend' log/out ||
		fail "$command does not know --disk-backend"
done

# A library that cannot be loaded.
truncate -s 16M disk.raw
printf 'NTFS    ' | dd of=disk.raw bs=1 seek=3 conv=notrunc status=none
printf '\125\252' | dd of=disk.raw bs=1 seek=510 conv=notrunc status=none
mkdir lib
echo nothing >lib/libguestfs.so.0
keep disk disk.raw
for command in "show disk.raw" "set disk.raw kms-port=1700" "info disk.raw"; do
	LD_LIBRARY_PATH=$work/lib run 4 $command --disk-backend=guestfs --target-kind=raw
	cat log/out >>log/err
	case $("$SPPCTL" --version) in
	*'disk images: not in'*) said "built without libntfs-3g" ;;
	*'libguestfs: loaded'*) said "install libguestfs0" ;;
	*) said "this sppctl was built without it" ;;
	esac
	kept disk disk.raw "$command"
done
echo >empty
case $("$SPPCTL" --version) in
*'libguestfs: loaded'*)
	run 2 show disk.raw --disk-backend=guestfs --disk-key empty
	said "'empty' has no key in its first line"
	run 3 show disk.raw --disk-backend=guestfs --disk-key none
	said "cannot open 'none'"
	;;
esac
[ -z "$(find . -name '*sppctl*')" ] || fail "something is left behind"
exit $failed
