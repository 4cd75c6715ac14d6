# SPDX-License-Identifier: GPL-3.0-or-later
# What the tests of disk images and of WIMs share: a folder to work in, and
# words to check with.  Sourced by disk.sh and wim.sh.

export NO_COLOR=1 LC_ALL=C.UTF-8 TZ=UTC
SPP='Microsoft\Windows NT\CurrentVersion\SoftwareProtectionPlatform'
CONFIG=Windows/System32/config
NETSVC=Windows/ServiceProfiles/NetworkService
failed=0

# skip WORD...: it cannot be known here
skip()
{
	echo "skipped: $*"
	exit 77
}

# need TOOL...: what is not installed skips the test
need()
{
	for tool; do
		command -v $tool >/dev/null || skip "no $tool"
	done
}

# In memory where there is room: most of the time would go to flushes.
work=
[ "$(df -k --output=avail /dev/shm 2>/dev/null | tail -1)" -gt 1000000 ] \
	2>/dev/null && work=$(mktemp -d -p /dev/shm)
[ "$work" ] || work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit

fail()
{
	echo "FAILED: $*"
	failed=1
}

# expect CODE PATTERN COMMAND...: its exit code and what it says
expect()
{
	code=$1
	pattern=$2
	shift 2
	"$@" >out 2>&1 </dev/null
	got=$?
	[ $got -eq "$code" ] ||
		fail "exit $got instead of $code: $*: $(head -c 400 out)"
	[ -z "$pattern" ] || grep -qe "$pattern" out ||
		fail "no '$pattern' from $*: $(head -c 400 out)"
}

# hash FILE
hash()
{
	md5sum <"$1"
}

# exit_at: builds the shim that ends a program instead of its Kth call
exit_at()
{
	"${CC:-cc}" -D_GNU_SOURCE -shared -fPIC -o exit_at.so \
		"$SOURCE/tests/exit_at.c" -ldl || exit 2
}

# interrupted NUMBER COMMAND...: ended instead of call NUMBER
interrupted()
{
	number=$1
	shift
	EXIT_AT=$number EXIT_LOG=calls EXIT_SAME=same \
		LD_PRELOAD=$work/exit_at.so \
		ASAN_OPTIONS=verify_asan_link_order=0 "$@" >out 2>&1
}
