#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# label: judges 30
# The program compiles against musl: nothing is taken for granted that only
# glibc has.  The libraries are built for glibc, so that nothing is linked;
# their headers are found without those of glibc, which lie in the same folder.
# shellcheck source=tests/check.sh
. "$SOURCE/tests/check.sh"
command -v musl-gcc >/dev/null || skip "no musl-gcc"

mkdir headers
triplet=$(gcc -print-multiarch)
for name in asm-generic curses.h hivex.h idn2.h jansson.h libnbd.h linux mtd \
	ncurses.h ncurses_dll.h nettle ntfs-3g unicase.h uniconv.h unictype.h \
	unicode uninorm.h unistr.h unistring unitypes.h uniwidth.h unctrl.h \
	wimlib.h; do
	[ ! -e "/usr/include/$name" ] || ln -s "/usr/include/$name" headers
done
for name in asm jansson_config.h; do
	[ ! -e "/usr/include/$triplet/$name" ] ||
		ln -s "/usr/include/$triplet/$name" headers
done

# That its ioctl() takes an int makes a constant overflow, which is harmless.
cmake -S "$SOURCE" -B build -G Ninja -DSPPCTL_BUILD=release \
	-DSPPCTL_TESTS=OFF -DCMAKE_C_COMPILER=musl-gcc \
	-DCMAKE_LIBRARY_ARCHITECTURE="$triplet" -DWIM_INCLUDE="$work/headers" \
	-DCMAKE_C_FLAGS="-O1 -Werror -Wno-overflow -isystem $work/headers" \
	>log/out 2>&1 || {
	tail -20 log/out
	skip "it cannot be built here"
}
cmake --build build --target spphive spppolicy sppcli -- -k 0 >log/out 2>&1 || {
	grep -A5 'error:' log/out
	fail "it does not compile against musl"
}
exit $failed
