#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Reading leaves everything as it was, times of access too; where that is not
# allowed it is said.
# label: quick 4
. "$SOURCE/tests/check.sh"
config=w/Windows/System32/config
mkdir -p $config/TxR
cp "$FIXTURES/kms-primary.hive" $config/SOFTWARE
cp "$FIXTURES/system.hive" $config/SYSTEM
cp "$FIXTURES/dirty-new.hive" HIVE
cp "$FIXTURES/dirty-new.hive.LOG1" HIVE.LOG1

find w HIVE* -exec touch -a -d 2001-01-01 {} +
# Not every mount has times of access.
cp HIVE probe && touch -a -d 2001-01-01 probe && cat probe >probe2
[ "$(stat -c %X probe)" != 978307200 ] || echo "no access times here"
look()
{
	find w HIVE* -exec stat -c '%n %i %s %a %X %Y' {} + | sort
}
look >before
for command in show 'show --all --json' check info dump audit dns; do
	for target in w HIVE; do
		run '0|1' $command $target
		look >after
		cmp -s before after || {
			fail "$command $target changed:"
			diff before after
			find w HIVE* -exec touch -a -d 2001-01-01 {} +
		}
	done
done
run 1 diff HIVE --states
look >after
cmp -s before after || fail "diff --states changed something"

# The flag for transactions alone is nothing; logs of some beside it are.
printf '\001' | dd of=$config/SYSTEM bs=1 seek=144 conv=notrunc status=none
python3 - $config/SYSTEM <<'PY'
import struct, sys
with open(sys.argv[1], "r+b") as f:
    head = f.read(508)
    total = 0
    for (word,) in struct.iter_unpack("<I", head):
        total ^= word
    f.seek(508)
    f.write(struct.pack("<I", total))
PY
run 0 show w
grep -q transactions log/err && fail "a flag alone is a warning"
: >$config/TxR/'{1}.TxR.0.regtrans-ms'
run 0 show w
grep -q 'may have pending transactions' log/err ||
	fail "TxR is not told of"

if [ "$(id -u)" = 0 ] && command -v setpriv >/dev/null; then
	chmod -R a+rX . && chmod a+rx "$work"
	setpriv --reuid=65534 --clear-groups "$SPPCTL" show HIVE \
		>log/out 2>log/err || cat log/err
	grep -q 'access time of .HIVE. may change' log/err ||
		fail "others are not told that the access time changes"
fi
exit $failed
