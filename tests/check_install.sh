#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What is installed: the program, its manual, completions, the pages, the module
# of Ansible; each works.
# label: thorough 1
. "$SOURCE/tests/check.sh"
DESTDIR=$work/root cmake --install "$BUILD" >log/install 2>&1 || {
	cat log/install
	exit 1
}
find root -type f | LC_ALL=C sort >files
for name in bin/sppctl man/man1/sppctl.1 man/man1/sppctl-set.1 \
	man/man5/sppctl-policy.5 bash-completion/completions/sppctl \
	zsh/site-functions/_sppctl fish/vendor_completions.d/sppctl.fish \
	doc/sppctl/README.md ansible/plugins/modules/sppctl.py; do
	grep -q "/$name\$" files || fail "not installed: $name"
done
others=$(grep -vE 'bin/sppctl$|man/man[15]/sppctl[a-z-]*\.[15]$' files |
	grep -vE 'completions/sppctl$|/_sppctl$|/sppctl\.fish$' |
	grep -vE 'share/sppctl/[a-z]*\.json$|doc/sppctl/README\.md$' |
	grep -vE 'doc/sppctl/(copyright|changelog|cli/SECURITY\.md)$' |
	grep -v 'ansible/plugins/modules/sppctl.py$' |
	grep -vE 'doc/sppctl/cli/pages/[a-z-]*\.md$|sppctl/schemas/[a-z-]*\.json$')
[ ! "$others" ] || fail "also installed: $others"
for page in "$SOURCE"/cli/pages/*.md; do
	grep -q "doc/sppctl/cli/pages/$(basename "$page")\$" files ||
		fail "not installed: $page"
done
for policy in $(grep 'share/sppctl/.*\.json$' files); do
	python3 -m json.tool <"$policy" >log/json || fail "$policy is no JSON"
done
program=$(grep 'bin/sppctl$' files)
[ "$("$program" --version)" = "$("$SPPCTL" --version)" ] ||
	fail "it is another program"

# The manual: as many pages as the program has, each read without complaint.
"$SPPCTL" help manuals | LC_ALL=C sort >pages
grep 'man/man[15]/' files | sed 's,.*/,,' | LC_ALL=C sort | cmp - pages ||
	fail "the pages are not those of 'sppctl help manuals'"
for page in $(grep 'man/man[15]/' files); do
	if command -v mandoc >log/which; then
		mandoc -T lint "$page" >log/lint 2>&1 || fail "mandoc: $page"
		[ ! -s log/lint ] || fail "$(cat log/lint)"
	fi
	if command -v lexgrog >log/which; then
		lexgrog "$page" >log/lexgrog 2>&1 ||
			fail "lexgrog: $(cat log/lexgrog)"
	fi
	if command -v groff >log/which; then
		groff -man -Tutf8 -ww -rLL=78n "$page" 2>log/err |
			sed 's/.\x08//g; s/\x1b\[[0-9;]*m//g' >plain.$(basename "$page")
		[ ! -s log/err ] || fail "groff: $page: $(cat log/err)"
	fi
done
if [ -e plain.sppctl.1 ]; then
	for word in NAME SYNOPSIS DESCRIPTION COMMANDS SETTINGS FILES \
		'EXIT STATUS' ENVIRONMENT EXAMPLES 'SEE ALSO' \
		'DisableDnsPublishing' 'sppctl set SOFTWARE'; do
		grep -q -e "$word" plain.sppctl.1 ||
			fail "not in the manual: $word"
	done
	grep -q -e '--backup\[=SUFFIX\]' plain.sppctl-set.1 ||
		fail "not in sppctl-set(1): --backup"
fi
bash -n "$(grep 'completions/sppctl$' files)" ||
	fail "the completion is no shell script"
exit $failed
