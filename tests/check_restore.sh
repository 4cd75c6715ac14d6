#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What restore refuses, or fails at, a dry run of it says, too; and then it
# leaves all files as they were.
# label: thorough 3
set -u
. "$SOURCE/tests/fast.sh"
. "$SOURCE/tests/image.sh"
export SOURCE_DATE_EPOCH=1700000000

# listing: all files that are here, to the nanosecond
listing()
{
	find t -mindepth 1 \( -type d -printf '%p\n' -o \
		-printf '%p %i %s %T@ %m %n ' -exec md5sum {} \; \) | sort
}

as()
{
	"$@"
}

# restored CODE TEXT TARGET: as both runs must end, 0 for what is put back
restored()
{
	want=$1
	[ "$want" -ne 0 ] || want=1
	listing >before
	as "$SPPCTL" restore "$3" --dry-run >out 2>&1
	got=$?
	listing >after
	[ $got -eq $want ] || fail "$3: --dry-run ends with $got: $(cat out)"
	cmp -s before after || fail "$3: --dry-run: $(diff before after)"
	as "$SPPCTL" restore "$3" >out 2>&1
	got=$?
	[ $got -eq "$1" ] || fail "$3: ends with $got: $(cat out)"
	grep -q "$2" out || fail "$3: did not say '$2': $(cat out)"
	[ "$1" -eq 0 ] && return
	listing >after
	cmp -s before after || fail "$3: failed, and $(diff before after)"
}

fresh()
{
	chmod -R u+w t 2>/dev/null
	rm -rf t
	mkdir t
}

# A folder with two hives: both are put back, or none.
folder()
{
	fresh
	mkdir -p t/$CONFIG t/$NETSVC
	cp "$FIXTURES/kms-primary.hive" t/$CONFIG/SOFTWARE
	cp "$FIXTURES/netsvc.hive" t/$NETSVC/NTUSER.DAT
	chmod -R u+w t
	find t -type f -exec md5sum {} + >was
	expect 0 "" "$SPPCTL" slmgr t /skms a.example --backup
	[ "$(find t -name '*.bak' | wc -l)" -eq 2 ] || fail "not two backups"
}
folder
restored 0 "put back from t/$NETSVC/NTUSER.DAT.bak" t
md5sum -c was >out 2>&1 || fail "not as it was: $(cat out)"
[ "$(find t -type f | wc -l)" -eq 2 ] || fail "left: $(find t -type f)"
folder
mkdir t/$NETSVC/.NTUSER.DAT.sppctl-new
restored 4 "remove it" t
if [ "$(id -u)" = 0 ] && command -v setpriv >/dev/null; then
	as()
	{
		setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
	}
	chmod 755 "$work"
	cp "$SPPCTL" sppctl
	SPPCTL=$work/sppctl
	folder
	chown -R 65534:65534 t
	chmod 555 t/$NETSVC
	restored 3 "NTUSER.DAT.sppctl-new.*Permission denied" t
	folder
	chown -R 65534:65534 t
	chown 0:0 t/$NETSVC/NTUSER.DAT
	chmod 666 t/$NETSVC/NTUSER.DAT
	restored 3 "cannot keep the owner" t
	as()
	{
		"$@"
	}
fi

# A disk image, if this build has them.
PATH=$PATH:/sbin:/usr/sbin
if command -v mkntfs >/dev/null && command -v python3 >/dev/null &&
	"$SPPCTL" --version | grep -q 'disk images: lib'; then
	exit_at
	truncate -s 6M d.raw
	mkntfs -Q -q -F -s 512 -p 0 -H 0 -S 0 d.raw >mkntfs.out 2>&1 &&
		"$FIXTURES/mkvolume" d.raw mkdir $CONFIG mkdir $NETSVC put \
			"$FIXTURES/kms-primary.hive" $CONFIG/SOFTWARE put \
			"$FIXTURES/netsvc.hive" $NETSVC/NTUSER.DAT || exit 2

	# The backup of an unfinished edit, of another hive, is newer than the
	# newest.
	n=1
	while [ $n -lt 60 ]; do
		fresh
		cp d.raw t
		expect 0 "" "$SPPCTL" set t/d.raw kms-host=a.example --backup
		cp t/d.raw once.raw
		interrupted $n "$SPPCTL" clear-cache t/d.raw --backup
		[ -e t/d.raw.sppctl-journal ] && ! cmp -s t/d.raw once.raw &&
			break
		n=$((n + 1))
	done
	restored 4 "was interrupted; sppctl recover" t/d.raw
	! grep -q "is completed\|is shown" out ||
		fail "a refusal says what it does not do: $(cat out)"
	expect 0 "is completed" "$SPPCTL" recover t/d.raw
	restored 0 "put back from t/d.raw.bak.2" t/d.raw
	cmp -s t/d.raw once.raw || fail "not as before the second edit"
	restored 0 "put back from t/d.raw.bak" t/d.raw
	cmp -s t/d.raw d.raw || fail "not as it was"

	# Without one of its own it is completed, or undone by its own journal.
	fresh
	cp d.raw t
	expect 0 "" "$SPPCTL" set t/d.raw kms-host=a.example --backup
	interrupted $n "$SPPCTL" restore t/d.raw
	[ -e t/d.raw.sppctl-journal ] || fail "restore was not interrupted"
	restored 0 "put back from t/d.raw.bak" t/d.raw
	grep -q "is completed before anything is put back" out ||
		fail "it does not say what comes first: $(cat out)"
	cmp -s t/d.raw d.raw || fail "not as it was"

	# One that would take the hive away.
	cat >craft.py <<'END'
import hashlib, struct, sys
image = open(sys.argv[1], 'rb').read()
undo = bytearray(open(sys.argv[2], 'rb').read())
at = image.index('SOFTWARE'.encode('utf-16le')) & ~1023
while image[at:at + 4] != b'FILE':
    at = image.index('SOFTWARE'.encode('utf-16le'), at + 1024) & ~1023
off = at & ~4095
record = {}
for i in range(struct.unpack_from('<Q', undo, 24)[0]):
    one = undo[128 + i * 8224:128 + (i + 1) * 8224]
    record[struct.unpack_from('<Q', one)[0]] = one
page = bytearray(image[off:off + 4096])
one = bytearray(struct.pack('<QI', off, 4096) + bytes(20) + page + page)
one[32 + at - off:32 + at - off + 1024] = bytes(1024)
one[16 + (at - off) // 512] = one[17 + (at - off) // 512] = 4
record[off] = one
struct.pack_into('<Q', undo, 24, len(record))
body = b''.join(bytes(record[o]) for o in sorted(record))
open(sys.argv[2], 'wb').write(bytes(undo[:128]) + body +
    hashlib.sha256(body + bytes(undo[:128])).digest())
END
	fresh
	cp d.raw t
	expect 0 "" "$SPPCTL" set t/d.raw kms-host=a.example --backup
	python3 craft.py t/d.raw t/d.raw.bak || fail "no undo file"
	restored 3 "cannot look for a hive" t/d.raw
fi
[ $failed -eq 0 ]
