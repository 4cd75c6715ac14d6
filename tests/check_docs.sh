#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# README.md has the tables as the program itself prints them.
# label: quick 1
. "$SOURCE/tests/check.sh"
[ -f "$SOURCE/README.md" ] || skip "there is no README.md"
"$SPPCTL" help readme >tables || fail "no tables"
# Each table on its own: what stands between them is the README's affair.
awk -v RS= '{ print > ("table." NR) }' tables
for table in table.*; do
	awk -v RS='\001' 'NR == FNR { table = $0; next }
	{ exit !index($0, table) }' "$table" "$SOURCE/README.md" || {
		fail "README.md does not have this table of 'sppctl help readme':"
		cat "$table"
	}
done
# And the files that it names are there.
grep -o '`tests/[^`]*`' "$SOURCE/README.md" | tr -d '`' | sort -u |
	while read -r name; do
		(cd "$SOURCE" && ls -d $name) >/dev/null 2>&1 || echo "$name"
	done >missing
[ ! -s missing ] || fail "README.md names what is not there: $(cat missing)"
exit $failed
