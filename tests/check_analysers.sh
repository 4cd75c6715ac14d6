#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# gcc -fanalyzer, clang-tidy and cppcheck have nothing to say of the program.
# What they are told not to look for is explained here and in .clang-tidy; tests
# are not shown to them, as they stop in any way where memory is short.
# label: judges 900
. "$SOURCE/tests/check.sh"
cd "$SOURCE" || exit 2
log=$work/log
ran=

# Each of them must find its mistake in this: they would also be silent if they
# did not run as they should.
cat >"$work/mistakes.c" <<'END'
#include <stdlib.h>
int main(int argc, char **argv)
{
	int two[2] = { 1, 2 }, *none = argc > 1 ? two : NULL;
	char *freed = malloc(2);

	(void)argv;
	free(freed);
	if (argc == 1)
		return *none;
	if (argc == 2)
		return two[2];
	return freed ? *freed : 0;
}
END

# has TOOL VERSION: nobody has looked at what another version finds
has()
{
	if ! command -v "$1" >/dev/null; then
		echo "not run, because it is not installed: $1"
	elif ! "$1" --version | grep -q " $2\."; then
		echo "not run, because it is not version $2: $1"
	else
		ran="$ran $1"
		return 0
	fi
	return 1
}

# silent TOOL: what it printed must be nothing
silent()
{
	[ ! -s "$log/$1" ] || fail "$1: $(cat "$log/$1")"
}

# found TOOL TEXT: the mistake
found()
{
	grep -q "$2" "$log/found" ||
		fail "$1 did not find a mistake: $(cat "$log/found")"
}

# What the build compiles.  Two files define what the header speaks of, and do
# without it.
command -v python3 >/dev/null || skip "python3 is not installed"
gcc='-O1 -fanalyzer -Wno-analyzer-malloc-leak -fdiagnostics-plain-output'
python3 tests/analyse.py "$BUILD" "$SOURCE" $gcc -o /dev/null >"$log/commands"
sed 's/.* //' "$log/commands" >"$log/files"
defining='hive/base/error.c policy/text/near.c'

# Left out are leaks, for which LeakSanitizer looks in all tests: gcc 12 loses
# what is stored in a struct, and takes that for one.
if has gcc 12; then
	sed '/ \(hive.base.error\|policy.text.near\)\.c$/!s|$| -include tests/analyse.h|' \
		"$log/commands" |
		xargs -P 2 -d '\n' -n 1 sh -c >"$log/gcc" 2>&1 ||
		fail "gcc could not read a file"
	silent gcc
	gcc $gcc -c "$work/mistakes.c" -o /dev/null 2>"$log/found"
	found gcc Wanalyzer-use-after-free
fi

# Left out: that NULL might be a number where it ends a list (on no system with
# a libc that sppctl is built for, and such functions are declared as sentinel);
# that readdir() is not for threads, of which there are none; leaks, as it does
# not know CLEANUP(); two calls of mmap() for memory, which want -1 for a file.
if has cppcheck 2; then
	cppcheck --quiet --std=c11 --platform=unix64 --library=posix -j 2 -I . \
		--enable=warning,portability,performance \
		--include=/usr/include/jansson.h \
		--suppress=missingIncludeSystem --suppress=varFuncNullUB \
		--suppress=readdirCalled --suppress=memleak \
		--suppress=resourceLeak \
		--suppress=invalidFunctionArg:hive/sandbox/process.c \
		--suppress=invalidFunctionArg:hive/wim/codec.c hive policy cli \
		>"$log/cppcheck" 2>&1
	silent cppcheck
	cppcheck --quiet "$work/mistakes.c" 2>"$log/found"
	found cppcheck arrayIndexOutOfBounds
fi

if has clang-tidy 14; then
	set -- --quiet "--config-file=$SOURCE/.clang-tidy"
	# Of several files in one call, it takes va_start() for nothing.
	printf '%s\n' $defining >"$log/defining"
	grep -vxFf "$log/defining" "$log/files" |
		xargs -P 2 -n 1 clang-tidy "$@" -p "$BUILD" \
			--extra-arg=-include \
			"--extra-arg=$SOURCE/tests/analyse.h" \
			--extra-arg=-Wno-unused-value \
			>"$log/clang-tidy" 2>"$log/err" ||
		fail "clang-tidy: $(cat "$log/err")"
	xargs -n 1 clang-tidy "$@" -p "$BUILD" <"$log/defining" \
		>>"$log/clang-tidy" 2>"$log/err"
	silent clang-tidy
	clang-tidy "$@" "$work/mistakes.c" -- >"$log/found" 2>"$log/err"
	found clang-tidy core.NullDereference
fi
[ "$ran" ] || skip "no analyser is installed"
exit $failed
