#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The program that users get is hardened, also where a distribution says so in
# its own way, and has neither the name of a folder nor a time in it.
# label: thorough 2
. "$SOURCE/tests/check.sh"
[ -x "$PLAIN" ] || skip "there is no build without sanitizers"

# hardened PROGRAM
hardened()
{
	readelf -hldW "$1" >log/elf
	grep -q 'Type: *DYN' log/elf || fail "$1 is not position independent"
	grep -q 'GNU_RELRO' log/elf || fail "$1 has no RELRO"
	grep -q 'BIND_NOW' log/elf || fail "$1 binds late"
	grep 'GNU_STACK' log/elf | grep -q ' RW ' ||
		fail "$1 has a stack that can be executed"
	! readelf -lW "$1" | grep -q ' RWE ' || fail "$1 has writable code"
}
hardened "$PLAIN"
nm -D "$PLAIN" >log/symbols
grep -q __stack_chk_fail log/symbols || fail "no stack protector"
grep -q '_chk@' log/symbols || fail "not fortified"

# CET, where the compiler and the C library's own objects have it.
echo 'int main(void) { return 0; }' >empty.c
if "$CC" -fcf-protection empty.c -o empty 2>/dev/null &&
	readelf -nW empty | grep -q IBT; then
	readelf -nW "$PLAIN" | grep -q IBT || fail "no CET"
fi

# What a distribution sets is what the compiler gets.
cmake -S "$SOURCE" -B flags -G Ninja -DSPPCTL_BUILD=release -DSPPCTL_TESTS=OFF \
	-DCMAKE_C_FLAGS='-O3 -D_FORTIFY_SOURCE=3 -fcf-protection=none' \
	>log/cmake 2>&1 || fail "cmake does not take CFLAGS"
grep -m1 'cli/main.c' flags/compile_commands.json >commands
for flag in -O2 _FORTIFY_SOURCE=2 '-fcf-protection '; do
	! grep -q -e "$flag" commands || fail "$flag is set over the user's"
done
for flag in -O3 _FORTIFY_SOURCE=3 -fcf-protection=none; do
	grep -q -e "$flag" commands || fail "$flag of the user is lost"
done

cmake -S "$SOURCE" -B ldflags -G Ninja -DSPPCTL_BUILD=release \
	-DSPPCTL_TESTS=OFF -DCMAKE_C_FLAGS=-fno-pie \
	-DCMAKE_EXE_LINKER_FLAGS='-no-pie -Wl,-z,lazy' >log/cmake 2>&1 ||
	fail "cmake does not take LDFLAGS"
grep -A20 '^build sppctl: ' ldflags/build.ninja |
	grep -m1 LINK_FLAGS >links
grep -q -e '-no-pie -Wl,-z,lazy' links || fail "LDFLAGS are lost"
! grep -q -e ' -pie\|-z,now' links || fail "LDFLAGS are overridden: $(cat links)"

# Two builds differ where the source says when or where it is built;
# check_reproducible.sh makes two.
! grep -qaF "$SOURCE" "$PLAIN" || fail "it holds the name of its folder"
grep -q -e '-ffile-prefix-map=' commands || fail "names of folders are kept"
! grep -rnwE '__DATE__|__TIME__|__TIMESTAMP__' --include='*.[ch]' \
	"$SOURCE/hive" "$SOURCE/policy" "$SOURCE/cli" || fail "a time is built in"
exit $failed
