#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What is installed: the program, its man page, its completion, the pages, the
# module of Ansible; each works.
# label: thorough 1
. "$SOURCE/tests/check.sh"
DESTDIR=$work/root cmake --install "$BUILD" >log/install 2>&1 || {
	cat log/install
	exit 1
}
find root -type f | LC_ALL=C sort >files
for name in bin/sppctl man/man1/sppctl.1 \
	bash-completion/completions/sppctl doc/sppctl/README.md \
	ansible/plugins/modules/sppctl.py; do
	grep -q "/$name\$" files || fail "not installed: $name"
done
others=$(grep -vE 'bin/sppctl$|sppctl\.1$|completions/sppctl$' files |
	grep -vE 'share/sppctl/[a-z]*\.json$|doc/sppctl/README\.md$' |
	grep -vE 'doc/sppctl/(copyright|changelog)$' |
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

commands=$("$SPPCTL" help | awk '/^Commands$/ { on = 1; next } /^$/ { on = 0 }
	on { print $1 }' | LC_ALL=C sort | tr '\n' ' ')

# The man page, formatted for a terminal.
man=$(grep 'sppctl.1$' files)
if command -v groff >log/groff; then
	groff -man -Tutf8 -ww -rLL=78n "$man" >page 2>log/err ||
		fail "it cannot be formatted"
	[ ! -s log/err ] || fail "man page: $(cat log/err)"
	if command -v mandoc >log/mandoc; then
		mandoc -T lint -W error "$man" || fail "mandoc does not like it"
	fi
	sed 's/.\x08//g; s/\x1b\[[0-9;]*m//g' page >plain
	for word in NAME SYNOPSIS DESCRIPTION COMMANDS SETTINGS 'EXIT STATUS' \
		ENVIRONMENT '--dry-run' '--backup\[=SUFFIX\]' \
		'DisableDnsPublishing' 'sppctl set SOFTWARE'; do
		grep -q -e "$word" plain || fail "not in the man page: $word"
	done
	# A line that begins with a dot and is no request would be lost.
	for command in $commands; do
		grep -qE "^ +$command( |\$)" plain ||
			fail "the man page does not tell of $command"
	done
fi

# The completion, in a shell that has nothing else.
completion=$(grep 'completions/sppctl$' files)
bash -n "$completion" || fail "the completion is no shell script"
# complete WORD...: what is offered for the last of them
complete_words()
{
	bash --norc -c '
	. "$1"
	shift
	COMP_WORDS=("$@")
	COMP_CWORD=$(($# - 1))
	_sppctl
	printf "%s\n" "${COMPREPLY[@]}"
	' bash "$completion" sppctl "$@" | LC_ALL=C sort | tr '\n' ' '
}
# offers EXPECTED WORD...
offers()
{
	expected=$1
	shift
	is=$(complete_words "$@")
	[ "$is" = "$expected" ] || fail "'$*' is completed to '$is'," \
		"not '$expected'"
}
offers 'show ' sho
offers 'set settings ' set
offers "$commands" ''
offers '--scope ' get SOFTWARE --sc
offers '--show-keys ' get SOFTWARE --show
offers '--discard-logs --dry-run ' set --d
offers '--help ' set --help
offers 'kms-host kms-port ' set SOFTWARE kms
offers 'cached-address cached-host cached-port ' unset SOFTWARE kms-host cached
offers 'cache-store cached-address cached-host cached-port ' get SOFTWARE cach
offers ' ' show SOFT
offers ' ' set ''
exit $failed
