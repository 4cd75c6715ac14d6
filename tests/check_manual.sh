#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The pages of the manual: each is found by its name, refers to pages that are
# there and not to itself, has the sections of its kind, and whole examples;
# mandoc and lexgrog have nothing to say of it, where they are.
# label: quick 2
. "$SOURCE/tests/fast.sh"
. "$SOURCE/tests/check.sh"
mkdir man
"$SPPCTL" help manuals >names
while read -r page; do
	"$SPPCTL" help man "$page" >"man/$page" || fail "no page $page"
	sed -n 's/^\.BR \(.*\) (\(.\)),*$/\1.\2/p' "man/$page" | sed 's/\\//g' |
		while read -r other; do
			grep -qxF -e "$other" names && [ "$other" != "$page" ] ||
				echo "$page refers to $other"
		done
	# A tag is the one line between .TP and the end of its bold.
	awk '/^\.TP/ { getline; tag = $0; getline
		if (tag !~ /^\\fB/ || $0 !~ /^\\fR/) print FILENAME ": " tag }' \
		"man/$page"
	for section in NAME 'SEE ALSO'; do
		grep -q "^.SH $section" "man/$page" || echo "$page: no $section"
	done
	case $page in
	*.1) grep -q '^.SH EXIT STATUS' "man/$page" || echo "$page: no codes" ;;
	esac
done <names >odd
for section in FILES ENVIRONMENT EXAMPLES OPTIONS COMMANDS; do
	grep -q "^.SH $section" man/sppctl.1 || echo "sppctl.1: no $section"
done >>odd
[ "$(wc -l <names)" -gt 30 ] || echo "few pages" >>odd
if command -v mandoc >log/which; then
	(cd man && mandoc -Tlint ./*) >>odd 2>&1
fi
if command -v lexgrog >log/which; then
	[ "$(cd man && lexgrog ./* | grep -c sppctl)" = "$(wc -l <names)" ] ||
		echo "lexgrog does not read all" >>odd
fi
[ ! -s odd ] || fail "$(cat odd)"
exit $failed
