#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Two builds in two folders give the same bytes, and install the same files; see
# check_hardened.sh for what can be told of one build.
# label: judges 60
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
exit $failed
