#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Two builds in two folders give the same bytes, and the program that users get
# is hardened, also where a distribution says so in its own way.
# label: thorough 60
. "$SOURCE/tests/check.sh"

# The source as it is, in two folders whose names differ in length.
copy()
{
	mkdir -p "$1"
	(cd "$SOURCE" && tar cf - --exclude=./build --exclude=./.git .) |
		tar xf - -C "$1"
}

# build FOLDER BINARIES: as a release, without the symbols that take long
build()
{
	cmake -S "$1" -B "$2" -G Ninja -DSPPCTL_BUILD=release \
		-DSPPCTL_TESTS=OFF -DCMAKE_C_COMPILER="$CC" \
		-DCMAKE_C_FLAGS="${3-}" >log/cmake 2>&1 &&
		cmake --build "$2" --target sppctl docs >log/build 2>&1 || {
		tail -20 log/cmake log/build
		exit 1
	}
}
copy one
copy a-second/folder
build one one/build '-O0'
build a-second/folder elsewhere '-O0'
cmp one/build/sppctl elsewhere/sppctl || fail "two builds differ"
for folder in one/build elsewhere; do
	DESTDIR="$work/root/$folder" cmake --install $folder >log/install
done
diff -r root/one/build root/elsewhere || fail "two builds install other files"
[ -f root/elsewhere/usr/local/share/man/man1/sppctl.1 ] || fail "no manual"
! grep -qaF "$work" one/build/sppctl || fail "it holds the name of its folder"

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
cmake -S one -B flags -G Ninja -DSPPCTL_BUILD=release -DSPPCTL_TESTS=OFF \
	-DCMAKE_C_FLAGS='-O3 -D_FORTIFY_SOURCE=3 -fcf-protection=none' \
	>log/cmake 2>&1 || fail "cmake does not take CFLAGS"
grep -m1 'cli/main.c' flags/compile_commands.json >commands
for flag in -O2 _FORTIFY_SOURCE=2 '-fcf-protection '; do
	! grep -q -e "$flag" commands || fail "$flag is set over the user's"
done
for flag in -O3 _FORTIFY_SOURCE=3 -fcf-protection=none; do
	grep -q -e "$flag" commands || fail "$flag of the user is lost"
done
exit $failed
