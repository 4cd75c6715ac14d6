#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# README.md and the pages have the tables as the program prints them, and what
# they name is there.  UPDATE=1 writes the tables into them.
# label: quick 1
. "$SOURCE/tests/check.sh"
[ -f "$SOURCE/README.md" ] || skip "no README.md"
command -v python3 >/dev/null || skip "no python3"
pages="$SOURCE/README.md $SOURCE/.github/CONTRIBUTING.md
$(find "$SOURCE/cli" -name '*.md' | sort)"
[ -f "$SOURCE/.github/CONTRIBUTING.md" ] ||
	pages=$(echo "$pages" | sed 's/ [^ ]*CONTRIBUTING.md//')
"$SPPCTL" help tables >tables || fail "no tables"
python3 "$SOURCE/tests/tables.py" tables $pages ${UPDATE:+--update} ||
	fail "the tables are not those of 'sppctl help tables'"
[ "$(wc -l <"$SOURCE/README.md")" -le 250 ] ||
	fail "README.md has more than 250 lines"

# The release notes and the manual are of this version.
version=$(sed -n 's/^project(sppctl VERSION \([0-9.]*\).*/\1/p' \
	"$SOURCE/CMakeLists.txt")
notes="$SOURCE/cli/pages/CHANGELOG"
head -1 "$notes" | grep -q "^sppctl ($version) " ||
	fail "the release notes are not those of $version"
day=$(sed -n 's/^#define CLI_DATE "\(.*\)"/\1/p' "$SOURCE/cli/help/man.c")
[ "$(date -d "$(sed -n 's/^ -- .*>  //p;T;q' "$notes")" +%F)" = "$day" ] ||
	fail "the manual is of $day and the release notes are not"

# Files that are named in code, and pages that are linked.
for page in $pages; do
	grep -o '`\(tests\|cli\|policy\|hive\|fixtures\)/[^` ]*`' "$page" |
		tr -d '`' | grep -v NAME | sort -u | while read -r name; do
		(cd "$SOURCE" && ls -d $name) >/dev/null 2>&1 ||
			echo "$page: $name"
	done
	grep -o '](\([^)#:]*\)[)#]' "$page" | tr -d ']()#' | sort -u |
		while read -r name; do
			[ -z "$name" ] || [ -e "$(dirname "$page")/$name" ] ||
				echo "$page: $name"
		done
done >missing
[ ! -s missing ] || fail "there is no such file: $(cat missing)"
exit $failed
