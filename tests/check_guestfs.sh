#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Disk images through libguestfs: the same settings as without, edits that
# others read back, dynamic and encrypted disks.  Each step starts a virtual
# machine, half a minute without virtualization in hardware: SPPCTL_SLOW=1.
set -u
[ "${SPPCTL_SLOW:-}" = 1 ] || {
	echo "skipped: slow; set SPPCTL_SLOW=1"
	exit 77
}
# A sanitizer takes functions that libguestfs needs from another library.
if grep -q __asan_init "$SPPCTL"; then
	[ -x "${PLAIN:-}" ] || {
		echo "skipped: libguestfs does not go with sanitizers; name" \
			"another build with -DSPPCTL_PLAIN"
		exit 77
	}
	SPPCTL=$PLAIN
fi
. "$SOURCE/tests/disk.sh"
"$SPPCTL" --version | grep -q '^libguestfs: loaded' || {
	echo "skipped: no libguestfs in this build"
	exit 77
}
for tool in guestfish virt-win-reg ldmtool; do
	command -v $tool >/dev/null || { echo "skipped: no $tool"; exit 77; }
done
# What works everywhere.
: "${LIBGUESTFS_BACKEND:=direct}" "${LIBGUESTFS_BACKEND_SETTINGS:=force_tcg}"
export LIBGUESTFS_BACKEND LIBGUESTFS_BACKEND_SETTINGS
timeout 200 guestfish -a /dev/null run >out 2>&1 || {
	echo "skipped: libguestfs does not start: $(tail -1 out)"
	exit 77
}
BY="--disk-backend=guestfs"

# slow CODE PATTERN ARGUMENT...: sppctl with libguestfs, and how long it takes
slow()
{
	code=$1
	pattern=$2
	shift 2
	began=$(date +%s)
	expect "$code" "$pattern" timeout 200 "$SPPCTL" "$@" $BY
	echo "$(($(date +%s) - began)) s: sppctl $1"
}

# fish IMAGE DEVICE FILE: the SOFTWARE hive, as guestfish has it
fish()
{
	timeout 200 guestfish --ro --format=raw -a "$1" run : \
		mount-ro "$2" / : download /$CONFIG/SOFTWARE "$3" >out 2>&1 ||
		fail "guestfish $1: $(cat out)"
}

# --- The same as without it, and not a byte of the image is written.

python3 - >cmd.exe <<'END' || exit 2
import struct, sys
pe = b'PE\0\0' + struct.pack('<HHIIIHH', 0x8664, 0, 0, 0, 0, 240, 0x22)
pe += struct.pack('<H', 0x20b).ljust(68, b'\0') + struct.pack('<H', 3)
sys.stdout.buffer.write(b'MZ'.ljust(60, b'\0') + struct.pack('<I', 128) +
    bytes(64) + pe.ljust(1024, b'\0'))
END
windows win.ntfs 12 512 put cmd.exe Windows/System32/cmd.exe
gpt disk.raw win.ntfs
qemu-img convert -t unsafe -O qcow2 disk.raw disk.qcow2
was=$(hash disk.qcow2)
"$SPPCTL" show disk.qcow2 --json --all >builtin.json || fail "builtin"
slow 0 "" show disk.qcow2 --json --all
cmp -s out builtin.json || fail "other settings: $(diff out builtin.json)"
[ "$(hash disk.qcow2)" = "$was" ] || fail "reading changed the image"
[ -z "$(find . -name '*sppctl*')" ] || fail "something is left behind"

# --- An edit without libguestfs, read by others.

expect 0 "2 changes" "$SPPCTL" set disk.raw kms-port=1700 host-caching=on
fish disk.raw /dev/sda2 hive
[ "$(hivexget hive "$SPP" KeyManagementServicePort)" = 1700 ] ||
	fail "guestfish reads another port"
timeout 200 virt-win-reg disk.raw "HKLM\\SOFTWARE\\$SPP" \
	KeyManagementServicePort >out 2>err ||
	fail "virt-win-reg: $(cat err)"
[ "$(cat out)" = 1700 ] || fail "virt-win-reg reads '$(cat out)'"

# --- A dynamic disk: a volume in two pieces, the second in front.

python3 "$SOURCE/tests/ldm.py" ldm.raw win.ntfs || exit 2
cp --sparse=always ldm.raw ldm.was
expect 4 "dynamic disk.*--disk-backend=guestfs" "$SPPCTL" show ldm.raw
slow 0 "/dev/mapper/ldm.*Volume1" info ldm.raw
grep -q "edit: possible" out || fail "info: $(cat out)"
slow 0 "nothing to change" set ldm.raw host-caching=off
cmp -s ldm.raw ldm.was || fail "an edit of nothing changed the image"
set --
for i in $(seq 1 60); do
	set -- "$@" --add "a-rather-long-domain-name-$i.corp.example"
done
slow 0 "1 change" publish ldm.raw "$@" --backup
[ -f ldm.raw.bak ] || fail "no undo file"
[ -e ldm.raw.sppctl-journal ] && fail "the journal is still there"
# The volume as a whole, put together by hand.
dd if=ldm.raw of=after.ntfs bs=1M skip=7 count=6 status=none
dd if=ldm.raw of=after.ntfs bs=1M skip=1 count=6 seek=6 status=none
sound after.ntfs
value after.ntfs DnsDomainPublishList | grep -q domain-name-60 ||
	fail "the long list is not there"
fish ldm.raw /dev/mapper/ldm_vol_sppctlDg0_Volume1 hive
hivexget hive "$SPP" DnsDomainPublishList | grep -q domain-name-60 ||
	fail "guestfish does not read the long list"
slow 0 "put back from ldm.raw.bak" restore ldm.raw
cmp -s ldm.raw ldm.was || fail "not as it was before the edit"
[ -e ldm.raw.bak ] && fail "the undo file is still there"

# --- An encrypted volume (LUKS stands for BitLocker, which only Windows makes)
# and, beside it, an open one.

printf 'not too secret\nsecond line\n' >key
echo wrong >badkey
# On a busy machine it cannot measure how long a key takes, and gives up.
for i in 1 2 3 4 5 6 7 8 9; do
	qemu-img convert -f raw -O luks \
		--object secret,id=key,data='not too secret' \
		-o key-secret=key,iter-time=10 win.ntfs luks.part >out 2>&1 &&
		break
	rm -f luks.part
done
[ -f luks.part ] || fail "qemu-img: $(cat out)"
truncate -s 16M luks.part
volume empty.ntfs 12 512 mkdir Users
gpt luks.raw luks.part empty.ntfs
was=$(hash luks.raw)
expect 4 "encrypted (LUKS); pass --disk-backend=guestfs" "$SPPCTL" show luks.raw
slow 4 "opens none of the encrypted" show luks.raw --disk-key badkey
[ "$(hash luks.raw)" = "$was" ] || fail "reading changed the image"
slow 0 "1 change" set luks.raw kms-port=1701 --disk-key key
slow 0 "^1701$" get luks.raw kms-port --disk-key key

# --- Several.

gpt two.raw win.ntfs win.ntfs
slow 4 "several partitions .*: 2 (/dev/sda2) 'Windows' of 12 MiB, 3 (/dev/sda3)" \
	show two.raw
slow 0 "1 change" set two.raw kms-port=1702 --partition /dev/sda3
expect 0 "^1702$" "$SPPCTL" get two.raw kms-port --partition 3
expect 1 "" "$SPPCTL" get two.raw kms-port --partition 2

exit $failed
